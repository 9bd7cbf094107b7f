//! `list`: an element's content becomes items of the catalogue, each as a copy of one of the page's own templates.

use super::{IGNORED, Undo, children};
use crate::{js, value};
use vitrine_wire::{Code, Value};
use wasm_bindgen::JsValue;

/// What the list takes the place of may show prices: it puts the catalogue's, which are everybody's, beside no product of the page's.
pub fn apply(element: JsValue, each: &str, items: &[Value]) -> Result<Box<dyn Undo>, Code> {
    if js::holds(&element, IGNORED) {
        return Err(Code::ActionRefused);
    }
    let cards = js::cards(&element, each, items.iter().map(value::write).collect());
    if cards.is_undefined() { Err(Code::SelectorEmpty) } else { Ok(children::replace(element, js::items(&cards))) }
}
