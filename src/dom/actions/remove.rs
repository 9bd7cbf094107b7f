//! `remove`: an element leaves the page; it is kept, with its listeners and state, and comes back itself.

use super::{Undo, r#move};
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

pub fn apply(element: JsValue) -> Result<Box<dyn Undo>, Code> {
    r#move::leave(element, JsValue::NULL, JsValue::NULL)
}
