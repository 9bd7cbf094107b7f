//! `attribute`: an attribute gets a value, or goes.

use super::Undo;
use crate::dom::sanitize;
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

struct Attribute {
    element: JsValue,
    name: String,
    before: Option<String>,
    after: Option<String>,
    /// What came behind it, where it went: an attribute that is set anew goes last.
    behind: Vec<String>,
}

pub fn apply(element: JsValue, name: &str, to: Option<&str>) -> Result<Box<dyn Undo>, Code> {
    let ours = name.to_ascii_lowercase().starts_with("data-vitrine-");
    if ours || !to.is_none_or(|to| sanitize::allows(name, to)) {
        return Err(Code::ActionRefused);
    }
    let before = js::attribute(&element, name);
    let behind =
        sanitize::attributes(&element).into_iter().skip_while(|n| !n.eq_ignore_ascii_case(name)).skip(1).collect();
    if !set(&element, name, to) {
        return Err(Code::ActionFailed);
    }
    let after = js::attribute(&element, name);
    Ok(Box::new(Attribute { element, name: name.into(), before, after, behind }))
}

/// Sets or removes an attribute.
#[inline(never)]
pub fn set(element: &JsValue, name: &str, to: Option<&str>) -> bool {
    let method = if to.is_some() { "setAttribute" } else { "removeAttribute" };
    let given = [name].into_iter().chain(to).map(JsValue::from_str);
    js::works(element, method, given.collect())
}

impl Undo for Attribute {
    fn intact(&self) -> bool {
        js::attribute(&self.element, &self.name) == self.after
    }

    fn undo(self: Box<Self>) -> bool {
        if !self.intact() {
            return false;
        }
        set(&self.element, &self.name, self.before.as_deref());
        if self.before.is_some() && self.after.is_none() {
            for name in self.behind.iter().filter(|name| is_inert(name)) {
                if let Some(value) = js::attribute(&self.element, name) {
                    set(&self.element, name, None);
                    set(&self.element, name, Some(&value));
                }
            }
        }
        true
    }
}

/// Whether setting it to what it is does nothing: only those are moved back behind.
fn is_inert(name: &str) -> bool {
    matches!(name, "class" | "id" | "title" | "role") || name.starts_with("data-") || name.starts_with("aria-")
}
