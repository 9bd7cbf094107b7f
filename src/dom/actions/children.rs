//! An element's children replaced by others; the page's own nodes are kept and come back themselves.

use super::Undo;
use crate::dom::sanitize::{children, fragment};
use crate::js;
use web_sys::{Element, Node};

struct Children {
    parent: Element,
    before: Vec<Node>,
    after: Vec<Node>,
    text: String,
}

/// Replaces all children.
pub fn replace(parent: Element, after: Vec<Node>) -> Box<dyn Undo> {
    let before = children(&parent);
    put(&parent, &after);
    let text = parent.text_content().unwrap_or_default();
    Box::new(Children { parent, before, after, text })
}

fn put(parent: &Element, nodes: &[Node]) {
    js::call(parent, "replaceChildren", &[fragment(nodes).into()]);
}

impl Undo for Children {
    fn intact(&self) -> bool {
        children(&self.parent) == self.after && self.parent.text_content().unwrap_or_default() == self.text
    }

    fn undo(self: Box<Self>) -> bool {
        let ours = self.intact();
        if ours {
            put(&self.parent, &self.before);
        }
        ours
    }
}
