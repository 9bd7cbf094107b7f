//! `style`: an element's own styles, each property by itself.

use super::{Undo, attribute};
use crate::dom::sanitize;
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

struct Style {
    element: JsValue,
    name: String,
    /// Value and priority.
    before: [JsValue; 2],
    after: JsValue,
    /// The attribute's text before and after.
    text: [Option<String>; 2],
    /// The declarations that held: a policy without inline styles lets an attribute stand that it does not follow.
    own: JsValue,
}

/// Sets a property; an empty value takes it away.
pub fn apply(element: JsValue, name: &str, value: &str, priority: &str) -> Result<Box<dyn Undo>, Code> {
    if !sanitize::is_style(value) {
        return Err(Code::ActionRefused);
    }
    let text = js::attribute(&element, "style");
    let style = js::get(&element, "style");
    let own = js::get(&style, "cssText");
    let before = ["getPropertyValue", "getPropertyPriority"].map(|of| js::ask(&style, of, name));
    if !set(&style, name, [value.into(), priority.into()]) {
        return Err(Code::ActionFailed);
    }
    let after = js::ask(&style, "getPropertyValue", name);
    let text = [text, js::attribute(&element, "style")];
    Ok(Box::new(Style { element, name: name.into(), before, after, text, own }))
}

/// Through the object model: a policy without inline styles allows it.
fn set(style: &JsValue, name: &str, [value, priority]: [JsValue; 2]) -> bool {
    js::works(style, "setProperty", vec![name.into(), value, priority])
}

impl Undo for Style {
    fn intact(&self) -> bool {
        js::ask(&js::get(&self.element, "style"), "getPropertyValue", &self.name) == self.after
    }

    fn undo(self: Box<Self>) -> bool {
        let style = js::get(&self.element, "style");
        let [before, after] = &self.text;
        let ours = js::attribute(&self.element, "style") == *after;
        if ours {
            // All of them: what one property sets, as `margin` does `margin-top`, its own value does not bring back.
            js::put(&style, "cssText", &self.own);
            if js::attribute(&self.element, "style") != *before {
                // The page's own text, spaces and all; or no attribute.
                attribute::set(&self.element, "style", before.as_deref());
            }
        } else if self.intact() {
            set(&style, &self.name, self.before);
        }
        ours
    }
}
