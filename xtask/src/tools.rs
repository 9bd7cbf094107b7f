//! What the other commands share: the repository's root, child processes with progress, fingerprints of inputs, and
//! the programs that a machine may lack.

pub mod fingerprint;
pub mod machine;
pub mod process;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

/// Makes the repository's root the working directory, so that every path below is relative to it.
///
/// # Errors
/// The root cannot be entered.
pub fn enter_root() -> anyhow::Result<()> {
    let root = root();
    std::env::set_current_dir(&root).with_context(|| format!("cannot enter {}", root.display()))
}

/// The repository's root, known when xtask is compiled.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A program with its arguments.
pub fn command<const N: usize>(program: &str, args: [&str; N]) -> Command {
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// The cargo that runs this tool, with its arguments.
pub fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut command = command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), args);
    // What cargo told this tool of its own package: build scripts that look at it would run again after each call by hand.
    let own = |name: &str| ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|of| name.starts_with(of));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(own)) {
        command.env_remove(name);
    }
    command
}

/// Another command of this tool, in a process of its own so that its output can be shown as progress.
///
/// # Errors
/// The running program's own path is unknown.
pub fn xtask<const N: usize>(args: [&str; N]) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("cannot find this program")?);
    command.args(args);
    Ok(command)
}

/// The multiplier of every repeated test: `VITRINE_SCALE`, 1 when absent.
///
/// # Errors
/// It is set to something that is not a positive number.
pub fn scale() -> anyhow::Result<f64> {
    let Ok(text) = std::env::var("VITRINE_SCALE") else { return Ok(1.0) };
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => anyhow::bail!("VITRINE_SCALE is {text:?}: give a number above 0"),
    }
}
