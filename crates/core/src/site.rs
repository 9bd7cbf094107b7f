//! The site's rules, ready to be asked.

use crate::order;
use crate::segments::intern::Index;
use crate::segments::program::Program;
use std::cell::OnceCell;
use vitrine_wire::bundle::{self, EventDecl};
use vitrine_wire::{Bundle, Experience};

/// A bundle and what is looked up in it by name.
#[derive(Debug, Default)]
pub struct Site {
    /// The bundle.
    pub bundle: Bundle,
    /// Its sequence.
    pub sequence: u64,
    /// Segments by id, once one is looked for.
    index: OnceCell<Vec<u32>>,
    /// Slots by name: declared ones and those that experiences want.
    pub slots: Vec<String>,
    /// The conditions that may be asked before anything is granted.
    early: Program,
    /// All of them, once they may be.
    whole: OnceCell<Program>,
    /// Experiences by the place of their slot, strongest first.
    contenders: Index,
    /// The place of each experience's slot.
    pub places: Vec<u32>,
}

impl Site {
    /// Reads a payload.
    pub fn new(payload: &[u8], sequence: u64) -> Self {
        let mut bundle = bundle::decode(payload);
        let mut slots: Vec<&str> = bundle.slots.iter().map(|s| s.name.as_str()).collect();
        for experience in &bundle.experiences {
            slots.push(&experience.slot);
        }
        let slots = order::owned(&slots);
        let early = Program::new(&bundle, &|_| None, true);
        let places: Vec<u32> = bundle.experiences.iter().map(|e| slot(&slots, &e.slot).unwrap_or_default()).collect();
        let pairs: Vec<(u32, u32)> = places.iter().copied().zip(0..).collect();
        let contenders = Index::new(slots.len(), &pairs);
        bundle.skipped += early.skipped;
        Site { index: OnceCell::new(), slots, sequence, early, whole: OnceCell::new(), contenders, places, bundle }
    }

    /// The experiences that want a slot, strongest first, each with its nodes.
    pub fn contenders(&self, name: &str) -> impl Iterator<Item = (&Experience, (u32, Option<u32>))> {
        let places = slot(&self.slots, name).map_or(&[][..], |place| self.contenders.of(place));
        places.iter().filter_map(|place| {
            Some((self.bundle.experiences.get(*place as usize)?, *self.program().experiences.get(*place as usize)?))
        })
    }

    /// The conditions, as far as they were needed.
    pub fn program(&self) -> &Program {
        self.whole.get().unwrap_or(&self.early)
    }

    /// Makes the network of all conditions. Before anything is granted nobody is in a segment, and a page that has not
    /// been given a choice yet should not wait for rules that it may never ask. Answers the parts of a newer compiler that
    /// were met, the first time.
    pub fn complete(&self) -> u32 {
        let made = self.whole.get().is_some();
        let find = |id: &str| self.segment(id);
        let whole = self.whole.get_or_init(|| Program::new(&self.bundle, &find, false));
        if made { 0 } else { whole.skipped }
    }

    /// The place of a segment.
    pub fn segment(&self, id: &str) -> Option<usize> {
        let name = |at: u32| self.bundle.segments.get(at as usize).map_or("", |s| s.id.as_str());
        let index = self.index.get_or_init(|| order::ranks(self.bundle.segments.len(), &|a, b| name(a) < name(b)));
        let found = index.binary_search_by(|at| name(*at).cmp(id)).ok()?;
        index.get(found).map(|at| *at as usize)
    }

    /// The declaration of an event.
    pub fn event(&self, name: &str) -> Option<&EventDecl> {
        self.bundle.events.iter().find(|e| e.name == name)
    }
}

fn slot(slots: &[String], name: &str) -> Option<u32> {
    slots.binary_search_by(|slot| slot.as_str().cmp(name)).ok().map(|place| place as u32)
}
