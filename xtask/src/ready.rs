//! `cargo xtask ready`: the checks of form that a change must pass before anyone reads it.

mod deny;
mod layers;
mod texts;

use crate::tools::{cargo, machine, process};

/// Options of `cargo xtask ready`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// A check: what it says, and what it found.
type Check = (&'static str, fn() -> anyhow::Result<Vec<String>>);

const CHECKS: [Check; 5] = [
    ("formatted", format),
    ("clippy is silent", lints),
    ("crates depend only on whom the table in xtask/src/ready/layers.rs allows", layers::check),
    ("bans, licences and sources of deny.toml", deny::check),
    ("files are short, finished and named for what they are", texts::check),
];

/// Runs every check and prints what each found.
///
/// # Errors
/// At least one check found something.
pub fn run(_args: Args) -> anyhow::Result<()> {
    machine::wasm_target()?;
    machine::lint_tools()?;
    machine::npm()?;
    let mut found = 0;
    for (what, check) in CHECKS {
        let findings = check().unwrap_or_else(|error| vec![format!("{error:#}")]);
        println!("{} {what}", if findings.is_empty() { "✓" } else { "✗" });
        for finding in &findings {
            println!("    {finding}");
        }
        found += findings.len();
    }
    anyhow::ensure!(found == 0, "{found} findings");
    Ok(())
}

fn format() -> anyhow::Result<Vec<String>> {
    process::run("checking the format", &mut cargo(["fmt", "--all", "--check"])).map(|_| Vec::new())
}

fn lints() -> anyhow::Result<Vec<String>> {
    let outcome = crate::test::lints()?;
    Ok((0..outcome.failed).map(|_| "clippy: see above".to_owned()).collect())
}
