//! `class`: classes come and go.

use super::{Undo, attribute};
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

struct Class {
    element: JsValue,
    before: Option<String>,
    after: Option<String>,
    added: Vec<String>,
    removed: Vec<String>,
}

pub fn apply(element: JsValue, add: &[String], remove: &[String]) -> Result<Box<dyn Undo>, Code> {
    let before = js::attribute(&element, "class");
    let changed = |of: &[String], to| of.iter().filter(|class| has(&element, class) != to).cloned().collect();
    let (added, removed) = (changed(add, true), changed(remove, false));
    let class = Class { element, before, after: None, added, removed };
    if !(class.each("add", &class.added) && class.each("remove", &class.removed)) {
        return Err(Code::ActionFailed);
    }
    let after = js::attribute(&class.element, "class");
    Ok(Box::new(Class { after, ..class }))
}

#[inline(never)]
fn has(element: &JsValue, class: &str) -> bool {
    js::ask(&js::get(element, "classList"), "contains", class) == true
}

impl Class {
    #[inline(never)]
    fn each(&self, method: &str, classes: &[String]) -> bool {
        // Nothing to do must not touch the spaces of the page's own text.
        classes.is_empty()
            || js::works(&js::get(&self.element, "classList"), method, classes.iter().map(Into::into).collect())
    }
}

impl Undo for Class {
    fn intact(&self) -> bool {
        self.added.iter().all(|c| has(&self.element, c)) && !self.removed.iter().any(|c| has(&self.element, c))
    }

    fn undo(self: Box<Self>) -> bool {
        if js::attribute(&self.element, "class") == self.after {
            attribute::set(&self.element, "class", self.before.as_deref());
            return true;
        }
        // The page has its own newer classes: ours go, its stay.
        self.each("add", &self.removed);
        self.each("remove", &self.added);
        false
    }
}
