//! Random site files: a handful of segments, each of one kind, and experiences that read them.

use serde_json::{Map, Value, json};

use super::conditions::{KINDS, length};
use super::names::*;
use super::random::Random;

/// A site file.
pub fn site(random: &mut Random) -> Value {
    let mut segments = Map::new();
    for number in 0..5 + random.below(6) {
        if number > 1 && random.one_in(8) {
            let others: Vec<&String> = segments.keys().collect();
            let other = others.get(random.below(others.len() as u64) as usize).map_or("", |name| name.as_str());
            let when = json!({"$or": [{"$segment": other}, {"context.page.path": "/cart"}]});
            segments.insert(format!("nested-{number}"), json!({"when": when}));
            continue;
        }
        if let Some((kind, make)) = KINDS.get(random.below(KINDS.len() as u64) as usize) {
            segments.insert(format!("{kind}-{number}"), json!({"when": make(random)}));
        }
    }
    let names: Vec<String> = segments.keys().cloned().collect();
    let experiences: Vec<Value> = (0..1 + random.below(4)).map(|index| experience(random, index, &names)).collect();
    let mut site = json!({"vitrine": 1, "site": "replays", "holdout": random.pick(&[0.0, 0.05]),
        "slots": {"hero": {}, "shelf": {}}, "segments": segments, "experiences": experiences});
    let Some(members) = site.as_object_mut() else { return site };
    let zone = random.pick(&ZONES);
    if !zone.is_empty() {
        members.insert("timezone".into(), json!(zone));
    }
    members.insert("scores".into(), scores(random));
    members.insert("channels".into(), json!({"email": {}, "sms": {}, "push": {}}));
    members.insert(
        "offers".into(),
        json!({"ten": {"consumedBy": {"event": "Order Completed", "properties.coupon": "TEN"}, "expires": length(random)}, "gift": {}}),
    );
    let (r, m) = (random.pick(&[1, 2]), random.pick(&[100, 200]));
    members.insert(
        "cutPoints".into(),
        json!({"rfm": {"r": [r, 7, 14, 30], "f": [2, 3, 4, 6], "m": [m, 400, 800, 1_600]}, "size": [200, 600, 1_200]}),
    );
    if random.one_in(2) {
        members.insert("lifecycle".into(), lifecycle(random));
    }
    if random.one_in(3) {
        members.insert("events".into(), declared());
    }
    if random.one_in(2) {
        members.insert(
            "traits".into(),
            json!({"plan": {"type": "string", "source": ["crm", "account", "form"]}, "birthday": "date"}),
        );
    }
    site
}

fn scores(random: &mut Random) -> Value {
    let mut family = json!({"by": "properties.category", "weights": {"Product Viewed": 1, "Product Added": 3, "Order Completed": 5}});
    if let (Some(family), false) = (family.as_object_mut(), random.one_in(4)) {
        family.insert("halfLife".into(), json!(length(random)));
    }
    let quiet = json!({"$since": {"last": {"type": "page"}, "gte": length(random)}});
    let left =
        json!({"$events": {"where": {"context.page.path": "/terms"}, "within": length(random), "count": {"$gte": 1}}});
    json!({
        "affinity.category": family,
        "affinity.brand": {"by": "properties.brand", "weights": {"Product Viewed": 1, "Product Added": 1}, "halfLife": length(random)},
        "churn": {"sum": [[left, 0.4], [quiet, 0.3], [{"orders.count": 0}, 0.2], [{"cart.items": {"$gte": 2}}, 0.5]], "max": 1},
        "worth": {"sum": [[{"orders.value": {"$gte": 500}}, 2.5], [{"scores.churn": {"$gte": 0.5}}, -2], [{"session.pages": {"$gte": 1}}, 1]],
            "min": -1, "max": 2},
    })
}

fn lifecycle(random: &mut Random) -> Value {
    json!({"lostChurn": random.pick(&[0.3, 0.5]), "lostIntervals": random.pick(&[1.0, 2.0]), "atRiskChurn": random.pick(&[0.6, 0.9]),
        "inactive": random.pick(&["1d", "7d"]), "loyalOrders": 2, "loyalWithin": random.pick(&["7d", "30d"]), "prospectSessions": 3})
}

/// Declared events know fewer properties than are sent; one of them is measured and never folded.
fn declared() -> Value {
    let product =
        json!({"properties": {"sku": "string", "category": "string", "price": "number", "products": "array"}});
    let order =
        json!({"properties": {"order_id": "string", "revenue": "number", "coupon": "string", "products": "array"}});
    json!({"Product Viewed": product, "Product Added": {"properties": {"sku": "string", "category": "string", "brand": "string", "price": "number",
            "quantity": "number"}}, "Product Removed": product, "Cart Viewed": {"properties": {"products": "array"}},
        "Order Completed": order, "Order Refunded": order, "Promotion Viewed": {"purpose": "measurement", "properties": {"name": "string"}}})
}

fn experience(random: &mut Random, index: u64, segments: &[String]) -> Value {
    let pick = |random: &mut Random| {
        let name = segments.get(random.below(segments.len() as u64) as usize).cloned().unwrap_or_default();
        json!({"$segment": name})
    };
    let slot = random.pick(&["hero", "shelf"]);
    let id = format!("e{index}");
    if random.one_in(6) {
        return json!({"id": id, "slot": slot, "when": {"context.page.path": {"$in": ["/", "/cart"]}}, "priority": random.below(3),
            "contextual": true, "variants": [{"id": "only", "actions": [{"text": {"to": "hello"}}]}]});
    }
    let variants: Vec<Value> = (0..1 + random.below(3))
        .map(|variant| json!({"id": format!("v{variant}"), "weight": 1 + random.below(3), "actions": [{"text": {"to": "hello"}}]}))
        .collect();
    let mut experience = json!({"id": id, "slot": slot, "when": pick(random), "priority": random.below(3),
        "holdout": random.pick(&[0.0, 0.3]), "variants": variants});
    let Some(members) = experience.as_object_mut() else { return experience };
    if random.one_in(4) {
        members.insert("unless".into(), pick(random));
    }
    if random.one_in(4) {
        let from = random.pick(&["2026-01-02", "2026-01-20", "2026-03-29", "2026-10-25"]);
        let to = random.pick(&["2026-10-31", "2027-01-01", "2028-02-29"]);
        members.insert("schedule".into(), json!({"from": from, "to": to}));
    }
    if random.one_in(12) {
        members.insert("paused".into(), json!(true));
    }
    if random.one_in(6) {
        members.insert("split".into(), json!("required"));
    }
    if random.one_in(6) {
        members.insert("purpose".into(), json!(random.pick(&["measurement", "marketing"])));
    }
    if random.one_in(4) {
        members.insert("seed".into(), json!("shared"));
    }
    experience
}
