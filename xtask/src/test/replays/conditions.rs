//! Random conditions, one kind of question each, so that each kind's answers can be counted.

use serde_json::{Map, Value, json};

use super::names::*;
use super::random::Random;

type Make = fn(&mut Random) -> Value;

/// Every kind of question by its name; a segment that asks it is called after it.
pub const KINDS: [(&str, Make); 36] = [
    ("count", |random| events(random, "count", false)),
    ("sum", |random| events(random, "sum", false)),
    ("avg", |random| events(random, "avg", false)),
    ("min", |random| events(random, "min", false)),
    ("max", |random| events(random, "max", false)),
    ("distinct", |random| events(random, "distinct", false)),
    ("before", |random| events(random, "count", true)),
    ("in_session", |random| within(random, "session")),
    ("in_page", |random| within(random, "page")),
    ("ever", |random| json!({"$events": {"where": chosen(random), "count": {"$gte": 2 + random.below(5)}}})),
    (
        "inaction",
        |random| json!({"$events": {"where": {"event": "Product Viewed"}, "within": length(random), "count": 0}}),
    ),
    ("sequence", sequence),
    ("sequence_in", |random| {
        let mut form = sequence(random);
        put(&mut form, "$sequence", "in", json!(length(random)));
        form
    }),
    ("since_last", |random| since(random, "last")),
    ("since_first", |random| since(random, "first")),
    ("rank", rank),
    ("time", time),
    ("anniversary", anniversary),
    (
        "family",
        |random| json!({format!("scores.affinity.category.{}", random.pick(&CATEGORIES)): {"$gte": random.pick(&[0.25, 0.5, 1.0, 2.0, 3.5])}}),
    ),
    ("score", |random| json!({"scores.churn": {"$gte": random.pick(&[0.3, 0.4, 0.5, 0.7])}})),
    ("bounded", |random| json!({"scores.worth": {random.pick(&["$gte", "$lt"]): random.pick(&[-1, 0, 1, 2])}})),
    ("lifecycle", |random| {
        let known = ["lost", "at-risk", "inactive", "loyal", "customer", "lead", "prospect", "new"];
        json!({"lifecycle": {"$in": [random.pick(&known), random.pick(&known), random.pick(&known)]}})
    }),
    ("rfm", |random| json!({format!("rfm.{}", random.pick(&["r", "f", "m"])): {"$gte": 2 + random.below(3)}})),
    ("size", |random| json!({"size": {"$in": [random.pick(&["small", "medium", "big"]), "big", "very big"]}})),
    ("preferred", |random| json!({"channels.preferred": {"$in": [random.pick(&CHANNELS), random.pick(&CHANNELS)]}})),
    ("visit", visit),
    ("touch", touch),
    ("cart", cart),
    ("orders", orders),
    ("offer", |random| {
        let states = ["shown", "clicked", "consumed", "dismissed", "cancelled", "expired"];
        json!({format!("offers.{}.state", random.pick(&OFFERS)): {"$in": [random.pick(&states), random.pick(&states), "shown"]}})
    }),
    ("form", |random| {
        let states = ["started", "submitted", "abandoned"];
        json!({format!("forms.{}.state", random.pick(&FORMS)): {"$in": [random.pick(&states), random.pick(&states)]}})
    }),
    ("identity", |random| match random.below(2) {
        0 => json!({"identity.level": "authenticated"}),
        _ => json!({"identity.level": "anonymous", "orders.count": {"$gte": 1 + random.below(2)}}),
    }),
    ("trait", |random| json!({"profile.plan": random.pick(&["gold", "free"])})),
    ("synced", |random| match random.below(3) {
        0 => json!({"touches.email.opened": {"$gte": 2}}),
        1 => json!({"channels.email": true}),
        _ => json!({"lost.reason": {"$exists": true}}),
    }),
    ("context", |random| match random.below(3) {
        0 => json!({"context.page.path": {"$in": ["/", random.pick(&PATHS)]}}),
        1 => json!({"context.time.hour": {"$lt": 6 + random.below(12)}}),
        _ => json!({"consent.experiments": {"$ne": "granted"}}),
    }),
    ("mixed", |random| mixed(random, 2)),
];

/// A tree over any of the questions.
fn mixed(random: &mut Random, depth: u64) -> Value {
    let leaf = |random: &mut Random| {
        let place = random.below(KINDS.len() as u64 - 1) as usize;
        KINDS.get(place).map_or_else(|| json!({}), |(_, make)| make(random))
    };
    if depth == 0 {
        return leaf(random);
    }
    let two = json!([mixed(random, depth - 1), mixed(random, depth - 1)]);
    match random.below(5) {
        0 => json!({"$and": two}),
        1 => json!({"$or": two}),
        2 => json!({"$nor": two}),
        3 => json!({"$not": mixed(random, depth - 1)}),
        _ => leaf(random),
    }
}

pub fn length(random: &mut Random) -> &'static str {
    random.pick(&LENGTHS).0
}

fn put(form: &mut Value, outer: &str, key: &str, value: Value) {
    if let Some(body) = form.get_mut(outer).and_then(Value::as_object_mut) {
        body.insert(key.into(), value);
    }
}

/// What an event must be.
fn chosen(random: &mut Random) -> Value {
    match random.below(8) {
        0 => {
            json!({"event": random.pick(&["Product Viewed", "Product Added"]), "properties.category": random.pick(&CATEGORIES)})
        }
        1 => json!({"type": "page"}),
        2 => json!({"context.page.path": random.pick(&PATHS)}),
        3 => json!({"properties.price": {"$gte": 40}}),
        4 => json!({"event": {"$in": ["Product Viewed", "Cart Viewed"]}}),
        _ => json!({"event": random.pick(&COUNTED)}),
    }
}

fn events(random: &mut Random, aggregate: &str, before: bool) -> Value {
    let mut body = Map::new();
    let compare = random.pick(&["$gte", "$gte", "$lt"]);
    let (selected, test) = match aggregate {
        "count" => (chosen(random), json!({compare: 1 + random.below(3)})),
        "distinct" => (
            json!({"event": {"$in": ["Product Viewed", "Product Added", "Product Removed"]}}),
            json!({compare: 1 + random.below(3)}),
        ),
        "sum" => (
            json!({"event": {"$in": ["Product Viewed", "Product Added", "Product Removed"]}}),
            json!({compare: random.pick(&[40, 100, 200])}),
        ),
        _ => (
            json!({"event": {"$in": ["Product Viewed", "Product Added", "Product Removed"]}}),
            json!({compare: random.pick(&[20, 40, 60])}),
        ),
    };
    body.insert("where".into(), selected);
    body.insert(aggregate.into(), test);
    if aggregate == "distinct" {
        body.insert("of".into(), json!(random.pick(&["properties.category", "properties.sku", "context.page.path"])));
    } else if aggregate != "count" {
        body.insert("of".into(), json!("properties.price"));
    }
    if !before && random.one_in(6) {
        // Ever.
        return json!({"$events": body});
    }
    body.insert("within".into(), json!(length(random)));
    if before {
        body.insert("before".into(), json!(length(random)));
        if random.one_in(4) {
            body.remove("within");
        }
    }
    json!({"$events": body})
}

fn within(random: &mut Random, span: &str) -> Value {
    let test = json!({random.pick(&["$gte", "$lt"]): 1 + random.below(2)});
    json!({"$events": {"where": chosen(random), "within": span, "count": test}})
}

fn sequence(random: &mut Random) -> Value {
    let mut steps = Vec::new();
    for step in 0..2 + random.below(2) {
        let mut body = json!({"where": chosen(random)});
        if let (Some(body), true) = (body.as_object_mut(), step > 0 && random.one_in(2)) {
            body.insert("within".into(), json!(length(random)));
        }
        steps.push(body);
    }
    let mut form = json!({"$sequence": {"steps": steps}});
    if random.one_in(2) {
        put(&mut form, "$sequence", "within", json!(length(random)));
    }
    form
}

fn since(random: &mut Random, end: &str) -> Value {
    let mut body = json!({end: chosen(random)});
    if let Some(body) = body.as_object_mut() {
        body.insert(random.pick(&["gte", "gt", "lte", "lt"]).into(), json!(length(random)));
        if random.one_in(4) {
            body.insert("gte".into(), json!("20m"));
        }
    }
    json!({"$since": body})
}

fn rank(random: &mut Random) -> Value {
    if random.one_in(2) {
        return json!({"$rank": {"score": "affinity.category", "top": 1 + random.below(2), "is": random.pick(&CATEGORIES)}});
    }
    json!({"$rank": {"score": "affinity.brand", "is": random.pick(&BRANDS)}})
}

fn time(random: &mut Random) -> Value {
    let edges = ["00:00", "01:30", "02:00", "03:00", "08:00", "18:00", "23:00", "23:30"];
    let from = random.pick(&edges);
    let to = random.pick(&["02:30", "03:30", "06:00", "12:00", "22:00", "24:00", "00:30"]);
    let mut body = json!({"from": from, "to": to});
    if let Some(body) = body.as_object_mut() {
        if random.one_in(2) {
            body.insert(
                "days".into(),
                json!([random.pick(&["mon", "tue", "wed"]), random.pick(&["thu", "fri"]), "sat", "sun"]),
            );
        }
        let zone = random.pick(&["", "visitor", "site", "UTC"]);
        if !zone.is_empty() {
            body.insert("tz".into(), json!(zone));
        }
    }
    json!({"$time": body})
}

fn anniversary(random: &mut Random) -> Value {
    let near = random.pick(&["3d", "7d", "30d", "90d"]);
    match random.below(4) {
        0 => json!({"$anniversary": {"of": "profile.birthday", "around": near}}),
        1 => json!({"$anniversary": {"of": "profile.birthday", "around": "120d"}}),
        2 => json!({"$anniversary": {"of": "profile.birthday", "within": "150d", "tz": "UTC"}}),
        _ => json!({"$anniversary": {"of": "profile.birthday", "within": near}}),
    }
}

fn visit(random: &mut Random) -> Value {
    match random.below(5) {
        0 => json!({"session.number": {"$gte": 2 + random.below(4)}}),
        1 => json!({"session.pages": {"$gte": 1 + random.below(2)}}),
        2 => json!({"session.duration": {"$gte": random.pick(&[1, 1_200, 1_800])}}),
        3 => json!({"session.landing.path": random.pick(&PATHS)}),
        _ => json!({"session.entry.channel": {"$in": ["direct", random.pick(&CHANNELS)]}}),
    }
}

fn touch(random: &mut Random) -> Value {
    match random.below(4) {
        0 => json!({"first.channel": {"$in": [random.pick(&CHANNELS), random.pick(&["direct", "referral"])]}}),
        1 => json!({"last.channel": {"$in": [random.pick(&CHANNELS), random.pick(&["direct", "referral"])]}}),
        2 => json!({"last.campaign": random.pick(&["spring", "sale"])}),
        _ => json!({"first.source": random.pick(&["news", "partner"])}),
    }
}

fn cart(random: &mut Random) -> Value {
    match random.below(3) {
        0 => json!({"cart.value": {random.pick(&["$gte", "$lt"]): random.pick(&[1, 50, 100])}}),
        1 => json!({"cart.items": {"$gte": 1 + random.below(2)}}),
        _ => json!({"cart.categories": {"$elemMatch": {"$eq": random.pick(&CATEGORIES)}}}),
    }
}

fn orders(random: &mut Random) -> Value {
    match random.below(3) {
        0 => json!({"orders.count": {"$gte": 1 + random.below(3)}}),
        1 => json!({"orders.value": {"$gte": random.pick(&[100, 500, 1_000])}}),
        _ => json!({"orders.average": {"$lt": random.pick(&[300, 450, 600])}}),
    }
}
