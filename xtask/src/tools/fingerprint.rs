//! One hash over the files that a step reads, so that a step whose inputs did not change is skipped.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

/// The hash of every file at or below `paths`, by name and content. A path that does not exist counts as such.
///
/// # Errors
/// A file or folder cannot be read.
pub fn of(paths: &[&str]) -> anyhow::Result<String> {
    let mut files = Vec::new();
    for path in paths {
        list(Path::new(path), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update([0]);
        if let Ok(bytes) = fs::read(&file) {
            hash.update(Sha256::digest(&bytes));
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Runs `work` unless `stamp` says that it was done for these inputs; writes the stamp after it succeeded.
///
/// # Errors
/// Those of `work`, or the stamp cannot be written.
pub fn unless_fresh(stamp: &str, inputs: &[&str], work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let now = of(inputs)?;
    if fs::read_to_string(stamp).is_ok_and(|then| then == now) {
        return Ok(());
    }
    work()?;
    if let Some(folder) = Path::new(stamp).parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(stamp, now).with_context(|| format!("cannot write {stamp}"))
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))? {
        let path = entry?.path();
        if !path.ends_with("node_modules") {
            list(&path, files)?;
        }
    }
    Ok(())
}
