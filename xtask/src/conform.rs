//! The conformance door: one JSON request a line on stdin, one answer a line on stdout, in order.
//!
//! `native` links the engine; `wasm` runs the files of `pkg/dist` in Node. Beside the door itself: the published cases'
//! score, the shared rows of `tests/spec`, and random replays through both engines.

mod spec;

use std::io::{BufRead, Write};
use std::panic::catch_unwind;

use anyhow::Context;

/// Options of `cargo xtask conform`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Without --score, --spec or --replays: answers the requests on stdin.")]
pub struct Args {
    /// Which engine answers the requests on stdin; the scores and comparisons always run both
    #[arg(long, value_enum, default_value = "native")]
    engine: Engine,
    /// Run the published GrowthBook cases through both engines and print the score of each kind
    #[arg(long)]
    score: bool,
    /// Run the rows of tests/spec
    #[arg(long)]
    spec: bool,
    /// Run this many random visits through both engines and the oracle and compare the answers
    #[arg(long, value_name = "N")]
    replays: Option<u64>,
    /// The number of the first random visit
    #[arg(long, value_name = "N", default_value_t = 0, requires = "replays")]
    from: u64,
    /// Compare the random visits natively and with the oracle, not in wasm: nothing is built
    #[arg(long, requires = "replays")]
    quick: bool,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// The engine linked into this tool
    Native,
    /// The files of pkg/dist, in Node
    Wasm,
}

impl Engine {
    /// The option's value.
    pub const fn name(self) -> &'static str {
        match self {
            Engine::Native => "native",
            Engine::Wasm => "wasm",
        }
    }
}

pub use spec::run as spec;

/// Runs the command.
///
/// # Errors
/// A case failed, an answer differed, or the engine could not be started.
pub fn run(args: Args) -> anyhow::Result<()> {
    if args.score {
        return ended(crate::test::score()?);
    }
    if args.spec {
        return ended(spec::run(args.engine)?);
    }
    if let Some(count) = args.replays {
        let outcome = crate::test::replays(args.from, count, !args.quick)?;
        println!("{count} replays, {} differences", outcome.failed);
        return ended(outcome);
    }
    match args.engine {
        Engine::Native => native(std::io::stdin().lock(), std::io::stdout().lock()),
        Engine::Wasm => wasm(),
    }
}

fn ended(outcome: crate::test::Outcome) -> anyhow::Result<()> {
    if !outcome.note.is_empty() {
        println!("{}", outcome.note);
    }
    anyhow::ensure!(outcome.failed == 0, "{} passed, {} failed", outcome.passed, outcome.failed);
    Ok(())
}

fn native(mut input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).context("cannot read stdin")? > 0 {
        let text = String::from_utf8_lossy(&line);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        writeln!(output, "{}", answer(text.strip_suffix('\r').unwrap_or(text))).context("cannot write stdout")?;
        output.flush().context("cannot write stdout")?;
        line.clear();
    }
    Ok(())
}

/// One answer. A panic in the engine is answered like a trap in wasm: by nothing that decodes.
fn answer(line: &str) -> String {
    let engine = |request: &[u8]| catch_unwind(|| vitrine_core::door::answer(request)).unwrap_or_default();
    vitrine_compiler::door::answer(line, &mut { engine })
}

fn wasm() -> anyhow::Result<()> {
    anyhow::ensure!(
        std::path::Path::new("pkg/dist/manifest.json").is_file(),
        "pkg/dist is not built: run `cargo xtask build`"
    );
    let status = crate::tools::command("node", ["tests/conform/door.mjs"]).status().context("cannot run node")?;
    anyhow::ensure!(status.success(), "the door in Node ended with {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_line_is_answered_in_order() {
        let input = "{\"id\":1,\"op\":\"getEqualWeights\",\"args\":[2]}\nnonsense\r\n\n{\"id\":4}";
        let mut output = Vec::new();
        native(input.as_bytes(), &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        let starts: Vec<_> = text.lines().map(|l| l.chars().take(16).collect::<String>()).collect();
        assert_eq!(
            starts,
            ["{\"id\":1,\"ok\":[0.", "{\"id\":null,\"erro", "{\"id\":null,\"erro", "{\"id\":4,\"error\":"]
        );
    }
}
