//! `template`: the slot's content becomes a copy of one of the page's own templates in it.

use super::{Undo, children};
use crate::dom::sanitize;
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

pub fn apply(slot: JsValue, name: &str) -> Result<Box<dyn Undo>, Code> {
    let selector = [":scope>template[data-variant=\"", name, "\"]"].concat();
    let content = js::get(&js::ask(&slot, "querySelector", &selector), "content");
    if content.is_undefined() {
        return Err(Code::SelectorEmpty);
    }
    let copy = js::call(&content, "cloneNode", vec![true.into()]);
    Ok(children::replace(slot, sanitize::children(&copy)))
}
