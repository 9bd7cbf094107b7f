//! `cargo xtask soak`: the tests that need many repetitions, in pieces, so that an interrupted run goes on where it
//! stopped. Progress of each suite is kept in `target/soak/<suite>.json` with the commit it belongs to.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::test::{SoakStory, soak_replays, soak_story};
use crate::tools::{command, machine};

/// A test that is repeated: how often by default, and how many repetitions one piece makes.
struct Soak {
    name: &'static str,
    what: &'static str,
    goal: u64,
    piece: u64,
    /// What one piece is, where it is a story.
    story: Option<SoakStory>,
}

const fn story(browser: &'static str, only: &'static str, scale: &'static str) -> Option<SoakStory> {
    Some(SoakStory { browser, only, scale })
}

const SOAKS: [Soak; 7] = [
    Soak {
        name: "kill-server",
        what: "kill -9 of the server under load, rows equal the ledger",
        goal: 50,
        piece: 5,
        story: story("chromium", "kill-server", "1"),
    },
    Soak {
        name: "kill-browser-chromium",
        what: "kill -9 of Chromium right after stored, reopened on its profile, rows equal the ledger",
        goal: 50,
        piece: 5,
        story: story("chromium", "kill-browser", "1"),
    },
    Soak {
        name: "kill-browser-firefox",
        what: "kill -9 of Firefox right after stored, reopened on its profile, rows equal the ledger",
        goal: 50,
        piece: 5,
        story: story("firefox", "kill-browser", "1"),
    },
    Soak {
        name: "tabs",
        what: "8 tabs × 200 events, reloaded and killed at random, rows equal the ledger",
        goal: 5,
        piece: 1,
        story: story("chromium", "tabs: eight", "5"),
    },
    Soak {
        name: "await-points",
        what: "withdrawn at every await point: nothing read or written afterwards",
        goal: 1,
        piece: 1,
        story: story("chromium", "await-points", "4"),
    },
    Soak {
        name: "replays",
        what: "random visits, same answers natively, in wasm and from the rules themselves",
        goal: 10_000,
        piece: 500,
        story: None,
    },
    Soak { name: "fuzz", what: "changed inputs, minutes for each target", goal: 10, piece: 1, story: None },
];

/// Options of `cargo xtask soak`.
#[derive(Debug, clap::Args)]
#[command(after_help = "VITRINE_SCALE multiplies every goal (default 1).")]
pub struct Args {
    /// Run these alone: kill-server, kill-browser-chromium, kill-browser-firefox, tabs, await-points, replays, fuzz
    suites: Vec<String>,
    /// Forget earlier progress
    #[arg(long)]
    fresh: bool,
}

/// What was done so far, in whole pieces.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Progress {
    commit: String,
    done: u64,
    failed: u64,
    seconds: f64,
}

/// Repeats the chosen suites and prints a Markdown table.
///
/// # Errors
/// A repetition failed.
pub fn run(args: Args) -> anyhow::Result<()> {
    let known = || SOAKS.map(|soak| soak.name).join(", ");
    for name in &args.suites {
        anyhow::ensure!(SOAKS.iter().any(|soak| soak.name == name), "no soak is called {name}: {}", known());
    }
    let commit = commit();
    let mut rows = Vec::new();
    for soak in SOAKS.iter().filter(|soak| args.suites.is_empty() || args.suites.iter().any(|name| name == soak.name)) {
        let goal = (soak.goal as f64 * crate::tools::scale()?).ceil() as u64;
        rows.push((soak, goal, repeat(soak, goal, &commit, args.fresh)?));
    }
    println!("\n| soak | repetitions | failed | time | commit |\n|---|---|---|---|---|");
    for (soak, goal, done) in &rows {
        println!(
            "| {}: {} | {}/{goal} | {} | {:.0} s | {commit} |",
            soak.name, soak.what, done.done, done.failed, done.seconds
        );
    }
    let failed: u64 = rows.iter().map(|(_, _, done)| done.failed).sum();
    anyhow::ensure!(failed == 0, "{failed} repetitions failed");
    Ok(())
}

fn repeat(soak: &Soak, goal: u64, commit: &str, fresh: bool) -> anyhow::Result<Progress> {
    let path = PathBuf::from("target/soak").join(format!("{}.json", soak.name));
    let kept = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str::<Progress>(&text).ok());
    let kept = kept.filter(|kept| kept.commit == commit && !fresh);
    let mut progress = kept.unwrap_or_else(|| Progress { commit: commit.to_owned(), ..Progress::default() });
    fs::create_dir_all("target/soak")?;
    while progress.done < goal {
        eprintln!("{}: {} of {goal}", soak.name, progress.done);
        let began = Instant::now();
        let outcome = match &soak.story {
            Some(story) => soak_story(story)?,
            None if soak.name == "replays" => soak_replays(progress.done, soak.piece)?,
            // Each minute makes other changes; CI makes those of seed 0.
            None => crate::fuzz::all(60, progress.done + 1)?,
        };
        anyhow::ensure!(outcome.skipped.is_empty(), "{}: skipped, {}", soak.name, outcome.skipped.join("; "));
        progress.done += soak.piece;
        progress.failed += outcome.failed;
        progress.seconds += began.elapsed().as_secs_f64();
        // Whole or not at all: an interruption in the middle of the write must not lose what was done.
        let draft = path.with_extension("draft");
        fs::write(&draft, serde_json::to_string(&progress)?)?;
        fs::rename(&draft, &path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(progress)
}

/// The commit that the figures belong to; marked when the tree has changes of its own.
fn commit() -> String {
    let name = machine::quiet(&mut command("git", ["describe", "--always", "--dirty"]));
    name.map_or_else(|| "unknown".to_owned(), |name| name.trim().to_owned())
}
