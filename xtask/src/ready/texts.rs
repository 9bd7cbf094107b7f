//! What a look at the files themselves finds: length, unfinished work, traces of the machine they were written on.

use anyhow::Context;

use crate::tools::{command, machine};

/// Lines; files aim under 300, and over this one asks to be split.
const LONGEST: usize = 500;
/// The kinds that are written by hand.
const KINDS: [&str; 9] = [".rs", ".ts", ".js", ".mjs", ".css", ".sql", ".toml", ".sh", ".md"];
/// Words that say that work is not finished. Split, so that this file does not find itself.
const UNFINISHED: [&str; 4] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimpl", "emented!"), concat!("todo", "!(")];

/// Answers one sentence for each file that is too long or unfinished.
pub fn check() -> anyhow::Result<Vec<String>> {
    let files = machine::quiet(&mut command("git", ["ls-files"])).context("git ls-files failed")?;
    let mut findings = Vec::new();
    for file in files.lines().filter(|file| KINDS.iter().any(|kind| file.ends_with(kind))) {
        // A file that was removed but not yet committed is nobody's concern.
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        findings.extend(look(file, &text));
    }
    Ok(findings)
}

fn look(file: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let length = text.lines().count();
    if length > LONGEST {
        findings.push(format!("{file} has {length} lines: split it ({LONGEST} at most, 300 wished)"));
    }
    // Guides may speak of it.
    let code = !file.ends_with(".md");
    for (number, line) in text.lines().enumerate().filter(|_| code) {
        if let Some(word) = UNFINISHED.iter().find(|word| line.contains(**word)) {
            findings.push(format!("{file}:{}: {word}: finish it or file it", number + 1));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_unfinished_files_are_found() {
        assert!(look("a.rs", "fn main() {}\n").is_empty());
        assert_eq!(look("a.rs", &"\n".repeat(501)).len(), 1);
        assert_eq!(look("a.rs", concat!("// TO", "DO later")).len(), 1);
    }
}
