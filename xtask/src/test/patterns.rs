//! Random regular expressions: both engines must answer as JavaScript's own `RegExp` does.

use anyhow::Context;
use serde_json::{Value, json};

use crate::tools::{command, machine, process};

use super::door;
use super::suite::Outcome;

/// How many go through the doors at once.
const BATCH: u64 = 10_000;
/// How many differences are printed.
const SHOWN: u64 = 10;

/// Runs the suite.
pub fn run() -> anyhow::Result<Outcome> {
    process::run("building the SDK", &mut crate::tools::xtask(["build"])?)?;
    let count = (10_000.0 * crate::tools::scale()?).ceil() as u64;
    let mut outcome = Outcome::default();
    let mut matched = 0;
    for from in (0..count).step_by(BATCH as usize) {
        let many = BATCH.min(count - from);
        let args = ["tests/conform/patterns.mjs", &from.to_string(), &many.to_string()];
        let text = machine::quiet(&mut command("node", args)).context("node wrote no patterns")?;
        let rows: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        let request = |row: &Value| json!({"id": 0, "op": "evalCondition", "args": row.get("args")});
        let requests: Vec<Value> = rows.iter().map(request).collect();
        let (native, wasm) = (door::ask("native", &requests)?, door::ask("wasm", &requests)?);
        for ((row, native), wasm) in rows.iter().zip(&native).zip(&wasm) {
            let expected = row.get("ok");
            matched += u64::from(expected == Some(&Value::Bool(true)));
            if [native, wasm].iter().all(|answer| answer.get("ok") == expected) {
                outcome.passed += 1;
                continue;
            }
            outcome.failed += 1;
            if outcome.failed <= SHOWN {
                eprintln!("a pattern differs: {row}\n  native {native}\n  wasm   {wasm}");
            }
        }
    }
    outcome.note = format!("{matched} of them match");
    Ok(outcome)
}
