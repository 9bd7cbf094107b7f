//! What makes inputs: views, clicks, forms, routes, visibility and time.

mod clicks;
mod forms;
mod history;
mod page;
mod timers;
mod visibility;

use crate::js::Handler;
use crate::runtime::Runtime;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use vitrine_core::io::Facts;
use vitrine_wire::{Map, Millis};
use web_sys::{Event, EventTarget};

/// Everything that listens. Dropping a listener ends it.
#[derive(Default)]
pub struct Sources {
    listeners: RefCell<Vec<EventListener>>,
    wake: RefCell<Option<Timeout>>,
    page: page::State,
    forms: forms::State,
}

impl Sources {
    /// Starts listening. Reads nothing but the page itself.
    pub fn start(&self, rt: &Rc<Runtime>) {
        rt.facts(Facts::PageView);
        page::tell(rt);
        visibility::start(rt);
        history::start(rt);
        if rt.config.autotrack {
            clicks::start(rt);
            forms::start(rt);
        }
    }

    /// Stops listening and waking.
    pub fn stop(&self) {
        self.listeners.take();
        self.wake.take();
    }

    /// Calls `then` at each event until the SDK is switched off.
    pub fn on(&self, rt: &Rc<Runtime>, target: &EventTarget, name: &'static str, then: fn(&Rc<Runtime>, &Event)) {
        let rt: Weak<Runtime> = Rc::downgrade(rt);
        let handler: Handler = Rc::new(move |event| {
            if let Some(rt) = rt.upgrade() {
                then(&rt, event);
            }
        });
        self.listeners.borrow_mut().push(crate::js::listen(target, name, handler));
    }

    /// Wakes the engine at an instant; replaces the former one.
    pub fn wake_at(&self, rt: &Rc<Runtime>, at: Option<Millis>) {
        *self.wake.borrow_mut() = at.map(|at| timers::wake(rt, at));
    }

    /// With the first grant, this page's view and where it came from are read; with the last one lost, no longer.
    pub fn consent_changed(&self, rt: &Rc<Runtime>) {
        page::consent_changed(rt);
    }

    /// The page is left: what was begun there is over.
    pub fn leave(&self, rt: &Rc<Runtime>) {
        forms::leave(rt);
    }

    /// The page's route may have changed.
    pub fn check_route(&self, rt: &Rc<Runtime>) {
        page::check_route(rt);
    }

    /// The page came back from the back-forward cache: a new view of it.
    pub fn view_again(&self, rt: &Rc<Runtime>) {
        page::view(rt);
    }

    /// What the page says about itself (`vitrine.context`).
    pub fn said(&self, rt: &Rc<Runtime>, said: Map) {
        page::said(rt, said);
    }
}
