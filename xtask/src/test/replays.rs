//! Random visits through both engines and past the oracle: the same inputs must give the same answers.
//!
//! Each replay has a site file and inputs made from its number alone, so a difference can be asked again:
//! `cargo xtask soak replays` counts on, [`run`] from any number on.

mod compare;
mod conditions;
mod names;
mod random;
mod sites;
mod visits;

use serde_json::{Map, Value, json};

use crate::tools::process;

use super::door;
use super::oracle::{self, Answer};
use super::suite::Outcome;
use compare::{Tally, differs};
use random::Random;

/// How many replays go through the door at once: bounds memory and tells where a difference was early.
const BATCH: u64 = 250;
/// How many differences are printed whole.
const SHOWN: u64 = 3;

/// Runs the replays numbered `from .. from + count`.
///
/// # Errors
/// A door could not be opened.
pub fn run(from: u64, count: u64) -> anyhow::Result<Outcome> {
    with(from, count, true)
}

/// As [`run`]; without wasm nothing is built.
///
/// # Errors
/// As [`run`].
pub fn with(from: u64, count: u64, in_wasm: bool) -> anyhow::Result<Outcome> {
    if in_wasm {
        process::run("building the SDK", &mut crate::tools::xtask(["build"])?)?;
    }
    let mut outcome = Outcome::default();
    let (mut reads, mut refused, mut excused) = (0, 0, 0);
    let mut tally = Tally::default();
    let mut next = from;
    while next < from + count {
        let end = (next + BATCH).min(from + count);
        let requests: Vec<Value> = (next..end).map(request).collect();
        let native = door::ask("native", &requests)?;
        let wasm = if in_wasm { door::ask("wasm", &requests)? } else { native.clone() };
        for ((request, native), wasm) in requests.iter().zip(&native).zip(&wasm) {
            reads += native.get("ok").and_then(Value::as_array).map_or(0, Vec::len);
            if let Some(error) = native.get("error") {
                refused += 1;
                if refused <= SHOWN {
                    eprintln!("replay {} is refused: {error}", request.get("id").unwrap_or(&Value::Null));
                }
            }
            let (site, expected) = judged(request);
            tally.count(&site, &expected);
            let wrong = if native == wasm {
                native.get("ok").and_then(|reads| differs(reads, &expected, &mut excused))
            } else {
                Some(format!("native {native}\n  wasm   {wasm}"))
            };
            let Some(wrong) = wrong else {
                outcome.passed += 1;
                continue;
            };
            outcome.failed += 1;
            if outcome.failed <= SHOWN {
                eprintln!("replay {} differs: {wrong}", request.get("id").unwrap_or(&Value::Null));
                if native == wasm {
                    eprintln!("  shrunk: {}", shrunk(request));
                }
            }
        }
        next = end;
    }
    tally.print();
    // A replay that answers an error agrees about nothing.
    if refused > 0 || reads == 0 {
        eprintln!("{refused} replays were refused, {reads} reads were answered");
        outcome.failed += 1;
    }
    let engines =
        if in_wasm { "natively, in wasm and with the oracle" } else { "natively and with the oracle, not in wasm" };
    outcome.note = format!("{reads} reads compared, {engines}; {excused} on a rounding edge");
    Ok(outcome)
}

/// The site file of a request, and what the oracle answers.
fn judged(request: &Value) -> (Value, Vec<Answer>) {
    let arg = |place: usize| request.get("args").and_then(|args| args.get(place)).cloned().unwrap_or_default();
    let (site, visit) = (arg(0), arg(1));
    let expected = oracle::answer(&site, &visit);
    (site, expected)
}

/// The same difference with as few segments, experiences and inputs as still show it, natively.
fn shrunk(request: &Value) -> Value {
    let mut best = request.clone();
    loop {
        let engine = |bytes: &[u8]| vitrine_core::door::answer(bytes);
        let still = |request: &Value| {
            let answer = vitrine_compiler::door::answer(&request.to_string(), &mut { engine });
            let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
            answer.get("ok").is_some_and(|reads| differs(reads, &judged(request).1, &mut 0).is_some())
        };
        let Some(found) = smaller(&best).into_iter().find(still) else { return best };
        best = found;
    }
}

/// Requests with one thing less: halves of the inputs first, then each input, segment, experience or section.
fn smaller(request: &Value) -> Vec<Value> {
    let mut list = Vec::new();
    let mut without = |pointer: &str, cut: &dyn Fn(&mut Value)| {
        let mut less = request.clone();
        if let Some(part) = less.pointer_mut(pointer) {
            cut(part);
            // What was not there makes nothing smaller, and would be tried for ever.
            if less != *request {
                list.push(less);
            }
        }
    };
    let count = |pointer: &str| request.pointer(pointer).map_or(0, |part| part.as_array().map_or(0, Vec::len));
    let keys = |pointer: &str| {
        let members = request.pointer(pointer).and_then(Value::as_object);
        members.map(|members| members.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let drop_items = |part: &mut Value, from: usize, to: usize| {
        if let Some(items) = part.as_array_mut() {
            items.drain(from.min(items.len())..to.min(items.len()));
        }
    };
    let drop_member = |part: &mut Value, key: &str| {
        part.as_object_mut().map(|members: &mut Map<String, Value>| members.shift_remove(key));
    };
    without("/args/0/experiences", &|part| drop_items(part, 0, usize::MAX));
    for key in keys("/args/0/segments") {
        without("/args/0/segments", &|part| drop_member(part, &key));
    }
    let inputs = count("/args/1/inputs");
    for half in [inputs / 2, inputs / 4, inputs / 8].into_iter().filter(|half| *half > 1) {
        for from in (0..inputs).step_by(half) {
            without("/args/1/inputs", &|part| drop_items(part, from, from + half));
        }
    }
    for place in 0..inputs {
        without("/args/1/inputs", &|part| drop_items(part, place, place + 1));
    }
    for place in 0..count("/args/0/experiences") {
        without("/args/0/experiences", &|part| drop_items(part, place, place + 1));
    }
    for key in keys("/args/0/scores") {
        without("/args/0/scores", &|part| drop_member(part, &key));
    }
    for key in ["scores", "offers", "cutPoints", "lifecycle", "events", "traits", "timezone", "channels", "holdout"] {
        if request.pointer(&format!("/args/0/{key}")).is_some() {
            without("/args/0", &|part| drop_member(part, key));
        }
    }
    list
}

fn request(number: u64) -> Value {
    let mut random = Random::new(number);
    let site = sites::site(&mut random);
    let zone = site.get("timezone").and_then(Value::as_str).unwrap_or_default();
    let inputs = visits::inputs(&mut random, zone);
    json!({"id": number, "op": "replay", "args": [site, {"visitor": format!("v{}", random.below(1000)), "inputs": inputs}]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_the_wire_wants_them() {
        assert_eq!(visits::instant(1_767_225_600_000), "2026-01-01T00:00:00Z");
        assert_eq!(visits::instant(1_767_225_600_001), "2026-01-01T00:00:00.001Z");
    }

    #[test]
    fn a_number_always_makes_the_same_replay() {
        assert_eq!(request(7), request(7));
        assert_ne!(request(7), request(8));
    }
}
