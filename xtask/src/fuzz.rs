//! `cargo xtask fuzz`: changed inputs for the compiler, the bundle loader, the engine's intake and the patterns. Each
//! target runs in a process of its own (`tests/fuzz`), so that whatever ends it leaves the input behind.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::test::Outcome;
use crate::tools::{cargo, process};

/// What can be fuzzed.
pub const TARGETS: [&str; 4] = ["site", "bundle", "visit", "pattern"];

/// Where inputs that failed are kept.
const FOUND: &str = "target/fuzzed";

/// Options of `cargo xtask fuzz`.
#[derive(Debug, clap::Args)]
#[command(after_help = "A finding is a panic, a run of more than a second, one that does not end, or too much memory.")]
pub struct Args {
    /// Which: site, bundle, visit, pattern; all when absent
    target: Option<String>,
    /// How long each target runs
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Decides which changes are made
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Run this input alone
    #[arg(long, requires = "target")]
    input: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// There was a finding, or the targets do not build.
pub fn run(args: Args) -> anyhow::Result<()> {
    if let (Some(input), Some(target)) = (&args.input, &args.target) {
        let input = input.to_str().context("the input's path is no text")?;
        print!("{}", process::run("running the input", program()?.args([target, "--input", input]))?);
        return Ok(());
    }
    let known = |name: &String| TARGETS.contains(&name.as_str());
    anyhow::ensure!(args.target.as_ref().is_none_or(known), "targets are {}", TARGETS.join(", "));
    let chosen = TARGETS.into_iter().filter(|name| args.target.as_ref().is_none_or(|target| target == name));
    let outcome = targets(chosen, args.seconds, args.seed)?;
    anyhow::ensure!(outcome.failed == 0, "{} targets have a finding", outcome.failed);
    Ok(())
}

/// Every target for so many seconds; passed and failed are targets.
///
/// # Errors
/// The targets do not build, or a file cannot be written.
pub fn all(seconds: u64, seed: u64) -> anyhow::Result<Outcome> {
    targets(TARGETS.into_iter(), seconds, seed)
}

fn targets(chosen: impl Iterator<Item = &'static str>, seconds: u64, seed: u64) -> anyhow::Result<Outcome> {
    fs::create_dir_all(FOUND)?;
    let mut outcome = Outcome::default();
    for target in chosen {
        let current = format!("{FOUND}/{target}.current");
        let mut child = program()?;
        child.args([target, "--seconds", &seconds.to_string(), "--seed", &seed.to_string(), "--current", &current]);
        let done = process::watch(&format!("fuzzing {target}"), &mut child)?;
        if done.status.success() {
            outcome.passed += 1;
            eprintln!("{target}: {}", done.text.lines().last().unwrap_or_default());
            continue;
        }
        outcome.failed += 1;
        let kept = keep(Path::new(&current), target, seed)?;
        eprintln!("{}\n{target}: ended with {}", process::tail(&done.text), done.status);
        eprintln!("again: cargo xtask fuzz {target} --input {kept}");
    }
    Ok(outcome)
}

/// The input that was running is kept where the next run does not overwrite it.
fn keep(current: &Path, target: &str, seed: u64) -> anyhow::Result<String> {
    let kept = format!("{FOUND}/{target}-{seed}.found");
    fs::copy(current, &kept).with_context(|| format!("{} was not written", current.display()))?;
    Ok(kept)
}

/// The program, built: with optimisation, because only many runs find anything, and with every check of a debug build.
fn program() -> anyhow::Result<std::process::Command> {
    process::run("building the targets", &mut cargo(["build", "--package", "vitrine-fuzz", "--profile", "fuzz"]))?;
    Ok(crate::tools::command("target/fuzz/vitrine-fuzz", []))
}
