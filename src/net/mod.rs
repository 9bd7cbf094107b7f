//! The backend, by fetch and beacon. What rests on a grant is aborted with it.

mod batch;
mod bundle;
pub mod catalog;
mod stream;
mod visitor;

use crate::js::{self, Then};
use crate::runtime::{Rt, Runtime};
use std::cell::{Cell, RefCell};
use stream::Stream;
use vitrine_core::Input;
use vitrine_core::io::{Facts, Identity, Outcome, Ref, Send};
use vitrine_wire::{Code, ConsentState, Purpose};
use wasm_bindgen::JsValue;

pub use visitor::{erase, prefer, read};

/// Everything that talks to the backend.
#[derive(Default)]
pub struct Net {
    /// Ends what runs on a grant.
    abort: RefCell<JsValue>,
    bundle: bundle::State,
    stream: Stream,
    /// This device's ids, as the store holds them: for what the visitor asks about themselves.
    identity: RefCell<Option<Identity>>,
    erasing: Cell<bool>,
    erased: RefCell<Vec<JsValue>>,
}

impl Net {
    /// `boot` may have begun to fetch the bundle.
    pub fn new(boot: &JsValue) -> Self {
        let net = Net::default();
        net.bundle.begun(js::get(boot, "bundle"));
        net
    }

    /// Fetches the bundle, and again until it is there.
    pub fn fetch_bundle(&self, rt: Rt) {
        bundle::keep_asking(rt);
    }

    /// The highest bundle sequence that the device has seen.
    pub fn seen_bundle(&self, sequence: u64) {
        self.bundle.seen(sequence);
    }

    /// The notices that these purposes are asked with.
    pub fn notice(&self, purposes: &[(Purpose, ConsentState)]) -> String {
        self.bundle.notice(purposes)
    }

    /// The device's ids became these.
    pub fn identify(&self, identity: Option<Identity>) {
        self.identity.replace(identity);
    }

    /// Ends everything that runs on a grant.
    pub fn abort(&self, rt: Rt) {
        js::abort(&self.abort.take());
        if rt.may_keep().is_none() {
            // Nobody is known here any more: nothing is asked in their name.
            self.identity.take();
        }
        // Where it is still allowed the engine asks anew.
        if let Some(reference) = self.stream.end() {
            rt.answer_send(reference, Outcome::Retry { after: None });
        }
    }

    /// The page leaves: an open connection would keep it out of the back-forward cache.
    pub fn rest(&self) {
        self.stream.close();
    }

    /// A hidden page holds its stream for a little while only.
    pub fn visibility(&self, rt: Rt, visible: bool) {
        stream::visibility(rt, visible);
    }

    /// Does what the engine wants sent.
    #[inline(never)]
    pub fn perform(&self, rt: Rt, reference: Ref, send: Send) {
        let request = match send {
            Send::Events { events, token, beacon: true, .. } => return batch::beacon(rt, events, &token),
            Send::Events { grant, events, token, beacon: false } => {
                return batch::send(rt, reference, grant, events, token);
            }
            Send::Profile { grant, token, .. } => return visitor::profile(rt, reference, grant, token),
            Send::Stream { grant, token, visitor } => {
                return stream::open(rt, stream::Wanted { grant, token, visitor, reference });
            }
            Send::StreamClose => {
                self.stream.end();
                return;
            }
            Send::Register { identity, receipt, .. } => {
                let more = vec![js::some(&receipt.unwrap_or_default())];
                let names = "site key visitor token receipt";
                let body = self.body(rt, names, &identity.visitor, &identity.token, more);
                Request { signal: self.signal(), ..post("/v1/visitor", body) }
            }
            Send::Consents(consents) => visitor::consents(rt, consents),
            Send::Erase { identity } => {
                self.erasing.set(true);
                let names = "site key visitor token";
                let body = self.body(rt, names, &identity.visitor, &identity.token, Vec::new());
                Request { method: "DELETE", ..post("/v1/visitor", body) }
            }
        };
        let erases = request.method == "DELETE";
        fetch(
            rt,
            request,
            Box::new(move |answer| {
                let outcome = outcome(&answer);
                let done = matches!(outcome, Outcome::Done);
                if erases {
                    rt.net.erasing.set(false);
                    rt.net.erased.take().iter().for_each(|f| js::give(f, done.into()));
                }
                // The revocation ticket that an answer may carry.
                if let Some(ticket) = js::text(&answer, "2.ticket").filter(|_| done) {
                    rt.facts(Facts::Ticket(ticket));
                }
                rt.answer_send(reference, outcome);
            }),
        );
    }

    /// A body: the site, its key and, where said, whose request it is; then more of its `names`.
    fn body(&self, rt: Rt, names: &str, visitor: &str, token: &str, more: Vec<JsValue>) -> JsValue {
        let mut values =
            vec![rt.config.site.as_str().into(), rt.config.key.as_str().into(), js::some(visitor), js::some(token)];
        values.extend(more);
        js::named(names, values)
    }

    fn signal(&self) -> JsValue {
        let mut abort = self.abort.borrow_mut();
        if abort.is_undefined() {
            *abort = js::abort_controller();
        }
        js::get(&abort, "signal")
    }
}

impl Runtime {
    fn answer_send(&'static self, reference: Ref, outcome: Outcome) {
        self.input(Input::SyncResult { at: self.now(), reference, outcome });
    }
}

/// A request to the backend.
struct Request {
    method: &'static str,
    path: &'static str,
    body: JsValue,
    /// Empty where nobody has to be known.
    bearer: String,
    signal: JsValue,
    cache: &'static str,
    /// Whether the answer's body is read as it comes.
    stream: bool,
}

/// Reads without saying who asks.
fn get(path: &'static str) -> Request {
    Request {
        method: "GET",
        path,
        body: JsValue::UNDEFINED,
        bearer: String::new(),
        signal: JsValue::UNDEFINED,
        cache: "default",
        stream: false,
    }
}

/// Sends a body.
fn post(path: &'static str, body: JsValue) -> Request {
    Request { method: "POST", body, cache: "no-store", ..get(path) }
}

/// Calls back with `[status, retry-after, JSON]`, whatever the status; with undefined where there was no answer.
#[inline(never)]
fn fetch(rt: &Runtime, of: Request, then: Then) {
    let url = rt.config.url(of.path, "", "");
    js::request(of.method, &url, of.cache, &of.signal, &of.bearer, &of.body, of.stream, js::once(then));
}

/// What an answer means for what was sent.
#[inline(never)]
fn outcome(answer: &JsValue) -> Outcome {
    match js::number(answer, "0") as u16 {
        200..=299 => Outcome::Done,
        0 | 408 | 429 | 500.. => Outcome::Retry { after: js::get(answer, "1").as_f64().map(|ms| ms as i64) },
        _ => {
            let why = js::text(answer, "2.error.code").unwrap_or_default();
            Outcome::Refused(Code::ALL.iter().copied().find(|code| code.as_str() == why).unwrap_or(Code::Rejected))
        }
    }
}
