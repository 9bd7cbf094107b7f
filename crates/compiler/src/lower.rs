//! Conditions from JSON to the engine's tree. Nothing here reports: what means nothing becomes a part that never
//! matches, exactly as the published semantics treat it; [`crate::lint`] says so beforehand for site files.

use serde_json::Value;
use vitrine_core::rules::js;
use vitrine_wire::cond::{Aggregate, Cond, Events, Test, Within};

use crate::json::value;
use crate::regex;

pub(crate) mod behaviour;
pub(crate) mod limits;

/// A published (GrowthBook) condition: `$segment` and the like are plain names here.
pub fn condition(json: &Value) -> Cond {
    lower(json, false)
}

/// A condition of a site file: published ones and Vitrine's own forms.
pub(crate) fn rule(json: &Value) -> Cond {
    lower(json, true)
}

fn lower(json: &Value, ours: bool) -> Cond {
    let Value::Object(members) = json else { return Cond::Unknown };
    let list = |v: &Value| match v {
        Value::Array(items) => items.iter().map(|item| lower(item, ours)).collect(),
        _ => Vec::new(),
    };
    let mut parts: Vec<Cond> = members
        .iter()
        .map(|(key, v)| match (key.as_str(), ours) {
            ("$and", _) => Cond::And(list(v)),
            ("$or", _) => Cond::Or(list(v)),
            ("$nor", _) => Cond::Nor(list(v)),
            ("$not", _) => Cond::Not(Box::new(lower(v, ours))),
            ("$segment", true) => v.as_str().map_or(Cond::Unknown, |id| Cond::Segment(id.into())),
            ("$events", true) => events(v).unwrap_or(Cond::Unknown),
            ("$sequence", true) => behaviour::sequence(v).unwrap_or(Cond::Unknown),
            ("$since", true) => behaviour::since(v).unwrap_or(Cond::Unknown),
            ("$rank", true) => behaviour::rank(v).unwrap_or(Cond::Unknown),
            ("$time", true) => behaviour::time(v).unwrap_or(Cond::Unknown),
            ("$anniversary", true) => behaviour::anniversary(v).unwrap_or(Cond::Unknown),
            _ => Cond::Fact { path: key.clone(), tests: tests(v) },
        })
        .collect();
    if parts.len() == 1 { parts.remove(0) } else { Cond::And(parts) }
}

/// Whether a value is an object of operators; anything else is a bare value.
pub(crate) fn is_operators(json: &Value) -> bool {
    json.as_object().is_some_and(|m| !m.is_empty() && m.keys().all(|k| k.starts_with('$')))
}

/// The tests of one value.
pub(crate) fn tests(json: &Value) -> Vec<Test> {
    match json.as_object() {
        Some(members) if is_operators(json) => members.iter().map(|(op, operand)| test(op, operand)).collect(),
        _ => vec![Test::Bare(value(json))],
    }
}

fn test(op: &str, operand: &Value) -> Test {
    let items = || operand.as_array().map(|items| items.iter().map(value).collect());
    match op {
        "$eq" => Test::Eq(value(operand)),
        "$ne" => Test::Ne(value(operand)),
        "$lt" => Test::Lt(value(operand)),
        "$lte" => Test::Lte(value(operand)),
        "$gt" => Test::Gt(value(operand)),
        "$gte" => Test::Gte(value(operand)),
        "$in" => Test::In(items()),
        "$nin" => Test::Nin(items()),
        "$ini" => Test::Ini(items()),
        "$nini" => Test::Nini(items()),
        "$all" => Test::All(items()),
        "$alli" => Test::Alli(items()),
        "$elemMatch" if is_operators(operand) => Test::ElemTests(tests(operand)),
        "$elemMatch" => Test::ElemCond(Box::new(condition(operand))),
        "$size" => Test::Size(tests(operand)),
        "$exists" => Test::Exists(truthy(operand)),
        "$type" => operand.as_str().map_or(Test::Never, |name| Test::Type(name.into())),
        "$veq" => Test::Veq(value(operand)),
        "$vne" => Test::Vne(value(operand)),
        "$vgt" => Test::Vgt(value(operand)),
        "$vgte" => Test::Vgte(value(operand)),
        "$vlt" => Test::Vlt(value(operand)),
        "$vlte" => Test::Vlte(value(operand)),
        "$inGroup" => Test::InGroup(value(operand)),
        "$notInGroup" => Test::NotInGroup(value(operand)),
        "$regex" | "$regexi" => {
            // What is no text is made one first, as `RegExp` does.
            let program = regex::program(&js::to_text(&value(operand)), op == "$regexi");
            program.map_or(Test::Never, Test::Regex)
        }
        "$not" => Test::Not(tests(operand)),
        _ => Test::Never,
    }
}

fn truthy(json: &Value) -> bool {
    match json {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => n.as_f64().is_some_and(|n| n != 0.0),
        Value::String(s) => !s.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// What `$events` can compute, by key.
pub(crate) const AGGREGATES: [(&str, Aggregate); 6] = [
    ("count", Aggregate::Count),
    ("sum", Aggregate::Sum),
    ("avg", Aggregate::Avg),
    ("min", Aggregate::Min),
    ("max", Aggregate::Max),
    ("distinct", Aggregate::Distinct),
];

fn events(json: &Value) -> Option<Cond> {
    let (aggregate, result) = AGGREGATES.iter().find_map(|(key, a)| Some((*a, json.get(key)?)))?;
    let matching = json.get("where").map_or(Cond::And(Vec::new()), condition);
    Some(Cond::Events(Box::new(Events {
        matching,
        within: json.get("within").map_or(Some(Within::Ever), |w| within(w.as_str()?))?,
        before: json.get("before").map_or(Some(0), |b| duration(b.as_str()?))?,
        aggregate,
        of: json.get("of").and_then(Value::as_str).unwrap_or_default().into(),
        tests: tests(result),
    })))
}

/// A window: `session`, `page` or a duration.
pub(crate) fn within(text: &str) -> Option<Within> {
    match text {
        "session" => Some(Within::Session),
        "page" => Some(Within::Page),
        _ => duration(text).map(Within::Last),
    }
}

/// A fixed length such as `30s`, `30m`, `2h`, `7d`, `1w`, in milliseconds; at most 100 years, more than nothing.
pub fn duration(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let digits = text.strip_suffix(unit)?;
    if digits.is_empty() || digits.len() > 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    let length = digits.parse::<i64>().ok()?.checked_mul(seconds)?;
    (1..=100 * 366 * 86_400).contains(&length).then_some(length * 1_000)
}

/// The longest that data may be kept, in milliseconds.
pub(crate) const KEPT: i64 = vitrine_wire::limits::ID_DAYS * 86_400_000;

/// How long data may be kept, in milliseconds: a length as of windows, or months of 30.5 days; at most 13 months, as long
/// as identifiers live.
pub(crate) fn retention(text: &str) -> Option<i64> {
    let length = match text.strip_suffix("mo") {
        Some("13") => KEPT,
        Some(months) => months.parse::<i64>().ok().filter(|n| (1..=12).contains(n))? * 61 * 43_200_000,
        None => duration(text)?,
    };
    Some(length).filter(|length| *length <= KEPT)
}

#[cfg(test)]
mod durations {
    use super::{duration, retention};

    #[test]
    fn are_kept_for_months() {
        let day = 86_400_000;
        let rows = [
            ("13mo", Some(395 * day)),
            ("2mo", Some(61 * day)),
            ("7d", Some(7 * day)),
            ("14mo", None),
            ("0mo", None),
            ("2y", None),
        ];
        for (text, expected) in rows {
            assert_eq!(retention(text), expected, "{text}");
        }
    }

    #[test]
    fn are_fixed_lengths() {
        let rows = [
            ("30s", Some(30_000)),
            ("1m", Some(60_000)),
            ("2h", Some(7_200_000)),
            ("7d", Some(604_800_000)),
            ("1w", Some(604_800_000)),
            ("0d", None),
            ("7", None),
            ("d", None),
            ("1.5d", None),
            ("-1d", None),
            ("13mo", None),
            ("99999999w", None),
            ("1é", None),
        ];
        for (text, expected) in rows {
            assert_eq!(duration(text), expected, "{text}");
        }
    }
}
