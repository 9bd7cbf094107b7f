//! `data-vitrine-form="id"`: first typed into it is `Form Started`, sent is `Form Submitted`, left without is `Form Abandoned`;
//! its `data-vitrine-trait` fields are what the visitor declares by sending it.

use super::clicks::{is_ignored, target};
use crate::runtime::Rt;
use crate::{js, value};
use std::cell::RefCell;
use std::rc::Rc;
use vitrine_core::io::Draft;
use vitrine_wire::{EventKind, Map};
use wasm_bindgen::JsValue;

/// Forms, as far as they are used.
#[derive(Default)]
pub struct State {
    /// Forms begun on this page and not sent.
    begun: RefCell<Vec<String>>,
    /// What is called when one is sent.
    sent: RefCell<JsValue>,
}

pub fn start(rt: Rt) {
    let document = js::document();
    let sent = js::always(Rc::new(move |event| submitted(rt, &event)));
    rt.sources.forms.sent.replace(sent);
    watch(rt, &document);
    // Before a form in a shadow root is sent, something in it is clicked or typed.
    rt.sources.on(rt, &document, "click", |rt, event| {
        if let Some((form, _)) = form(event) {
            watch(rt, &form);
        }
    });
    rt.sources.on(rt, &document, "input", |rt, event| {
        let Some((form, id)) = form(event) else { return };
        watch(rt, &form);
        let begun = &rt.sources.forms.begun;
        if !begun.borrow().contains(&id) {
            begun.borrow_mut().push(id.clone());
            tell(rt, "Form Started", &id);
        }
    });
}

/// Hears what is sent in the tree that this is in: no tree hears of another's. Once for each, the browser sees to that.
fn watch(rt: Rt, of: &JsValue) {
    let sources = &rt.sources;
    let root = js::call(of, "getRootNode", Vec::new());
    sources.listen(&root, "submit", sources.forms.sent.borrow().clone());
}

fn submitted(rt: Rt, event: &JsValue) {
    let Some((form, id)) = form(event) else { return };
    let declared = traits(&form);
    rt.sources.forms.begun.borrow_mut().retain(|begun| *begun != id);
    tell(rt, "Form Submitted", &id);
    if !declared.is_empty() {
        rt.event(Draft { kind: Some(EventKind::Identify), data: declared, ..Draft::default() }, None);
    }
}

/// The page is left.
pub fn leave(rt: Rt) {
    for id in rt.sources.forms.begun.take() {
        tell(rt, "Form Abandoned", &id);
    }
}

fn tell(rt: Rt, name: &str, form: &str) {
    let data = value::map(&[("form", form)]);
    rt.event(Draft { kind: Some(EventKind::Track), name: name.into(), data, ..Draft::default() }, None);
}

/// The form that an event happened in, unless it is none of ours.
fn form(event: &JsValue) -> Option<(JsValue, String)> {
    let target = target(event);
    let form = js::nearest(&target, "[data-vitrine-form]");
    let id = js::attribute(&form, "data-vitrine-form").filter(|id| !id.is_empty() && !is_ignored(&target))?;
    Some((form, id))
}

/// Only fields that say which trait they are; never a password, whatever it says.
fn traits(form: &JsValue) -> Map {
    let mut traits = Map::new();
    for field in js::items(&js::ask(form, "querySelectorAll", "[data-vitrine-trait]")) {
        let kind = js::text(&field, "type").unwrap_or_default();
        let (Some(name), Some(value)) = (js::attribute(&field, "data-vitrine-trait"), js::text(&field, "value")) else {
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
