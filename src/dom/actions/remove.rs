//! `remove`: an element leaves the page; it is kept, with its listeners and state, and comes back itself.

use super::Undo;
use crate::dom::{connected, sanitize};
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

struct Removed {
    element: JsValue,
    /// Empty text: keeps the place and shows nothing.
    anchor: JsValue,
}

pub fn apply(element: JsValue) -> Result<Box<dyn Undo>, Code> {
    let anchor = sanitize::text("")?;
    if !replace(&element, &anchor) {
        return Err(Code::ActionFailed);
    }
    Ok(Box::new(Removed { element, anchor }))
}

fn replace(old: &JsValue, new: &JsValue) -> bool {
    js::works(&js::get(old, "parentNode"), "replaceChild", vec![new.clone(), old.clone()])
}

impl Undo for Removed {
    fn intact(&self) -> bool {
        !connected(&self.element) && connected(&self.anchor)
    }

    fn undo(self: Box<Self>) -> bool {
        if connected(&self.element) {
            js::run(&self.anchor, "remove");
            return false;
        }
        replace(&self.anchor, &self.element)
    }
}
