//! Slots: `data-vitrine-slot="name"`, or `<vitrine-slot name="name">`.

use crate::js;
use wasm_bindgen::JsValue;

/// Every slot in the document, with its name.
pub fn all() -> Vec<(String, JsValue)> {
    let found = js::ask(&js::document(), "querySelectorAll", "[data-vitrine-slot],vitrine-slot[name]");
    let named = |element: JsValue| {
        let name = js::attribute(&element, "data-vitrine-slot").or_else(|| js::attribute(&element, "name"))?;
        (!name.is_empty()).then_some((name, element))
    };
    js::items(&found).into_iter().filter_map(named).collect()
}

/// The elements of one slot.
pub fn named(slot: &str) -> Vec<JsValue> {
    all().into_iter().filter(|(name, _)| name == slot).map(|(_, element)| element).collect()
}
