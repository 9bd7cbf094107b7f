//! The suites that are cargo's own.

use crate::tools::{cargo, process};

use super::suite::Outcome;

/// `cargo fmt`, one pass or failure for the whole.
pub fn format() -> anyhow::Result<Outcome> {
    process::run("checking the format", &mut cargo(["fmt", "--all", "--check"]))?;
    Ok(Outcome::passed(1))
}

/// `cargo test` over all crates, what of the page runs natively and doc tests included, counted from what it prints.
pub fn tests() -> anyhow::Result<Outcome> {
    let mut command = cargo(["test", "--workspace", "--no-fail-fast"]);
    let done = process::watch("testing the crates", &mut command)?;
    let mut outcome = counts(&done.text);
    if !done.status.success() {
        outcome.failed = outcome.failed.max(1);
        eprintln!("{}", failures(&done.text));
        eprintln!("all of it: {}", process::keep_log("rust", &done.text)?);
    }
    Ok(outcome)
}

/// clippy with warnings as errors: the native crates with their tests, then the page's wasm.
pub fn lints() -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    let native = cargo(["clippy", "--workspace", "--exclude", "vitrine", "--all-targets", "--", "-D", "warnings"]);
    let target = ["--target", "wasm32-unknown-unknown"];
    let mut page = cargo(["clippy", "--package", "vitrine", "--package", "vitrine-tools"]);
    page.args(target).args(["--", "-D", "warnings"]);
    for (what, mut command) in [("linting the native crates", native), ("linting the page's wasm", page)] {
        match process::run(what, &mut command) {
            Ok(_) => outcome.passed += 1,
            Err(error) => {
                eprintln!("{error:#}");
                outcome.failed += 1;
            }
        }
    }
    Ok(outcome)
}

/// Sums the `test result:` lines; an ignored test is named as skipped.
fn counts(text: &str) -> Outcome {
    let mut outcome = Outcome::default();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("test result: ") {
            outcome.passed += number_before(rest, " passed");
            outcome.failed += number_before(rest, " failed");
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split(" ... ignored").next().filter(|_| rest.contains(" ... ignored")))
        {
            outcome.skipped.push(format!("{name} is ignored"));
        }
    }
    outcome
}

fn number_before(text: &str, word: &str) -> u64 {
    let Some((before, _)) = text.split_once(word) else { return 0 };
    before.rsplit(' ').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn failures(text: &str) -> String {
    let blocks: Vec<&str> = text.split("\nfailures:\n").skip(1).step_by(2).collect();
    if blocks.is_empty() {
        process::tail(text)
    } else {
        blocks.iter().map(|block| process::tail(block)).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_from_the_result_lines() {
        let text = "test a ... ok\ntest slow::b ... ignored\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s\n";
        let outcome = counts(text);
        assert_eq!((outcome.passed, outcome.failed), (15, 2));
        assert_eq!(outcome.skipped, ["slow::b is ignored"]);
    }
}
