//! `cargo xtask bench`: speed on this machine, always beside something measured in the same run.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::Context;
use serde_json::{Value, json};

use crate::tools::{cargo, command, machine, process};

const BINARY: &str = "target/release/vitrine";
const SITE: &str = "www/shop/site.json";

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Bench {
    /// Cold start of the server and its memory when idle, on a new and on a used database
    Server,
}

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to measure
    #[arg(value_enum, default_value = "server")]
    bench: Bench,
    /// How often
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// One figure of several runs.
struct Row {
    what: &'static str,
    subject: &'static str,
    unit: &'static str,
    values: Vec<f64>,
}

/// Measures and prints the rows.
///
/// # Errors
/// The subject could not be built or started.
pub fn run(args: Args) -> anyhow::Result<()> {
    let (name, rows) = match args.bench {
        Bench::Server => ("server", server(args.runs)?),
    };
    if args.json {
        println!(
            "{}",
            json!({"bench": name, "machine": machine_name(), "rows": rows.iter().map(Row::json).collect::<Vec<_>>()})
        );
        return Ok(());
    }
    println!("{}\n\n| what | subject | median | min | max | runs |\n|---|---|---|---|---|---|", machine_name());
    for row in &rows {
        let (median, min, max) = row.spread();
        let unit = row.unit;
        println!(
            "| {} | {} | {median:.1} {unit} | {min:.1} | {max:.1} | {} |",
            row.what,
            row.subject,
            row.values.len()
        );
    }
    Ok(())
}

impl Row {
    fn new(what: &'static str, subject: &'static str, unit: &'static str) -> Self {
        Self { what, subject, unit, values: Vec::new() }
    }

    /// Median, least and greatest; the upper of the two middle values counts as the median.
    fn spread(&self) -> (f64, f64, f64) {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        (at(sorted.len() / 2), at(0), at(sorted.len().saturating_sub(1)))
    }

    fn json(&self) -> Value {
        let (median, min, max) = self.spread();
        json!({"what": self.what, "subject": self.subject, "unit": self.unit, "median": median, "min": min, "max": max, "runs": self.values.len()})
    }
}

fn server(runs: u32) -> anyhow::Result<Vec<Row>> {
    machine::wasm_target()?;
    process::run("building the server", &mut cargo(["build", "--release", "--package", "vitrine-cli"]))?;
    let folder = PathBuf::from("target/bench/server");
    let mut fresh = Row::new("cold start, new database", "vitrine", "ms");
    let mut used = Row::new("cold start, used database", "vitrine", "ms");
    let mut bare = Row::new("start of the same program", "vitrine --version", "ms");
    let mut memory = Row::new("memory when idle", "vitrine", "MB");
    for _ in 0..runs {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        for row in [&mut fresh, &mut used] {
            let began = Instant::now();
            let mut child = start(&folder)?;
            row.values.push(began.elapsed().as_secs_f64() * 1e3);
            let used = resident(&child);
            child.kill()?;
            child.wait()?;
            memory.values.extend(used);
        }
        let began = Instant::now();
        machine::quiet(&mut command(BINARY, ["--version"])).context("the server's program does not run")?;
        bare.values.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(vec![fresh, used, bare, memory])
}

/// Starts a server and returns when it listens.
fn start(folder: &Path) -> anyhow::Result<Child> {
    let mut child = command(BINARY, ["serve", "--site", SITE, "--sdk", "pkg/dist", "--www", "www", "--port", "0"])
        .arg("--database")
        .arg(folder.join("vitrine.db"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {BINARY}"))?;
    let out = child.stdout.take().context("the server has no output")?;
    let first = BufReader::new(out).lines().next().transpose()?.unwrap_or_default();
    anyhow::ensure!(first.starts_with("listening on "), "the server said {first:?}");
    Ok(child)
}

/// Resident memory in MB, where `ps` can say it.
fn resident(child: &Child) -> Option<f64> {
    let text = machine::quiet(&mut command("ps", ["-o", "rss=", "-p", &child.id().to_string()]))?;
    text.trim().parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

fn machine_name() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH)
}
