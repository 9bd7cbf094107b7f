//! `insertBefore`, `insertAfter`, `prepend`, `append`: new nodes beside or inside an element.

use super::Undo;
use crate::dom::sanitize;
use crate::js;
use vitrine_wire::Code;
use vitrine_wire::action::Place;
use web_sys::{Element, Node};

struct Inserted(Vec<Node>);

pub fn apply(element: &Element, place: Place, html: &str) -> Result<Box<dyn Undo>, Code> {
    let nodes = sanitize::nodes(html)?;
    let method = match place {
        Place::Before => "before",
        Place::After => "after",
        Place::Prepend => "prepend",
        Place::Append => "append",
    };
    js::try_call(element, method, &[sanitize::fragment(&nodes).into()]).map_err(|_| Code::ActionFailed)?;
    Ok(Box::new(Inserted(nodes)))
}

impl Undo for Inserted {
    fn intact(&self) -> bool {
        self.0.iter().all(Node::is_connected)
    }

    fn undo(self: Box<Self>) -> bool {
        let ours = self.intact();
        for node in &self.0 {
            if let Some(parent) = node.parent_node() {
                let _ = parent.remove_child(node);
            }
        }
        ours
    }
}
