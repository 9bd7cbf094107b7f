//! An element's children replaced by others; the page's own nodes are kept and come back themselves.

use super::Undo;
use crate::dom::sanitize::children;
use crate::js;
use wasm_bindgen::JsValue;

struct Children {
    parent: JsValue,
    before: Vec<JsValue>,
    after: Vec<JsValue>,
    text: String,
}

/// Replaces all children.
pub fn replace(parent: JsValue, after: Vec<JsValue>) -> Box<dyn Undo> {
    let before = children(&parent);
    put(&parent, &after);
    let text = js::text(&parent, "textContent").unwrap_or_default();
    Box::new(Children { parent, before, after, text })
}

fn put(parent: &JsValue, nodes: &[JsValue]) {
    js::call(parent, "replaceChildren", nodes.to_vec());
}

impl Undo for Children {
    fn intact(&self) -> bool {
        children(&self.parent) == self.after && js::text(&self.parent, "textContent").unwrap_or_default() == self.text
    }

    fn undo(self: Box<Self>) -> bool {
        let ours = self.intact();
        if ours {
            put(&self.parent, &self.before);
        }
        ours
    }
}
