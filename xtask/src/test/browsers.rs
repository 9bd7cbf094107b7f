//! The stories of `tests/e2e/`, one suite for each browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::tools::{cargo, command, machine, process};

use super::suite::Outcome;

/// The suites that open a browser.
pub const NAMES: [&str; 5] = ["page", "dom", "chromium", "firefox", "webkit"];

/// What `tests/e2e/run.mjs --report` writes.
#[derive(Deserialize)]
struct Report {
    passed: u64,
    failed: u64,
    skipped: Vec<Skipped>,
}

#[derive(Deserialize)]
struct Skipped {
    name: String,
    reason: String,
}

pub fn chromium() -> anyhow::Result<Outcome> {
    stories("chromium", None)
}

pub fn firefox() -> anyhow::Result<Outcome> {
    stories("firefox", None)
}

pub fn webkit() -> anyhow::Result<Outcome> {
    stories("webkit", None)
}

/// Stories that are told again and again.
pub struct Repeated {
    /// The suite they belong to.
    pub browser: &'static str,
    /// Words of their file or title.
    pub only: &'static str,
    /// How much of it one telling is: their `VITRINE_SCALE`, whatever the goal is multiplied by.
    pub scale: &'static str,
}

/// Some stories once more.
///
/// # Errors
/// The runner could not be started, or wrote no report.
pub fn repeat(story: &Repeated) -> anyhow::Result<Outcome> {
    stories(story.browser, Some(story))
}

/// The proxy, instrumentation and helpers are tools that judge others: they have tests of their own.
pub fn support() -> anyhow::Result<Outcome> {
    tap("checking the test server", command("node", NODE_TEST).args(tests_in("tests/e2e/support")?))
}

/// Boot, facade and banner, each by itself, in Node and in Chromium.
pub fn page() -> anyhow::Result<Outcome> {
    tap("checking boot, facade and banner", &mut command("node", ["pkg/test/run.mjs"]))
}

/// Every action and its undo, and the values that pages pass, in Chromium with the real SDK and server.
pub fn dom() -> anyhow::Result<Outcome> {
    needs()?;
    tap("checking the actions on the page", command("node", NODE_TEST).args(tests_in("tests/dom")?))
}

const NODE_TEST: [&str; 2] = ["--test", "--test-reporter=tap"];

fn tests_in(folder: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Runs a program that prints TAP, as Node's test runner does: counts at its end, skips by name.
fn tap(what: &str, command: &mut Command) -> anyhow::Result<Outcome> {
    let done = process::watch(what, command)?;
    let outcome = counts(&done.text);
    let ran = outcome.passed + outcome.failed > 0;
    anyhow::ensure!(
        ran && done.status.success() == (outcome.failed == 0),
        "{}\n{}",
        done.status,
        process::tail(&done.text)
    );
    if outcome.failed > 0 {
        eprintln!("{}", failures(&done.text));
        eprintln!("all of it: {}", process::keep_log(&what.replace([' ', ','], "-"), &done.text)?);
    }
    Ok(outcome)
}

fn counts(text: &str) -> Outcome {
    let count = |word: &str| {
        text.lines().filter_map(|line| line.strip_prefix(word)).filter_map(|rest| rest.trim().parse::<u64>().ok()).sum()
    };
    let skipped = text.lines().filter_map(|line| line.trim().split_once(" # SKIP")).map(|(test, reason)| {
        let name = test.split_once(" - ").map_or(test, |(_, name)| name);
        format!("{name}: {}", reason.trim())
    });
    Outcome { passed: count("# pass "), failed: count("# fail "), skipped: skipped.collect(), note: String::new() }
}

/// From each failed test its line and what follows it, up to the next test.
fn failures(text: &str) -> String {
    let mut shown = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        let start = line.trim_start();
        if start.starts_with("not ok") {
            inside = true;
        } else if start.starts_with("ok ") || start.starts_with("# ") {
            inside = false;
        }
        if inside {
            shown.push(line);
        }
    }
    process::tail(&shown.join("\n"))
}

fn stories(browser: &str, repeated: Option<&Repeated>) -> anyhow::Result<Outcome> {
    needs()?;
    let report = format!("target/xtask/e2e-{browser}.json");
    fs::create_dir_all("target/xtask")?;
    if Path::new(&report).exists() {
        fs::remove_file(&report)?;
    }
    let args = ["tests/e2e/run.mjs", "--browser", browser, "--report", &report];
    let mut runner = command("node", args);
    if let Some(story) = repeated {
        runner.args(["--only", story.only]).env("VITRINE_SCALE", story.scale);
    }
    let done = process::watch(&format!("telling the stories in {browser}"), &mut runner)?;
    eprintln!("{}", done.text.trim_end());
    let Ok(text) = fs::read_to_string(&report) else {
        anyhow::bail!("the runner ended with {} and wrote no report", done.status)
    };
    let report: Report = serde_json::from_str(&text)?;
    let skipped = report.skipped.into_iter().map(|skip| format!("{}: {}", skip.name, skip.reason)).collect();
    Ok(Outcome { passed: report.passed, failed: report.failed, skipped, note: String::new() })
}

/// Stories run the real thing: the SDK in `pkg/dist` and the server's binary.
fn needs() -> anyhow::Result<()> {
    machine::npm()?;
    process::run("building the SDK", &mut crate::tools::xtask(["build"])?)?;
    // Of the whole workspace, as its tests are: other crates would be built again with other features.
    let programs = ["build", "--workspace", "--bin", "vitrine", "--example", "rows"];
    process::run("building the server and the reader of its rows", &mut cargo(programs)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tap_is_counted_skips_are_named_and_failures_shown() {
        let text = "ok 1 - a\nnot ok 2 - b\n  ---\n  error: 'no'\n  ...\nok 3 - c # SKIP no browser\n# tests 3\n# pass 1\n# fail 1\n# skipped 1\n";
        let outcome = counts(text);
        assert_eq!((outcome.passed, outcome.failed), (1, 1));
        assert_eq!(outcome.skipped, ["c: no browser"]);
        assert_eq!(failures(text), "not ok 2 - b\n  ---\n  error: 'no'\n  ...");
    }
}
