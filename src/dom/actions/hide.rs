//! `hide`: an element is not shown and keeps its place in the tree.

use super::{Undo, attribute};
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;
use web_sys::Element;

struct Hide {
    element: Element,
    before: Option<String>,
    display: [JsValue; 2],
    after: Option<String>,
}

pub fn apply(element: Element) -> Result<Box<dyn Undo>, Code> {
    let before = element.get_attribute("style");
    let style = js::get(&element, "style");
    let display = ["getPropertyValue", "getPropertyPriority"].map(|of| js::call(&style, of, &["display".into()]));
    // Through the object model: a policy without inline styles allows it.
    js::try_call(&style, "setProperty", &["display".into(), "none".into(), "important".into()])
        .map_err(|_| Code::ActionFailed)?;
    let after = element.get_attribute("style");
    Ok(Box::new(Hide { element, before, display, after }))
}

impl Undo for Hide {
    fn intact(&self) -> bool {
        let style = js::get(&self.element, "style");
        js::call(&style, "getPropertyValue", &["display".into()]) == "none"
    }

    fn undo(self: Box<Self>) -> bool {
        let style = js::get(&self.element, "style");
        let ours = self.element.get_attribute("style") == self.after;
        if self.intact() {
            let [value, priority] = self.display;
            js::call(&style, "setProperty", &["display".into(), value, priority]);
        }
        if ours && self.element.get_attribute("style") != self.before {
            // The page's own text, spaces and all; or no attribute.
            attribute::set(&self.element, "style", self.before.as_deref());
        }
        ours
    }
}
