//! Prints what a page loads, in bytes, beside peers; asserts `size-budget.json`.

/// Options of `cargo xtask size`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// Whatever stopped it, with where.
pub fn run(_args: Args) -> anyhow::Result<()> {
    anyhow::bail!("not written yet")
}
