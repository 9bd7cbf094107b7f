//! A visit, replayed from inputs.

use vitrine_wire::Value;
use vitrine_wire::door::{Readout, ReplayInput};

/// Replays inputs; one answer a read.
pub fn replay(_bundle: &[u8], _visitor: &str, _inputs: &[ReplayInput]) -> Vec<Readout> {
    Vec::new()
}

/// The tree of a segment or slot after the last input.
pub fn explain(_bundle: &[u8], _visitor: &str, _inputs: &[ReplayInput], _id: &str) -> Option<Value> {
    None
}
