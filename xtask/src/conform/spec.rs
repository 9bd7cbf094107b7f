//! The rows of `tests/spec` through the door of one engine.

use std::path::Path;

use anyhow::anyhow;
use serde_json::Value;

use super::Engine;
use crate::test::{Outcome, door};

#[path = "../../../tests/spec/runner.rs"]
mod runner;

/// Runs every row.
///
/// # Errors
/// The rows cannot be read, or the door cannot be opened.
pub fn run(engine: Engine) -> anyhow::Result<Outcome> {
    let rows = runner::load(Path::new("tests/spec")).map_err(|e| anyhow!(e))?;
    let lines: Vec<String> = rows.iter().map(|row| row.line.clone()).collect();
    let answers = door::ask_lines(engine.name(), &lines)?;
    let mut outcome = Outcome::default();
    for (row, answer) in rows.iter().zip(&answers) {
        match row.judge(&Value::to_string(answer)) {
            None => outcome.passed += 1,
            Some(wrong) => {
                outcome.failed += 1;
                eprintln!("{wrong}");
            }
        }
    }
    outcome.note = format!("{} rows of tests/spec, {}", rows.len(), engine.name());
    Ok(outcome)
}
