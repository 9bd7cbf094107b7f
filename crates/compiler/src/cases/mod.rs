//! Tests beside segments (docs/rules.md): given these events, expect these segments, slots and scores. Each is a
//! visit, replayed by the very engine that runs in pages.

mod judge;
mod read;
mod sentence;
mod time;

pub(crate) use read::read;

use serde::Serialize;
use vitrine_core::replay;
use vitrine_wire::Millis;
use vitrine_wire::door::{Readout, ReplayInput};

use crate::finding::Lint;
use crate::{Finding, Options, json, site};

/// A case, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// What it shows.
    pub name: String,
    /// Where it stands in the site file.
    pub pointer: String,
    /// The unit of splits.
    pub visitor: String,
    /// The visit; its last input is the read.
    pub inputs: Vec<ReplayInput>,
    /// What must come of it.
    pub expect: Expect,
}

/// What must come of a case. Everything by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Expect {
    pub segments: Vec<String>,
    pub not: Vec<String>,
    /// No other segment may hold.
    pub only: bool,
    pub slots: Vec<(String, Slot)>,
    /// By path: what the value must pass.
    pub scores: Vec<(String, serde_json::Value)>,
    pub rejected: Vec<(String, String)>,
}

/// What must own a slot; what is none does not matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Slot {
    pub experience: Option<Option<String>>,
    pub variant: Option<Option<String>>,
    pub reason: Option<String>,
}

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// What it shows.
    pub name: String,
    /// Where it stands: a JSON pointer into the site file.
    pub pointer: String,
    /// Whether everything was as expected.
    pub passed: bool,
    /// What was not.
    pub differences: Vec<Difference>,
}

/// Something that was not as expected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The segment, slot, score or experience.
    pub of: String,
    /// What was expected of it.
    pub expected: String,
    /// What came.
    pub found: String,
    /// The leaf that decided, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The leaf that decided, as `explain` gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<serde_json::Value>,
}

/// The cases of a site file, ready to run one by one.
#[derive(Debug, Clone, PartialEq)]
pub struct Cases {
    payload: Vec<u8>,
    list: Vec<Case>,
    /// Findings that did not stop it.
    pub warnings: Vec<Finding>,
}

impl Cases {
    /// Reads a site file and its cases.
    ///
    /// # Errors
    /// All findings, when at least one is an error.
    pub fn new(text: &str) -> Result<Self, Vec<Finding>> {
        let mut lint = Lint::default();
        let Some(parsed) = json::parse(text, &mut lint) else { return Err(lint.findings) };
        let cases = site::compile(&parsed, &Options::at(0), Lint::default()).cases;
        let instants = || cases.iter().flat_map(|case| &case.inputs).map(|input| input.at);
        let (from_ms, to_ms) = (instants().min().unwrap_or_default(), instants().max().unwrap_or_default());
        let options = Options { from_ms, to_ms };
        let read = site::compile(&parsed, &options, lint);
        let compiled = crate::finish(read.bundle, read.lint, &options)?;
        Ok(Cases { payload: compiled.payload, list: read.cases, warnings: compiled.warnings })
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The name of a case, by its place in the file.
    pub fn name(&self, place: usize) -> Option<&str> {
        self.list.get(place).map(|case| case.name.as_str())
    }

    /// Runs a case, by its place in the file.
    pub fn run(&self, place: usize) -> Option<Outcome> {
        let case = self.list.get(place)?;
        let readout = replay::replay(&self.payload, &case.visitor, &case.inputs).pop();
        let at: Millis = case.inputs.last().map_or(0, |input| input.at);
        let empty =
            || Readout { at, segments: vec![], scores: Default::default(), decisions: vec![], rejected: vec![] };
        let explain = |id: &str| replay::explain(&self.payload, &case.visitor, &case.inputs, id);
        let differences = judge::differences(&case.expect, &readout.unwrap_or_else(empty), &explain);
        let (name, pointer) = (case.name.clone(), case.pointer.clone());
        Some(Outcome { name, pointer, passed: differences.is_empty(), differences })
    }
}
