//! One bundle per released compiler: today's engine reads them all (`tests/spec/bundles/README.md`).
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use vitrine_compiler::{Options, compile};
use vitrine_wire::door::{Answer, ReplayInput, ReplayWhat, Request};
use vitrine_wire::envelope::{Header, open, unsigned};
use vitrine_wire::{Map, Value, bundle};

/// 2026-06-01T12:00:00Z.
const NOW: i64 = 1_780_315_200_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/spec/bundles")
}

fn object(members: &[(&str, Value)]) -> Value {
    members.iter().map(|(k, v)| (*k, v.clone())).collect::<Map>().into()
}

/// A visit that reads facts, history and an offer, before and after its consumption.
fn answered(payload: &[u8]) -> Answer {
    let track = |id: &str, name: &str, properties: Value| {
        let event =
            [("type", "track".into()), ("messageId", id.into()), ("event", name.into()), ("properties", properties)];
        ReplayWhat::Event(object(&event))
    };
    let viewed =
        |id: &str| track(id, "Product Viewed", object(&[("category", "winter".into()), ("price", 49.0.into())]));
    let granted = ["measurement", "personalization", "experiments"].map(|p| (p.to_owned(), "granted".to_owned()));
    let order = object(&[("order_id", "1".into()), ("revenue", 620.0.into()), ("coupon", "TEN".into())]);
    let steps = [
        ReplayWhat::Context(object(&[("page", object(&[("path", "/".into())]))])),
        ReplayWhat::Read,
        ReplayWhat::Consent(granted.to_vec()),
        viewed("m1"),
        viewed("m2"),
        viewed("m3"),
        ReplayWhat::Read,
        track("m4", "Order Completed", order),
        ReplayWhat::Read,
    ];
    let inputs = steps.into_iter().zip(0..).map(|(what, second)| ReplayInput { at: NOW + second * 1_000, what });
    let request = Request::Replay { bundle: payload.to_vec(), visitor: "v1".into(), inputs: inputs.collect() };
    postcard::from_bytes(&vitrine_core::door::answer(&postcard::to_allocvec(&request).unwrap())).unwrap()
}

/// Writes the bundle of a released version: `VITRINE_NEW_BUNDLE=0.1 cargo test -p vitrine-compiler --test bundles`.
fn keep(name: &str) {
    let site = std::fs::read_to_string(folder().join("site.json")).unwrap();
    let payload = compile(&site, &Options::at(NOW)).unwrap().payload;
    let mut sealed = unsigned(Header { key: 0, site: 7, sequence: 1, issued: 0, expires: u64::MAX }, &payload);
    sealed.extend([0; 64]);
    std::fs::write(folder().join(format!("{name}.bundle")), sealed).unwrap();
}

#[test]
fn bundles_of_every_released_compiler_are_read_and_answer_as_before() {
    if let Ok(name) = std::env::var("VITRINE_NEW_BUNDLE") {
        keep(&name);
    }
    let mut files: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "bundle"));
    assert!(!files.is_empty());
    let site = std::fs::read_to_string(folder().join("site.json")).unwrap();
    let today = answered(&compile(&site, &Options::at(NOW)).unwrap().payload);
    let Answer::Reads(reads) = &today else { panic!("{today:?}") };
    let winners: Vec<Vec<&str>> = reads
        .iter()
        .map(|read| read.decisions.iter().map(|d| d.experience.as_deref().unwrap_or("-")).collect())
        .collect();
    assert_eq!(winners, [["-", "early"], ["hero", "split"], ["greeting", "split"]]);
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let envelope = open(&bytes).unwrap();
        assert_eq!(bundle::decode(envelope.payload).skipped, 0, "{}", path.display());
        assert_eq!(answered(envelope.payload), today, "{}", path.display());
    }
}
