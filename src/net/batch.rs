//! Events to the backend (wire.md §1).

use super::{Request, fetch, json, outcome, post};
use crate::runtime::Runtime;
use crate::{js, value};
use js_sys::Date;
use std::rc::Rc;
use vitrine_core::Granted;
use vitrine_core::gate::Collect;
use vitrine_core::io::Outcome;
use vitrine_wire::limits::BEACON_BYTES;
use vitrine_wire::{Code, Event, EventKind, Map, Millis, Value};

/// Sends a batch, if this tab still leads.
pub async fn send(rt: &Rc<Runtime>, grant: &Granted<Collect>, events: Vec<Event>, token: &str) -> Outcome {
    if !rt.tabs.may_send(rt).await || !rt.alive(grant) {
        return Outcome::Retry { after: None };
    }
    let events = events.into_iter().map(|e| Value::Map(message(e))).collect();
    let request = Request { signal: rt.net.signal(), ..post("/v1/batch", batch(rt, events, token)) };
    let response = fetch(rt, request).await;
    let outcome = outcome(response.as_ref()).await;
    if let (Outcome::Done, Some(response)) = (&outcome, &response)
        && let Some(Value::List(aside)) = json(response).await.get("quarantined")
        && let Some(reason) = aside.first().and_then(|one| one.get("reason")).and_then(Value::as_str)
    {
        rt.diagnose(Code::Rejected, reason);
    }
    outcome
}

/// Sends while the page goes away, in pieces that browsers let survive it. What does not fit stays in the log.
pub fn beacon(rt: &Rc<Runtime>, events: Vec<Event>, token: &str) {
    let (mut piece, mut size) = (Vec::new(), ENVELOPE_BYTES);
    for event in events {
        let event = Value::Map(message(event));
        let bytes = js::to_json(&value::write(&event)).len() + 1;
        if size + bytes > BEACON_BYTES && !piece.is_empty() {
            if !leave(rt, std::mem::take(&mut piece), token) {
                return;
            }
            size = ENVELOPE_BYTES;
        }
        size += bytes;
        piece.push(event);
    }
    if !piece.is_empty() {
        leave(rt, piece, token);
    }
}

/// Room for `writeKey`, `sentAt`, the token and punctuation.
const ENVELOPE_BYTES: usize = 512;

fn leave(rt: &Rc<Runtime>, events: Vec<Value>, token: &str) -> bool {
    let mut url = rt.config.endpoint.clone();
    url.push_str("/beacon/v1/batch?writeKey=");
    url.push_str(&String::from(js_sys::encode_uri_component(&rt.config.key)));
    let body = js::to_json(&value::write_map(&batch(rt, events, token)));
    js::call(&js::get(&js::window(), "navigator"), "sendBeacon", &[url.into(), body.into()]) == true
}

fn batch(rt: &Runtime, events: Vec<Value>, token: &str) -> Map {
    let mut body = Map::new();
    body.insert("writeKey", rt.config.key.as_str());
    body.insert("sentAt", iso(rt.now()));
    let mut context = Map::new();
    context.insert("vitrine", value::map(&[("token", token)]));
    body.insert("context", context);
    body.insert("batch", Value::List(events));
    body
}

/// One event in the vocabulary of the Segment specification.
fn message(event: Event) -> Map {
    let mut out = Map::new();
    let mut text = |name: &str, value: String| {
        if !value.is_empty() {
            out.insert(name, value);
        }
    };
    text("type", event.kind.as_str().into());
    text("messageId", event.message_id);
    text("timestamp", iso(event.timestamp));
    text("anonymousId", event.anonymous_id);
    text("userId", event.user_id);
    text(if event.kind == EventKind::Track { "event" } else { "name" }, event.name);
    text(if event.kind == EventKind::Group { "groupId" } else { "previousId" }, event.other_id);
    if !event.properties.is_empty() {
        out.insert("properties", event.properties);
    }
    if !event.traits.is_empty() {
        out.insert("traits", event.traits);
    }
    out.insert("context", event.context);
    out
}

fn iso(at: Millis) -> String {
    Date::new(&(at as f64).into()).to_iso_string().into()
}
