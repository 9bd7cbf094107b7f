//! `remove`: an element leaves the page; it is kept, with its listeners and state, and comes back itself.

use super::Undo;
use crate::js;
use vitrine_wire::Code;
use web_sys::{Element, Node};

struct Removed {
    element: Element,
    /// Empty text: keeps the place and shows nothing.
    anchor: Node,
}

pub fn apply(element: Element) -> Result<Box<dyn Undo>, Code> {
    let parent = element.parent_node().ok_or(Code::ActionFailed)?;
    let anchor: Node = js::document().create_text_node("").into();
    parent.replace_child(&anchor, &element).map_err(|_| Code::ActionFailed)?;
    Ok(Box::new(Removed { element, anchor }))
}

impl Undo for Removed {
    fn intact(&self) -> bool {
        !self.element.is_connected() && self.anchor.is_connected()
    }

    fn undo(self: Box<Self>) -> bool {
        let Some(parent) = self.anchor.parent_node() else { return false };
        if self.element.is_connected() {
            let _ = parent.remove_child(&self.anchor);
            return false;
        }
        parent.replace_child(&self.element, &self.anchor).is_ok()
    }
}
