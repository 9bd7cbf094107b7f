//! Random visits: what happens, and reads at the instants where answers change.

use jiff::ToSpan;
use jiff::tz::TimeZoneDatabase;
use serde_json::{Map, Value, json};

use super::names::*;
use super::random::Random;

/// New Year, both changes of the clock in Paris, the end of two Februaries (one with a leap day), the end of a year.
const STARTS: [i64; 6] =
    [1_767_225_600_000, 1_774_656_000_000, 1_792_800_000_000, 1_772_150_400_000, 1_835_308_800_000, 1_798_588_800_000];
/// Paces of a visit: steps between inputs, milliseconds.
const PACES: [[i64; 8]; 4] = [
    [0, 1, 1_000, 60_000, 300_000, 600_000, 1_200_000, 1_799_999],
    [0, 60_000, 1_799_999, 1_800_000, 1_800_001, 3_600_000, 1_200_000, 600_000],
    [0, 1_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000, 43_200_000, 60_000],
    [0, 60_000, 3_600_000, 86_400_000, 172_800_000, 604_800_000, 1_209_600_000, 300_000],
];
const PURPOSES: [&str; 3] = ["measurement", "personalization", "experiments"];

/// The inputs of a visit to a site of this zone.
pub fn inputs(random: &mut Random, zone: &str) -> Vec<Value> {
    let mut at = random.pick(&STARTS) + random.below(86_400) as i64 * 1_000;
    let pace = PACES.get(random.below(4) as usize).copied().unwrap_or_default();
    let mut told: Vec<(i64, &str, Value)> = vec![(at, "context", context(random))];
    // Instants from which windows run.
    let mut marks = Vec::new();
    if !random.one_in(20) {
        told.push((at, "consent", granted(random)));
    }
    for number in 0..12 + random.below(34) {
        at += random.pick(&pace);
        let (kind, value) = match random.below(30) {
            0..=3 => ("context", context(random)),
            4 => ("consent", chosen(random)),
            5 => ("profile", synced(random, at)),
            _ => {
                let event = event(random, number, at, &pace, &mut marks);
                ("event", event)
            }
        };
        told.push((at, kind, value));
    }
    let (first, last) = (told.first().map_or(at, |(at, ..)| *at), at);
    for _ in 0..10 + random.below(14) {
        told.push((edge(random, zone, &marks, first, last), "read", json!(true)));
    }
    told.sort_by_key(|(at, ..)| *at);
    told.into_iter()
        .map(|(at, kind, value)| {
            // Sometimes the clock was set back.
            let at = if random.one_in(25) { at - random.pick(&pace) } else { at };
            input(at, kind, value)
        })
        .collect()
}

/// An instant at which something may change, or just before or after it.
fn edge(random: &mut Random, zone: &str, marks: &[i64], first: i64, last: i64) -> i64 {
    let span = (last - first).unsigned_abs() + 1;
    let mark = if marks.is_empty() { first } else { random.pick(marks) };
    let at = match random.below(10) {
        0 => first + random.below(span) as i64,
        1 => midnight(zone, first + random.below(span) as i64),
        2 => random.pick(&[1_774_746_000_000, 1_792_890_000_000, 1_772_323_200_000]),
        3 => mark,
        _ => mark + random.pick(&LENGTHS).1,
    };
    (at + random.pick(&[-1, 0, 0, 0, 1])).max(first)
}

/// The local midnight after an instant.
fn midnight(zone: &str, at: i64) -> i64 {
    let next = || {
        let zone = TimeZoneDatabase::bundled().get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let local = jiff::Timestamp::from_millisecond(at).ok()?.to_zoned(zone);
        Some(local.checked_add(1.day()).ok()?.start_of_day().ok()?.timestamp().as_millisecond())
    };
    next().unwrap_or(at)
}

fn granted(random: &mut Random) -> Value {
    let experiments = random.pick(&["granted", "granted", "denied"]);
    let marketing = random.pick(&["granted", "denied"]);
    json!({"measurement": "granted", "personalization": "granted", "experiments": experiments, "marketing": marketing})
}

fn chosen(random: &mut Random) -> Value {
    if random.one_in(2) {
        return granted(random);
    }
    json!({random.pick(&PURPOSES): random.pick(&["granted", "denied", "withdrawn"])})
}

fn context(random: &mut Random) -> Value {
    let mut context = json!({"page": {"path": random.pick(&PATHS), "type": random.pick(&["home", "list"])}, "data": {"stock": random.below(3)}});
    let Some(members) = context.as_object_mut() else { return context };
    if random.one_in(2) {
        let medium = random.pick(&["email", "email", "sms", "push", "Email"]);
        let query = json!({"utm_medium": medium, "utm_campaign": random.pick(&["spring", "sale"]), "utm_source": random.pick(&["news", "partner"])});
        members.insert("query".into(), query);
    } else if random.one_in(3) {
        members.insert("referrer".into(), json!({"host": "search.example"}));
    }
    context
}

fn synced(random: &mut Random, at: i64) -> Value {
    let day = 86_400_000;
    let mut rows = json!({"version": random.below(4),
        "traits": {"plan": {"value": random.pick(&["gold", "free"]), "source": random.pick(&["crm", "account"]), "at": instant(at - day)},
            "birthday": {"value": birthday(random), "source": "crm", "at": at - day}},
        "channels": {"email": random.one_in(2)}, "touches": {"email": {"opened": random.below(4)}},
        "orders": [{"id": format!("o{}", random.below(5)), "at": at - day * random.below(20) as i64, "value": random.below(900),
            "state": random.pick(&["completed", "completed", "refunded"])}],
        "offers": [{"id": random.pick(&OFFERS), "state": random.pick(&["shown", "clicked", "dismissed"]), "at": at - day}]});
    let Some(members) = rows.as_object_mut() else { return rows };
    if random.one_in(3) {
        members.insert("channels".into(), json!({"preferred": random.pick(&CHANNELS), "email": true}));
    }
    if random.one_in(6) {
        members.insert("lost".into(), json!({"reason": "price"}));
    }
    if random.one_in(4) {
        members.insert("unit".into(), json!("older"));
    }
    rows
}

fn birthday(random: &mut Random) -> &'static str {
    random.pick(&[
        "1992-02-29",
        "--02-29",
        "1988-02-29",
        "1990-03-28",
        "--10-24",
        "--01-03",
        "1970-12-31",
        "1999-07-01",
        "soon",
    ])
}

fn event(random: &mut Random, number: u64, at: i64, pace: &[i64], marks: &mut Vec<i64>) -> Value {
    // Sometimes a repeated message, sometimes one that comes late or early.
    let id = if random.one_in(10) { number.saturating_sub(1 + random.below(3)) } else { number };
    let mut event = match random.below(16) {
        0 | 1 => json!({"type": "page", "name": "Home", "properties": {"path": random.pick(&PATHS)}}),
        2 => identify(random),
        3 => tracked("Promotion Viewed", json!({"name": "sale"})),
        4 => tracked(
            random.pick(&["Form Started", "Form Submitted", "Form Abandoned"]),
            json!({"form": random.pick(&FORMS)}),
        ),
        5 => {
            let name =
                random.pick(&["Offer Shown", "Offer Shown", "Offer Clicked", "Offer Dismissed", "Offer Cancelled"]);
            tracked(name, json!({"offer": random.pick(&OFFERS)}))
        }
        6 => tracked("Cart Viewed", if random.one_in(3) { json!({}) } else { json!({"products": products(random)}) }),
        7 | 8 => {
            let coupon = random.pick(&["", "", "TEN"]);
            let mut order =
                json!({"order_id": format!("o{}", random.below(6)), "revenue": random.below(900), "coupon": coupon});
            if let (Some(order), true) = (order.as_object_mut(), random.one_in(2)) {
                order.insert("products".into(), products(random));
            }
            tracked("Order Completed", order)
        }
        9 if random.one_in(2) => tracked(
            random.pick(&["Order Refunded", "Order Cancelled"]),
            json!({"order_id": format!("o{}", random.below(6))}),
        ),
        9 => tracked("Experience Viewed", json!({"experience": "e0", "variant": "v0"})),
        _ => tracked(random.pick(&PRODUCT_EVENTS), product(random)),
    };
    let Some(members) = event.as_object_mut() else { return event };
    members.insert("messageId".into(), json!(format!("m{id}")));
    members.insert("anonymousId".into(), json!("a"));
    let mut happened = at;
    if random.one_in(6) {
        happened = at - random.pick(pace);
        members.insert("timestamp".into(), json!(instant(happened)));
    } else if random.one_in(12) {
        happened = at + random.pick(pace);
        members.insert("timestamp".into(), json!(instant(happened)));
    }
    marks.push(happened);
    if random.one_in(10) {
        members.insert("channel".into(), json!("server"));
    }
    event
}

fn tracked(name: &str, properties: Value) -> Value {
    json!({"type": "track", "event": name, "properties": properties})
}

fn identify(random: &mut Random) -> Value {
    let traits = json!({"plan": random.pick(&["gold", "free"]), "birthday": birthday(random)});
    let user = random.pick(&["u1", "u1", "u2", ""]);
    let mut event = json!({"type": "identify", "userId": user, "traits": traits});
    if let (Some(event), true) = (event.as_object_mut(), random.one_in(2)) {
        event.insert("context".into(), json!({"vitrine": {"proof": {"iat": 1, "mac": "x"}}}));
    }
    event
}

fn product(random: &mut Random) -> Value {
    let mut product = json!({"sku": format!("p{}", random.below(4)), "category": random.pick(&CATEGORIES),
        "brand": random.pick(&BRANDS), "price": random.below(100)});
    let Some(members) = product.as_object_mut() else { return product };
    if random.one_in(4) {
        members.remove(random.pick(&["category", "price", "sku"]));
    }
    if random.one_in(3) {
        members.insert("quantity".into(), json!(1 + random.below(3)));
    }
    product
}

fn products(random: &mut Random) -> Value {
    (0..random.below(4)).map(|_| product(random)).collect()
}

fn input(at: i64, kind: &str, value: Value) -> Value {
    let mut input = Map::new();
    input.insert("at".to_owned(), json!(instant(at)));
    input.insert(kind.to_owned(), value);
    Value::Object(input)
}

/// RFC 3339 in UTC; an instant beyond the calendar, which no replay makes, is empty.
pub fn instant(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|at| at.to_string()).unwrap_or_default()
}
