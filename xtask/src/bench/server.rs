//! `cargo xtask bench server`: cold start and idle memory.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::Context;

use super::BINARY;
use super::rows::Row;
use crate::tools::{cargo, command, machine, process};

const SITE: &str = "www/shop/site.json";

/// Measures.
///
/// # Errors
/// The server could not be built or started.
pub fn rows(runs: u32) -> anyhow::Result<Vec<Row>> {
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
