//! The WebAssembly surface: converts, and calls the runtime. The facade (pkg/ts) checks arguments and catches traps.

use crate::config::Config;
use crate::runtime::{Runtime, decision_to_js};
use crate::{consent, js, net, value};
use js_sys::{Function, Promise};
use std::rc::Rc;
use vitrine_core::io::{Draft, Facts, Tracked};
use vitrine_wire::EventKind;
use wasm_bindgen::prelude::*;

/// One SDK on one page for one site.
#[wasm_bindgen]
pub struct Core(Rc<Runtime>);

#[wasm_bindgen]
impl Core {
    /// Starts: reads the recorded choice, listens to the page, fetches the bundle. `notify(name, detail)` hears of
    /// everything. Returns at once; see `ready`.
    pub fn start(config: &JsValue, boot: &JsValue, notify: Function) -> Core {
        let rt = Runtime::new(Config::read(config), boot, notify);
        rt.start();
        Core(rt)
    }

    /// `{mode, reason}`, as soon as decisions are real or it is known that they will not be. Never rejects.
    pub fn ready(&self) -> Promise {
        self.promise(|rt, done| rt.when_ready(done))
    }

    /// A call of the page's developer. Answers `{status, reason}`; never rejects.
    pub fn event(&self, kind: &str, name: Option<String>, properties: &JsValue, options: &JsValue) -> Promise {
        self.promise(|rt, done| match draft(kind, name.as_deref().unwrap_or_default().into(), properties, options) {
            Ok(draft) => rt.event(draft, Some(done)),
            Err(code) => {
                rt.diagnose(code, kind);
                crate::runtime::answer(&done, Tracked::Dropped(code));
            }
        })
    }

    /// What the page says about itself: `{page, data}`.
    pub fn context(&self, said: &JsValue) {
        match value::read_map(said) {
            Ok(said) => self.0.sources.said(&self.0, said),
            Err(code) => self.0.diagnose(code, "context"),
        }
    }

    /// Log out: a new person may use this device.
    pub fn reset(&self) -> Promise {
        self.0.facts(Facts::Reset { fresh: crate::ids::identity(self.0.now()) });
        Promise::resolve(&JsValue::UNDEFINED)
    }

    /// Sends what waits; answers `{unsent}`.
    pub fn flush(&self) -> Promise {
        self.promise(Runtime::flush)
    }

    /// The cached decision of a slot.
    pub fn decide(&self, slot: &str) -> JsValue {
        decision_to_js(&self.0.ask(|e| e.decide(slot)))
    }

    /// Ids of the segments that hold, sorted.
    pub fn segments(&self) -> Vec<String> {
        self.0.ask(|e| e.segments())
    }

    /// `{purpose: {state, source, decidedAt, expiresAt}}`.
    pub fn consent_get(&self) -> JsValue {
        value::write(&self.0.ask(|e| e.consent()))
    }

    /// The visitor's act. What follows at once has happened when the call returns.
    pub fn consent_set(&self, purposes: &JsValue) -> Promise {
        consent::manual::set(&self.0, purposes);
        Promise::resolve(&JsValue::UNDEFINED)
    }

    /// A choice that the site's own banner kept.
    pub fn consent_restore(&self, record: &JsValue) -> Promise {
        consent::manual::restore(&self.0, record);
        Promise::resolve(&JsValue::UNDEFINED)
    }

    /// Takes back one purpose, or all. What follows at once has happened when the call returns.
    pub fn consent_withdraw(&self, purpose: Option<String>) -> Promise {
        consent::manual::withdraw(&self.0, purpose.as_deref());
        Promise::resolve(&JsValue::UNDEFINED)
    }

    /// The visitor id, once something is granted.
    pub fn visitor_id(&self) -> Option<String> {
        self.0.ask(|e| e.visitor_id().map(Into::into))
    }

    /// What is known about the visitor, for the visitor: `profile` (this device), `export` and `receipts` (the backend's),
    /// `erase` (both; answers whether the backend has erased too).
    pub fn visitor(&self, op: &str) -> Promise {
        let rt = self.0.clone();
        match op {
            "profile" => Promise::resolve(&value::write(&rt.ask(|e| e.profile()))),
            "export" => js::promise(net::read(rt, "/v1/visitor/export")),
            "receipts" => js::promise(net::read(rt, "/v1/visitor/consents")),
            "erase" => js::promise(net::erase(rt)),
            _ => Promise::resolve(&JsValue::UNDEFINED),
        }
    }

    /// The visitor declares traits; answers as `event`.
    pub fn visitor_correct(&self, traits: &JsValue) -> Promise {
        self.event("identify", None, traits, &JsValue::UNDEFINED)
    }

    /// The tree of a segment or slot; null for unknown ids.
    pub fn explain(&self, id: &str) -> JsValue {
        let rt = &self.0;
        let tree = rt.ask(|e| e.explain(rt.now(), id));
        tree.map_or(JsValue::NULL, |tree| value::write(&tree))
    }

    /// Switches the SDK off for this page: the page's own content.
    pub fn off(&self, reason: &str) {
        self.0.off(reason);
    }

    fn promise(&self, then: impl Fn(&Rc<Runtime>, Function)) -> Promise {
        Promise::new(&mut |done, _| then(&self.0, done))
    }
}

/// The build's id: glue and wasm of different builds refuse each other.
#[wasm_bindgen]
pub fn build() -> String {
    option_env!("VITRINE_BUILD").unwrap_or("dev").into()
}

fn draft(kind: &str, name: String, data: &JsValue, options: &JsValue) -> Result<Draft, vitrine_wire::Code> {
    let kind = EventKind::parse(kind).ok_or(vitrine_wire::Code::Argument)?;
    let named = matches!(kind, EventKind::Track | EventKind::Page | EventKind::Screen);
    let (name, id) = if named { (name, String::new()) } else { (String::new(), name) };
    let at = js::get(options, "timestamp");
    let at = if at.is_undefined() { f64::NAN } else { js_sys::Date::new(&at).get_time() };
    let proof = js::get(options, "proof");
    Ok(Draft {
        message_id: js::text(options, "messageId").unwrap_or_default(),
        kind: Some(kind),
        name,
        timestamp: (!at.is_nan()).then_some(at as i64),
        id,
        data: value::read_map(data)?,
        proof: if proof.is_undefined() { None } else { Some(value::read(&proof)?) },
        server_side: false,
    })
}
