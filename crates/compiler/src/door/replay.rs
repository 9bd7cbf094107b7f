//! A visit in JSON: its inputs in, its reads out.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use vitrine_wire::Millis;
use vitrine_wire::door::{Readout, ReplayInput, ReplayWhat};

use super::{Failure, json_of};
use crate::{Options, json};

/// A visit to replay.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Visit {
    /// The unit.
    pub visitor: String,
    /// What happened.
    pub inputs: Vec<ReplayInput>,
    /// The instant of each read, and how it was written.
    pub asked: Vec<(Millis, Value)>,
}

impl Visit {
    /// What the compiler must know of time for this visit.
    pub fn options(&self) -> Options {
        let instants = || self.inputs.iter().map(|i| i.at);
        Options { from_ms: instants().min().unwrap_or_default(), to_ms: instants().max().unwrap_or_default() }
    }
}

/// Reads a visit.
pub(super) fn read(json: &Value) -> Result<Visit, Failure> {
    let visitor = json.get("visitor").map_or(Some(""), Value::as_str);
    let visitor = visitor.ok_or_else(|| Failure::argument("`visitor` is no text"))?.to_owned();
    let list = json.get("inputs").and_then(Value::as_array);
    let list = list.ok_or_else(|| Failure::argument("`inputs` is missing or no array"))?;
    let mut visit = Visit { visitor, inputs: Vec::with_capacity(list.len()), asked: Vec::new() };
    for (place, json) in list.iter().enumerate() {
        let input = input(json).map_err(|problem| Failure::argument(format!("input {place}: {problem}")))?;
        if input.what == ReplayWhat::Read {
            visit.asked.push((input.at, json.get("at").cloned().unwrap_or_default()));
        }
        visit.inputs.push(input);
    }
    Ok(visit)
}

fn input(json: &Value) -> Result<ReplayInput, String> {
    let at = json.get("at").and_then(instant).ok_or("`at` is missing or no instant such as 2026-01-01T00:00:00Z")?;
    input_at(json, at)
}

/// An input at an instant, whatever it says of one.
pub(super) fn input_at(json: &Value, at: Millis) -> Result<ReplayInput, String> {
    let members = json.as_object().ok_or("it is no object")?;
    let mut others = members.iter().filter(|(key, _)| *key != "at");
    let (Some((key, given)), None) = (others.next(), others.next()) else {
        return Err("it needs exactly one of event, consent, context, profile, read beside `at`".into());
    };
    let object = || given.is_object().then(|| json::value(given)).ok_or(format!("`{key}` is no object"));
    let what = match key.as_str() {
        "event" => ReplayWhat::Event(object()?),
        "context" => ReplayWhat::Context(object()?),
        "profile" => ReplayWhat::Profile(object()?),
        "consent" => ReplayWhat::Consent(consent(given).ok_or("`consent` is no object of states")?),
        "read" if *given == Value::Bool(true) => ReplayWhat::Read,
        _ => return Err(format!("`{key}` is no input")),
    };
    Ok(ReplayInput { at, what })
}

fn consent(json: &Value) -> Option<Vec<(String, String)>> {
    let state = |(purpose, state): (&String, &Value)| {
        let state = state.as_str().filter(|s| ["granted", "denied", "withdrawn"].contains(s))?;
        Some((purpose.clone(), state.to_owned()))
    };
    json.as_object()?.iter().map(state).collect()
}

/// An instant: RFC 3339 text, or milliseconds.
fn instant(json: &Value) -> Option<Millis> {
    match json {
        Value::String(text) => text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond),
        Value::Number(n) => n.as_i64().filter(|ms| Timestamp::from_millisecond(*ms).is_ok()),
        _ => None,
    }
}

/// Reads as JSON. An instant is written as its input wrote it, unless the engine answered at a later one.
pub(super) fn write(reads: &[Readout], asked: &[(Millis, Value)]) -> Value {
    let asked = asked.iter().map(Some).chain(std::iter::repeat(None));
    reads.iter().zip(asked).map(|(read, asked)| one(read, asked)).collect()
}

fn one(read: &Readout, asked: Option<&(Millis, Value)>) -> Value {
    let at = match asked {
        Some((at, written)) if *at == read.at => written.clone(),
        _ => Timestamp::from_millisecond(read.at).map_or(Value::Null, |at| at.to_string().into()),
    };
    let decisions: Map<String, Value> = read
        .decisions
        .iter()
        .map(|d| {
            let shown = json!({"experience": d.experience, "variant": d.variant, "reason": d.reason.as_str()});
            (d.slot.clone(), shown)
        })
        .collect();
    let rejected = read.rejected.iter().map(|r| json!({"experience": r.experience, "reason": r.reason.as_str()}));
    json!({
        "at": at,
        "segments": read.segments,
        "scores": json_of(&vitrine_wire::Value::Map(read.scores.clone())),
        "decisions": decisions,
        "rejected": rejected.collect::<Vec<_>>(),
    })
}
