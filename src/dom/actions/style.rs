//! `style`: an element's own styles, each property by itself.

use super::{Undo, attribute};
use crate::dom::sanitize;
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

struct Style {
    element: JsValue,
    name: String,
    /// Name, value and priority, as they are set.
    before: Vec<JsValue>,
    after: JsValue,
    /// The attribute's text before and after.
    text: [Option<String>; 2],
    /// The declarations that held, as they are set: a policy without inline styles lets an attribute stand that it does not
    /// follow, and a text that is parsed again may put them into another order.
    own: Vec<Vec<JsValue>>,
}

/// Sets a property; an empty value takes it away.
pub fn apply(element: JsValue, name: &str, value: &str, priority: &str) -> Result<Box<dyn Undo>, Code> {
    if !sanitize::is_style(value) {
        return Err(Code::ActionRefused);
    }
    let text = js::attribute(&element, "style");
    let style = js::get(&element, "style");
    let own =
        js::items(&style).into_iter().map(|name| declared(&style, &name.as_string().unwrap_or_default())).collect();
    let before = declared(&style, name);
    // Through the object model: a policy without inline styles allows it.
    if !js::works(&style, SET, vec![name.into(), value.into(), priority.into()]) {
        return Err(Code::ActionFailed);
    }
    let after = js::ask(&style, VALUE, name);
    let text = [text, js::attribute(&element, "style")];
    Ok(Box::new(Style { element, name: name.into(), before, after, text, own }))
}

const SET: &str = "setProperty";
const VALUE: &str = "getPropertyValue";

#[inline(never)]
fn declared(style: &JsValue, name: &str) -> Vec<JsValue> {
    vec![name.into(), js::ask(style, VALUE, name), js::ask(style, "getPropertyPriority", name)]
}

impl Undo for Style {
    fn intact(&self) -> bool {
        js::ask(&js::get(&self.element, "style"), VALUE, &self.name) == self.after
    }

    fn undo(self: Box<Self>) -> bool {
        let style = js::get(&self.element, "style");
        let [before, after] = &self.text;
        let ours = js::attribute(&self.element, "style") == *after;
        if self.intact() {
            js::call(&style, SET, self.before);
        }
        if ours && js::attribute(&self.element, "style") != *before {
            // All of them: what one property sets, as `margin` does `margin-top`, its own value does not bring back.
            js::put(&style, "cssText", &"".into());
            for given in self.own {
                js::call(&style, SET, given);
            }
            if js::attribute(&self.element, "style") != *before {
                // The page's own text, spaces and all; or no attribute.
                attribute::set(&self.element, "style", before.as_deref());
            }
        }
        ours
    }
}
