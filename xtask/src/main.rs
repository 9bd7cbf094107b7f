//! The build tool: the only one a newcomer calls.
//!
//! Each command is a module with its own `Args` and `run`; this file only routes. Everything runs from the
//! repository's root, wherever it was called from.

mod bench;
mod build;
mod conform;
mod demo;
mod fuzz;
mod ready;
mod size;
mod soak;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Build, run, test and measure Vitrine.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build all, serve the small shop on 127.0.0.1 and print its addresses
    Demo(demo::Args),
    /// Run every test: native, wasm, browsers; end with one table
    Test(test::Args),
    /// Build the browser SDK into pkg/dist
    Build(build::Args),
    /// Print the sizes of what a page loads beside peers; fail over budget
    Size(size::Args),
    /// Measure speed on this machine
    Bench(bench::Args),
    /// Answer conformance requests, one a line, natively or in wasm
    Conform(conform::Args),
    /// Feed changed inputs to whatever reads bytes of others
    Fuzz(fuzz::Args),
    /// Repeat the kill, replay and fuzz tests many times, resumably
    Soak(soak::Args),
    /// Check form: format, lints, dependencies, licences, file lengths
    Ready(ready::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = tools::enter_root().and_then(|()| match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Test(args) => test::run(args),
        Command::Build(args) => build::run(args),
        Command::Size(args) => size::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Conform(args) => conform::run(args),
        Command::Fuzz(args) => fuzz::run(args),
        Command::Soak(args) => soak::run(args),
        Command::Ready(args) => ready::run(args),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
