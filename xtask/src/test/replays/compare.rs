//! What two answers to one visit differ in, and how often each kind of question was answered how.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::test::oracle;

/// Scores agree up to rounding.
const NEAR: f64 = 1e-9;
/// What has faded away this far is kept to fewer digits, and may be gone.
const FADED: f64 = 1e-200;

/// The first read of which the oracle thinks otherwise, and in what.
pub fn differs(engine: &Value, oracle: &[oracle::Answer], excused: &mut u64) -> Option<String> {
    let reads = engine.as_array().map_or(&[][..], Vec::as_slice);
    if reads.len() != oracle.len() {
        return Some(format!("{} reads, the oracle has {}: {engine}", reads.len(), oracle.len()));
    }
    for (place, (read, expected)) in reads.iter().zip(oracle).enumerate() {
        let Some(what) = one(read, &expected.read) else { continue };
        // Where a score sits on a threshold up to rounding, either answer is right.
        if expected.close {
            *excused += 1;
            continue;
        }
        return Some(format!("read {place} at {}: {what}", read.get("at").unwrap_or(&Value::Null)));
    }
    None
}

fn one(engine: &Value, oracle: &Value) -> Option<String> {
    for key in ["at", "segments", "decisions", "rejected"] {
        let (given, expected) = (engine.get(key), oracle.get(key));
        if given != expected {
            let show = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
            return Some(format!("{key}\n  engine {}\n  oracle {}", show(given), show(expected)));
        }
    }
    let members = |value: &Value| value.get("scores").and_then(Value::as_object).cloned().unwrap_or_default();
    let (given, expected) = (members(engine), members(oracle));
    let names = given.keys().chain(expected.keys());
    let far = |name: &&String| {
        let read = |of: &serde_json::Map<String, Value>| of.get(*name).and_then(Value::as_f64);
        let (one, other) = (read(&given), read(&expected));
        match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() > NEAR * one.abs().max(other.abs()).max(FADED),
            (one, other) => one.or(other).is_none_or(|value| value.abs() > FADED),
        }
    };
    let name = names.into_iter().find(far)?;
    Some(format!("score {name}\n  engine {:?}\n  oracle {:?}", given.get(name), expected.get(name)))
}

/// How many reads found a segment of each kind true, and how many false.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<String, [u64; 2]>);

impl Tally {
    /// Counts the reads of a replay.
    pub fn count(&mut self, site: &Value, reads: &[oracle::Answer]) {
        let ids = site.get("segments").and_then(Value::as_object).into_iter().flatten().map(|(id, _)| id);
        for id in ids {
            let kind = id.rsplit_once('-').map_or(id.as_str(), |(kind, _)| kind);
            let row = self.0.entry(kind.to_owned()).or_default();
            for read in reads {
                let held = read.read.get("segments").and_then(Value::as_array);
                let held = held.is_some_and(|held| held.iter().any(|other| other == id.as_str()));
                if let Some(count) = row.get_mut(usize::from(held)) {
                    *count += 1;
                }
            }
        }
    }

    /// One line a kind; those that hardly vary are marked.
    pub fn print(&self) {
        eprintln!("{:<14} {:>8} {:>8}", "segments of", "false", "true");
        for (kind, [no, yes]) in &self.0 {
            let rare = 20 * no.min(yes) < no + yes;
            eprintln!("{kind:<14} {no:>8} {yes:>8}{}", if rare { "  below 5 %" } else { "" });
        }
    }
}
