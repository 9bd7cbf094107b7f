//! The WebAssembly surface: converts, and calls the runtime. The facade (pkg/ts) checks and copies arguments, names the
//! members of answers, makes the promises that each `done` keeps, and catches traps.

use crate::config::Config;
use crate::runtime::{Rt, Runtime, answer, decision};
use crate::{consent, js, net, value};
use vitrine_core::io::{Draft, Facts, Tracked};
use vitrine_core::json;
use vitrine_wire::{Code, EventKind, Value};
use wasm_bindgen::prelude::*;

/// One SDK on one page for one site.
#[wasm_bindgen]
pub struct Core(Rt);

#[wasm_bindgen]
impl Core {
    /// Starts: reads the recorded choice, listens to the page, fetches the bundle. `notify(name, …)` hears of everything,
    /// and first of all when decisions are real or it is known that they will not be (`ready`, mode, reason). Returns at
    /// once.
    pub fn start(config: &JsValue, boot: &JsValue, notify: JsValue) -> Core {
        let rt = Runtime::new(Config::read(config), boot, notify);
        rt.start();
        Core(rt)
    }

    /// A call of the page's developer, with its data and proof as JSON; no text or NaN is nothing said. Answers status and
    /// reason.
    #[expect(clippy::too_many_arguments, reason = "each would be a crossing of its own as a member")]
    pub fn event(&self, kind: &str, name: &str, data: &str, id: &str, at: f64, proof: &str, done: JsValue) {
        match draft(kind, name.into(), data, id, at, proof) {
            Ok(draft) => self.0.event(draft, Some(done)),
            Err(code) => {
                self.0.diagnose(code, kind);
                answer(&done, Tracked::Dropped(code));
            }
        }
    }

    /// What the page says about itself: `{page, data}`.
    pub fn context(&self, said: &JsValue) {
        match value::read_map(said) {
            Ok(said) => self.0.sources.said(self.0, said),
            Err(code) => self.0.diagnose(code, "context"),
        }
    }

    /// Log out: a new person may use this device.
    pub fn reset(&self) {
        if let Some(fresh) = crate::ids::identity(self.0.now()) {
            self.0.facts(Facts::Reset { fresh });
            self.0.tabs.say_reset(self.0);
        }
    }

    /// Sends what waits; answers how much is unsent.
    pub fn flush(&self, done: JsValue) {
        self.0.flush(done);
    }

    /// The cached decision of a slot.
    pub fn decide(&self, slot: &str) -> JsValue {
        js::list(decision(&self.0.ask(|e| e.decide(slot))))
    }

    /// Ids of the segments that hold, sorted.
    pub fn segments(&self) -> JsValue {
        js::list(self.0.ask(|e| e.segments()).iter().map(Into::into).collect())
    }

    /// `{purpose: {state, source, decidedAt, expiresAt}}`.
    pub fn consent_get(&self) -> JsValue {
        value::write(&self.0.ask(|e| e.consent()))
    }

    /// The visitor's act. What follows at once has happened when the call returns.
    pub fn consent_set(&self, purposes: &JsValue) {
        consent::manual::set(self.0, purposes);
    }

    /// A choice that the site's own banner kept, or the backend (`ours`).
    pub fn consent_restore(&self, record: &JsValue, ours: bool) {
        consent::manual::restore(self.0, record, ours);
    }

    /// Takes back one purpose, or all (no text). What follows at once has happened when the call returns.
    pub fn consent_withdraw(&self, purpose: &JsValue) {
        consent::manual::withdraw(self.0, purpose.as_string().as_deref());
    }

    /// The visitor puts off what a slot asks: own content for the rest of the visit. Or (`true`) it is taken that a page before did.
    pub fn consent_later(&self, guess: bool) {
        self.0.facts(Facts::Asked { guess });
    }

    /// Another consent source says how things stand. A denial has taken effect when the call returns.
    pub fn consent_told(&self, source: &str, purposes: &JsValue, acted: bool, cookie: &str) {
        consent::source::told(self.0, source, purposes, acted, cookie);
    }

    /// The visitor id, once something is granted; else null.
    pub fn visitor_id(&self) -> JsValue {
        self.0.ask(|e| e.visitor_id().map_or(JsValue::NULL, Into::into))
    }

    /// What is known about the visitor, for the visitor: `profile` (this device), `state` (bytes, for the inspector's replica), `export`, `receipts` and `preferences` (the
    /// backend's), `prefer` (the backend's, with what changes), `erase` (both; answers whether the backend has erased too).
    pub fn visitor(&self, op: &str, done: JsValue, change: &JsValue) {
        let rt = self.0;
        match op {
            "profile" => js::give(&done, value::write(&rt.ask(|e| e.profile()))),
            "state" => js::give(&done, js::copy(&rt.ask(|e| e.state()))),
            "export" => net::read(rt, "/v1/visitor/export", done),
            "receipts" => net::read(rt, "/v1/visitor/consents", done),
            "preferences" => net::read(rt, "/v1/visitor/preferences", done),
            "prefer" => net::prefer(rt, change, done),
            _ => net::erase(rt, done),
        }
    }

    /// The tree of a segment or slot; null for unknown ids.
    pub fn explain(&self, id: &str) -> JsValue {
        let rt = self.0;
        let tree = rt.ask(|e| e.explain(rt.now(), id));
        tree.map_or(JsValue::NULL, |tree| value::write(&tree))
    }

    /// The page draws a slot itself, in this element.
    pub fn seen(&self, slot: String, element: JsValue) {
        self.0.dom.give(self.0, slot, element);
    }

    /// A preview link, checked by the facade.
    pub fn preview(&self, experience: String, variant: String) {
        self.0.facts(Facts::Preview { experience, variant });
    }

    /// Switches the SDK off for this page: the page's own content.
    pub fn off(&self, reason: &str) {
        self.0.off(reason);
    }
}

/// The build's id: glue and wasm of different builds refuse each other.
#[wasm_bindgen]
pub fn build() -> String {
    option_env!("VITRINE_BUILD").unwrap_or("dev").into()
}

fn draft(kind: &str, name: String, data: &str, id: &str, at: f64, proof: &str) -> Result<Draft, Code> {
    let corrects = kind == "correct";
    let kind = if corrects { EventKind::Identify } else { EventKind::parse(kind).ok_or(Code::Argument)? };
    let named = matches!(kind, EventKind::Track | EventKind::Page | EventKind::Screen);
    let (name, of) = if named { (name, String::new()) } else { (String::new(), name) };
    Ok(Draft {
        message_id: id.into(),
        kind: Some(kind),
        name,
        timestamp: (!at.is_nan()).then_some(at as i64),
        id: of,
        data: value::members(json::read(data))?,
        proof: Some(json::read(proof)).filter(|proof| *proof != Value::Null),
        server_side: false,
        corrects,
    })
}
