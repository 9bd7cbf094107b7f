//! The site's rules, ready to be asked.

use crate::order;
use crate::segments::program::Program;
use vitrine_wire::Bundle;
use vitrine_wire::bundle::{self, EventDecl};

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
    /// The conditions.
    pub program: Program,
}

impl Site {
    /// Reads a payload.
    pub fn new(payload: &[u8], sequence: u64) -> Self {
        let mut bundle = bundle::decode(payload);
        let id = |at: u32| bundle.segments.get(at as usize).map(|s| s.id.as_str());
        let index = order::ranks(bundle.segments.len(), &|a, b| id(a) < id(b));
        let mut slots: Vec<&str> = bundle.slots.iter().map(|s| s.name.as_str()).collect();
        for experience in &bundle.experiences {
            slots.push(&experience.slot);
        }
        let slots = order::owned(&slots);
        let program = Program::new(&bundle, &|id| place(&bundle, &index, id));
        // The network has them: they are not kept twice.
        bundle.skipped += program.skipped;
        bundle.segments.iter_mut().for_each(|segment| segment.when = Vec::new());
        for experience in &mut bundle.experiences {
            (experience.when, experience.unless) = (Vec::new(), None);
        }
        Site { index, slots, sequence, program, bundle }
    }

    /// The place of a segment.
    pub fn segment(&self, id: &str) -> Option<usize> {
        place(&self.bundle, &self.index, id)
    }

    /// The declaration of an event.
    pub fn event(&self, name: &str) -> Option<&EventDecl> {
        self.bundle.events.iter().find(|e| e.name == name)
    }
}

fn place(bundle: &Bundle, index: &[u32], id: &str) -> Option<usize> {
    let name = |at: &u32| bundle.segments.get(*at as usize).map_or("", |s| s.id.as_str());
    let found = index.binary_search_by(|at| name(at).cmp(id)).ok()?;
    index.get(found).map(|at| *at as usize)
}
