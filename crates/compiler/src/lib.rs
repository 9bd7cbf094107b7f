//! Site file (JSON) to linted, compiled bundle (bytes).
//!
//! [`compile`] makes what pages load; [`check`] only says what is wrong; [`condition`] compiles one condition in the
//! published (GrowthBook) semantics; [`cases`] runs the tests beside segments; [`door::answer`] is the conformance door.

pub mod cases;
pub mod door;
mod ecommerce;
mod facts;
mod finding;
mod first;
mod format;
mod json;
mod lint;
mod lower;
mod needs;
mod node;
mod regex;
mod schema;
mod site;

pub use finding::{Finding, Rule, Severity};
pub use first::payload;
pub use json::{mend, unique, value};
pub use lower::{condition, duration};
pub use schema::schema;

use finding::Lint;
use vitrine_wire::bundle::Bundle;
use vitrine_wire::{Millis, limits};

/// What the compiler cannot know by itself: the instants for which the bundle must know its time zone's offsets.
/// Thirteen months on both sides are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The earliest.
    pub from_ms: Millis,
    /// The latest.
    pub to_ms: Millis,
}

impl Options {
    /// A bundle made at this instant.
    pub const fn at(now_ms: Millis) -> Self {
        Options { from_ms: now_ms, to_ms: now_ms }
    }
}

/// A compiled site file.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// The bundle.
    pub bundle: Bundle,
    /// The bundle's bytes, as pages load them inside the envelope.
    pub payload: Vec<u8>,
    /// Findings that did not stop it.
    pub warnings: Vec<Finding>,
}

/// Compiles a site file.
///
/// # Errors
/// All findings, when at least one is an error.
pub fn compile(json: &str, options: &Options) -> Result<Compiled, Vec<Finding>> {
    let mut lint = Lint::default();
    let Some(parsed) = json::parse(json, &mut lint) else { return Err(lint.findings) };
    let read = site::compile(&parsed, options, lint);
    finish(read.bundle, read.lint, options)
}

/// Compiles a site file that has been parsed already. A key that was written twice is not noticed.
///
/// # Errors
/// As [`compile`].
pub fn compile_value(json: &serde_json::Value, options: &Options) -> Result<Compiled, Vec<Finding>> {
    let read = site::compile(json, options, Lint::default());
    finish(read.bundle, read.lint, options)
}

fn finish(bundle: Bundle, mut lint: Lint, options: &Options) -> Result<Compiled, Vec<Finding>> {
    let payload = payload(&bundle, options.from_ms);
    if payload.len() > limits::BUNDLE_BYTES {
        let message = format!("the bundle has {} bytes, a page accepts {}", payload.len(), limits::BUNDLE_BYTES);
        lint.error(Rule::BadValue, "", message, "make the site file smaller");
    }
    if lint.findings.iter().any(Finding::is_error) {
        return Err(lint.findings);
    }
    Ok(Compiled { bundle, payload, warnings: lint.findings })
}

/// Everything there is to say about a site file, errors and warnings, in the order of the file's sections.
pub fn check(json: &str) -> Vec<Finding> {
    compile(json, &Options::at(0)).map_or_else(|findings| findings, |compiled| compiled.warnings)
}

/// As [`check`], and what a site lacks that is to be served: without `origins` the backend refuses every page.
pub fn check_served(json: &str) -> Vec<Finding> {
    let mut findings = check(json);
    let file = serde_json::from_str::<serde_json::Value>(json).ok().filter(serde_json::Value::is_object);
    let named = |file: &serde_json::Value| {
        file.get("origins").is_some_and(|origins| !origins.as_array().is_some_and(|list| list.is_empty()))
    };
    if file.is_some_and(|file| !named(&file)) {
        findings.push(Finding {
            code: Rule::NoOrigins,
            severity: Severity::Warning,
            pointer: String::new(),
            message: "no `origins`: the backend refuses the calls of every page".into(),
            fix: "write where pages are, as in \"origins\": [\"https://www.shop.example\"], or give `vitrine serve` each with --origin".into(),
        });
    }
    findings
}

/// As [`check`], for a site file that has been parsed already.
pub fn check_value(json: &serde_json::Value) -> Vec<Finding> {
    compile_value(json, &Options::at(0)).map_or_else(|findings| findings, |compiled| compiled.warnings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_origins_is_told_of() {
        let rows: [(&str, &[&str]); 6] = [
            (r#"{"vitrine": 1, "site": "s"}"#, &["no-origins"]),
            (r#"{"vitrine": 1, "site": "s", "origins": []}"#, &["no-origins"]),
            (r#"{"vitrine": 1, "site": "s", "origins": ["https://a.example"]}"#, &[]),
            (r#"{"vitrine": 1, "site": "s", "origins": 1}"#, &["wrong-type"]),
            (r#"{"vitrine": 1}"#, &["missing", "no-origins"]),
            ("[", &["json"]),
        ];
        for (file, expected) in rows {
            let found: Vec<_> = check_served(file).iter().map(|finding| finding.code.name()).collect();
            assert_eq!(found, expected, "{file}");
        }
        assert!(check(r#"{"vitrine": 1, "site": "s"}"#).is_empty());
    }
}
