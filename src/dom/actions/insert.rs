//! `insertBefore`, `insertAfter`, `prepend`, `append`: new nodes beside or inside an element.

use super::Undo;
use crate::dom::{connected, sanitize};
use crate::js;
use vitrine_wire::Code;
use vitrine_wire::action::Place;
use wasm_bindgen::JsValue;

struct Inserted(Vec<JsValue>);

pub fn apply(element: &JsValue, place: Place, html: &str) -> Result<Box<dyn Undo>, Code> {
    let nodes = sanitize::nodes(html)?;
    let method = match place {
        Place::Before => "before",
        Place::After => "after",
        Place::Prepend => "prepend",
        Place::Append => "append",
    };
    if !js::works(element, method, nodes.clone()) {
        return Err(Code::ActionFailed);
    }
    Ok(Box::new(Inserted(nodes)))
}

impl Undo for Inserted {
    fn intact(&self) -> bool {
        self.0.iter().all(connected)
    }

    fn undo(self: Box<Self>) -> bool {
        let ours = self.intact();
        for node in &self.0 {
            js::run(node, "remove");
        }
        ours
    }
}
