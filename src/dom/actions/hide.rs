//! `hide`: an element is not shown and keeps its place in the tree.

use super::{Undo, style};
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

pub fn apply(element: JsValue) -> Result<Box<dyn Undo>, Code> {
    style::apply(element, "display", "none", "important")
}
