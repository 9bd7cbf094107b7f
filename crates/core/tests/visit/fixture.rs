//! Records that released versions wrote stay readable: one kept fixture of each schema.
//!
//! `VITRINE_KEEP=1 cargo test -p vitrine-core --test visit fixture` writes the fixture of a new schema. A changed shape
//! under the same schema fails here: raise `STORED_SCHEMA` and add a migration instead.

use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_wire::event::STORED_SCHEMA;
use vitrine_wire::{EventKind, Value};

fn path(schema: u8) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/device-{schema}.bin"))
}

/// A visitor of everything that is kept.
fn visitor() -> Page {
    let mut page = Page::granted(&shop());
    page.lead();
    page.page_view("/start");
    for _ in 0..3 {
        page.track("Product Viewed", &[("sku", "a".into()), ("category", "winter".into())]);
    }
    page.track("Product Added", &[("sku", "a".into()), ("price", 20.0.into())]);
    page.track("Order Refunded", &[("order_id", "o0".into())]);
    page.track("Order Completed", &[("order_id", "o1".into()), ("revenue", 600.0.into())]);
    page.track("Product Added", &[("sku", "b".into()), ("price", 5.0.into())]);
    page.track("Offer Shown", &[("offer", "ten".into())]);
    page.track("Form Started", &[("form", "newsletter".into())]);
    let draft = page.draft("", &[("plan", "gold".into())]);
    let proof: Value = serde_json::from_str(r#"{"iat": 1, "mac": "x"}"#).unwrap();
    page.send(Draft { kind: Some(EventKind::Identify), id: "u1".into(), proof: Some(proof), ..draft });
    let rows = r#"{"version": 3, "unit": "older", "traits": {"city": {"value": "Lyon", "source": "crm", "at": 1}},
        "orders": [{"id": "o9", "at": 6, "value": 410, "state": "completed"}],
        "offers": [{"id": "gift", "state": "clicked", "at": 9}]}"#;
    page.facts(Facts::Profile(serde_json::from_str(rows).unwrap()));
    let future = Draft { timestamp: Some(T0 + DAY), ..page.draft("Product Viewed", &[]) };
    page.send(future);
    let (reference, ..) = page.batches().last().expect("a batch").clone();
    page.answer(reference, Outcome::Done);
    let (reference, ..) = page.batches().last().expect("a batch").clone();
    page.answer(reference, Outcome::Done);
    page.tick(1_000);
    page.facts(Facts::Hidden);
    page
}

#[test]
fn kept_snapshots_of_every_schema_read_as_they_were_written() {
    let page = visitor();
    let (up_to, snapshot) = page.device.snapshot.clone().expect("a snapshot");
    assert_eq!(up_to, 12, "everything is in it");
    let file = path(STORED_SCHEMA);
    if std::env::var_os("VITRINE_KEEP").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &snapshot).unwrap();
    }
    for schema in 1..=STORED_SCHEMA {
        let kept = std::fs::read(path(schema)).expect("the kept fixture");
        let device = Device { snapshot: Some((up_to, kept)), records: vec![], ..page.device.clone() };
        let old = Page::on(device, &shop(), page.now);
        assert_eq!(old.engine.profile(), page.engine.profile(), "schema {schema}");
        assert_eq!(old.engine.read(T0 + DAY), page.engine.read(T0 + DAY), "schema {schema}");
    }
}
