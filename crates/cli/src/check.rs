//! `vitrine check`: what there is to say about a site file.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::out::{say, tell};
use anyhow::Context;
use vitrine_compiler::Finding;

/// Arguments of `vitrine check`.
#[derive(clap::Args)]
pub struct Args {
    /// The site file
    site: PathBuf,
    /// Print an array of findings for machines
    #[arg(long)]
    json: bool,
}

/// Prints the findings; errors make exit code 1, warnings do not.
///
/// # Errors
/// The file cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let findings = vitrine_compiler::check_served(&read(&args.site)?);
    if args.json {
        say!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        show(&args.site, &findings);
        if findings.is_empty() {
            say!("{}: no findings", args.site.display());
        }
    }
    Ok(ended(&findings))
}

/// The text of a site file.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8 text", path.display()))
}

/// 1 when a finding is an error, else 0.
pub fn ended(findings: &[Finding]) -> ExitCode {
    if findings.iter().any(Finding::is_error) { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// Whether a stream goes to a terminal that wants colours.
pub fn coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Findings for people, on stderr: severity and rule, place, sentence, cure; then the counts.
pub fn show(path: &Path, findings: &[Finding]) {
    let colour = coloured(&std::io::stderr());
    for finding in findings {
        let (word, code) = if finding.is_error() { ("error", "31") } else { ("warning", "33") };
        let word = if colour { format!("\x1b[1;{code}m{word}\x1b[0m") } else { word.to_owned() };
        let place = if finding.pointer.is_empty() { "/" } else { &finding.pointer };
        tell!("{word} {} at {place}\n  {}\n  {}", finding.code.name(), finding.message, finding.fix);
    }
    if !findings.is_empty() {
        let errors = findings.iter().filter(|f| f.is_error()).count();
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let warnings = count(findings.len() - errors, "warning");
        tell!("{}: {}, {warnings}", path.display(), count(errors, "error"));
    }
}
