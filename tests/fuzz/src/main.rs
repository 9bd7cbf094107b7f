//! Runs one target over changed inputs: `vitrine-fuzz TARGET --seconds 60 --current FILE`, or over one file again:
//! `vitrine-fuzz TARGET --input FILE`.
//!
//! A finding ends the process with a code other than 0, and the input that caused it is in the file named by `--current`:
//! it is written before each run. Findings are a panic (or a stack that overflows), a run longer than a second, a run
//! that does not end, and more memory than [`MEMORY`]; a run that does not end is stopped by a watcher, too much memory by
//! the allocator.

mod mutate;
mod seeds;
mod targets;

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;

use mutate::Mutator;
use targets::Target;

#[global_allocator]
static ALLOCATED: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, MEMORY);

/// Most memory of the whole process, inputs included.
const MEMORY: usize = 192 * 1024 * 1024;
/// Longest run.
const SLOW: Duration = Duration::from_secs(1);
/// Most inputs that are kept because they did something new.
const KEPT: usize = 4_000;
/// A stack as small as a page's wasm has it.
const STACK: usize = 1024 * 1024;

/// Fuzz one target.
#[derive(Debug, Parser)]
struct Args {
    /// Which: site, bundle, visit or pattern
    target: String,
    /// How long
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Decides which changes are made
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where the input being run is written
    #[arg(long, default_value = "current-input")]
    current: PathBuf,
    /// A run of so many milliseconds is taken for one that does not end
    #[arg(long, default_value_t = 15_000)]
    endless: u64,
    /// Run this input alone
    #[arg(long)]
    input: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let run = move || fuzz(&args);
    let done = thread::Builder::new().stack_size(STACK).spawn(run).map(thread::JoinHandle::join);
    match done {
        Ok(Ok(Ok(summary))) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Ok(Ok(Err(error))) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
        // A panic has said where it was.
        _ => ExitCode::FAILURE,
    }
}

fn fuzz(args: &Args) -> anyhow::Result<String> {
    let target = targets::find(&args.target).context("targets are site, bundle, visit and pattern")?;
    watch_for_the_endless(args.endless);
    if let Some(path) = &args.input {
        let input = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let took = timed(target, &input)?.1;
        return Ok(format!("{} bytes, {took:?}", input.len()));
    }
    let mut inputs = seeds::load(&args.target)?;
    let (mut seen, mut executions, mut slowest) = (HashSet::new(), 0_u64, Duration::ZERO);
    for input in &inputs {
        std::fs::write(&args.current, input)?;
        seen.insert(timed(target, input)?.0);
    }
    let given = inputs.len();
    let mut mutator = Mutator::new(args.seed);
    let (began, mut told) = (Instant::now(), 0);
    while began.elapsed().as_secs() < args.seconds {
        let input = mutator.next(&inputs);
        std::fs::write(&args.current, &input).context("cannot write the current input")?;
        let (shape, took) = timed(target, &input)?;
        executions += 1;
        slowest = slowest.max(took);
        if seen.insert(shape) && inputs.len() < given + KEPT {
            inputs.push(input);
        }
        if began.elapsed().as_secs() >= told + 5 {
            told += 5;
            println!("{}: {executions} runs, {} inputs that did something new", args.target, inputs.len() - given);
        }
    }
    let rate = executions / args.seconds.max(1);
    let memory = ALLOCATED.max_allocated() / 1024;
    let new = inputs.len() - given;
    Ok(format!("{executions} runs, {rate} a second, {new} new shapes, slowest {slowest:?}, most memory {memory} KiB"))
}

/// When the run began that is going on, in milliseconds from the start and never 0; 0 between runs.
static RUNNING_SINCE: AtomicU64 = AtomicU64::new(0);

fn timed(target: Target, input: &[u8]) -> anyhow::Result<(u64, Duration)> {
    let began = Instant::now();
    RUNNING_SINCE.store(since_start(), Ordering::Relaxed);
    let shape = target(input);
    RUNNING_SINCE.store(0, Ordering::Relaxed);
    let took = began.elapsed();
    // Another program may have had the processor: only what is slow twice is slow.
    if took > SLOW {
        let again = Instant::now();
        target(input);
        anyhow::ensure!(again.elapsed() <= SLOW, "a run took {took:?}");
    }
    Ok((shape, took))
}

fn since_start() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_millis() as u64 + 1
}

fn watch_for_the_endless(limit: u64) {
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_millis(250));
            let since = RUNNING_SINCE.load(Ordering::Relaxed);
            if since > 0 && since_start().saturating_sub(since) > limit {
                eprintln!("a run does not end");
                std::process::exit(1);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_seeds_run() {
        for (name, target) in targets::ALL {
            let inputs = seeds::load(name).unwrap();
            assert!(inputs.len() > 5, "{name}");
            inputs.iter().for_each(|input| assert_eq!(target(input), target(input)));
            let mut mutator = Mutator::new(1);
            (0..20).for_each(|_| assert!(target(&mutator.next(&inputs)) > 0));
        }
    }
}
