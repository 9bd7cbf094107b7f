//! Events to the backend.

use super::{Request, fetch, outcome, post};
use crate::runtime::Rt;
use crate::{js, value};
use vitrine_core::Granted;
use vitrine_core::gate::Collect;
use vitrine_core::io::{Outcome, Ref};
use vitrine_wire::limits::BEACON_BYTES;
use vitrine_wire::{Code, Event, EventKind, Map, Millis};
use wasm_bindgen::JsValue;

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
        let bytes = js::size(&event) + 1;
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

fn leave(rt: Rt, events: Vec<JsValue>, token: &str) -> bool {
    let url = rt.config.url("/beacon/v1/batch?writeKey=", &rt.config.key, "");
    let body = js::to_json(&batch(rt, events, token));
    js::call(&js::at("navigator"), "sendBeacon", vec![url.into(), body.into()]) == true
}

fn batch(rt: Rt, events: Vec<JsValue>, token: &str) -> JsValue {
    let context = js::named("vitrine", vec![js::named("token", vec![token.into()])]);
    let values = vec![rt.config.key.as_str().into(), iso(rt.now()).into(), context, js::list(events)];
    js::named("writeKey sentAt context batch", values)
}

/// One event in the vocabulary of the Segment specification.
fn message(of: Event) -> JsValue {
    let (kind, group) = (of.kind, of.kind == EventKind::Group);
    let [name, other] = [of.name, of.other_id].map(|text| js::some(&text));
    let nothing = JsValue::UNDEFINED;
    let (event, name) = if kind == EventKind::Track { (name, nothing.clone()) } else { (nothing.clone(), name) };
    let (group, previous) = if group { (other, nothing) } else { (nothing, other) };
    let values = vec![
        kind.as_str().into(),
        js::some(&of.message_id),
        iso(of.timestamp).into(),
        js::some(&of.anonymous_id),
        js::some(&of.user_id),
        event,
        name,
        group,
        previous,
        members(&of.properties),
        members(&of.traits),
        value::write_map(&of.context),
    ];
    js::named(
        "type messageId timestamp anonymousId userId event name groupId previousId properties traits context",
        values,
    )
}

fn members(of: &Map) -> JsValue {
    if of.is_empty() { JsValue::UNDEFINED } else { value::write_map(of) }
}

fn iso(at: Millis) -> String {
    js::iso(at as f64)
}
