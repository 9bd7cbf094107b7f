//! `cargo xtask fuzz`: changed inputs for the compiler, the bundle loader, the engine's intake and the patterns. Each
//! target runs in a process of its own (`tests/fuzz`), so that whatever ends it leaves the input behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context;

use crate::test::Outcome;
use crate::tools::{cargo, process};

/// What can be fuzzed.
pub const TARGETS: [&str; 4] = ["site", "bundle", "visit", "pattern"];

/// Where inputs that failed are kept.
const FOUND: &str = "target/fuzzed";
/// What runs a target.
const PROGRAM: &str = "target/fuzz/vitrine-fuzz";

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

/// As many at once as there are cores: each is a process that keeps one busy.
fn targets(chosen: impl Iterator<Item = &'static str>, seconds: u64, seed: u64) -> anyhow::Result<Outcome> {
    fs::create_dir_all(FOUND)?;
    program()?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut outcome = Outcome::default();
    for some in chosen.collect::<Vec<_>>().chunks(cores) {
        let done: Vec<_> = thread::scope(|scope| {
            let begun: Vec<_> = some.iter().map(|name| scope.spawn(|| target(name, seconds, seed))).collect();
            begun
                .into_iter()
                .map(|one| one.join().map_err(|_| anyhow::anyhow!("a target's watcher panicked"))?)
                .collect()
        });
        for passed in done {
            if passed? { outcome.passed += 1 } else { outcome.failed += 1 }
        }
    }
    Ok(outcome)
}

/// Whether one target ran without a finding.
fn target(name: &str, seconds: u64, seed: u64) -> anyhow::Result<bool> {
    let current = format!("{FOUND}/{name}.current");
    let mut child = crate::tools::command(PROGRAM, []);
    child.args([name, "--seconds", &seconds.to_string(), "--seed", &seed.to_string(), "--current", &current]);
    let done = process::watch(&format!("fuzzing {name}"), &mut child)?;
    if done.status.success() {
        eprintln!("{name}: {}", done.text.lines().last().unwrap_or_default());
        return Ok(true);
    }
    let kept = keep(Path::new(&current), name, seed)?;
    eprintln!("{}\n{name}: ended with {}", process::tail(&done.text), done.status);
    eprintln!("again: cargo xtask fuzz {name} --input {kept}");
    Ok(false)
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
    Ok(crate::tools::command(PROGRAM, []))
}
