//! Events to the backend (wire.md §1).

use super::{Request, fetch, outcome, post};
use crate::runtime::{Rt, Runtime};
use crate::{js, value};
use vitrine_core::Granted;
use vitrine_core::gate::Collect;
use vitrine_core::io::{Outcome, Ref};
use vitrine_wire::limits::BEACON_BYTES;
use vitrine_wire::{Code, Event, EventKind, Map, Millis, Value};

/// Sends a batch, if this tab still leads.
#[inline(never)]
pub fn send(rt: Rt, reference: Ref, grant: Granted<Collect>, events: Vec<Event>, token: String) {
    let lead = move |leads: bool| {
        if !leads || !rt.alive(&grant) {
            return rt.answer_send(reference, Outcome::Retry { after: None });
        }
        let events = events.into_iter().map(message).collect();
        let request = Request { signal: rt.net.signal(), ..post("/v1/batch", batch(rt, events, &token)) };
        fetch(
            rt,
            request,
            Box::new(move |answer| {
                if let Some(reason) = js::text(&answer, "2.quarantined.0.reason") {
                    rt.diagnose(Code::Rejected, &reason);
                }
                rt.answer_send(reference, outcome(&answer));
            }),
        );
    };
    rt.tabs.may_send(rt, Box::new(lead));
}

/// Sends while the page goes away, in pieces that browsers let survive it. What does not fit stays in the log.
#[inline(never)]
pub fn beacon(rt: Rt, events: Vec<Event>, token: &str) {
    let (mut piece, mut size) = (Vec::new(), ENVELOPE_BYTES);
    for event in events {
        let event = message(event);
        let bytes = js::size(&value::write(&event)) + 1;
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

fn leave(rt: Rt, events: Vec<Value>, token: &str) -> bool {
    let url = rt.config.url("/beacon/v1/batch?writeKey=", &rt.config.key, "");
    let body = js::to_json(&value::write_map(&batch(rt, events, token)));
    js::call(&js::at("navigator"), "sendBeacon", vec![url.into(), body.into()]) == true
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
fn message(event: Event) -> Value {
    let mut out = Map::new();
    let texts = [
        ("type", event.kind.as_str().into()),
        ("messageId", event.message_id),
        ("timestamp", iso(event.timestamp)),
        ("anonymousId", event.anonymous_id),
        ("userId", event.user_id),
        (if event.kind == EventKind::Track { "event" } else { "name" }, event.name),
        (if event.kind == EventKind::Group { "groupId" } else { "previousId" }, event.other_id),
    ];
    for (name, value) in texts {
        if !value.is_empty() {
            out.insert(name, value);
        }
    }
    for (name, members) in [("properties", event.properties), ("traits", event.traits)] {
        if !members.is_empty() {
            out.insert(name, members);
        }
    }
    out.insert("context", event.context);
    Value::Map(out)
}

fn iso(at: Millis) -> String {
    js::iso(at as f64)
}
