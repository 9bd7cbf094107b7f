//! The page's view and its facts. Before a grant: the page's own address, title and campaign words, nothing of the device.

use crate::runtime::Rt;
use crate::{js, value};
use std::cell::{Cell, RefCell};
use vitrine_core::io::{Draft, Facts};
use vitrine_wire::{EventKind, Map, Value};

/// What is known of the current view.
#[derive(Default)]
pub struct State {
    path: RefCell<String>,
    granted: Cell<bool>,
    viewed: Cell<bool>,
    said: RefCell<Map>,
}

/// Tells the engine where the visitor is.
pub fn tell(rt: Rt) {
    let state = &rt.sources.page;
    *state.path.borrow_mut() = location("pathname");
    let mut context = value::read_map(&js::facts(state.granted.get())).unwrap_or_default();
    for (name, members) in state.said.borrow().iter() {
        match (context.get_mut(name), members.as_map()) {
            (Some(Value::Map(known)), Some(said)) => said.iter().for_each(|(k, v)| known.insert(k, v.clone())),
            _ => context.insert(name, members.clone()),
        }
    }
    rt.facts(Facts::Context(context.into()));
}

/// Looks whether anything is granted now: if so, the device is read and this view is counted, once.
pub fn consent_changed(rt: Rt) {
    let state = &rt.sources.page;
    let granted = rt.may_keep().is_some();
    if state.granted.replace(granted) != granted {
        if granted {
            rt.facts(Facts::Zone(super::timers::zone(rt.now())));
        }
        tell(rt);
    }
    if granted && rt.config.autotrack && !state.viewed.replace(true) {
        rt.event(
            Draft {
                kind: Some(EventKind::Page),
                data: value::read_map(&js::page()).unwrap_or_default(),
                ..Draft::default()
            },
            None,
        );
    }
}

/// A new view begins.
pub fn view(rt: Rt) {
    // Where it is first: what the new view unlocks is decided at once, and stays.
    tell(rt);
    rt.facts(Facts::PageView);
    rt.sources.page.viewed.set(false);
    consent_changed(rt);
}

/// A view begins where the path is another one.
pub fn check_route(rt: Rt) {
    if *rt.sources.page.path.borrow() != location("pathname") {
        view(rt);
    }
}

/// The page says something about itself: members of `page` and `data` are kept until it says otherwise.
pub fn said(rt: Rt, said: Map) {
    {
        let mut known = rt.sources.page.said.borrow_mut();
        for name in ["page", "data"] {
            let Some(members) = said.get(name).and_then(Value::as_map) else { continue };
            let mut all = known.get(name).and_then(Value::as_map).cloned().unwrap_or_default();
            members.iter().for_each(|(k, v)| all.insert(k, v.clone()));
            known.insert(name, all);
        }
        if let Some(minor) = said.get("minor") {
            known.insert("minor", minor.clone());
        }
    }
    tell(rt);
}

fn location(part: &str) -> String {
    js::text(&js::at("location"), part).unwrap_or_default()
}
