//! The `vitrine` command line: one module a subcommand, each with its `Args` and `run`.
//!
//! Exit codes: 0 done, 1 findings or failure, 2 usage.

// Everything is written through `out`.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod check;
mod compile;
mod doctor;
mod dpo;
mod explain;
mod keys;
mod new;
mod out;
mod preview;
mod requests;
mod schema;
mod serve;
mod simulate;
mod stop;
mod test;

use std::process::ExitCode;

use crate::out::tell;
use clap::Parser;

/// Half of a simulation was the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "vitrine", version, about = "On-site personalization that asks first")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Serve ingest, bundles, profiles, consents and the SDK's own files
    Serve(serve::Args),
    /// Write a site file to begin with: retail, subscription, media, or a small one
    New(new::Args),
    /// Say what is wrong with a site file
    Check(check::Args),
    /// Compile a site file into the bundle that pages load
    Compile(compile::Args),
    /// Say why a visitor is in a segment, or sees what a slot shows
    Explain(explain::Args),
    /// Run the tests of a site file: given these events, expect these segments
    Test(test::Args),
    /// Say how large segments would have been, and who would have seen what, over a log of events
    Simulate(simulate::Args),
    /// Print a signed link that shows one variant and counts nothing
    Preview(preview::Args),
    /// Stop an experience, all of them or the SDK on open pages; say what is stopped
    Stop(stop::Args),
    /// Print the JSON schema of site files, for editors
    Schema(schema::Args),
    /// Say whether a page asks as it should, and what is kept is whole: the chain of consents, a receipt, requests that are due
    Doctor(doctor::Args),
    /// List what people asked for under their rights, and by when each must be answered
    Requests(requests::Args),
    /// Print the record of processing activities (GDPR 30) of a site file
    Register(dpo::Args),
    /// Print a draft of the impact assessment (GDPR 35) of a site file
    Dpia(dpo::Args),
    /// Print what people are told (GDPR 13), with its hash
    Notice(dpo::Args),
    /// Print a site's keys, creating them when absent
    Keys(keys::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Check(args) => check::run(&args),
        Command::Compile(args) => compile::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::New(args) => new::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Preview(args) => preview::run(&args),
        Command::Stop(args) => stop::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Requests(args) => requests::run(&args),
        Command::Register(args) => dpo::run(&args, dpo::Paper::Register),
        Command::Dpia(args) => dpo::run(&args, dpo::Paper::Dpia),
        Command::Notice(args) => dpo::run(&args, dpo::Paper::Notice),
        Command::Keys(args) => keys::run(args),
    };
    outcome.unwrap_or_else(|error| {
        tell!("error: {error:#}");
        ExitCode::FAILURE
    })
}
