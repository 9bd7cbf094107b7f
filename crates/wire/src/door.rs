//! The conformance door's requests and answers as bytes: JSON stays in the tools, bytes run in the engine.

use crate::{Decision, Map, Millis, Rejected, Value};
use serde::{Deserialize, Serialize};

/// One question to the engine. Conditions and bundles arrive compiled.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// A condition (as [`crate::cond::encode`] writes it) against attributes and saved groups.
    EvalCondition { condition: Vec<u8>, attributes: Map, groups: Map },
    /// GrowthBook hash: seed, value, version 1 or 2.
    Hash { seed: String, value: String, version: u8 },
    /// Bucket ranges.
    BucketRange { variations: f64, coverage: f64, weights: Option<Vec<f64>> },
    /// The range that holds `n`.
    ChooseVariation { n: f64, ranges: Vec<(f64, f64)> },
    /// Whether an id is in a namespace.
    InNamespace { id: String, namespace: String, from: f64, to: f64 },
    /// Equal weights.
    EqualWeights { n: f64 },
    /// A forced variation in a URL's query.
    QueryOverride { key: String, url: String, variations: f64 },
    /// A visit, replayed: the bundle's payload and the inputs.
    Replay { bundle: Vec<u8>, visitor: String, inputs: Vec<ReplayInput> },
    /// As replay, then the tree of a segment or slot at the last instant.
    Explain { bundle: Vec<u8>, visitor: String, inputs: Vec<ReplayInput>, id: String },
}

/// One input of a replay. Time is only what `at` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplayInput {
    /// The instant.
    pub at: Millis,
    /// What happens.
    pub what: ReplayWhat,
}

/// What happens in a replay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ReplayWhat {
    /// A Segment event, as JSON.
    Event(Value),
    /// Purposes granted, denied or withdrawn.
    Consent(Vec<(String, String)>),
    /// Replaces the whole context.
    Context(Value),
    /// A sync from the server.
    Profile(Value),
    /// A pure read.
    Read,
}

/// What a read answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Readout {
    /// The instant.
    pub at: Millis,
    /// Ids of segments that hold, sorted.
    pub segments: Vec<String>,
    /// Scores by name (empty until scores exist).
    pub scores: Map,
    /// The decision of every slot, sorted by slot.
    pub decisions: Vec<Decision>,
    /// Experiences that did not win, sorted by id.
    pub rejected: Vec<Rejected>,
}

/// The engine's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// A truth value.
    Bool(bool),
    /// A number, or none.
    Number(Option<f64>),
    /// Ranges.
    Ranges(Vec<(f64, f64)>),
    /// Numbers.
    Numbers(Vec<f64>),
    /// The reads of a replay, in order.
    Reads(Vec<Readout>),
    /// An explanation, as a JSON tree.
    Tree(Value),
    /// The question cannot be answered: why.
    Error(String),
}
