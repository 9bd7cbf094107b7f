//! The rows of `tests/spec`, natively.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

#[path = "../../../tests/spec/runner.rs"]
mod runner;

#[test]
fn rows_of_tests_spec() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/spec");
    let rows = runner::load(&folder).unwrap();
    let answer = |line: &str| vitrine_compiler::door::answer(line, &mut |bytes| vitrine_core::door::answer(bytes));
    let wrong: Vec<_> = rows.iter().filter_map(|row| row.judge(&answer(&row.line))).collect();
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
