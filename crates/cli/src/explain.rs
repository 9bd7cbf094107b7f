//! `vitrine explain`: why a visitor is in a segment, or sees what a slot shows.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::check;
use crate::out::say;

/// Arguments of `vitrine explain`.
#[derive(clap::Args)]
pub struct Args {
    /// The site file
    site: PathBuf,
    /// The visit: a JSON file `{"visitor", "inputs": [{"at", "event" | "consent" | "context" | "profile" | "read"}]}`
    visit: PathBuf,
    /// The segment or slot
    id: String,
    /// Print the tree as JSON for machines; there instants and lengths are milliseconds
    #[arg(long)]
    json: bool,
}

/// Replays the visit and prints the tree.
///
/// # Errors
/// A file cannot be read, the visit is not one, or no segment or slot has this id.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let site = check::read(&args.site)?;
    let findings = vitrine_compiler::check(&site);
    if findings.iter().any(vitrine_compiler::Finding::is_error) {
        check::show(&args.site, &findings);
        return Ok(check::ended(&findings));
    }
    let visit: Value = serde_json::from_str(&check::read(&args.visit)?)
        .with_context(|| format!("{} is not JSON", args.visit.display()))?;
    let request = json!({"id": null, "op": "explain", "args": [site, visit, args.id]}).to_string();
    let answer = vitrine_compiler::door::answer(&request, &mut |bytes| vitrine_core::door::answer(bytes));
    let answer: Value = serde_json::from_str(&answer).context("the engine's answer is not JSON")?;
    match answer.get("ok") {
        Some(tree) if args.json => say!("{tree:#}"),
        Some(tree) => lines(tree).iter().for_each(|line| say!("{line}")),
        None => anyhow::bail!("{}", answer.pointer("/error/message").and_then(Value::as_str).unwrap_or_default()),
    }
    Ok(ExitCode::SUCCESS)
}

/// What numbers are, where a person would not read them so.
#[derive(Clone, Copy, PartialEq)]
enum Numbers {
    /// As they stand.
    Plain,
    /// Milliseconds since 1970.
    Instants,
    /// Milliseconds.
    Lengths,
}

/// Facts that are instants; the state of an offer has one too.
const INSTANTS: [&str; 4] = ["first.seen", "last.seen", "cart.updated", "orders.last"];

/// The tree for people: what is plain on one line, what nests below it.
fn lines(tree: &Value) -> Vec<String> {
    let mut out = Vec::new();
    write(tree, "", 0, Numbers::Plain, &mut out);
    out
}

fn write(value: &Value, name: &str, depth: usize, numbers: Numbers, out: &mut Vec<String>) {
    let (indent, colon) = ("  ".repeat(depth), if name.is_empty() { "" } else { ": " });
    match value {
        Value::Object(members) => {
            let numbers = of_leaf(members, numbers);
            let (plain, nested): (Vec<_>, Vec<_>) = members.iter().partition(|(_, v)| !is_nested(v));
            let plain: Vec<_> = plain.iter().map(|(k, v)| format!("{k} {}", shown(v, of_member(k, numbers)))).collect();
            out.push(format!("{indent}{name}{colon}{}", plain.join(", ")));
            nested.iter().for_each(|(k, v)| write(v, k, depth + 1, of_member(k, numbers), out));
        }
        Value::Array(items) => {
            if !name.is_empty() {
                out.push(format!("{indent}{name}:"));
            }
            items.iter().for_each(|item| write(item, "-", depth + 1, numbers, out));
        }
        plain => out.push(format!("{indent}{name}{colon}{}", shown(plain, numbers))),
    }
}

/// What the values of a leaf are; what is no leaf keeps what was known above it.
fn of_leaf(members: &Map<String, Value>, above: Numbers) -> Numbers {
    let text = |key: &str| members.get(key).and_then(Value::as_str);
    match (text("op"), text("path")) {
        (Some("$since"), _) => Numbers::Lengths,
        (Some("$sequence"), _) => Numbers::Instants,
        (_, Some(path)) if INSTANTS.contains(&path) => Numbers::Instants,
        (_, Some(path)) if path.starts_with("offers.") && path.ends_with(".at") => Numbers::Instants,
        (_, Some(_)) => Numbers::Plain,
        _ => above,
    }
}

/// What a member of a leaf is: its own values and those that it asks for are of one kind.
fn of_member(name: &str, leaf: Numbers) -> Numbers {
    match name {
        "until" | "since" => Numbers::Instants,
        "within" => Numbers::Lengths,
        "value" | "operand" | "wanted" | "tests" => leaf,
        // An operator inside `wanted`.
        _ if name.starts_with('$') || name == "is" => leaf,
        _ => Numbers::Plain,
    }
}

/// A plain value: an instant or a length as a person reads it, and exactly.
fn shown(value: &Value, numbers: Numbers) -> String {
    let readable = match (numbers, value.as_f64()) {
        (Numbers::Instants, Some(ms)) => {
            Timestamp::from_millisecond(ms as i64).ok().map(|at| format!("{at} ({value})"))
        }
        (Numbers::Lengths, Some(ms)) if ms >= 0.0 => Some(format!("{} ({value} ms)", length(ms as u64))),
        _ => None,
    };
    readable.unwrap_or_else(|| value.to_string())
}

/// Milliseconds in the units of site files.
fn length(ms: u64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut rest = ms;
    let mut parts = Vec::new();
    for (unit, size) in units {
        if rest >= size {
            parts.push(format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_lengths_are_readable_and_exact() {
        let rows = [
            (
                json!({"op": "$since", "of": "last", "value": 3_600_500, "operand": 86_400_000, "until": 1_767_312_000_000_i64}),
                vec![
                    "op \"$since\", of \"last\", value 1h 500ms (3600500 ms), operand 1d (86400000 ms), until 2026-01-02T00:00:00Z (1767312000000)",
                ],
            ),
            (
                json!({"op": "$since", "value": null, "tests": [{"op": "$gte", "operand": 0}]}),
                vec!["op \"$since\", value null", "  tests:", "    -: op \"$gte\", operand 0s (0 ms)"],
            ),
            (
                json!({"change": [{"op": "$since", "value": 60_000, "wanted": {"$not": {"$gte": 90_061_000}}}]}),
                vec![
                    "",
                    "  change:",
                    "    -: op \"$since\", value 1m (60000 ms)",
                    "      wanted: ",
                    "        $not: $gte 1d 1h 1m 1s (90061000 ms)",
                ],
            ),
            (
                json!({"op": "$events", "compute": "count", "within": 604_800_000, "value": 2, "operand": 3, "exact": false, "since": 0}),
                vec![
                    "op \"$events\", compute \"count\", within 7d (604800000 ms), value 2, operand 3, exact false, since 1970-01-01T00:00:00Z (0)",
                ],
            ),
            (
                json!({"op": "$or", "of": [{"op": "$sequence", "value": 1}, {"path": "orders.last", "op": "$gt", "operand": 1000},
                    {"path": "orders.count", "op": "$gt", "value": 7}, {"path": "offers.code.at", "op": "is", "value": 2000}]}),
                vec![
                    "op \"$or\"",
                    "  of:",
                    "    -: op \"$sequence\", value 1970-01-01T00:00:00.001Z (1)",
                    "    -: path \"orders.last\", op \"$gt\", operand 1970-01-01T00:00:01Z (1000)",
                    "    -: path \"orders.count\", op \"$gt\", value 7",
                    "    -: path \"offers.code.at\", op \"is\", value 1970-01-01T00:00:02Z (2000)",
                ],
            ),
            (
                json!({"op": "$events", "within": "session", "value": 2}),
                vec!["op \"$events\", within \"session\", value 2"],
            ),
        ];
        for (tree, expected) in rows {
            assert_eq!(lines(&tree), expected);
        }
    }
}
