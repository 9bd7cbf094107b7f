//! What the other commands share: the repository's root, child processes, progress, and the programs that a
//! machine may lack.

use std::path::{Path, PathBuf};

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
