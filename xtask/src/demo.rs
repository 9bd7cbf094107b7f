//! `cargo xtask demo`: from a fresh clone to a shop in the browser.
//!
//! Every step is skipped when its inputs did not change, so that the second start is short. The server is a child
//! process; Ctrl-C and SIGTERM are passed on to it and waited for.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Context;

use crate::tools::{self, cargo, command, fingerprint, machine, process};

const SITE: &str = "www/shop/site.json";
const DATABASE: &str = "vitrine.db";
const BINARY: &str = "target/debug/vitrine";
const SHOP: &str = "target/shop";
const KEYS: &str = "target/xtask/demo-keys.json";
/// How often the child is asked whether it still runs.
const GLANCE: Duration = Duration::from_millis(50);

/// Options of `cargo xtask demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Forget the database and keys of earlier demos first
    #[arg(long)]
    fresh: bool,
}

/// Builds what changed, then serves the shop until Ctrl-C or SIGTERM.
///
/// # Errors
/// A build step failed, or the server ended by itself with a failure.
pub fn run(args: Args) -> anyhow::Result<()> {
    // Before anything is built or forgotten: another demo may be serving from that very database.
    drop(TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).with_context(|| {
        format!("127.0.0.1:{} is taken: stop what listens there, or choose another with --port", args.port)
    })?);
    if args.fresh {
        forget()?;
    }
    build()?;
    serve(args.port)
}

/// Everything that the server needs: SDK, server, keys, pages.
///
/// # Errors
/// A step failed.
pub fn build() -> anyhow::Result<()> {
    machine::wasm_target()?;
    machine::npm()?;
    process::run("building the SDK", &mut tools::xtask(["build"])?)?;
    process::run("building the server", &mut cargo(["build", "--package", "vitrine-cli"]))?;
    let keys = machine::quiet(&mut command(BINARY, ["keys", "--site", SITE, "--database", DATABASE, "--json"]))
        .with_context(|| format!("{BINARY} keys failed: run it to see why"))?;
    // Secret keys: for the owner's eyes only, and rewritten only when they changed.
    if fs::read_to_string(KEYS).ok().as_deref() != Some(keys.as_str()) {
        write_secret(Path::new(KEYS), &keys)?;
    }
    fingerprint::unless_fresh(
        "target/xtask/shop.stamp",
        &["www/shop", "www/preferences", "pkg/dist/manifest.json", KEYS],
        || {
            let args = ["www/shop/build.mjs", "--out", SHOP, "--dist", "pkg/dist", "--keys", KEYS];
            process::run("writing the shop's pages", &mut command("node", args)).map(drop)
        },
    )
}

fn serve(port: u16) -> anyhow::Result<()> {
    let stopping = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stopping);
    ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst)).context("cannot listen for Ctrl-C")?;
    let port = port.to_string();
    let args = [
        "serve",
        "--site",
        SITE,
        "--sdk",
        "pkg/dist",
        "--www",
        SHOP,
        "--database",
        DATABASE,
        "--port",
        &port,
        "--demo",
    ];
    // A person looks at it: no log lines but warnings, unless they ask.
    let log = std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".to_owned());
    let mut server = command(BINARY, args)
        .env("RUST_LOG", log)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {BINARY}"))?;
    if let Some(out) = server.stdout.take() {
        thread::spawn(move || announce(BufReader::new(out)));
    }
    let mut told = false;
    loop {
        if let Some(status) = server.try_wait()? {
            anyhow::ensure!(status.success() || told, "the server ended with {status}");
            println!("stopped");
            return Ok(());
        }
        if stopping.load(Ordering::SeqCst) && !told {
            told = true;
            terminate(&mut server)?;
        }
        thread::sleep(GLANCE);
    }
}

fn announce(lines: impl BufRead) {
    for line in lines.lines().map_while(Result::ok) {
        let Some(address) = line.strip_prefix("listening on ") else {
            println!("{line}");
            continue;
        };
        println!("\n  shop       {address}/");
        println!("  health     {address}/healthz");
        println!("  database   ./{DATABASE}");
        println!("\n  Ctrl-C stops it.\n");
    }
}

/// Asks a child to end as a service manager would; kills it where there is no such signal.
fn terminate(child: &mut Child) -> anyhow::Result<()> {
    let asked = cfg!(unix)
        && Command::new("kill").args(["-TERM", &child.id().to_string()]).status().is_ok_and(|status| status.success());
    if !asked {
        child.kill()?;
    }
    Ok(())
}

fn forget() -> anyhow::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        remove(Path::new(&format!("{DATABASE}{suffix}")))?;
    }
    remove(Path::new(&format!("{DATABASE}.keys")))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    let done = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    remove(path)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(path)?, text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}
