//! Slots: `data-vitrine-slot="name"`, `<vitrine-slot name="name">`, where the site file's selector finds them, or given by the page.

use crate::js;
use crate::runtime::Rt;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

/// Every slot in the page, with its name; what the page marks itself it has named. What cannot be found, or not wholly, is said once.
pub fn all(rt: Rt) -> Vec<(String, JsValue)> {
    let mut known = Vec::new();
    rt.dom.given().into_iter().for_each(|(name, element)| known.extend([name.into(), element]));
    rt.ask(|e| e.selectors()).iter().for_each(|(name, selector)| known.extend([name.into(), selector.into()]));
    let mut found = js::slots(known).into_iter();
    let mut all = Vec::new();
    while let (Some(name), Some(element)) = (found.next(), found.next()) {
        let name = name.as_string().unwrap_or_default();
        if element.is_object() {
            all.push((name, element));
        } else {
            rt.dom.tell_once(rt, if element.is_null() { Code::SlotMany } else { Code::Selector }, &name);
        }
    }
    all
}

/// The elements of one slot.
pub fn named(rt: Rt, slot: &str) -> Vec<JsValue> {
    all(rt).into_iter().filter(|(name, _)| name == slot).map(|(_, element)| element).collect()
}

/// Whether the page marks slots inside an element.
#[inline(never)]
pub fn holds_slots(element: &JsValue) -> bool {
    js::ask(element, "querySelector", "[data-vitrine-slot],vitrine-slot").is_object()
}

/// What an element stands in; of one that is its shadow root's own child, the host.
#[inline(never)]
pub fn home(of: &JsValue) -> JsValue {
    let parent = js::get(of, "parentElement");
    if parent.is_object() { parent } else { js::get(of, "parentNode.host") }
}
