//! `cargo xtask test`: everything, natively, in wasm and in browsers; one table at the end.
//!
//! A suite that lacks a program says by name what it skips. Where `CI` is `true` a skip is a failure, so nothing is
//! skipped there.

mod browsers;
pub mod door;
mod oracle;
mod patterns;
mod replays;
mod rust;
mod score;
mod suite;

use std::time::Instant;

use crate::tools::{machine, process, xtask};
use suite::{Suite, Table};

pub use browsers::{Repeated as SoakStory, repeat as soak_story};
pub use replays::{run as soak_replays, with as replays};
pub use rust::lints;
pub use score::run as score;
pub use suite::Outcome;

/// Every suite, in the order they run: the short ones that fail first come first.
const SUITES: &[Suite] = &[
    Suite { name: "fmt", what: "the code is formatted", run: rust::format },
    Suite { name: "rust", what: "unit, property, story and doc tests, natively", run: rust::tests },
    Suite { name: "lint", what: "clippy, native crates and the page's wasm", run: rust::lints },
    Suite { name: "build", what: "the SDK builds into pkg/dist", run: build },
    Suite { name: "size", what: "what a page loads is within size-budget.json", run: size },
    Suite { name: "types", what: "the public types, checked by tsc", run: types },
    Suite { name: "page", what: "boot, facade and banner, each by itself", run: browsers::page },
    Suite {
        name: "conform",
        what: "published conditions and hashes, same answers natively and in wasm",
        run: score::run,
    },
    Suite { name: "patterns", what: "random regular expressions, answered as Node does", run: patterns::run },
    Suite { name: "spec", what: "the rows of tests/spec, in wasm (natively they run with rust)", run: spec },
    Suite {
        name: "replays",
        what: "random visits, same answers natively, in wasm and from the rules themselves",
        run: random_visits,
    },
    Suite { name: "fuzz", what: "changed inputs: no panic, nothing slow, no more memory than a bound", run: fuzz },
    Suite { name: "proxy", what: "the test server's own checks", run: browsers::support },
    Suite { name: "dom", what: "every action and its undo, every value a page passes", run: browsers::dom },
    Suite { name: "chromium", what: "the stories in Chromium", run: browsers::chromium },
    Suite { name: "firefox", what: "the stories in Firefox", run: browsers::firefox },
    Suite { name: "webkit", what: "the stories in WebKitGTK", run: browsers::webkit },
];

/// Options of `cargo xtask test`.
#[derive(Debug, clap::Args)]
#[command(after_help = "VITRINE_SCALE multiplies every count (default 1); CI=true makes a skip a failure.")]
pub struct Args {
    /// Run these suites alone; may be repeated
    #[arg(long)]
    only: Vec<String>,
    /// Print the suites and end
    #[arg(long)]
    list: bool,
}

/// Runs the suites and prints the table.
///
/// # Errors
/// A test failed, or the machine could not be prepared.
pub fn run(args: Args) -> anyhow::Result<()> {
    if args.list {
        for suite in SUITES {
            println!("{:<9} {}", suite.name, suite.what);
        }
        return Ok(());
    }
    let chosen = choose(&args.only)?;
    machine::wasm_target()?;
    machine::lint_tools()?;
    machine::npm()?;
    if chosen.iter().any(|suite| browsers::NAMES.contains(&suite.name)) {
        machine::browsers()?;
    }
    let mut table = Table::default();
    for suite in chosen {
        let begun = Instant::now();
        table.add(suite.name, suite.run(), begun.elapsed());
    }
    table.finish()
}

fn choose(only: &[String]) -> anyhow::Result<Vec<&'static Suite>> {
    let known = || SUITES.iter().map(|suite| suite.name).collect::<Vec<_>>().join(", ");
    for name in only {
        anyhow::ensure!(SUITES.iter().any(|suite| suite.name == name), "no suite is called {name}: {}", known());
    }
    Ok(SUITES.iter().filter(|suite| only.is_empty() || only.iter().any(|name| name == suite.name)).collect())
}

fn build() -> anyhow::Result<Outcome> {
    process::run("building the SDK", &mut xtask(["build"])?)?;
    Ok(Outcome::passed(1))
}

fn size() -> anyhow::Result<Outcome> {
    build()?;
    let text = process::run("weighing the SDK", &mut xtask(["size"])?)?;
    eprintln!("{}", text.trim_end());
    Ok(Outcome::passed(1))
}

fn types() -> anyhow::Result<Outcome> {
    build()?;
    let mut tsc = crate::tools::command("node_modules/.bin/tsc", ["--noEmit", "--project", "tests/types"]);
    process::run("checking the public types", &mut tsc)?;
    Ok(Outcome::passed(1))
}

fn spec() -> anyhow::Result<Outcome> {
    process::run("building the SDK", &mut xtask(["build"])?)?;
    crate::conform::spec(crate::conform::Engine::Wasm)
}

fn random_visits() -> anyhow::Result<Outcome> {
    let count = (500.0 * crate::tools::scale()?).ceil();
    replays::run(0, count as u64)
}

fn fuzz() -> anyhow::Result<Outcome> {
    let seconds = (60.0 * crate::tools::scale()?).ceil();
    crate::fuzz::all(seconds as u64, 0)
}
