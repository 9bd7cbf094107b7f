//! The backend, by fetch and beacon. What rests on a grant is aborted with it.

mod batch;
mod bundle;
mod stream;
mod visitor;

use crate::js;
use crate::runtime::Runtime;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use stream::Stream;
use vitrine_core::Input;
use vitrine_core::io::{Facts, Identity, Outcome, Ref, Send};
use vitrine_wire::limits::BEACON_BYTES;
use vitrine_wire::{Code, ConsentState, Map, Purpose, Value};
use wasm_bindgen::JsValue;

pub use visitor::{erase, read};

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
    erased: RefCell<Vec<js_sys::Function>>,
}

impl Net {
    /// `boot` may have begun to fetch the bundle.
    pub fn new(boot: &JsValue) -> Self {
        let net = Net::default();
        net.bundle.begun(js::get(boot, "bundle"));
        net
    }

    /// Fetches the bundle, and again until it is there.
    pub fn fetch_bundle(&self, rt: &Rc<Runtime>) {
        js::spawn(bundle::keep_asking(rt.clone()));
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
    pub fn abort(&self, rt: &Rc<Runtime>) {
        js::call(&self.abort.take(), "abort", &[]);
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
    pub fn visibility(&self, rt: &Rc<Runtime>, visible: bool) {
        stream::visibility(rt, visible);
    }

    /// Does what the engine wants sent.
    pub fn perform(&self, rt: &Rc<Runtime>, reference: Ref, send: Send) {
        let rt = rt.clone();
        match send {
            Send::Events { events, token, beacon: true, .. } => batch::beacon(&rt, events, &token),
            Send::Events { grant, events, token, beacon: false } => js::spawn(async move {
                let outcome = batch::send(&rt, &grant, events, &token).await;
                rt.answer_send(reference, outcome);
            }),
            Send::Register { identity, receipt, .. } => js::spawn(async move {
                let mut body = rt.net.body(&rt, Some(&identity));
                if let Some(receipt) = receipt {
                    body.insert("receipt", receipt);
                }
                let outcome = tell(&rt, post("/v1/visitor", body)).await;
                rt.answer_send(reference, outcome);
            }),
            Send::Profile { grant, token, .. } => js::spawn(async move {
                let outcome = visitor::profile(&rt, &grant, token).await;
                rt.answer_send(reference, outcome);
            }),
            Send::Stream { grant, token, visitor } => {
                stream::open(&rt, stream::Wanted { grant, token, visitor, reference })
            }
            Send::StreamClose => drop(self.stream.end()),
            Send::Consents(consents) => js::spawn(async move {
                let outcome = tell(&rt, visitor::consents(&rt, consents)).await;
                rt.answer_send(reference, outcome);
            }),
            Send::Erase { identity } => {
                self.erasing.set(true);
                js::spawn(async move {
                    let body = rt.net.body(&rt, Some(&identity));
                    let outcome = tell(&rt, Request { method: "DELETE", ..post("/v1/visitor", body) }).await;
                    rt.net.erasing.set(false);
                    let done = matches!(outcome, Outcome::Done);
                    rt.net.erased.take().iter().for_each(|f| drop(f.call1(&JsValue::UNDEFINED, &done.into())));
                    rt.answer_send(reference, outcome);
                });
            }
        }
    }

    /// What every body begins with: the site, its key and, where said, whose request it is.
    fn body(&self, rt: &Runtime, identity: Option<&Identity>) -> Map {
        let mut body = crate::value::map(&[("site", &rt.config.site), ("key", &rt.config.key)]);
        if let Some(identity) = identity {
            body.insert("visitor", identity.visitor.as_str());
            body.insert("token", identity.token.as_str());
        }
        body
    }

    fn signal(&self) -> JsValue {
        let mut abort = self.abort.borrow_mut();
        if abort.is_undefined() {
            *abort = js::construct("AbortController", &[]).unwrap_or_default();
        }
        js::get(&abort, "signal")
    }
}

impl Runtime {
    fn answer_send(self: &Rc<Self>, reference: Ref, outcome: Outcome) {
        self.input(Input::SyncResult { at: self.now(), reference, outcome });
    }
}

/// A request to the backend.
struct Request {
    method: &'static str,
    path: String,
    body: Option<String>,
    bearer: Option<String>,
    signal: JsValue,
    cache: &'static str,
}

/// Reads without saying who asks.
fn get(path: String) -> Request {
    Request { method: "GET", path, body: None, bearer: None, signal: JsValue::UNDEFINED, cache: "default" }
}

/// Sends a body.
fn post(path: &str, body: Map) -> Request {
    let body = js::to_json(&crate::value::write_map(&body));
    Request { method: "POST", body: Some(body), cache: "no-store", ..get(path.into()) }
}

/// The response, whatever its status; none where there was no answer.
async fn fetch(rt: &Runtime, request: Request) -> Option<JsValue> {
    let mut url = rt.config.endpoint.clone();
    url.push_str(&request.path);
    let reads = request.method == "GET";
    let mut init = vec![
        ("method", request.method.into()),
        ("credentials", "omit".into()),
        // Who writes must be seen to come from the site: browsers send `Origin: null` without any referrer.
        ("referrerPolicy", if reads { "no-referrer" } else { "strict-origin" }.into()),
        ("cache", request.cache.into()),
        ("signal", request.signal),
    ];
    if let Some(token) = request.bearer {
        let mut bearer = String::from("Bearer ");
        bearer.push_str(&token);
        init.push(("headers", js::object(&[("authorization", bearer.into())])));
    }
    if let Some(body) = request.body {
        // Browsers keep at most this much alive beyond the page.
        init.push(("keepalive", (body.len() <= BEACON_BYTES).into()));
        init.push(("body", body.into()));
    }
    let response = js::try_call(&js::window(), "fetch", &[url.into(), js::object(&init)]);
    js::wait(response.ok()?).await.ok()
}

/// The status of a response.
fn status(response: &JsValue) -> u16 {
    js::get(response, "status").as_f64().unwrap_or_default() as u16
}

/// A response's JSON; null where it is none.
async fn json(response: &JsValue) -> Value {
    let body = js::wait(js::call(response, "json", &[])).await;
    body.map(|body| crate::value::read_ours(&body)).unwrap_or_default()
}

/// What an answer means for what was sent.
async fn outcome(response: Option<&JsValue>) -> Outcome {
    let Some(response) = response else { return Outcome::Retry { after: None } };
    match status(response) {
        200..=299 => Outcome::Done,
        408 | 429 | 500.. | 0 => {
            let after = js::call(&js::get(response, "headers"), "get", &["retry-after".into()]).as_string();
            Outcome::Retry { after: after.and_then(|s| s.trim().parse().ok()).map(|s: i64| s.saturating_mul(1_000)) }
        }
        _ => {
            let why = json(response).await;
            let why = why.at("error.code").and_then(Value::as_str).unwrap_or_default();
            Outcome::Refused(Code::ALL.iter().copied().find(|code| code.as_str() == why).unwrap_or(Code::Rejected))
        }
    }
}

/// Sends, and hands the engine the revocation ticket that an answer may carry.
async fn tell(rt: &Rc<Runtime>, request: Request) -> Outcome {
    let response = fetch(rt, request).await;
    let outcome = outcome(response.as_ref()).await;
    if let (Outcome::Done, Some(response)) = (&outcome, &response)
        && let Some(Value::Str(ticket)) = json(response).await.get("ticket").cloned()
    {
        rt.facts(Facts::Ticket(ticket));
    }
    outcome
}
