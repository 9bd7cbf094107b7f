//! `text`: an element's content becomes this text.

use super::{Undo, children};
use crate::dom::sanitize;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

pub fn apply(element: JsValue, to: &str) -> Result<Box<dyn Undo>, Code> {
    Ok(children::replace(element, vec![sanitize::text(to)?]))
}
