//! What makes inputs: views, clicks, forms, routes, visibility and time.

mod clicks;
mod forms;
mod history;
mod page;
mod timers;
mod visibility;

use crate::js;
use crate::runtime::Rt;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vitrine_core::io::Facts;
use vitrine_wire::{Map, Millis};
use wasm_bindgen::JsValue;

/// Everything that listens.
#[derive(Default)]
pub struct Sources {
    /// Ends the listeners.
    abort: RefCell<JsValue>,
    /// The timer that runs.
    wake: Cell<Option<f64>>,
    page: page::State,
    forms: forms::State,
    /// What looks out for triggers.
    armed: RefCell<JsValue>,
}

impl Sources {
    /// Starts listening. Reads nothing but the page itself.
    pub fn start(&self, rt: Rt) {
        page::tell(rt);
        rt.facts(Facts::PageView);
        visibility::start(rt);
        history::start(rt);
        if rt.config.autotrack {
            clicks::start(rt);
            forms::start(rt);
        }
    }

    /// Looks out for these triggers, instead of those before.
    pub fn arm(&self, rt: Rt, signals: &[String]) {
        js::run(&self.armed.take(), "disconnect");
        if !signals.is_empty() {
            let fired = move |signal: JsValue| rt.facts(Facts::Fired(signal.as_string().unwrap_or_default()));
            self.armed.replace(js::arm(signals, Rc::new(fired)));
        }
    }

    /// Stops listening and waking.
    pub fn stop(&self) {
        js::run(&self.armed.take(), "disconnect");
        js::abort(&self.abort.borrow());
        self.sleep();
    }

    /// Calls `then` at each event until the SDK is switched off.
    pub fn on(&self, rt: Rt, target: &JsValue, name: &str, then: fn(Rt, &JsValue)) {
        self.listen(target, name, js::always(Rc::new(move |event| then(rt, &event))));
    }

    #[inline(never)]
    fn listen(&self, target: &JsValue, name: &str, then: JsValue) {
        let mut abort = self.abort.borrow_mut();
        if abort.is_undefined() {
            *abort = js::abort_controller();
        }
        js::listen(target, name, then, &js::get(&abort, "signal"));
    }

    /// Wakes the engine at an instant; replaces the former one.
    pub fn wake_at(&self, rt: Rt, at: Option<Millis>) {
        self.sleep();
        self.wake.set(at.map(|at| timers::wake(rt, at)));
    }

    fn sleep(&self) {
        if let Some(timer) = self.wake.take() {
            js::call(&js::at("window"), "clearTimeout", vec![timer.into()]);
        }
    }

    /// With the first grant, this page's view and where it came from are read; with the last one lost, no longer.
    pub fn consent_changed(&self, rt: Rt) {
        page::consent_changed(rt);
    }

    /// The page is left: what was begun there is over.
    pub fn leave(&self, rt: Rt) {
        forms::leave(rt);
    }

    /// The page's route may have changed.
    pub fn check_route(&self, rt: Rt) {
        page::check_route(rt);
    }

    /// The page came back from the back-forward cache: a new view of it.
    pub fn view_again(&self, rt: Rt) {
        page::view(rt);
    }

    /// What the page says about itself (`vitrine.context`).
    pub fn said(&self, rt: Rt, said: Map) {
        page::said(rt, said);
    }
}
