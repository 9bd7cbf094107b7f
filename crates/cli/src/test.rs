//! `vitrine test`: the tests beside segments.

use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use vitrine_compiler::cases::{Cases, Outcome};

use crate::check;
use crate::out::say;

/// Arguments of `vitrine test`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  vitrine test                           run the tests of ./site.json
  vitrine test site.json --only basket   those whose name holds `basket`
  vitrine test site.json --json          for machines

A test is a visit and what must come of it:
  {\"name\": \"three winter things make a winter fan\",
   \"given\": [{\"at\": \"-2d\", \"times\": 3,
              \"event\": {\"event\": \"Product Viewed\", \"properties\": {\"category\": \"winter\"}}}],
   \"expect\": {\"segments\": [\"winter-fans\"], \"slots\": {\"hero\": \"hero-winter\"}}}

Exit codes: 0 all passed, 1 a test failed or the file does not compile, 2 usage.")]
pub struct Args {
    /// The site file
    #[arg(default_value = "site.json")]
    site: PathBuf,
    /// Run only tests whose name holds this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// Runs the tests; one that fails makes exit code 1.
///
/// # Errors
/// The file cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let cases = match Cases::new(&check::read(&args.site)?) {
        Ok(cases) => cases,
        Err(findings) => {
            if args.json {
                say!("{}", json!({"passed": 0, "failed": 0, "findings": findings}));
            } else {
                check::show(&args.site, &findings);
            }
            return Ok(check::ended(&findings));
        }
    };
    let wanted = |place: &usize| {
        let name = cases.name(*place).unwrap_or_default();
        args.only.as_ref().is_none_or(|text| name.to_lowercase().contains(&text.to_lowercase()))
    };
    let places: Vec<usize> = (0..cases.len()).filter(wanted).collect();
    let bar = ProgressBar::new(places.len() as u64);
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} tests, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let run = |place: &usize| {
        let outcome = cases.run(*place);
        bar.inc(1);
        outcome
    };
    let outcomes: Vec<Outcome> = places.iter().filter_map(run).collect();
    bar.finish_and_clear();
    let failed = outcomes.iter().filter(|outcome| !outcome.passed).count();
    let passed = outcomes.len() - failed;
    if args.json {
        let shown = json!({"passed": passed, "failed": failed, "findings": cases.warnings, "tests": outcomes});
        say!("{}", serde_json::to_string_pretty(&shown)?);
    } else {
        check::show(&args.site, &cases.warnings);
        show(&outcomes);
        say!("{}: {}", args.site.display(), total(cases.is_empty(), passed, failed));
    }
    // A name that no test has is a mistake of who asked.
    let nothing = outcomes.is_empty() && !cases.is_empty();
    Ok(if failed > 0 || nothing { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn total(none: bool, passed: usize, failed: usize) -> String {
    match (passed, failed) {
        (0, 0) if none => "no tests; write some under `tests`".into(),
        (0, 0) => "no test has such a name".into(),
        (passed, 0) => format!("{passed} passed"),
        _ => format!("{passed} passed, {failed} failed"),
    }
}

/// One line a test; below one that failed what differed, and why.
fn show(outcomes: &[Outcome]) {
    let colour = check::coloured(&std::io::stdout());
    let paint = |code: &str, text: &str| if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() };
    for outcome in outcomes {
        if outcome.passed {
            say!("{} {}", paint("32", "✓"), outcome.name);
            continue;
        }
        say!("{} {}  {}", paint("1;31", "✗"), outcome.name, paint("2", &outcome.pointer));
        for difference in &outcome.differences {
            say!("    {}: expected {}, found {}", difference.of, difference.expected, difference.found);
            if let Some(because) = &difference.because {
                say!("      because {because}");
            }
        }
    }
}
