//! The published cases of the condition language and its hashes, asked of both engines.
//!
//! A case passes when both engines give the same answer; the score against the published answers is printed, and may
//! not fall below the floor reached so far.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::{Value, json};

use crate::tools::process;

use super::door;
use super::suite::Outcome;

/// What a case list looks like: its name, whether each case starts with a title, and how many values are arguments.
const KINDS: [(&str, bool, usize); 7] = [
    ("evalCondition", true, 3),
    ("hash", false, 3),
    ("getBucketRange", true, 1),
    ("chooseVariation", true, 2),
    ("inNamespace", true, 2),
    ("getEqualWeights", false, 1),
    ("getQueryStringOverride", true, 3),
];

/// The published answers met so far; raised with the engine, never lowered.
const FLOOR: usize = 327;

/// Runs the suite.
pub fn run() -> anyhow::Result<Outcome> {
    let Some(path) = cases_file() else {
        return Ok(Outcome::skipped(
            "the published cases: no growthbook/cases.json in VITRINE_SUITES, tests/spec or ../shared/suites",
        ));
    };
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let file: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    let cases: Vec<Case> = KINDS.iter().flat_map(|kind| read(&file, kind)).collect();
    let requests: Vec<Value> =
        cases.iter().enumerate().map(|(id, case)| json!({"id": id, "op": case.op, "args": case.args})).collect();
    process::run("building the SDK", &mut crate::tools::xtask(["build"])?)?;
    let native = door::ask("native", &requests)?;
    let wasm = door::ask("wasm", &requests)?;
    let mut outcome = Outcome::default();
    let mut right = [0_usize; 2];
    for ((case, native), wasm) in cases.iter().zip(&native).zip(&wasm) {
        for (count, answer) in right.iter_mut().zip([native, wasm]) {
            *count += usize::from(answer.get("ok").is_some_and(|ok| same(ok, &case.expected)));
        }
        if native == wasm {
            outcome.passed += 1;
        } else {
            outcome.failed += 1;
            eprintln!("{} {}: native {native}, wasm {wasm}", case.op, case.title);
        }
        if native.get("ok").is_none_or(|ok| !same(ok, &case.expected)) {
            eprintln!("{} {}: expected {}, answered {native}", case.op, case.title, case.expected);
        }
    }
    for (kind, ..) in KINDS {
        let of_kind = || cases.iter().zip(&native).zip(&wasm).filter(|((case, _), _)| case.op == kind);
        let met = |answer: &Value, case: &Case| answer.get("ok").is_some_and(|ok| same(ok, &case.expected));
        let by_native = of_kind().filter(|((case, answer), _)| met(answer, case)).count();
        let by_wasm = of_kind().filter(|((case, _), answer)| met(answer, case)).count();
        eprintln!("{kind:<23} native {by_native:>3}  wasm {by_wasm:>3}  of {:>3}", of_kind().count());
    }
    outcome.note = format!("score: native {}/{total}, wasm {}/{total}", right[0], right[1], total = cases.len());
    if right.iter().any(|count| count.cmp(&FLOOR).is_lt()) {
        eprintln!("{}: the floor is {FLOOR}", outcome.note);
        outcome.failed += 1;
    }
    Ok(outcome)
}

struct Case {
    op: &'static str,
    title: String,
    args: Vec<Value>,
    expected: Value,
}

fn read(file: &Value, (op, titled, count): &(&'static str, bool, usize)) -> Vec<Case> {
    let rows = file.get(op).and_then(Value::as_array).cloned().unwrap_or_default();
    rows.iter().filter_map(Value::as_array).filter_map(|row| case(op, *titled, *count, row)).collect()
}

/// `[title?, args…, expected, more?]`; in `evalCondition` saved groups may follow the answer.
fn case(op: &'static str, titled: bool, count: usize, row: &[Value]) -> Option<Case> {
    let (title, rest) = if titled { row.split_first()? } else { (&Value::Null, row) };
    let title = title.as_str().map_or_else(|| Value::from(rest.to_vec()).to_string(), str::to_owned);
    if op == "evalCondition" {
        let [condition, attributes, expected, groups @ ..] = rest else { return None };
        let args = [condition, attributes].into_iter().chain(groups).cloned().collect();
        return Some(Case { op, title, args, expected: expected.clone() });
    }
    let (args, rest) = rest.split_at_checked(count)?;
    // A list of arguments in one value is spread: `[[2, 1, null], …]`.
    let args = match args {
        [Value::Array(inner)] => inner.clone(),
        _ => args.to_vec(),
    };
    Some(Case { op, title, args, expected: rest.first()?.clone() })
}

/// Equal as JSON; numbers to the six places that the published cases print.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let (left, right) = (left.as_f64().unwrap_or(f64::NAN), right.as_f64().unwrap_or(f64::NAN));
            (left - right).abs() < 1e-6
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        _ => left == right,
    }
}

fn cases_file() -> Option<PathBuf> {
    let given = std::env::var_os("VITRINE_SUITES").map(PathBuf::from);
    let places = given.into_iter().chain(["tests/spec", "../shared/suites"].map(PathBuf::from));
    places.map(|place| place.join("growthbook/cases.json")).find(|path| path.is_file())
}
