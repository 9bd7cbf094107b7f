//! What is fed. Each answers a number for the shape of what happened, so that inputs which did something new are kept
//! and changed further: a poor man's coverage, which needs no special compiler.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};
use vitrine_compiler::{Options, Severity};
use vitrine_core::replay;
use vitrine_core::rules::{self, World};
use vitrine_wire::door::{ReplayInput, ReplayWhat};
use vitrine_wire::{Cond, Test, bundle, cond, envelope};

/// Runs one input.
pub type Target = fn(&[u8]) -> u64;

/// Every target by name.
pub const ALL: [(&str, Target); 4] = [("site", site), ("bundle", bundle), ("visit", visit), ("pattern", pattern)];

/// The target of a name.
pub fn find(name: &str) -> Option<Target> {
    if name == "trap" {
        return Some(trap);
    }
    ALL.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}

/// Does what must be found: the tests see whether it is.
#[expect(clippy::panic, reason = "to be caught")]
fn trap(bytes: &[u8]) -> u64 {
    match bytes {
        b"panic" => panic!("as asked"),
        b"slow" => std::thread::sleep(std::time::Duration::from_millis(1_200)),
        b"endless" => std::thread::sleep(std::time::Duration::from_secs(3_600)),
        b"memory" => drop(vec![1_u8; 1 << 30]),
        b"stack" => return deep(u64::MAX),
        _ => {}
    }
    0
}

fn deep(left: u64) -> u64 {
    let here = std::hint::black_box([left; 16]);
    if left == 0 { 0 } else { deep(left - 1).wrapping_add(here.iter().fold(0, |a, b| a ^ b)) }
}

/// 2026-03-01, noon.
const NOW: i64 = 1_772_366_400_000;

/// A site file through the compiler; what compiles is visited.
fn site(bytes: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(bytes);
    match vitrine_compiler::compile(&text, &Options::at(NOW)) {
        Ok(compiled) => visited(&compiled.payload),
        Err(findings) => shape(
            &findings
                .iter()
                .map(|f| (f.code, f.severity == Severity::Error, f.pointer.matches('/').count()))
                .collect::<Vec<_>>(),
        ),
    }
}

/// A bundle's payload, or its envelope, into the engine.
fn bundle(bytes: &[u8]) -> u64 {
    let opened = envelope::open(bytes).map(|envelope| envelope.payload.to_vec());
    visited(opened.as_deref().unwrap_or(bytes))
}

fn visited(payload: &[u8]) -> u64 {
    let read = bundle::decode(payload);
    // What was understood is written again, and read as the same.
    let again = bundle::encode(&read);
    assert_eq!(again, bundle::encode(&bundle::decode(&again)), "a bundle changes as it is written");
    let inputs = inputs();
    let reads = replay::replay(payload, "v1", &inputs);
    for segment in read.segments.iter().take(3) {
        replay::explain(payload, "v1", &inputs, &segment.id);
    }
    for slot in read.slots.iter().take(3) {
        replay::explain(payload, "v1", &inputs, &slot.name);
    }
    let sizes = [read.events.len(), read.slots.len(), read.segments.len(), read.experiences.len(), read.offers.len()];
    let outcome: Vec<_> = reads
        .iter()
        .map(|read| (read.segments.len(), read.decisions.iter().map(|d| d.reason as u8).collect::<Vec<_>>()))
        .collect();
    shape(&(sizes.map(|size| size.min(4)), read.skipped.min(8), outcome))
}

/// A visit that touches what most rules read.
fn inputs() -> Vec<ReplayInput> {
    let value = |json: Value| vitrine_compiler::value(&json);
    let event = |name: &str, properties: Value| {
        let event = json!({"type": "track", "event": name, "properties": properties});
        ReplayWhat::Event(value(event))
    };
    let purposes = ["measurement", "personalization", "experiments"];
    let context = json!({"page": {"path": "/shop/shoes", "title": "Shoes"}, "language": "de", "query": {"q": "a"}});
    let what = vec![
        ReplayWhat::Consent(purposes.map(|p| (p.to_owned(), "granted".to_owned())).to_vec()),
        ReplayWhat::Context(value(context)),
        ReplayWhat::Event(value(
            json!({"type": "identify", "userId": "u", "traits": {"first_name": "A", "plan": "x"}}),
        )),
        event("Product Viewed", json!({"sku": "1", "category": "shoes", "price": 5})),
        event("Product Added", json!({"product_id": "1", "price": 5, "quantity": 2, "cart_id": "c"})),
        event("Order Completed", json!({"order_id": "o", "revenue": 9.5, "products": [{"sku": "1"}]})),
        ReplayWhat::Read,
        ReplayWhat::Read,
    ];
    let at = |n: usize| NOW + n as i64 * 60_000;
    what.into_iter().enumerate().map(|(n, what)| ReplayInput { at: at(n), what }).collect()
}

/// A request to the conformance door: events, contexts and choices of any form reach the engine.
fn visit(bytes: &[u8]) -> u64 {
    let line = String::from_utf8_lossy(bytes);
    let answer = vitrine_compiler::door::answer(&line, &mut |request| vitrine_core::door::answer(request));
    let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    assert!(answer.is_object(), "an answer that is no JSON");
    match (answer.get("ok"), answer.pointer("/error/code")) {
        (Some(ok), _) => shape(&outline(ok)),
        (None, code) => {
            let message: String = answer.pointer("/error/message").map(Value::to_string).unwrap_or_default();
            let message: String = message.chars().take(40).filter(|c| c.is_ascii_alphabetic()).collect();
            shape(&(code.map(Value::to_string), message, answer.pointer("/error/findings").map(outline)))
        }
    }
}

/// A value without its texts and numbers.
fn outline(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().take(6).map(outline).collect::<Vec<_>>().join(","),
        Value::Object(members) => members.iter().map(|(k, v)| format!("{k}{}", outline(v))).collect(),
        Value::Bool(b) => b.to_string(),
        // Reasons and codes tell answers apart; names and longer texts only differ.
        Value::String(text) if text.len() < 16 => text.clone(),
        other => String::from(if other.is_null() { "0" } else { "1" }),
    }
}

/// A line `i` or nothing, a line with a pattern, and the text; and the same bytes taken for a program.
fn pattern(bytes: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(bytes);
    let (flags, rest) = text.split_once('\n').unwrap_or(("", &text));
    let (pattern, subject) = rest.split_once('\n').unwrap_or((rest, ""));
    let operator = if flags == "i" { "$regexi" } else { "$regex" };
    let compiled = vitrine_compiler::condition(&json!({"a": {operator: pattern}}));
    let known = match &compiled {
        Cond::Fact { tests, .. } => {
            tests.iter().map(|t| if let Test::Regex(p) = t { p.len().min(64) } else { 0 }).sum()
        }
        _ => 0,
    };
    let matched = asked(&compiled, subject);
    let words = bytes.chunks(2).map(|pair| pair.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)));
    let damaged = Cond::Fact { path: "a".into(), tests: vec![Test::Regex(words.collect())] };
    asked(&damaged, subject);
    let kinds: Vec<u8> = pattern.bytes().filter(u8::is_ascii_punctuation).take(6).collect();
    shape(&(known, matched, kinds))
}

fn asked(condition: &Cond, subject: &str) -> bool {
    let read = cond::decode(&cond::encode(condition), &mut 0);
    rules::holds(&read, &Subject(subject.into()))
}

/// A world in which every fact is one text.
struct Subject(vitrine_wire::Value);

impl World for Subject {
    fn fact(&self, _: &str) -> Option<Cow<'_, vitrine_wire::Value>> {
        Some(Cow::Borrowed(&self.0))
    }
    fn group(&self, _: &str) -> Option<&[vitrine_wire::Value]> {
        None
    }
}

fn shape(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
