//! `move`: an element goes to another place in the slot, with its listeners and state.

use super::Undo;
use crate::dom::{connected, sanitize};
use crate::js;
use vitrine_wire::Code;
use vitrine_wire::action::Place;
use wasm_bindgen::JsValue;

struct Moved {
    element: JsValue,
    /// Where it is now; null where it left the page.
    parent: JsValue,
    /// Empty text: keeps the place that it had and shows nothing.
    anchor: JsValue,
}

pub fn apply(element: JsValue, to: JsValue, place: Place) -> Result<Box<dyn Undo>, Code> {
    let beside = |next| (js::get(&to, "parentNode"), next);
    let (parent, next) = match place {
        Place::Before => beside(to.clone()),
        Place::After => beside(js::get(&to, "nextSibling")),
        Place::Prepend => (to.clone(), js::get(&to, "firstChild")),
        Place::Append => (to.clone(), JsValue::NULL),
    };
    leave(element, parent, next)
}

/// Takes an element from its place, which is kept, into `parent`, before `next`; out of the page where that is null.
pub fn leave(element: JsValue, parent: JsValue, next: JsValue) -> Result<Box<dyn Undo>, Code> {
    let anchor = sanitize::text("")?;
    js::call(&element, "before", vec![anchor.clone()]);
    let left =
        if parent.is_null() { js::works(&element, "remove", Vec::new()) } else { js::place(&parent, &element, &next) };
    if !left {
        js::run(&anchor, "remove");
        return Err(Code::ActionFailed);
    }
    Ok(Box::new(Moved { element, parent, anchor }))
}

impl Moved {
    fn is_there(&self) -> bool {
        js::get(&self.element, "parentNode") == self.parent
    }
}

impl Undo for Moved {
    fn intact(&self) -> bool {
        self.is_there() && connected(&self.anchor)
    }

    fn undo(self: Box<Self>) -> bool {
        let place = js::get(&self.anchor, "parentNode");
        let ours = self.is_there() && js::place(&place, &self.element, &self.anchor);
        js::run(&self.anchor, "remove");
        ours
    }
}
