//! The backend's word that something changed: server-sent events read by fetch, so that the token travels in the body.

use super::{Request, fetch, outcome, post};
use crate::js;
use crate::runtime::Runtime;
use js_sys::{Array, Promise, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vitrine_core::Granted;
use vitrine_core::gate::Sync;
use vitrine_core::io::{Facts, Identity, Outcome, Ref};
use vitrine_wire::Value;
use wasm_bindgen::{JsCast, JsValue};

/// A hidden page keeps its stream this long.
const HIDDEN_MS: i64 = 20_000;
/// The backend pings every 25 s: after this long without a byte the stream is dead.
const SILENT_MS: i64 = 60_000;

/// What the engine asked for.
#[derive(Clone)]
pub struct Wanted {
    pub grant: Granted<Sync>,
    pub token: String,
    pub visitor: String,
    pub reference: Ref,
}

/// The stream, open or not.
#[derive(Default)]
pub struct Stream {
    wanted: RefCell<Option<Wanted>>,
    abort: RefCell<JsValue>,
    /// Raised at each opening and closing: what runs from before ends.
    epoch: Cell<u32>,
    open: Cell<bool>,
    /// Raised when the page shows or hides.
    shown: Cell<u32>,
    /// The last message's id.
    last: RefCell<Option<String>>,
}

impl Stream {
    /// Closes it; it may be opened again.
    pub fn close(&self) {
        self.epoch.set(self.epoch.get().wrapping_add(1));
        self.open.set(false);
        js::call(&self.abort.take(), "abort", &[]);
    }

    /// Closes it for good. The reference of who wanted it.
    pub fn end(&self) -> Option<Ref> {
        self.last.take();
        self.close();
        self.wanted.take().map(|wanted| wanted.reference)
    }
}

/// Opens the stream, or keeps the one that is open.
pub fn open(rt: &Rc<Runtime>, wanted: Wanted) {
    let stream = &rt.net.stream;
    stream.wanted.replace(Some(wanted));
    if !stream.open.replace(true) {
        stream.epoch.set(stream.epoch.get().wrapping_add(1));
        js::spawn(run(rt.clone(), stream.epoch.get()));
    }
}

/// Closes the stream of a page that stays hidden, opens it again for one that is seen.
pub fn visibility(rt: &Rc<Runtime>, visible: bool) {
    let stream = &rt.net.stream;
    stream.shown.set(stream.shown.get().wrapping_add(1));
    if visible {
        let wanted = stream.wanted.borrow().clone().filter(|w| rt.alive(&w.grant));
        if let Some(wanted) = wanted {
            open(rt, wanted);
        }
        return;
    }
    let (rt, shown) = (rt.clone(), stream.shown.get());
    js::spawn(async move {
        js::sleep(HIDDEN_MS).await;
        if rt.net.stream.shown.get() == shown {
            rt.net.stream.close();
        }
    });
}

async fn run(rt: Rc<Runtime>, epoch: u32) {
    let stream = &rt.net.stream;
    let wanted = stream.wanted.borrow().clone();
    let Some(wanted) = wanted.filter(|w| rt.alive(&w.grant)) else { return };
    let abort = js::construct("AbortController", &[]).unwrap_or_default();
    let signal = js::get(&abort, "signal");
    stream.abort.replace(abort);
    let response = fetch(&rt, request(&rt, &wanted, signal)).await;
    if stream.epoch.get() != epoch {
        return;
    }
    let mut end = outcome(response.as_ref()).await;
    if let (Outcome::Done, Some(response)) = (&end, response) {
        rt.answer_send(wanted.reference, end);
        listen(&rt, epoch, &response).await;
        if stream.epoch.get() != epoch {
            return;
        }
        end = Outcome::Retry { after: None };
    }
    // Its end is news too: the engine asks for another when it is time.
    stream.open.set(false);
    rt.answer_send(wanted.reference, end);
}

fn request(rt: &Rc<Runtime>, wanted: &Wanted, signal: JsValue) -> Request {
    let identity = Identity { visitor: wanted.visitor.clone(), token: wanted.token.clone(), created: 0 };
    let mut body = rt.net.body(rt, Some(&identity));
    if let Some(last) = &*rt.net.stream.last.borrow() {
        body.insert("last", last.as_str());
    }
    Request { signal, ..post("/v1/visitor/stream", body) }
}

/// Reads until the stream ends, falls silent or is closed.
async fn listen(rt: &Rc<Runtime>, epoch: u32, response: &JsValue) {
    let reader = js::call(&js::get(response, "body"), "getReader", &[]);
    let mut parser = Parser::default();
    loop {
        let chunk = Promise::race(&Array::of2(&js::call(&reader, "read", &[]), &js::timer(SILENT_MS)));
        let chunk = js::wait(chunk.into()).await.unwrap_or_default();
        let Ok(bytes) = js::get(&chunk, "value").dyn_into::<Uint8Array>() else { break };
        if rt.net.stream.epoch.get() != epoch {
            return;
        }
        for message in parser.feed(&bytes.to_vec()) {
            hear(rt, message);
        }
    }
    // Of a stream that was aborted it is refused; that is no news, and none of the page's business.
    drop(js::wait(js::call(&reader, "cancel", &[])).await);
}

fn hear(rt: &Rc<Runtime>, message: Message) {
    if !message.id.is_empty() {
        rt.net.stream.last.replace(Some(message.id));
    }
    let data = js::from_json(&message.data).map(|of| crate::value::read_ours(&of)).unwrap_or_default();
    let number = |name| data.get(name).and_then(Value::as_num).map(|n| n as u64);
    match message.event.as_str() {
        "bundle" if number("sequence") != Some(rt.net.bundle.current()) => {
            rt.net.fetch_bundle(rt);
            rt.tabs.say_bundle();
        }
        "profile" => {
            if let Some(version) = number("version") {
                rt.facts(Facts::ProfileVersion(version));
            }
        }
        _ => {}
    }
}

/// One server-sent event.
#[derive(Default)]
struct Message {
    id: String,
    event: String,
    data: String,
}

/// Splits bytes into messages, however they were cut on the way.
#[derive(Default)]
struct Parser {
    line: Vec<u8>,
    message: Message,
}

impl Parser {
    fn feed(&mut self, bytes: &[u8]) -> Vec<Message> {
        let mut messages = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' => {}
                b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    if line.is_empty() {
                        messages.push(std::mem::take(&mut self.message));
                    } else {
                        self.field(&String::from_utf8_lossy(&line));
                    }
                }
                // Nothing of ours is as long: what is, is not of ours.
                byte if self.line.len() < LINE_BYTES => self.line.push(*byte),
                _ => {}
            }
        }
        messages
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match name {
            "id" => self.message.id = value,
            "event" => self.message.event = value,
            "data" => self.message.data = value,
            _ => {}
        }
    }
}

/// Longest line of a message.
const LINE_BYTES: usize = 16 * 1_024;
