//! `vitrine schema`: the JSON schema of site files, for editors.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::out;
use crate::out::say;
use anyhow::Context;

/// Arguments of `vitrine schema`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  vitrine schema                          print it
  vitrine schema -o site.schema.json      beside the site file, which then begins with
                                          {\"$schema\": \"./site.schema.json\", …}")]
pub struct Args {
    /// Write it to this file instead
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// Prints or writes the schema.
///
/// # Errors
/// The file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.output {
        Some(path) => {
            std::fs::write(path, text()?).with_context(|| format!("cannot write {}", path.display()))?;
            say!("{}", path.display());
        }
        None => out::text(&text()?),
    }
    Ok(ExitCode::SUCCESS)
}

/// The schema as text.
///
/// # Errors
/// None: it is JSON already.
pub fn text() -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&vitrine_compiler::schema())? + "\n")
}
