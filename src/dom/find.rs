//! Slots: `data-vitrine-slot="name"`, or `<vitrine-slot name="name">`.

use crate::js;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Every slot in the document, with its name.
pub fn all() -> Vec<(String, Element)> {
    let Ok(found) = js::document().query_selector_all("[data-vitrine-slot],vitrine-slot[name]") else { return vec![] };
    (0..found.length())
        .filter_map(|i| {
            let element = found.get(i)?.dyn_into::<Element>().ok()?;
            let name = element.get_attribute("data-vitrine-slot").or_else(|| element.get_attribute("name"))?;
            (!name.is_empty()).then_some((name, element))
        })
        .collect()
}

/// The elements of one slot.
pub fn named(slot: &str) -> Vec<Element> {
    all().into_iter().filter(|(name, _)| name == slot).map(|(_, element)| element).collect()
}
