//! `hide`: an element is not shown and keeps its place in the tree.

use super::{Undo, attribute};
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

struct Hide {
    element: JsValue,
    before: Option<String>,
    display: [JsValue; 2],
    after: Option<String>,
}

pub fn apply(element: JsValue) -> Result<Box<dyn Undo>, Code> {
    let before = js::attribute(&element, "style");
    let style = js::get(&element, "style");
    let display = ["getPropertyValue", "getPropertyPriority"].map(|of| js::ask(&style, of, "display"));
    // Through the object model: a policy without inline styles allows it.
    if !js::works(&style, "setProperty", vec!["display".into(), "none".into(), "important".into()]) {
        return Err(Code::ActionFailed);
    }
    let after = js::attribute(&element, "style");
    Ok(Box::new(Hide { element, before, display, after }))
}

impl Undo for Hide {
    fn intact(&self) -> bool {
        js::ask(&js::get(&self.element, "style"), "getPropertyValue", "display") == "none"
    }

    fn undo(self: Box<Self>) -> bool {
        let ours = js::attribute(&self.element, "style") == self.after;
        if self.intact() {
            let [value, priority] = self.display;
            js::call(&js::get(&self.element, "style"), "setProperty", vec!["display".into(), value, priority]);
        }
        if ours && js::attribute(&self.element, "style") != self.before {
            // The page's own text, spaces and all; or no attribute.
            attribute::set(&self.element, "style", self.before.as_deref());
        }
        ours
    }
}
