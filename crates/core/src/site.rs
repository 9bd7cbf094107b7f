//! The site's rules, ready to be asked.

use crate::order;
use vitrine_wire::bundle::{self, EventDecl};
use vitrine_wire::{Bundle, Cond};

/// A bundle and what is looked up in it by name.
#[derive(Debug, Default)]
pub struct Site {
    /// The bundle.
    pub bundle: Bundle,
    /// Its sequence.
    pub sequence: u64,
    /// Segments by id.
    index: Vec<u32>,
    /// Slots by name: declared ones and those that experiences want.
    pub slots: Vec<String>,
}

impl Site {
    /// Reads a payload.
    pub fn new(payload: &[u8], sequence: u64) -> Self {
        let bundle = bundle::decode(payload);
        let id = |at: u32| bundle.segments.get(at as usize).map(|s| s.id.as_str());
        let index = order::ranks(bundle.segments.len(), &|a, b| id(a) < id(b));
        let mut slots: Vec<&str> = bundle.slots.iter().map(|s| s.name.as_str()).collect();
        for experience in &bundle.experiences {
            slots.push(&experience.slot);
        }
        let slots = order::owned(&slots);
        Site { index, slots, sequence, bundle }
    }

    /// The place of a segment.
    pub fn segment(&self, id: &str) -> Option<usize> {
        let name = |at: &u32| self.bundle.segments.get(*at as usize).map_or("", |s| s.id.as_str());
        let found = self.index.binary_search_by(|at| name(at).cmp(id)).ok()?;
        self.index.get(found).map(|at| *at as usize)
    }

    /// The declaration of an event.
    pub fn event(&self, name: &str) -> Option<&EventDecl> {
        self.bundle.events.iter().find(|e| e.name == name)
    }

    /// Every condition: of segments, and of experiences with their exceptions.
    pub fn conditions(&self) -> Vec<&Cond> {
        let mut conds: Vec<&Cond> = self.bundle.segments.iter().map(|s| &s.when).collect();
        for experience in &self.bundle.experiences {
            conds.push(&experience.when);
            conds.extend(&experience.unless);
        }
        conds
    }
}
