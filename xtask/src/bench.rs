//! `cargo xtask bench`.

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Measures.
///
/// # Errors
/// Whatever stopped it, with where.
pub fn run(_args: Args) -> anyhow::Result<()> {
    anyhow::bail!("not written yet")
}
