//! `attribute`: an attribute gets a value, or goes.

use super::Undo;
use crate::dom::sanitize;
use vitrine_wire::Code;
use web_sys::Element;

struct Attribute {
    element: Element,
    name: String,
    before: Option<String>,
    after: Option<String>,
    /// What came behind it, where it went: an attribute that is set anew goes last.
    behind: Vec<String>,
}

pub fn apply(element: Element, name: &str, to: Option<&str>) -> Result<Box<dyn Undo>, Code> {
    let ours = name.to_ascii_lowercase().starts_with("data-vitrine-");
    if ours || !to.is_none_or(|to| sanitize::allows(name, to)) {
        return Err(Code::ActionRefused);
    }
    let before = element.get_attribute(name);
    let names = element.get_attribute_names().into_iter().filter_map(|n| n.as_string());
    let behind = names.skip_while(|n| !n.eq_ignore_ascii_case(name)).skip(1).collect();
    set(&element, name, to).ok_or(Code::ActionFailed)?;
    let after = element.get_attribute(name);
    Ok(Box::new(Attribute { element, name: name.into(), before, after, behind }))
}

/// Sets or removes an attribute.
pub fn set(element: &Element, name: &str, to: Option<&str>) -> Option<()> {
    match to {
        Some(to) => element.set_attribute(name, to).ok(),
        None => element.remove_attribute(name).ok(),
    }
}

impl Undo for Attribute {
    fn intact(&self) -> bool {
        self.element.get_attribute(&self.name) == self.after
    }

    fn undo(self: Box<Self>) -> bool {
        if !self.intact() {
            return false;
        }
        set(&self.element, &self.name, self.before.as_deref());
        if self.before.is_some() && self.after.is_none() {
            for name in self.behind.iter().filter(|name| is_inert(name)) {
                if let Some(value) = self.element.get_attribute(name) {
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
