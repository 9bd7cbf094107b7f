//! `replace`: new nodes take an element's place.

use super::{Undo, insert, remove};
use vitrine_wire::Code;
use vitrine_wire::action::Place;
use wasm_bindgen::JsValue;

pub fn apply(element: JsValue, html: &str, done: &mut Vec<Box<dyn Undo>>) -> Result<(), Code> {
    done.push(insert::apply(&element, Place::Before, html)?);
    done.push(remove::apply(element)?);
    Ok(())
}
