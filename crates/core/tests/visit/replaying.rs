//! Replays through the conformance door's functions.

use crate::page::T0;
use crate::rules::*;
use vitrine_core::replay::{explain, replay};
use vitrine_wire::bundle::encode;
use vitrine_wire::door::{ReplayInput, ReplayWhat};
use vitrine_wire::{Value, door::Readout};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn inputs() -> Vec<ReplayInput> {
    let at = |ms: i64, what| ReplayInput { at: T0 + ms, what };
    let viewed =
        |ms| at(ms, ReplayWhat::Event(json(r#"{"type": "track", "event": "Product Viewed", "properties": {}}"#)));
    let consent = ["personalization", "experiments"].map(|p| (p.to_owned(), "granted".to_owned()));
    vec![
        viewed(0),
        at(1, ReplayWhat::Consent(consent.to_vec())),
        viewed(2),
        viewed(3),
        at(4, ReplayWhat::Read),
        viewed(5),
        at(6, ReplayWhat::Read),
        at(
            6,
            ReplayWhat::Profile(json(
                r#"{"version": 1, "orders": [{"id": "o", "at": 1, "value": 900, "state": "completed"}]}"#,
            )),
        ),
        at(7, ReplayWhat::Context(json(r#"{"page": {"path": "/"}}"#))),
        at(8, ReplayWhat::Read),
        at(7 * 86_400_000 + 4, ReplayWhat::Read),
        at(7 * 86_400_000 + 5, ReplayWhat::Consent(vec![("personalization".into(), "withdrawn".into())])),
        at(7 * 86_400_000 + 5, ReplayWhat::Read),
    ]
}

fn short(read: &Readout) -> String {
    let decision = &read.decisions[0];
    let rejected: Vec<_> = read.rejected.iter().map(|r| r.reason.as_str()).collect();
    let (segments, won) = (read.segments.join("+"), decision.experience.as_deref().unwrap_or("-"));
    format!("{} {segments} {won} {} {}", read.at - T0, decision.reason.as_str(), rejected.join(","))
}

#[test]
fn a_visit_is_read_as_it_goes() {
    let reads: Vec<_> = replay(&encode(&shop()), "v1", &inputs()).iter().map(short).collect();
    assert_eq!(
        reads,
        [
            "4  - none when",
            "6 fan winter matched ",
            "8 big+fan winter matched ",
            "604800004 big - none when",
            "604800005  - none consent",
        ]
    );
    assert!(explain(&encode(&shop()), "v1", &inputs(), "fan").is_some());
    assert!(explain(&encode(&shop()), "v1", &inputs(), "nothing").is_none());
}

#[test]
fn an_event_brings_its_own_context_and_names() {
    let mut bundle = shop();
    let page = vitrine_wire::cond::Events {
        matching: is("context.page.path", "/terms"),
        within: vitrine_wire::cond::Within::Ever,
        before: 0,
        aggregate: vitrine_wire::cond::Aggregate::Count,
        of: String::new(),
        tests: vec![at_least(1.0)],
    };
    bundle.segments.push(segment("terms", vitrine_wire::Cond::Events(Box::new(page))));
    let event = r#"{"type": "page", "name": "Terms", "messageId": "1", "timestamp": "2025-10-09T08:53:20Z",
                    "context": {"page": {"path": "/terms"}}}"#;
    let at = |what| ReplayInput { at: T0, what };
    let inputs = [
        at(ReplayWhat::Consent(vec![("personalization".into(), "granted".into())])),
        at(ReplayWhat::Event(json(event))),
        at(ReplayWhat::Read),
    ];
    assert_eq!(replay(&encode(&bundle), "v", &inputs)[0].segments, ["terms"]);
}

#[test]
fn what_was_due_before_an_input_comes_before_it() {
    let bundle =
        vitrine_wire::Bundle { segments: vec![segment("known", is("identity.level", "authenticated"))], ..shop() };
    let at = |ms: i64, what| ReplayInput { at: T0 + ms, what };
    let timestamp = T0 + 1_000;
    let identify = format!(
        r#"{{"type": "identify", "userId": "u1", "timestamp": {timestamp}, "context": {{"vitrine": {{"proof": {{"iat": 1, "mac": "x"}}}}}}}}"#
    );
    let inputs = [
        at(0, ReplayWhat::Consent(vec![("personalization".into(), "granted".into())])),
        at(0, ReplayWhat::Event(json(&identify))),
        // No timer in between: the rows answer the proof of who is known by now.
        at(2_000, ReplayWhat::Profile(json(r#"{"version": 1}"#))),
        at(2_000, ReplayWhat::Read),
    ];
    let reads = replay(&encode(&bundle), "v1", &inputs);
    assert_eq!(reads.first().map(|read| read.segments.clone()), Some(vec!["known".to_owned()]));
}

#[test]
fn a_replayed_visit_is_asked_once() {
    let mut ask = experience("ask", is("context.consent.unasked", true));
    ask.contextual = true;
    let mut bundle = vitrine_wire::bundle::Bundle { segments: vec![], experiences: vec![ask], ..shop() };
    bundle.meta.contextual = true;
    const MIN: i64 = 60_000;
    let page = |minute: i64| ReplayInput {
        at: T0 + minute * MIN,
        what: ReplayWhat::Event(json(r#"{"type": "page", "properties": {"path": "/"}}"#)),
    };
    let read = |minute: i64| ReplayInput { at: T0 + minute * MIN, what: ReplayWhat::Read };
    let refuse =
        ReplayInput { at: T0 + 90 * MIN, what: ReplayWhat::Consent(vec![("personalization".into(), "denied".into())]) };
    let month = 30 * 1_440;
    let inputs = [
        read(0),
        page(0),
        read(1),
        page(10),
        read(11),
        page(39),
        page(69),
        read(70),
        refuse,
        page(91),
        read(92),
        page(5 * month),
        read(5 * month),
        page(7 * month),
        read(7 * month),
    ];
    let reads = replay(&encode(&bundle), "v1", &inputs);
    let asked: Vec<bool> = reads.iter().map(|read| read.decisions[0].experience.is_some()).collect();
    assert_eq!(asked, [true, true, false, true, false, false, true]);
}
