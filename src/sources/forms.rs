//! `data-vitrine-form="id"`: sending it is `Form Submitted`; its `data-vitrine-trait` fields are what the visitor declared.

use super::clicks::is_ignored;
use crate::js;
use crate::runtime::Runtime;
use std::rc::Rc;
use vitrine_core::io::Draft;
use vitrine_wire::{EventKind, Map};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

pub fn start(rt: &Rc<Runtime>) {
    rt.sources.on(rt, &js::document(), "submit", submitted);
}

fn submitted(rt: &Rc<Runtime>, event: &Event) {
    let Some(form) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return };
    let Some(id) = form.get_attribute("data-vitrine-form").filter(|_| !is_ignored(&form)) else { return };
    let declared = traits(&form);
    let data = Map::from_iter([("form", id)]);
    rt.event(Draft { kind: Some(EventKind::Track), name: "Form Submitted".into(), data, ..Draft::default() }, None);
    if !declared.is_empty() {
        rt.event(Draft { kind: Some(EventKind::Identify), data: declared, ..Draft::default() }, None);
    }
}

/// Only fields that say which trait they are; never a password, whatever it says.
fn traits(form: &Element) -> Map {
    let mut traits = Map::new();
    let Ok(fields) = form.query_selector_all("[data-vitrine-trait]") else { return traits };
    for field in (0..fields.length()).filter_map(|i| fields.get(i)?.dyn_into::<Element>().ok()) {
        let kind = js::text(&field, "type").unwrap_or_default();
        let (Some(name), Some(value)) = (field.get_attribute("data-vitrine-trait"), js::text(&field, "value")) else {
            continue;
        };
        let chosen = js::get(&field, "checked") == true;
        match kind.as_str() {
            "password" | "file" => {}
            _ if is_ignored(&field) => {}
            "checkbox" => traits.insert(name, chosen),
            "radio" if !chosen => {}
            _ => traits.insert(name, value),
        }
    }
    traits
}
