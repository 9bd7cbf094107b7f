//! `data-vitrine-track="Name"` with `data-vitrine-prop-*`: a click on it, or in it, is that event.

use crate::js;
use crate::runtime::Runtime;
use std::rc::Rc;
use vitrine_core::io::Draft;
use vitrine_wire::{EventKind, Map};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

const PROPERTY: &str = "data-vitrine-prop-";

pub fn start(rt: &Rc<Runtime>) {
    rt.sources.on(rt, &js::document(), "click", clicked);
}

fn clicked(rt: &Rc<Runtime>, event: &Event) {
    let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return };
    let Ok(Some(element)) = target.closest("[data-vitrine-track]") else { return };
    if is_ignored(&element) {
        return;
    }
    let name = element.get_attribute("data-vitrine-track").unwrap_or_default();
    rt.event(Draft { kind: Some(EventKind::Track), name, data: properties(&element), ..Draft::default() }, None);
}

/// Members said by attributes: `data-vitrine-prop-product-id="7"` is `product_id: "7"`.
fn properties(element: &Element) -> Map {
    let names = element.get_attribute_names();
    let names = names.iter().filter_map(|name| name.as_string());
    names
        .filter_map(|name| {
            let property = name.strip_prefix(PROPERTY)?.replace('-', "_");
            Some((property, element.get_attribute(&name)?))
        })
        .collect()
}

/// Whether the page asked that this is never read.
pub fn is_ignored(element: &Element) -> bool {
    !matches!(element.closest("[data-vitrine-ignore]"), Ok(None))
}
