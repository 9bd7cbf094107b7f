//! `cargo xtask bench rules` and `load`: pages of `bench/` in real browsers, with the packed SDK.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::rows::{Goal, Ratio, Row};
use super::{BINARY, Found};
use crate::tools::{self, cargo, command, machine, process};

const RULES_NOTE: &str = "\
One event is `identify` with three traits that 90 rules read; it flips one segment and changes one decision. Every segment and
decision of every subject was the same before anything was timed, and again after each batch. vitrine keeps state and looks at
what changed; hand-brute and the libraries look at every rule again: that the first beats the second is an algorithm's win, not a
language's. hand-indexed is the same algorithm by hand, without consent, history, reasons or listeners.";
const LOAD_NOTE: &str = "\
Each load is in a page of its own, cold. vitrine: from the bundle's bytes to `ready`, decisions made, nothing verified.
growthbook: from the features' text to an instance, JSON.parse included, nothing evaluated yet.";

/// What `bench/*/run.mjs --report` writes.
#[derive(Deserialize)]
struct Report {
    rows: Vec<Row>,
}

/// Decisions after one event.
///
/// # Errors
/// Something could not be built, Chromium is missing, or the subjects did not agree.
pub fn rules(runs: u32) -> anyhow::Result<Found> {
    prepare()?;
    let rows = measure("measuring rules in chromium", "rules", "chromium", runs)?;
    let mut ratios = Vec::new();
    let goal = |subject: &str| match subject {
        "hand-brute" => Some(Goal(1.0 / 5.0)),
        "hand-indexed" => Some(Goal(1.0 / 1.5)),
        _ => Some(Goal(1.0)),
    };
    for ours in rows.iter().filter(|row| row.subject == "vitrine") {
        for other in rows.iter().filter(|row| row.what == ours.what && !row.subject.starts_with("vitrine")) {
            // The goals are about 1,000 segments; the other sizes show how it grows.
            let goal = goal(&other.subject).filter(|_| ours.what == "1000 segments");
            ratios.push(Ratio::of(ours, other, goal));
        }
    }
    for large in rows.iter().filter(|row| row.what == "10000 segments") {
        let small = rows.iter().find(|row| row.what == "100 segments" && row.subject == large.subject);
        let goal = (large.subject == "vitrine").then_some(Goal(1.5));
        ratios.extend(small.map(|small| Ratio::of(large, small, goal)));
    }
    Ok(Found { rows, ratios, note: RULES_NOTE })
}

/// Taking in a bundle.
///
/// # Errors
/// Something could not be built, or a browser is missing.
pub fn load(runs: u32) -> anyhow::Result<Found> {
    prepare()?;
    let mut found = Found { note: LOAD_NOTE, ..Found::default() };
    for browser in ["chromium", "firefox", "webkit"] {
        let rows = measure(&format!("measuring loads in {browser}"), "load", browser, runs)?;
        for ours in rows.iter().filter(|row| row.subject == "vitrine") {
            // The other rows also read the answers, which is more than the goals are about.
            let judged = !ours.what.ends_with("read");
            if judged && browser == "chromium" {
                found.ratios.push(Ratio::alone(ours, Goal(2.0)));
            }
            let other = rows.iter().find(|row| row.what == ours.what && row.subject == "growthbook");
            found.ratios.extend(other.map(|other| Ratio::of(ours, other, judged.then_some(Goal(1.0)))));
        }
        found.rows.extend(rows);
    }
    Ok(found)
}

/// The SDK as pages load it, the compiler, the peers and the browsers.
pub(super) fn prepare() -> anyhow::Result<()> {
    machine::wasm_target()?;
    machine::npm()?;
    machine::browsers()?;
    process::run("building the SDK", &mut tools::xtask(["build"])?)?;
    process::run("building the compiler", &mut cargo(["build", "--release", "--package", "vitrine-cli"])).map(drop)
}

pub(super) fn measure(what: &str, bench: &str, browser: &str, runs: u32) -> anyhow::Result<Vec<Row>> {
    let folder = Path::new("target/bench").join(bench);
    fs::create_dir_all(&folder)?;
    let report = folder.join(format!("{browser}.json"));
    let script = format!("bench/{bench}/run.mjs");
    let mut node = command("node", [&script, "--browser", browser, "--runs", &runs.to_string()]);
    node.arg("--report").arg(&report).env("VITRINE_BINARY", BINARY);
    process::run(what, &mut node)?;
    let text = fs::read(&report).with_context(|| format!("{script} wrote no {}", report.display()))?;
    let report: Report =
        serde_json::from_slice(&text).with_context(|| format!("{script}: its report does not parse"))?;
    Ok(report.rows)
}
