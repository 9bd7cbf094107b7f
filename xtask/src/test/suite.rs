//! What a suite answers, and the table at the end.

use std::time::Duration;

/// A suite: a name for `--only`, a sentence, and what it does.
pub struct Suite {
    pub name: &'static str,
    pub what: &'static str,
    pub run: fn() -> anyhow::Result<Outcome>,
}

impl Suite {
    /// Runs it. An error counts as one failure, so that the other suites still run.
    pub fn run(&self) -> Outcome {
        eprintln!("\n{}: {}", self.name, self.what);
        (self.run)().unwrap_or_else(|error| {
            eprintln!("{error:#}");
            Outcome { failed: 1, ..Outcome::default() }
        })
    }
}

/// Counts of one suite.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub passed: u64,
    pub failed: u64,
    /// One sentence for each thing that was not run: its name and why.
    pub skipped: Vec<String>,
    /// A short remark for the table, such as a score.
    pub note: String,
}

impl Outcome {
    /// So many passed, and nothing else.
    pub fn passed(passed: u64) -> Self {
        Self { passed, ..Self::default() }
    }

    /// Nothing ran, for one reason.
    pub fn skipped(reason: impl Into<String>) -> Self {
        Self { skipped: vec![reason.into()], ..Self::default() }
    }

    /// Adds another outcome to this one.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped.extend(other.skipped);
        if self.note.is_empty() {
            self.note = other.note;
        }
    }
}

/// The table that a run ends with.
#[derive(Default)]
pub struct Table {
    rows: Vec<(&'static str, Outcome, Duration)>,
}

impl Table {
    /// Adds a suite's counts, and how long it took.
    pub fn add(&mut self, name: &'static str, outcome: Outcome, took: Duration) {
        self.rows.push((name, outcome, took));
    }

    /// Prints the table and the last line.
    ///
    /// # Errors
    /// Something failed, or was skipped where `CI` is `true`.
    pub fn finish(self) -> anyhow::Result<()> {
        let strict = std::env::var("CI").is_ok_and(|value| value == "true");
        println!("\n{:<10} {:>7} {:>7} {:>8} {:>8}", "suite", "passed", "failed", "skipped", "seconds");
        let mut total = Outcome::default();
        for (name, outcome, took) in self.rows {
            let skipped = outcome.skipped.len();
            let seconds = took.as_secs();
            println!(
                "{name:<10} {:>7} {:>7} {skipped:>8} {seconds:>8}  {}",
                outcome.passed, outcome.failed, outcome.note
            );
            for reason in &outcome.skipped {
                println!("{:<10} skipped: {reason}", "");
            }
            total.add(outcome);
        }
        let failed = total.failed + if strict { total.skipped.len() as u64 } else { 0 };
        println!("\n{} passed, {failed} failed", total.passed);
        if failed > 0 {
            // The line above is the last one on purpose: tools read it.
            std::process::exit(1);
        }
        Ok(())
    }
}
