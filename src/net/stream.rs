//! The backend's word that something changed: server-sent events read by fetch, so that the token travels in the body.

use super::{Request, fetch, outcome, post};
use crate::js;
use crate::runtime::Rt;
use std::cell::{Cell, RefCell};
use vitrine_core::Granted;
use vitrine_core::gate::Sync;
use vitrine_core::io::{Facts, Outcome, Ref};
use wasm_bindgen::JsValue;

/// A hidden page keeps its stream this long.
const HIDDEN_MS: i64 = 20_000;
/// The backend pings every 25 s: after this long without a byte the stream is dead.
const SILENT_MS: f64 = 60_000.0;

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
    /// Something was heard since it was opened.
    heard: Cell<bool>,
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
        js::abort(&self.abort.take());
    }

    /// Closes it for good. The reference of who wanted it.
    pub fn end(&self) -> Option<Ref> {
        self.last.take();
        self.close();
        self.wanted.take().map(|wanted| wanted.reference)
    }
}

/// Opens the stream, or keeps the one that is open.
pub fn open(rt: Rt, wanted: Wanted) {
    let stream = &rt.net.stream;
    stream.wanted.replace(Some(wanted));
    if !stream.open.replace(true) {
        stream.epoch.set(stream.epoch.get().wrapping_add(1));
        run(rt, stream.epoch.get());
    }
}

/// Closes the stream of a page that stays hidden, opens it again for one that is seen.
pub fn visibility(rt: Rt, visible: bool) {
    let stream = &rt.net.stream;
    stream.shown.set(stream.shown.get().wrapping_add(1));
    if visible {
        let wanted = stream.wanted.borrow().clone().filter(|w| rt.alive(&w.grant));
        if let Some(wanted) = wanted {
            open(rt, wanted);
        }
        return;
    }
    let shown = stream.shown.get();
    js::timer(
        HIDDEN_MS,
        Box::new(move |_| {
            if rt.net.stream.shown.get() == shown {
                rt.net.stream.close();
            }
        }),
    );
}

fn run(rt: Rt, epoch: u32) {
    let stream = &rt.net.stream;
    let wanted = stream.wanted.borrow().clone();
    let Some(wanted) = wanted.filter(|w| rt.alive(&w.grant)) else { return };
    stream.heard.set(false);
    // A proxy that gathers what it passes on lets not even the beginning through.
    js::timer(
        SILENT_MS as i64,
        Box::new(move |_| {
            let stream = &rt.net.stream;
            if stream.epoch.get() == epoch && !stream.heard.get() {
                js::abort(&stream.abort.take());
            }
        }),
    );
    let abort = js::abort_controller();
    let more = vec![js::some(stream.last.borrow().as_deref().unwrap_or_default())];
    let body = rt.net.body(rt, "site key visitor token last", &wanted.visitor, &wanted.token, more);
    let request = Request { signal: js::get(&abort, "signal"), stream: true, ..post("/v1/visitor/stream", body) };
    stream.abort.replace(abort);
    let reference = wanted.reference;
    fetch(
        rt,
        request,
        Box::new(move |answer| {
            if rt.net.stream.epoch.get() != epoch {
                return;
            }
            let end = outcome(&answer);
            if !matches!(end, Outcome::Done) {
                return ended(rt, reference, end);
            }
            rt.answer_send(reference, end);
            let reader = js::call(&js::get(&answer, "2"), "getReader", Vec::new());
            listen(Listening { rt, epoch, reference, reader, parser: Parser::default() });
        }),
    );
}

/// Its end is news too: the engine asks for another when it is time.
fn ended(rt: Rt, reference: Ref, end: Outcome) {
    rt.net.stream.open.set(false);
    // Where none comes through, what it would say is asked for: at one of the engine's next tries, which devices make at different times.
    if !rt.net.stream.heard.get() && rt.net.bundle.is_old(rt.now()) {
        rt.net.fetch_bundle(rt);
        rt.tabs.say("bundle");
    }
    rt.answer_send(reference, end);
}

struct Listening {
    rt: Rt,
    epoch: u32,
    reference: Ref,
    reader: JsValue,
    parser: Parser,
}

/// Reads until the stream ends, falls silent or is closed.
fn listen(mut of: Listening) {
    let reader = of.reader.clone();
    let then = move |chunk: JsValue| {
        let over = of.rt.net.stream.epoch.get() != of.epoch;
        let Some(bytes) = js::bytes(&chunk) else {
            // Of a stream that was aborted it is refused; that is no news, and none of the page's business.
            js::wait(&js::call(&of.reader, "cancel", Vec::new()), Box::new(|_| ()));
            if !over {
                ended(of.rt, of.reference, Outcome::Retry { after: None });
            }
            return;
        };
        if over {
            return;
        }
        of.rt.net.stream.heard.set(true);
        for message in of.parser.feed(&bytes) {
            hear(of.rt, message);
        }
        listen(of);
    };
    js::chunk(&reader, SILENT_MS, js::once(Box::new(then)));
}

fn hear(rt: Rt, message: Message) {
    if !message.id.is_empty() {
        rt.net.stream.last.replace(Some(message.id));
    }
    let data = js::from_json(&message.data);
    let number = |name| js::get(&data, name).as_f64().map(|n| n as u64);
    match message.event.as_str() {
        "bundle" if number("sequence") != Some(rt.net.bundle.current()) => {
            rt.net.fetch_bundle(rt);
            rt.tabs.say("bundle");
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
