//! Bundles for tests, written as short as they read.

use vitrine_wire::bundle::*;
use vitrine_wire::cond::{Aggregate, Events, Within, encode};
use vitrine_wire::{Action, Cond, Purpose, Test, Value};

pub fn fact(path: &str, test: Test) -> Cond {
    Cond::Fact { path: path.into(), tests: vec![test] }
}

pub fn is(path: &str, value: impl Into<Value>) -> Cond {
    fact(path, Test::Bare(value.into()))
}

pub fn count(event: &str, within: Within, test: Test) -> Cond {
    aggregate(event, within, 0, Aggregate::Count, "", test)
}

pub fn aggregate(event: &str, within: Within, before: i64, aggregate: Aggregate, of: &str, test: Test) -> Cond {
    let matching = is("event", event);
    Cond::Events(Box::new(Events { matching, within, before, aggregate, of: of.into(), tests: vec![test] }))
}

pub fn at_least(n: f64) -> Test {
    Test::Gte(n.into())
}

pub fn event(name: &str, purpose: Purpose, properties: &[&str]) -> EventDecl {
    let property = |name: &&str| PropertyDecl { name: (*name).into(), kind: PropertyKind::Any };
    EventDecl { name: name.into(), purpose, properties: properties.iter().map(property).collect() }
}

pub fn segment(id: &str, when: Cond) -> Segment {
    Segment { id: id.into(), when: encode(&when), title: Vec::new() }
}

pub fn experience(id: &str, when: Cond) -> Experience {
    Experience {
        id: id.into(),
        slot: "hero".into(),
        priority: 0,
        purpose: Purpose::Personalization,
        version: 0,
        holdout: 0.0,
        seed: String::new(),
        split_required: false,
        live: false,
        contextual: false,
        paused: false,
        schedule: None,
        trigger: Trigger::Load,
        when: encode(&when),
        unless: None,
        variants: vec![variant("a", 1.0)],
        group: String::new(),
        cap: None,
        pressure: 0.0,
        pressed: None,
    }
}

pub fn variant(id: &str, weight: f64) -> Variant {
    Variant { id: id.into(), weight, actions: vec![Action::Text { at: None, to: id.into() }] }
}

/// The shop: products, a cart, orders, a form of winter.
pub fn shop() -> Bundle {
    let product = ["product_id", "sku", "name", "category", "price", "quantity", "products"];
    let order = ["order_id", "revenue", "coupon"];
    let profiled = Purpose::Personalization;
    Bundle {
        meta: Meta { site: "shop".into(), ..Meta::default() },
        events: vec![
            event("Product Viewed", profiled, &product),
            event("Product Added", profiled, &product),
            event("Product Removed", profiled, &product),
            event("Cart Viewed", profiled, &product),
            event("Order Completed", profiled, &order),
            event("Order Refunded", profiled, &order),
            event("Order Cancelled", profiled, &order),
            event("Experience Viewed", profiled, &["experience", "variant", "slot", "unit", "bundle", "pressure"]),
            event("Product Clicked", Purpose::Measurement, &product),
        ],
        segments: vec![
            segment("fan", count("Product Viewed", Within::Last(7 * 86_400_000), at_least(3.0))),
            segment("big", fact("orders.value", at_least(500.0))),
        ],
        experiences: vec![Experience { live: true, ..experience("winter", Cond::Segment("fan".into())) }],
        ..Bundle::default()
    }
}
