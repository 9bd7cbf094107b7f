//! `vitrine simulate`: what a site file would have made of a log of events. The engine that runs in pages folds each
//! visitor; nothing is approximated but, where the log is larger than the memory allowed, who is looked at.

mod block;
mod fold;
mod gather;
mod line;
mod plot;
mod report;
mod tally;

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use vitrine_compiler::{Options, compile, duration};
use vitrine_core::time;
use vitrine_wire::Millis;

use crate::check;
use crate::out::{say, tell};
use gather::Gathered;

/// Arguments of `vitrine simulate`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  vitrine simulate site.json --events log.jsonl
  vitrine simulate site.json --events log.jsonl.gz --from 2026-05-01 --step 1w --svg sizes.svg
  zcat log-*.gz | vitrine simulate site.json --events - --visitors 20000 --json

The log has one Segment event a line, in any order: {\"anonymousId\", \"type\", \"event\", \"timestamp\", \"properties\", …}.

Everybody is taken to have granted personalization and experiments with their first event. A line without anonymousId goes \
to the visitor whose earlier line had the same userId, else to a visitor of its own. Where there are more visitors than \
--visitors, or more events than fit into --memory, a fair part of the visitors is looked at, the same one each time.

Exit codes: 0 done, 1 the site file does not compile or the log has no event that it declares, 2 usage.")]
pub struct Args {
    /// The site file
    site: PathBuf,
    /// The log, JSON Lines, plain or gzip; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// The first instant looked at: a date or an instant; by default the log's first
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The last instant looked at; by default the log's last
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// How far apart: 1h, 1d, 1w
    #[arg(long, default_value = "1d")]
    step: String,
    /// Most visitors looked at
    #[arg(long, default_value_t = 1_000_000)]
    visitors: usize,
    /// Most megabytes of events held at once
    #[arg(long, value_name = "MB", default_value_t = 1_024)]
    memory: usize,
    /// Also draw segment sizes into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// Most instants looked at.
const STEPS: i64 = 1_000;

/// Reads the log, folds every visitor and prints what came of it.
///
/// # Errors
/// A file cannot be read or written, or the arguments mean nothing.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let step =
        duration(&args.step).with_context(|| format!("--step {}: write a length such as 1h, 1d, 1w", args.step))?;
    let from = args.from.as_deref().map(|text| instant("--from", text)).transpose()?;
    let to = args.to.as_deref().map(|text| instant("--to", text)).transpose()?;
    let site = check::read(&args.site)?;
    let first = match compile(&site, &Options::at(0)) {
        Ok(compiled) => compiled,
        Err(findings) => {
            check::show(&args.site, &findings);
            return Ok(check::ended(&findings));
        }
    };
    let limits = gather::Limits { visitors: args.visitors.max(1), bytes: args.memory.max(1) << 20, until: to };
    let gathered = read(&args.events, &first.bundle, limits)?;
    gathered.complain(&args.events);
    let Some((oldest, newest)) = gathered.span else {
        tell!("{}: no event that {} declares", args.events.display(), args.site.display());
        return Ok(ExitCode::from(1));
    };
    let (from, to) = (from.unwrap_or(oldest), to.unwrap_or(newest));
    anyhow::ensure!(from <= to, "--from is after --to");
    anyhow::ensure!((to - from) / step < STEPS, "more than {STEPS} steps: give a longer --step, or --from and --to");
    let mut steps: Vec<Millis> = (0..=(to - from) / step).map(|n| to - n * step).collect();
    steps.reverse();
    // Once more, now that the instants for which the time zone must be known are.
    let options = Options { from_ms: oldest.min(from), to_ms: newest.max(to) };
    let compiled = compile(&site, &options).map_err(|_| anyhow::anyhow!("the site file does not compile"))?;
    let bar = bar(Some(gathered.visitors.len() as u64), "{bar:20} {pos} of {len} visitors folded, {eta} left");
    let report = report::Report::new(fold::all(gathered, &compiled, &steps, &bar), &compiled.bundle, steps);
    bar.finish_and_clear();
    if let Some(path) = &args.svg {
        std::fs::write(path, plot::svg(&report)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if args.json {
        say!("{}", serde_json::to_string_pretty(&report.json())?);
    } else {
        report.print();
    }
    Ok(ExitCode::SUCCESS)
}

/// A date, which begins at midnight UTC, or an instant.
fn instant(option: &str, text: &str) -> anyhow::Result<Millis> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    time::parse(&whole).with_context(|| format!("{option} {text}: write 2026-05-01 or 2026-05-01T12:00:00Z"))
}

fn bar(length: Option<u64>, template: &str) -> ProgressBar {
    let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Reads the log, whatever it is packed in.
fn read(path: &Path, bundle: &vitrine_wire::Bundle, limits: gather::Limits) -> anyhow::Result<Gathered> {
    const BAR: &str = "{bar:20} {bytes} of {total_bytes} read, {bytes_per_sec}, {eta} left";
    if path.as_os_str() == "-" {
        anyhow::ensure!(!stdin().is_terminal(), "standard input is a terminal: give --events a file, or pipe a log in");
        let bar = bar(None, "{spinner} {bytes} read, {bytes_per_sec}");
        return gather::all(unpacked(bar.wrap_read(stdin()))?, bundle, limits);
    }
    let open = || File::open(path).with_context(|| format!("cannot read {}", path.display()));
    let file = open()?;
    let bar = bar(file.metadata().ok().map(|meta| meta.len()), BAR);
    let gathered = gather::all(unpacked(bar.wrap_read(file))?, bundle, limits);
    bar.finish_and_clear();
    gathered.with_context(|| format!("cannot read {}", path.display()))
}

/// Gzip is seen by its first two bytes.
fn unpacked<'a>(from: impl Read + Send + 'a) -> anyhow::Result<Box<dyn BufRead + Send + 'a>> {
    let mut from = BufReader::with_capacity(1 << 18, from);
    if from.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        let inner = flate2::bufread::MultiGzDecoder::new(from);
        return Ok(Box::new(BufReader::with_capacity(1 << 18, inner)));
    }
    Ok(Box::new(from))
}
