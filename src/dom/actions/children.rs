//! An element's children replaced by others; the page's own nodes are kept and come back themselves.

use super::Undo;
use crate::dom::find::holds_slots;
use crate::dom::sanitize::children;
use crate::js;
use wasm_bindgen::JsValue;

struct Children {
    parent: JsValue,
    before: Vec<JsValue>,
    after: Vec<JsValue>,
    /// None where slots are inside: what they show is theirs.
    text: Option<String>,
}

/// Replaces all children.
pub fn replace(parent: JsValue, after: Vec<JsValue>) -> Box<dyn Undo> {
    let before = children(&parent);
    put(&parent, &after);
    let text = js::text(&parent, "textContent").filter(|_| !holds_slots(&parent));
    Box::new(Children { parent, before, after, text })
}

fn put(parent: &JsValue, nodes: &[JsValue]) {
    js::call(parent, "replaceChildren", nodes.to_vec());
}

impl Undo for Children {
    fn intact(&self) -> bool {
        children(&self.parent) == self.after
            && (self.text.is_none() || js::text(&self.parent, "textContent") == self.text)
    }

    fn undo(self: Box<Self>) -> bool {
        let ours = self.intact();
        if ours {
            put(&self.parent, &self.before);
        }
        ours
    }
}
