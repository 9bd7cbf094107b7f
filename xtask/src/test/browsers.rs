//! The stories of `tests/e2e/`, one suite for each browser.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::tools::{cargo, command, machine, process};

use super::suite::Outcome;

/// The suites that open a browser.
pub const NAMES: [&str; 3] = ["chromium", "firefox", "webkit"];

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

/// The stories of one file once more, in Chromium.
///
/// # Errors
/// The runner could not be started, or wrote no report.
pub fn repeat(file: &str) -> anyhow::Result<Outcome> {
    stories("chromium", Some(file))
}

/// The proxy, instrumentation and helpers are tools that judge others: they have tests of their own.
pub fn support() -> anyhow::Result<Outcome> {
    let done = process::watch(
        "checking the test server",
        &mut command(
            "node",
            ["--test", "--test-reporter=tap", "tests/e2e/support/proxy.test.mjs", "tests/e2e/support/closed.test.mjs"],
        ),
    )?;
    let count = |word: &str| {
        done.text
            .lines()
            .filter_map(|line| line.strip_prefix(word))
            .filter_map(|rest| rest.trim().parse::<u64>().ok())
            .sum()
    };
    let outcome = Outcome { passed: count("# pass "), failed: count("# fail "), ..Outcome::default() };
    anyhow::ensure!(
        done.status.success() || outcome.failed > 0,
        "node ended with {}\n{}",
        done.status,
        process::tail(&done.text)
    );
    if outcome.failed > 0 {
        eprintln!("{}", process::tail(&done.text));
    }
    Ok(outcome)
}

fn stories(browser: &str, only: Option<&str>) -> anyhow::Result<Outcome> {
    needs()?;
    let report = format!("target/xtask/e2e-{browser}.json");
    fs::create_dir_all("target/xtask")?;
    if Path::new(&report).exists() {
        fs::remove_file(&report)?;
    }
    let args = ["tests/e2e/run.mjs", "--browser", browser, "--report", &report];
    let mut runner = command("node", args);
    // One piece of a soak is one story at its plain count, whatever the goal is multiplied by.
    if let Some(only) = only {
        runner.args(["--only", only]).env_remove("VITRINE_SCALE");
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
    process::run("building the server", &mut cargo(["build", "--package", "vitrine-cli"]))?;
    let rows = ["build", "--package", "vitrine-server", "--example", "rows"];
    process::run("building the reader of its rows", &mut cargo(rows)).map(drop)
}
