//! The site's bundle: fetched without saying who asks, checked, verified, then given to the engine.

use super::{Request, fetch, get, status};
use crate::js;
use crate::runtime::Runtime;
use js_sys::{Function, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vitrine_core::Input;
use vitrine_core::io::Mode;
use vitrine_wire::bundle::Meta;
use vitrine_wire::envelope::{self, Envelope};
use vitrine_wire::{Code, ConsentState, Purpose, records};
use wasm_bindgen::{JsCast, JsValue};

/// Waits between attempts, in milliseconds: doubled each time, at most the last.
const WAIT: [i64; 2] = [1_000, 60_000];

/// What is known of the site's bundles.
#[derive(Default)]
pub struct State {
    /// The boot's fetch.
    begun: RefCell<Option<JsValue>>,
    asking: Cell<bool>,
    /// Asked for again while asking.
    again: Cell<bool>,
    /// In use.
    current: Cell<u64>,
    highest: Cell<u64>,
    notices: RefCell<Vec<(Purpose, String)>>,
    told: Cell<bool>,
}

impl State {
    pub fn begun(&self, fetch: JsValue) {
        self.begun.replace((!fetch.is_undefined()).then_some(fetch));
    }

    pub fn seen(&self, sequence: u64) {
        self.highest.set(self.highest.get().max(sequence));
    }

    pub fn current(&self) -> u64 {
        self.current.get()
    }

    pub fn notice(&self, purposes: &[(Purpose, ConsentState)]) -> String {
        let mut named: Vec<String> = Vec::new();
        for (purpose, notice) in &*self.notices.borrow() {
            if purposes.iter().any(|(p, _)| p == purpose) && !named.contains(notice) {
                named.push(notice.clone());
            }
        }
        named.join(",")
    }
}

/// Fetches the bundle; one that cannot be had is asked for again, less and less often.
pub async fn keep_asking(rt: Rc<Runtime>) {
    let state = &rt.net.bundle;
    if state.asking.replace(true) {
        return state.again.set(true);
    }
    let [mut wait, most] = WAIT;
    loop {
        state.again.set(false);
        let result = once(&rt).await;
        if let Err(code) = result {
            if !state.told.replace(true) {
                rt.diagnose(code, "");
            }
            if state.current() == 0 {
                rt.give_up(rt.ask(|e| e.mode()).unwrap_or(Mode::Off), code.as_str());
            }
        }
        match result {
            _ if state.again.get() => {}
            // A damaged or foreign bundle does not heal by asking.
            Err(Code::BundleUnavailable) => {
                js::sleep(wait + (js_sys::Math::random() * wait as f64) as i64).await;
                wait = (wait * 2).min(most);
            }
            _ => break,
        }
    }
    state.asking.set(false);
}

async fn once(rt: &Rc<Runtime>) -> Result<(), Code> {
    let bytes = bytes(rt).await.ok_or(Code::BundleUnavailable)?;
    let state = &rt.net.bundle;
    let envelope = envelope::open(&bytes)?;
    let meta = records::read(envelope.payload).find(|(kind, _)| *kind == 1);
    let meta: Meta = meta.and_then(|(_, body)| records::body(body)).ok_or(Code::BundleMalformed)?;
    if meta.site != rt.config.site {
        return Err(Code::BundleSite);
    }
    // The payload itself says its site: the header's digest of the same name is for who cannot read payloads.
    envelope.header.check(envelope.header.site, (rt.now() / 1_000) as u64, state.highest.get())?;
    let sequence = envelope.header.sequence;
    if sequence == state.current() {
        return Ok(());
    }
    match &rt.config.verifier {
        Some(verifier) => verify(verifier, &envelope).await?,
        None if !state.told.replace(true) => rt.diagnose(Code::BundleUnverified, ""),
        None => {}
    }
    state.current.set(sequence);
    state.seen(sequence);
    state.notices.replace(meta.notices);
    rt.input(Input::Bundle { at: rt.now(), sequence, payload: envelope.payload.into() });
    Ok(())
}

async fn verify(verifier: &Function, envelope: &Envelope<'_>) -> Result<(), Code> {
    let [signature, signed] = [envelope.signature, envelope.signed].map(|b| Uint8Array::from(b).into());
    let answer = verifier.call3(&JsValue::UNDEFINED, &envelope.header.key.into(), &signature, &signed);
    let answer = js::wait(answer.map_err(|_| Code::BundleSignature)?).await.map_err(|_| Code::BundleSignature)?;
    match answer.as_bool() {
        Some(true) => Ok(()),
        Some(false) => Err(Code::BundleSignature),
        None => Err(Code::BundleKey),
    }
}

/// From the boot's fetch, the network, or, where that does not answer, what the browser cached.
async fn bytes(rt: &Rc<Runtime>) -> Option<Vec<u8>> {
    let begun = rt.net.bundle.begun.take();
    let mut response = match begun {
        Some(begun) => js::wait(begun).await.ok().filter(is_good),
        None => None,
    };
    for cache in ["default", "force-cache"] {
        if response.is_none() {
            response = fetch(rt, Request { cache, ..get(path(rt)) }).await.filter(is_good);
        }
    }
    let buffer = js::wait(js::call(&response?, "arrayBuffer", &[])).await.ok()?;
    Some(Uint8Array::new(buffer.dyn_ref::<js_sys::ArrayBuffer>()?).to_vec())
}

fn path(rt: &Runtime) -> String {
    let mut path = String::from("/v1/sites/");
    path.push_str(&String::from(js_sys::encode_uri_component(&rt.config.site)));
    path.push_str("/bundle/2");
    path
}

fn is_good(response: &JsValue) -> bool {
    status(response) == 200
}
