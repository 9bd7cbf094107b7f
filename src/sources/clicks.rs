//! `data-vitrine-track="Name"` with `data-vitrine-prop-*`: a click on it, or in it, is that event.

use crate::js;
use crate::runtime::Rt;
use vitrine_core::io::Draft;
use vitrine_wire::{EventKind, Map};
use wasm_bindgen::JsValue;

const PROPERTY: &str = "data-vitrine-prop-";

pub fn start(rt: Rt) {
    rt.sources.on(rt, &js::document(), "click", clicked);
}

fn clicked(rt: Rt, event: &JsValue) {
    let element = js::nearest(&target(event), "[data-vitrine-track]");
    if !element.is_object() || is_ignored(&element) {
        return;
    }
    let name = js::attribute(&element, "data-vitrine-track").unwrap_or_default();
    rt.event(Draft { kind: Some(EventKind::Track), name, data: properties(&element), ..Draft::default() }, None);
}

/// Members said by attributes: `data-vitrine-prop-product-id="7"` is `product_id: "7"`.
fn properties(element: &JsValue) -> Map {
    let mut map = Map::new();
    for name in js::items(&js::call(element, "getAttributeNames", Vec::new())) {
        let name = name.as_string().unwrap_or_default();
        if let (Some(property), Some(value)) = (name.strip_prefix(PROPERTY), js::attribute(element, &name)) {
            map.insert(property.replace('-', "_"), value);
        }
    }
    map
}

/// Whether the page asked that this is never read.
pub fn is_ignored(element: &JsValue) -> bool {
    !js::nearest(element, "[data-vitrine-ignore]").is_null()
}

/// What an event happened at, in a shadow root too: outside, its host stands for it.
pub fn target(event: &JsValue) -> JsValue {
    js::get(&js::call(event, "composedPath", Vec::new()), "0")
}
