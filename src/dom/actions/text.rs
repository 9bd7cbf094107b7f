//! `text`: an element's content becomes this text.

use super::{Undo, children};
use crate::dom::sanitize;
use wasm_bindgen::JsValue;

pub fn apply(element: JsValue, to: &str) -> Box<dyn Undo> {
    children::replace(element, vec![sanitize::text(to)])
}
