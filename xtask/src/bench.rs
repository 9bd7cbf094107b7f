//! `cargo xtask bench`: speed on this machine, always beside something measured in the same run.

mod browser;
mod page;
mod rows;
mod server;

use serde_json::json;

use rows::{Ratio, Row};

const BINARY: &str = "target/release/vitrine";

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Bench {
    /// Decisions after one event with 100, 1,000 and 10,000 segments, in Chromium
    Rules,
    /// Taking in a bundle of 1,000 segments, in Chromium, Firefox and WebKitGTK
    Load,
    /// Paints, shifts, content and clicks of a page on slow 4G, bare, with the SDK and with its peers, in Chromium
    Page,
    /// Cold start of the server and its memory when idle, on a new and on a used database
    Server,
}

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to measure
    #[arg(value_enum, default_value = "server")]
    bench: Bench,
    /// How often: starts of the server (20), pairs of batches or loads (30)
    #[arg(long, visible_alias = "pairs", value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// What a bench found.
#[derive(Debug, Default)]
struct Found {
    rows: Vec<Row>,
    ratios: Vec<Ratio>,
    /// What a reader of the figures must know.
    note: &'static str,
}

/// Measures and prints the rows.
///
/// # Errors
/// A subject could not be built or started, or the subjects did not agree.
pub fn run(args: Args) -> anyhow::Result<()> {
    let runs = |usual| args.runs.unwrap_or(usual);
    let (name, found) = match args.bench {
        Bench::Rules => ("rules", browser::rules(runs(30))?),
        Bench::Load => ("load", browser::load(runs(30))?),
        Bench::Page => ("page", page::page(runs(30))?),
        Bench::Server => ("server", Found { rows: server::rows(runs(20))?, ..Found::default() }),
    };
    let rows: Vec<_> = found.rows.iter().map(Row::json).chain(found.ratios.iter().map(Ratio::json)).collect();
    let figures = json!({"bench": name, "machine": machine_name(), "rows": rows});
    if args.bench == Bench::Page {
        eprintln!("the report is {}", page::report(&figures)?);
    }
    if args.json {
        println!("{figures}");
        return Ok(());
    }
    println!("{}\n\n| what | subject | median | min | max | runs |\n|---|---|---|---|---|---|", machine_name());
    found.rows.iter().for_each(|row| println!("{row}"));
    if !found.ratios.is_empty() {
        println!("\n| what | ratio | median | 95 % interval | pairs | goal | |\n|---|---|---|---|---|---|---|");
        found.ratios.iter().for_each(|ratio| println!("{ratio}"));
    }
    if !found.note.is_empty() {
        println!("\n{}", found.note);
    }
    Ok(())
}

fn machine_name() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH)
}
