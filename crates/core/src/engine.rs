//! The engine itself. Only this file knows the order of the stages.

use crate::gate::Gate;
use crate::io::{Effect, Input, Mode};
use std::collections::VecDeque;
use vitrine_wire::door::Readout;
use vitrine_wire::{Decision, Millis, Reason, Value};

/// One visitor on one page of one site.
#[derive(Debug, Default)]
pub struct Engine {
    gate: Gate,
    effects: VecDeque<Effect>,
}

impl Engine {
    /// An engine that knows nothing yet: every purpose Unknown, no bundle.
    pub fn new(_site: &str) -> Self {
        Engine::default()
    }

    /// Takes one input and changes state once. Drain [`Engine::poll`] before the next.
    pub fn handle(&mut self, _input: Input) {}

    /// The next thing that must happen.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// The gate, to ask for capabilities and to see whether one is still alive.
    pub const fn gate(&self) -> &Gate {
        &self.gate
    }

    /// How the SDK runs, once ready.
    pub fn mode(&self) -> Option<Mode> {
        None
    }

    /// The cached decision of a slot.
    pub fn decide(&self, slot: &str) -> Decision {
        Decision::own(slot, Reason::NotReady)
    }

    /// Ids of the segments that hold, sorted.
    pub fn segments(&self) -> Vec<String> {
        Vec::new()
    }

    /// `{purpose: {state, source, decidedAt, expiresAt}}` for all purposes.
    pub fn consent(&self) -> Value {
        Value::Null
    }

    /// The visitor id, once something is granted.
    pub fn visitor_id(&self) -> Option<&str> {
        None
    }

    /// Everything the device knows about the visitor, for the visitor: traits, sessions, cart, orders, offers, segments
    /// with why, history. Null without personalization.
    pub fn profile(&self) -> Value {
        Value::Null
    }

    /// Segments and decisions at an instant, without side effects.
    pub fn read(&self, at: Millis) -> Readout {
        Readout { at, segments: vec![], scores: Default::default(), decisions: vec![], rejected: vec![] }
    }

    /// The tree of a segment or slot: each leaf's value, operator and result. None for unknown ids.
    pub fn explain(&self, _at: Millis, _id: &str) -> Option<Value> {
        None
    }
}
