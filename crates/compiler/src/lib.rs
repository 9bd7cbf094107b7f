//! Site file (JSON) to linted, compiled bundle (bytes).
//!
//! [`compile`] makes what pages load; [`check`] only says what is wrong; [`condition`] compiles one condition in the
//! published (GrowthBook) semantics; [`cases`] runs the tests beside segments; [`door::answer`] is the conformance door.

pub mod cases;
pub mod door;
mod ecommerce;
mod facts;
mod finding;
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
pub use json::{mend, value};
pub use lower::{condition, duration};
pub use schema::schema;

use finding::Lint;
use vitrine_wire::bundle::{self, Bundle};
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
    finish(read.bundle, read.lint)
}

/// Compiles a site file that has been parsed already. A key that was written twice is not noticed.
///
/// # Errors
/// As [`compile`].
pub fn compile_value(json: &serde_json::Value, options: &Options) -> Result<Compiled, Vec<Finding>> {
    let read = site::compile(json, options, Lint::default());
    finish(read.bundle, read.lint)
}

fn finish(bundle: Bundle, mut lint: Lint) -> Result<Compiled, Vec<Finding>> {
    let payload = bundle::encode(&bundle);
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

/// As [`check`], for a site file that has been parsed already.
pub fn check_value(json: &serde_json::Value) -> Vec<Finding> {
    compile_value(json, &Options::at(0)).map_or_else(|findings| findings, |compiled| compiled.warnings)
}
