//! Random visits through both engines: the same inputs must give the same answers.
//!
//! Each replay has a site file and inputs made from its number alone, so a difference can be asked again.

use serde_json::{Map, Value, json};

use crate::tools::process;

use super::door;
use super::suite::Outcome;

/// How many replays go through the door at once: bounds memory and tells where a difference was early.
const BATCH: u64 = 250;
/// How many differences are printed whole.
const SHOWN: u64 = 3;

/// Runs the replays numbered `from .. from + count`.
///
/// # Errors
/// A door could not be opened.
pub fn run(from: u64, count: u64) -> anyhow::Result<Outcome> {
    process::run("building the SDK", &mut crate::tools::xtask(["build"])?)?;
    let mut outcome = Outcome::default();
    let mut reads = 0;
    let mut refused = 0;
    let mut next = from;
    while next < from + count {
        let end = (next + BATCH).min(from + count);
        let requests: Vec<Value> = (next..end).map(request).collect();
        let native = door::ask("native", &requests)?;
        let wasm = door::ask("wasm", &requests)?;
        for ((request, native), wasm) in requests.iter().zip(&native).zip(&wasm) {
            reads += native.get("ok").and_then(Value::as_array).map_or(0, Vec::len);
            refused += u64::from(native.get("error").is_some());
            if native == wasm {
                outcome.passed += 1;
                continue;
            }
            outcome.failed += 1;
            if outcome.failed <= SHOWN {
                eprintln!("replay differs: {request}\n  native {native}\n  wasm   {wasm}");
            }
        }
        next = end;
    }
    // A replay that answers an error agrees about nothing.
    if refused > 0 || reads == 0 {
        eprintln!("{refused} replays were refused, {reads} reads were answered");
        outcome.failed += 1;
    }
    outcome.note = format!("{reads} reads compared");
    Ok(outcome)
}

fn request(number: u64) -> Value {
    let mut random = Random::new(number);
    let site = site(&mut random);
    let inputs = inputs(&mut random);
    json!({"id": number, "op": "replay", "args": [site, {"visitor": format!("v{}", random.below(1000)), "inputs": inputs}]})
}

const EVENTS: [&str; 4] = ["Product Viewed", "Product Added", "Order Completed", "Cart Viewed"];
const CATEGORIES: [&str; 3] = ["winter", "garden", "kitchen"];
const WINDOWS: [&str; 7] = ["30m", "1h", "6h", "1d", "7d", "session", ""];
/// Steps in milliseconds: ordinary ones, and those around session and window edges.
const STEPS: [i64; 12] =
    [0, 1, 1_000, 60_000, 1_799_999, 1_800_000, 1_800_001, 3_600_000, 21_600_000, 86_399_999, 86_400_000, 604_800_000];
/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;

fn site(random: &mut Random) -> Value {
    let mut segments = Map::new();
    for index in 0..(2 + random.below(4)) {
        let when = if index > 0 && random.one_in(5) {
            json!({"$segment": format!("s{}", random.below(index))})
        } else {
            condition(random, 2)
        };
        segments.insert(format!("s{index}"), json!({"when": when}));
    }
    let names: Vec<String> = segments.keys().cloned().collect();
    let experiences: Vec<Value> = (0..(1 + random.below(4))).map(|index| experience(random, index, &names)).collect();
    json!({"vitrine": 1, "site": "replays", "holdout": random.pick(&[0.0, 0.05]),
        "slots": {"hero": {}, "shelf": {}}, "segments": segments, "experiences": experiences})
}

fn experience(random: &mut Random, index: u64, segments: &[String]) -> Value {
    let slot = random.pick(&["hero", "shelf"]);
    let segment = segments.get(random.below(segments.len() as u64) as usize).cloned().unwrap_or_default();
    let variants: Vec<Value> = (0..(1 + random.below(3)))
        .map(|variant| json!({"id": format!("v{variant}"), "weight": 1 + random.below(3), "actions": [{"text": {"to": "hello"}}]}))
        .collect();
    json!({"id": format!("e{index}"), "slot": slot, "when": {"$segment": segment}, "priority": random.below(3),
        "holdout": random.pick(&[0.0, 0.3]), "variants": variants})
}

fn condition(random: &mut Random, depth: u64) -> Value {
    match random.below(if depth == 0 { 5 } else { 8 }) {
        0 => json!({"profile.plan": random.pick(&["gold", "free", "none"])}),
        1 => json!({"context.page.path": {"$in": ["/", "/winter"]}}),
        2 => json!({"orders.value": {"$gte": random.pick(&[1, 100, 500])}}),
        3 => json!({"session.pages": {"$gte": 1 + random.below(3)}}),
        4 => events(random),
        5 => json!({"$and": [condition(random, depth - 1), condition(random, depth - 1)]}),
        6 => json!({"$or": [condition(random, depth - 1), condition(random, depth - 1)]}),
        _ => json!({"$not": condition(random, depth - 1)}),
    }
}

fn events(random: &mut Random) -> Value {
    let event = random.pick(&EVENTS);
    let mut selected = json!({"event": event});
    if event.starts_with("Product") && random.one_in(2) {
        selected = json!({"event": event, "properties.category": random.pick(&CATEGORIES)});
    }
    let operator = random.pick(&["$gte", "$lt", "$eq"]);
    let mut count = Map::new();
    count.insert(operator.to_owned(), json!(random.below(4)));
    let window = random.pick(&WINDOWS);
    let mut body = json!({"where": selected, "count": count});
    if let (Some(body), false) = (body.as_object_mut(), window.is_empty()) {
        body.insert("within".to_owned(), json!(window));
    }
    json!({"$events": body})
}

fn inputs(random: &mut Random) -> Vec<Value> {
    let mut at = START;
    let mut list = vec![input(at, "context", json!({"page": {"path": "/"}}))];
    if !random.one_in(20) {
        let experiments = random.pick(&["granted", "denied"]);
        let granted = json!({"measurement": "granted", "personalization": "granted", "experiments": experiments});
        list.push(input(at, "consent", granted));
    }
    for number in 0..(10 + random.below(30)) {
        at += random.pick(&STEPS);
        list.push(match random.below(12) {
            0 => input(at, "context", json!({"page": {"path": random.pick(&["/", "/winter", "/cart"])}})),
            1 => input(at, "consent", json!({"personalization": random.pick(&["granted", "granted", "denied", "withdrawn"])})),
            2 => input(at, "event", json!({"type": "identify", "messageId": format!("m{number}"), "userId": "u1", "traits": {"plan": random.pick(&["gold", "free"])}})),
            3 | 4 => input(at, "read", json!(true)),
            5 => input(at, "event", json!({"type": "page", "messageId": format!("m{number}"), "anonymousId": "a", "name": "Home"})),
            _ => input(at, "event", tracked(random, number, at)),
        });
    }
    list.push(input(at + random.pick(&STEPS), "read", json!(true)));
    list
}

fn tracked(random: &mut Random, number: u64, at: i64) -> Value {
    let event = random.pick(&EVENTS);
    let properties = match event {
        "Order Completed" => json!({"order_id": format!("o{}", random.below(5)), "revenue": random.below(900)}),
        "Cart Viewed" => json!({}),
        _ => {
            json!({"sku": format!("p{}", random.below(6)), "category": random.pick(&CATEGORIES), "price": random.below(100)})
        }
    };
    // Sometimes a repeated message, sometimes one that comes late.
    let id = if random.one_in(8) { number.saturating_sub(1) } else { number };
    let mut event = json!({"type": "track", "messageId": format!("m{id}"), "anonymousId": "a", "event": event, "properties": properties});
    if let (Some(event), true) = (event.as_object_mut(), random.one_in(6)) {
        event.insert("timestamp".to_owned(), json!(instant(at - random.pick(&STEPS))));
    }
    event
}

fn input(at: i64, kind: &str, value: Value) -> Value {
    let mut input = Map::new();
    input.insert("at".to_owned(), json!(instant(at)));
    input.insert(kind.to_owned(), value);
    Value::Object(input)
}

/// RFC 3339 in UTC; an instant beyond the calendar, which no replay makes, is empty.
fn instant(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|at| at.to_string()).unwrap_or_default()
}

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0 .. limit`; 0 for an empty range.
    fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        list.get(self.below(list.len() as u64) as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_the_wire_wants_them() {
        assert_eq!(instant(START), "2026-01-01T00:00:00Z");
        assert_eq!(instant(START + 1), "2026-01-01T00:00:00.001Z");
    }

    #[test]
    fn a_number_always_makes_the_same_replay() {
        assert_eq!(request(7), request(7));
        assert_ne!(request(7), request(8));
    }
}
