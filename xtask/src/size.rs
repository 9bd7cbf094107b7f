//! Prints what a page loads, in bytes, beside peers; asserts `size-budget.json`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::build::{Manifest, brotli, gzip};
use crate::tools::machine;

const BUDGET: &str = "size-budget.json";

/// What a page could load instead, each as its own documentation says to install it.
const PEERS: [(&str, &[&str]); 4] = [
    ("@adobe/alloy alloy.min.js", &["@adobe/alloy/dist/alloy.min.js"]),
    ("@segment/analytics-next umd", &["@segment/analytics-next/dist/umd/index.js"]),
    ("@growthbook/growthbook auto.min.js", &["@growthbook/growthbook/dist/bundles/auto.min.js"]),
    ("posthog-js array.js", &["posthog-js/dist/array.js"]),
];

/// Options of `cargo xtask size`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// Sizes of one thing, in bytes.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Sizes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl std::ops::Add for Sizes {
    type Output = Sizes;
    fn add(self, other: Sizes) -> Sizes {
        Sizes { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }
}

#[derive(Debug, Serialize)]
struct Peer {
    name: String,
    #[serde(flatten)]
    sizes: Sizes,
}

#[derive(Debug, Serialize)]
struct Report {
    boot: Sizes,
    glue: Sizes,
    wasm: Sizes,
    /// What a page loads for everything but tools: boot + glue + wasm.
    core: Sizes,
    chunks: BTreeMap<String, Sizes>,
    peers: Vec<Peer>,
}

/// Ceilings, in bytes after brotli.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    boot: usize,
    core: usize,
    chunks: BTreeMap<String, usize>,
}

/// Runs the command.
///
/// # Errors
/// The SDK was not built, a peer is missing, or something is over its budget.
pub fn run(args: Args) -> anyhow::Result<()> {
    let budget: Budget = serde_json::from_slice(&fs::read(BUDGET).with_context(|| format!("cannot read {BUDGET}"))?)
        .with_context(|| format!("{BUDGET} does not parse"))?;
    let report = measure()?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else if let Err(error) = std::io::stdout().write_all(table(&report, &budget).as_bytes()) {
        // Whoever reads only the first lines has read them.
        anyhow::ensure!(error.kind() == ErrorKind::BrokenPipe, error);
    }
    let over = over(&report, &budget);
    anyhow::ensure!(over.is_empty(), "over {BUDGET}, in bytes after brotli: {}", over.join("; "));
    Ok(())
}

fn measure() -> anyhow::Result<Report> {
    machine::npm()?;
    let mut files: BTreeMap<String, Sizes> = Manifest::read()?
        .files
        .into_iter()
        .map(|(name, file)| (name, Sizes { raw: file.raw, gzip: file.gzip, brotli: file.brotli }))
        .collect();
    let mut take = |name: &str| files.remove(name).with_context(|| format!("{name} was not built"));
    let (boot, glue, wasm) = (take("boot.js")?, take("core.js")?, take("core.wasm")?);
    files.retain(|name, _| !name.ends_with(".d.ts"));
    Ok(Report { boot, glue, wasm, core: boot + glue + wasm, chunks: files, peers: peers()? })
}

fn peers() -> anyhow::Result<Vec<Peer>> {
    let mut peers = Vec::new();
    for (name, files) in PEERS {
        let mut sizes = Sizes::default();
        for file in files {
            let path = format!("node_modules/{file}");
            let bytes = fs::read(&path).with_context(|| format!("cannot read {path}"))?;
            sizes = sizes + Sizes { raw: bytes.len(), gzip: gzip(&bytes)?.len(), brotli: brotli(&bytes)?.len() };
        }
        peers.push(Peer { name: name.to_owned(), sizes });
    }
    if let [_, segment, growthbook, ..] = peers.as_slice() {
        let both = Peer { name: "analytics-next + GrowthBook".to_owned(), sizes: segment.sizes + growthbook.sizes };
        peers.insert(3, both);
    }
    Ok(peers)
}

/// What is over its ceiling, in words.
fn over(report: &Report, budget: &Budget) -> Vec<String> {
    let chunks = budget.chunks.iter().map(|(name, limit)| (name.as_str(), report.chunks.get(name), *limit));
    [("boot", Some(&report.boot), budget.boot), ("core", Some(&report.core), budget.core)]
        .into_iter()
        .chain(chunks)
        .filter_map(|(name, sizes, limit)| match sizes {
            None => Some(format!("{name} is budgeted but was not built")),
            Some(sizes) if sizes.brotli > limit => Some(format!("{name} {} of {limit}", sizes.brotli)),
            Some(_) => None,
        })
        .collect()
}

fn table(report: &Report, budget: &Budget) -> String {
    let mut out = format!("{:<38}{:>10}{:>10}{:>10}{:>10}\n", "", "raw", "gzip", "brotli", "budget");
    let line = |name: &str, sizes: Sizes, limit: Option<usize>| {
        let limit = limit.map(|limit| limit.to_string()).unwrap_or_default();
        format!("{name:<38}{:>10}{:>10}{:>10}{limit:>10}\n", sizes.raw, sizes.gzip, sizes.brotli)
    };
    out += &line("boot (inline)", report.boot, Some(budget.boot));
    out += &line("glue", report.glue, None);
    out += &line("wasm", report.wasm, None);
    out += &line("core = boot + glue + wasm", report.core, Some(budget.core));
    out.push('\n');
    for (name, sizes) in &report.chunks {
        out += &line(name, *sizes, budget.chunks.get(name).copied());
    }
    out.push('\n');
    for peer in &report.peers {
        out += &line(&peer.name, peer.sizes, None);
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_over_its_budget_is_named() {
        let sizes = |brotli| Sizes { brotli, ..Sizes::default() };
        let report = |boot, core, chunk| Report {
            boot: sizes(boot),
            glue: sizes(0),
            wasm: sizes(0),
            core: sizes(core),
            chunks: BTreeMap::from([("a.js".to_owned(), sizes(chunk))]),
            peers: Vec::new(),
        };
        let budget: Budget = serde_json::from_str(r#"{"boot": 10, "core": 100, "chunks": {"a.js": 5}}"#).unwrap();
        for (boot, core, chunk, expected) in [
            (10, 100, 5, vec![]),
            (11, 100, 5, vec!["boot 11 of 10"]),
            (10, 101, 6, vec!["core 101 of 100", "a.js 6 of 5"]),
        ] {
            assert_eq!(over(&report(boot, core, chunk), &budget), expected);
        }
    }
}
