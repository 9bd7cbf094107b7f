//! The site's bundle: fetched without saying who asks, checked, verified, then given to the engine.

use crate::js;
use crate::runtime::Rt;
use std::cell::{Cell, RefCell};
use vitrine_core::Input;
use vitrine_core::io::Mode;
use vitrine_wire::bundle::Meta;
use vitrine_wire::envelope;
use vitrine_wire::{Code, ConsentState, Millis, Purpose, records};
use wasm_bindgen::JsValue;

/// Waits between attempts, in milliseconds: doubled each time, at most the last.
const WAIT: [i64; 2] = [1_000, 60_000];
/// What nobody says anything of is asked for again after so many milliseconds.
const OLD_MS: Millis = 5 * 60_000;

/// What is known of the site's bundles.
#[derive(Default)]
pub struct State {
    /// The boot's fetch.
    begun: RefCell<JsValue>,
    asking: Cell<bool>,
    /// Asked for again while asking.
    again: Cell<bool>,
    /// When it was last asked for.
    at: Cell<Millis>,
    /// In use.
    current: Cell<u64>,
    highest: Cell<u64>,
    notices: RefCell<Vec<(Purpose, String)>>,
    told: Cell<bool>,
}

impl State {
    pub fn begun(&self, fetch: JsValue) {
        self.begun.replace(fetch);
    }

    pub fn seen(&self, sequence: u64) {
        self.highest.set(self.highest.get().max(sequence));
    }

    /// Whether it was asked for long ago.
    pub fn is_old(&self, now: Millis) -> bool {
        now - self.at.get() >= OLD_MS
    }

    pub fn current(&self) -> u64 {
        self.current.get()
    }

    pub fn notice(&self, purposes: &[(Purpose, ConsentState)]) -> String {
        let mut named: Vec<String> = Vec::new();
        for (purpose, notice) in &*self.notices.borrow() {
            if !notice.is_empty() && purposes.iter().any(|(p, _)| p == purpose) && !named.contains(notice) {
                named.push(notice.clone());
            }
        }
        named.join(",")
    }
}

/// Fetches the bundle; one that cannot be had is asked for again, less and less often.
pub fn keep_asking(rt: Rt) {
    let state = &rt.net.bundle;
    if state.asking.replace(true) {
        return state.again.set(true);
    }
    once(rt, WAIT[0]);
}

fn once(rt: Rt, wait: i64) {
    let state = &rt.net.bundle;
    state.again.set(false);
    state.at.set(rt.now());
    let url = rt.config.url("/v1/sites/", &rt.config.site, "/bundle/2");
    let then = move |bytes: JsValue| match js::bytes(&bytes).ok_or(Code::BundleUnavailable).and_then(|b| check(rt, &b))
    {
        Ok(Checked { bundle: None, .. }) => done(rt, wait, Ok(())),
        Ok(Checked { bundle: Some(bundle), answer }) => {
            js::wait(&answer, Box::new(move |answer| done(rt, wait, verified(&answer).map(|()| take(rt, bundle)))))
        }
        Err(code) => done(rt, wait, Err(code)),
    };
    js::bundle(&state.begun.take(), &url, js::once(Box::new(then)));
}

fn done(rt: Rt, wait: i64, result: Result<(), Code>) {
    let state = &rt.net.bundle;
    if rt.is_off() {
        return;
    }
    if let Err(code) = result {
        if !state.told.replace(true) {
            rt.diagnose(code, "");
        }
        if state.current() == 0 {
            rt.give_up(rt.ask(|e| e.mode()).unwrap_or(Mode::Off), code.as_str());
        }
    }
    match result {
        _ if state.again.get() => once(rt, wait),
        // A damaged or foreign bundle does not heal by asking.
        Err(Code::BundleUnavailable) => {
            let most = (wait * 2).min(WAIT[1]);
            let part = js::random(1).first().map_or(0, |byte| i64::from(*byte));
            let wait = wait + ((part * wait) >> 8);
            js::timer(
                wait,
                Box::new(move |_| {
                    if !rt.is_off() {
                        once(rt, most)
                    }
                }),
            );
        }
        _ => state.asking.set(false),
    }
}

/// A bundle whose layout is sound, and the verifier's answer to come; none where there is nothing new.
struct Checked {
    bundle: Option<Bundle>,
    answer: JsValue,
}

struct Bundle {
    sequence: u64,
    consent: String,
    notices: Vec<(Purpose, String)>,
    payload: Vec<u8>,
}

fn check(rt: Rt, bytes: &[u8]) -> Result<Checked, Code> {
    let state = &rt.net.bundle;
    let envelope = envelope::open(bytes)?;
    let meta = records::read(envelope.payload).find(|(kind, _)| *kind == 1);
    let meta: Meta = meta.and_then(|(_, body)| records::body(body)).ok_or(Code::BundleMalformed)?;
    if meta.site != rt.config.site {
        return Err(Code::BundleSite);
    }
    // The payload itself says its site: the header's digest of the same name is for who cannot read payloads.
    envelope.header.check(envelope.header.site, (rt.now() / 1_000) as u64, state.highest.get())?;
    let sequence = envelope.header.sequence;
    if sequence == state.current() {
        return Ok(Checked { bundle: None, answer: JsValue::UNDEFINED });
    }
    let answer = match &rt.config.verifier {
        Some(verifier) => {
            let [signature, signed] = [envelope.signature, envelope.signed].map(js::copy);
            js::answer(verifier, vec![envelope.header.key.into(), signature, signed])
        }
        None => {
            if !state.told.replace(true) {
                rt.diagnose(Code::BundleUnverified, "");
            }
            JsValue::TRUE
        }
    };
    let bundle = Bundle { sequence, consent: meta.consent, notices: meta.notices, payload: envelope.payload.into() };
    Ok(Checked { bundle: Some(bundle), answer })
}

fn verified(answer: &JsValue) -> Result<(), Code> {
    match answer.as_bool() {
        Some(true) => Ok(()),
        Some(false) => Err(Code::BundleSignature),
        None => Err(Code::BundleKey),
    }
}

fn take(rt: Rt, bundle: Bundle) {
    let Bundle { sequence, consent, notices, payload } = bundle;
    let state = &rt.net.bundle;
    state.current.set(sequence);
    state.seen(sequence);
    state.notices.replace(notices);
    rt.tell_consent(&consent);
    rt.input(Input::Bundle { at: rt.now(), sequence, payload });
    // It may name slots that the page does not mark.
    rt.dom.look(rt);
}
