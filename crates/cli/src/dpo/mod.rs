//! `vitrine register|dpia|notice`: the papers of a data protection officer, from the site file: facts → purposes → basis →
//! retention → recipients. Each is Markdown in English or French; what the site file does not say is listed at the end.

mod dpia;
mod notice;
mod register;
mod site;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::check;
use crate::out;
use crate::out::{say, tell};
use site::Site;

/// Arguments of the three.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  vitrine register site.json --lang fr -o registre.md
  vitrine dpia site.json -o dpia.md
  vitrine notice site.json --lang fr

The papers say what the site file says. Fill in `controller`, `recipients` and `notices` there, then print them again.")]
pub struct Args {
    /// The site file
    site: PathBuf,
    /// The language
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
    /// Write to this file instead
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// A language of the papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// French
    Fr,
}

impl Lang {
    /// The text of this language.
    pub const fn say<'a>(self, en: &'a str, fr: &'a str) -> &'a str {
        match self {
            Lang::En => en,
            Lang::Fr => fr,
        }
    }

    /// As in site files.
    pub const fn code(self) -> &'static str {
        self.say("en", "fr")
    }
}

/// Which paper.
#[derive(Debug, Clone, Copy)]
pub enum Paper {
    /// The record of processing activities (GDPR 30).
    Register,
    /// A draft of the impact assessment (GDPR 35).
    Dpia,
    /// What people are told (GDPR 13).
    Notice,
}

/// Prints or writes a paper.
///
/// # Errors
/// The site file cannot be read or does not compile, or the paper cannot be written.
pub fn run(args: &Args, paper: Paper) -> anyhow::Result<ExitCode> {
    let text = check::read(&args.site)?;
    let findings = vitrine_compiler::check(&text);
    if findings.iter().any(vitrine_compiler::Finding::is_error) {
        check::show(&args.site, &findings);
        return Ok(check::ended(&findings));
    }
    let written = write(&text, paper, args.lang)?;
    if matches!(paper, Paper::Notice) {
        // Visitors read this paper: what it lacks is for those who print it.
        words::missing(&Site::read(&text, args.lang)?).iter().for_each(|lack| tell!("{lack}"));
    }
    match &args.output {
        Some(path) => {
            std::fs::write(path, written).with_context(|| format!("cannot write {}", path.display()))?;
            say!("{}", path.display());
        }
        None => out::text(&written),
    }
    Ok(ExitCode::SUCCESS)
}

/// A paper of a site file that compiles.
fn write(text: &str, paper: Paper, lang: Lang) -> anyhow::Result<String> {
    let site = Site { told: matches!(paper, Paper::Notice), ..Site::read(text, lang)? };
    Ok(match paper {
        Paper::Register => register::write(&site),
        Paper::Dpia => dpia::write(&site),
        Paper::Notice => notice::write(&site),
    })
}

/// SHA-256 of a text, hex.
fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A table of Markdown; nothing for one without rows.
fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let cell = |text: &String| text.replace('|', "\\|").replace('\n', "<br>");
    let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
    let mut out = line(&head) + &format!("|{}\n", "---|".repeat(head.len()));
    rows.iter().for_each(|row| out += &line(&row.iter().map(cell).collect::<Vec<_>>()));
    out + "\n"
}

/// A name that no person wrote for others to read.
fn code(name: &str) -> String {
    // A name may hold the mark itself.
    if name.contains('`') { format!("`` {name} ``") } else { format!("`{name}`") }
}

/// A list of Markdown.
fn list<T: AsRef<str>>(items: &[T]) -> String {
    items.iter().map(|item| format!("- {}\n", item.as_ref())).collect::<String>() + "\n"
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A site that says all there is to say, and one that says nothing.
    const WHOLE: &str = include_str!("whole.json");
    const BARE: &str = r#"{"vitrine": 1, "site": "bare"}"#;

    #[test]
    fn the_papers_are_what_was_read_and_agreed() {
        for (name, text) in [("whole", WHOLE), ("bare", BARE)] {
            assert!(!vitrine_compiler::check(text).iter().any(vitrine_compiler::Finding::is_error));
            for (paper, title) in [(Paper::Register, "register"), (Paper::Dpia, "dpia"), (Paper::Notice, "notice")] {
                for lang in [Lang::En, Lang::Fr] {
                    let written = write(text, paper, lang).unwrap();
                    insta::assert_snapshot!(format!("{title}-{name}-{}", lang.code()), written);
                }
            }
        }
    }

    #[test]
    fn names_without_a_title_are_shown_as_code() {
        let text = r#"{"vitrine": 1, "site": "s", "events": {"Léger `vu`": {}}, "channels": {"email": {}, "fax": {}}, "topics": ["sales"],
            "segments": {"vip": {"when": {"orders.count": 1}}, "calm": {"title": "Calme", "when": {"orders.count": 0}}}}"#;
        let written = write(text, Paper::Notice, Lang::Fr).unwrap();
        for said in ["| `` Léger `vu` `` |", "`vip` ; Calme.", "| Courriel |", "| `fax` |", "| `sales` |"] {
            assert!(written.contains(said), "{said}: {written}");
        }
        let lacks = |text: &str| words::missing(&Site::read(text, Lang::Fr).unwrap()).join("\n").contains("titre");
        assert!(lacks(text) && !lacks(WHOLE));
    }

    #[test]
    fn a_table_keeps_what_authors_write() {
        assert_eq!(
            table(&["a", "b"], &[vec!["x|y".into(), "1\n2".into()]]),
            "| a | b |\n|---|---|\n| x\\|y | 1<br>2 |\n\n"
        );
        assert_eq!(table(&["a"], &[]), "");
    }
}
