//! `html`: an element's content becomes what the allow-list leaves of this HTML.

use super::{Undo, children};
use crate::dom::sanitize;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

pub fn apply(element: JsValue, to: &str) -> Result<Box<dyn Undo>, Code> {
    Ok(children::replace(element, sanitize::nodes(to)?))
}
