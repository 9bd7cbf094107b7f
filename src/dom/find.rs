//! Slots: `data-vitrine-slot="name"`, `<vitrine-slot name="name">`, where the site file's selector finds them, or given by the page.

use crate::js;
use crate::runtime::Rt;
use wasm_bindgen::JsValue;

/// So many elements of one slot show something: a selector may match a whole page.
const MOST: usize = 100;

/// Every slot in the document, with its name.
pub fn all(rt: Rt) -> Vec<(String, JsValue)> {
    let find = |selector: &str| js::items(&js::ask(&js::document(), "querySelectorAll", selector));
    let named = |element: JsValue| {
        let name = js::attribute(&element, "data-vitrine-slot").or_else(|| js::attribute(&element, "name"))?;
        (!name.is_empty()).then_some((name, element))
    };
    let found = find("[data-vitrine-slot],vitrine-slot[name]").into_iter().filter_map(named);
    let mut all: Vec<(String, JsValue)> = found.collect();
    all.extend(rt.dom.given());
    for (name, selector) in rt.ask(|e| e.selectors()) {
        for element in find(&selector).into_iter().take(MOST) {
            // What the page marks itself it has named.
            if all.iter().all(|(_, known)| *known != element) {
                all.push((name.clone(), element));
            }
        }
    }
    all
}

/// The elements of one slot.
pub fn named(rt: Rt, slot: &str) -> Vec<JsValue> {
    let mut found: Vec<JsValue> =
        all(rt).into_iter().filter(|(name, _)| name == slot).map(|(_, element)| element).collect();
    found.truncate(MOST);
    found
}
