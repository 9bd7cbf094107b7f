//! The site's rules, ready to be asked.

use crate::order;
use crate::segments::intern::Index;
use crate::segments::program::Program;
use vitrine_wire::bundle::{self, EventDecl};
use vitrine_wire::{Bundle, Experience};

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
    /// Experiences by the place of their slot, strongest first.
    contenders: Index,
    /// The place of each experience's slot.
    pub places: Vec<u32>,
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
        let places: Vec<u32> = bundle.experiences.iter().map(|e| slot(&slots, &e.slot).unwrap_or_default()).collect();
        let pairs: Vec<(u32, u32)> = places.iter().copied().zip(0..).collect();
        let contenders = Index::new(slots.len(), &pairs);
        // The network has them: they are not kept twice.
        bundle.skipped += program.skipped;
        bundle.segments.iter_mut().for_each(|segment| segment.when = Vec::new());
        for experience in &mut bundle.experiences {
            (experience.when, experience.unless) = (Vec::new(), None);
        }
        Site { index, slots, sequence, program, contenders, places, bundle }
    }

    /// The experiences that want a slot, strongest first, each with its nodes.
    pub fn contenders(&self, name: &str) -> impl Iterator<Item = (&Experience, (u32, Option<u32>))> {
        let places = slot(&self.slots, name).map_or(&[][..], |place| self.contenders.of(place));
        places.iter().filter_map(|place| {
            Some((self.bundle.experiences.get(*place as usize)?, *self.program.experiences.get(*place as usize)?))
        })
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

fn slot(slots: &[String], name: &str) -> Option<u32> {
    slots.binary_search_by(|slot| slot.as_str().cmp(name)).ok().map(|place| place as u32)
}

fn place(bundle: &Bundle, index: &[u32], id: &str) -> Option<usize> {
    let name = |at: &u32| bundle.segments.get(*at as usize).map_or("", |s| s.id.as_str());
    let found = index.binary_search_by(|at| name(at).cmp(id)).ok()?;
    index.get(found).map(|at| *at as usize)
}
