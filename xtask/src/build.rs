//! `cargo xtask build`: the SDK for browsers, from Rust and TypeScript to `pkg/dist`.
//!
//! Each stage is skipped when the files that it reads did not change: codes → wasm → scripts and types → compressed
//! files and `manifest.json`. The result replaces `pkg/dist` as a whole, so that no half of a build is ever served.

mod codes;
mod dist;
mod glue;
mod panics;
mod scripts;
mod wasm;

pub use dist::{Manifest, brotli, gzip};

use std::fs;
use std::path::Path;

use crate::tools::{fingerprint, machine};

/// Where the result goes.
pub const DIST: &str = "pkg/dist";
/// Where it is put together.
const STAGE: &str = "target/xtask/dist";
/// Everything that can change the result.
const INPUTS: [&str; 12] = [
    "src",
    "crates/wire",
    "crates/core",
    "crates/compiler",
    "crates/tools",
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "pkg/package.json",
    "pkg/tsconfig.json",
    "pkg/ts",
    "xtask/src/build",
];

/// Options of `cargo xtask build`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Build even where nothing changed
    #[arg(long)]
    force: bool,
}

/// Runs the command.
///
/// # Errors
/// Whatever stopped it, with where.
pub fn run(args: Args) -> anyhow::Result<()> {
    codes::write()?;
    let stamp = "target/xtask/sdk.stamp";
    if args.force || !dist::whole() {
        let _ = fs::remove_file(stamp);
    }
    fingerprint::unless_fresh(stamp, &INPUTS, build)
}

fn build() -> anyhow::Result<()> {
    machine::wasm_target()?;
    machine::npm()?;
    let core = wasm::make(&wasm::CORE)?;
    let tools = wasm::make(&wasm::TOOLS)?;
    let stage = Path::new(STAGE);
    if stage.exists() {
        fs::remove_dir_all(stage)?;
    }
    fs::create_dir_all(stage)?;
    let mut files = dist::Files::default();
    files.wasm("core.wasm", &core)?;
    files.wasm("tools.wasm", &tools)?;
    scripts::make(&mut files, &core, &tools)?;
    scripts::types(&mut files)?;
    // For editors, from a package that has no command line: `node_modules/vitrine/dist/site.schema.json`.
    fs::write(stage.join("site.schema.json"), codes::schema()?)?;
    files.finish(&core.build)
}
