//! The network's present: what every node says, kept from input to input. A change visits the leaves that read what
//! changed and the nodes above them; total rules do not matter.
//!
//! INVARIANT: after every update the values equal those of [`evaluate`] over the whole network.

use super::leaf::{self, Leaf};
use super::matches::{Matches, Touched};
use super::program::{FALSE, Kind, OPEN, Program, TRUE, Truth, UNKNOWN};
use super::sources::{Dirt, Group};
use super::wheel::Wheel;
use super::world::Here;
use crate::profile::{Key, facts::Known};
use vitrine_wire::cond::Within;
use vitrine_wire::{Millis, Value};

/// What nodes say now.
#[derive(Debug, Default)]
pub struct State {
    values: Vec<Truth>,
    /// Of each combining node: children that speak against it, and children that are not known.
    counts: Vec<(u32, u32)>,
    facts: Vec<Value>,
    /// Which events count for what.
    pub matches: Matches,
    /// Leaves, then facts, by when they may change by time alone.
    wheel: Wheel,
    /// Leaves to be looked at, each once.
    marked: Vec<u32>,
    is_marked: Vec<bool>,
    /// Sums of which a part changed.
    scores: Vec<u32>,
    session: Option<Key>,
    page: (Option<Key>, Millis),
    known: bool,
}

/// What an update changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// Anything may have.
    pub all: bool,
    /// Places of segments; one that changed back stands twice.
    pub segments: Vec<u32>,
    /// Places of experiences whose `when` or `unless` changed.
    pub experiences: Vec<u32>,
}

impl State {
    /// What the nodes say.
    pub fn values(&self) -> &[Truth] {
        &self.values
    }

    /// The next instant at which time alone may change something.
    pub fn next(&self) -> Option<Millis> {
        self.wheel.next()
    }

    /// Brings everything up to an input.
    pub fn update(&mut self, scene: &Here, dirt: Dirt) -> Changes {
        let program = scene.site.program();
        let mut changes = Changes::default();
        if dirt.all || self.values.len() != program.nodes.len() || self.known != scene.known.is_some() {
            self.rebuild(scene);
            return Changes { all: true, ..changes };
        }
        self.events(scene, &dirt);
        self.windows(scene);
        let mut facts: Vec<u32> = Vec::new();
        while let Some(due) = self.wheel.due(scene.now) {
            match (due as usize).checked_sub(program.leaves.len()) {
                Some(fact) => facts.push(fact as u32),
                None => self.mark(due),
            }
        }
        if dirt.groups != 0 {
            for (number, fact) in (0u32..).zip(&program.facts) {
                let spared = fact.group == Group::Traits && !dirt.synced && !dirt.traits.contains(&fact.of);
                if dirt.groups & fact.group.bit() != 0 && !spared {
                    facts.push(number);
                }
            }
        }
        facts.into_iter().for_each(|fact| self.read(fact, scene));
        self.settle(scene, &mut changes);
        changes
    }

    /// The scene with what is kept here.
    pub fn here<'a>(&'a self, scene: &Here<'a>) -> Here<'a> {
        Here { matches: &self.matches, values: &self.values, facts: &self.facts, ..*scene }
    }

    fn rebuild(&mut self, scene: &Here) {
        let (site, program) = (scene.site, scene.site.program());
        let leaves = program.leaves.len();
        *self = State { known: scene.known.is_some(), is_marked: vec![false; leaves], ..State::default() };
        if let Some(known) = scene.known {
            self.matches = Matches::new(program, &site.rules().scores, &known.profile.history);
            (self.session, self.page) = places(scene);
        } else {
            self.matches = Matches::new(program, site.scores(), &Default::default());
        }
        self.wheel = Wheel::new(leaves + program.facts.len());
        self.counts = vec![(0, 0); program.nodes.len()];
        let mut read = vec![false; program.facts.len()];
        self.facts = vec![Value::Null; program.facts.len()];
        self.values.reserve(program.nodes.len());
        for node in 0..program.nodes.len() as u32 {
            if let Kind::Leaf(leaf) = program.kind(node)
                && let Some(Leaf::Fact { fact, .. } | Leaf::Anniversary { fact, .. }) =
                    program.leaves.get(leaf as usize)
                && let Some(read) = read.get_mut(*fact as usize).filter(|read| !**read)
            {
                *read = true;
                self.read(*fact, scene);
            }
            let here = self.here(scene);
            let (value, counts) = one(node, program, &here);
            if let (Kind::Leaf(number), None) = (program.kind(node), scene.probe) {
                let next = program.leaves.get(number as usize).and_then(|leaf| leaf::next(leaf, &here));
                self.wheel.set(number, next);
            }
            self.values.push(value);
            if let Some(held) = self.counts.get_mut(node as usize) {
                *held = counts;
            }
        }
        self.marked.clear();
        self.is_marked.fill(false);
        self.scores.clear();
    }

    /// Events that came and went.
    fn events(&mut self, scene: &Here, dirt: &Dirt) {
        let (site, program) = (scene.site, scene.site.program());
        let Some(known) = scene.known else { return };
        let came = dirt.added.iter().filter_map(|key| known.profile.history.get(*key)).map(|past| (past, true));
        let mut touched = Vec::new();
        for (past, inside) in dirt.evicted.iter().map(|past| (past, false)).chain(came) {
            self.matches.put(program, &site.rules().scores, past, inside, &mut |what| touched.push(what));
        }
        for what in touched {
            let leaves = match what {
                Touched::Matcher(matcher) => program.matcher_leaves.of(matcher),
                Touched::Score(score) => program.score_leaves.of(score),
            };
            leaves.iter().for_each(|leaf| self.mark(*leaf));
        }
    }

    /// A session or page that began moves the windows that hang on it.
    fn windows(&mut self, scene: &Here) {
        let (session, page) = places(scene);
        let moved = (session != self.session, page != self.page);
        (self.session, self.page) = (session, page);
        if moved == (false, false) {
            return;
        }
        for leaf in &scene.site.program().running {
            let Some(Leaf::Events { events, .. }) = scene.site.program().leaves.get(*leaf as usize) else { continue };
            if moved.0 && events.within == Within::Session || moved.1 && events.within == Within::Page {
                self.mark(*leaf);
            }
        }
    }

    fn mark(&mut self, leaf: u32) {
        if let Some(marked) = self.is_marked.get_mut(leaf as usize).filter(|marked| !**marked) {
            *marked = true;
            self.marked.push(leaf);
        }
    }

    /// Reads a fact again, and marks its leaves where it changed.
    fn read(&mut self, fact: u32, scene: &Here) {
        let program = scene.site.program();
        let Some(source) = program.facts.get(fact as usize) else { return };
        let here = self.here(scene);
        let (value, next) = (source.read(&here), source.next(&here));
        self.wheel.set(program.leaves.len() as u32 + fact, next);
        if let Some(held) = self.facts.get_mut(fact as usize).filter(|held| **held != value) {
            *held = value;
            program.fact_leaves.of(fact).iter().for_each(|leaf| self.mark(*leaf));
        }
    }

    /// Looks at marked leaves and carries what changed upwards, until nothing is left.
    fn settle(&mut self, scene: &Here, changes: &mut Changes) {
        let program = scene.site.program();
        loop {
            while let Some(number) = self.marked.pop() {
                if let Some(marked) = self.is_marked.get_mut(number as usize) {
                    *marked = false;
                }
                let (Some(leaf), Some(node)) =
                    (program.leaves.get(number as usize), program.leaf_nodes.get(number as usize))
                else {
                    continue;
                };
                let here = self.here(scene);
                let (value, next) = (leaf::truth(leaf, &here), leaf::next(leaf, &here));
                self.wheel.set(number, next);
                self.set(*node, value, scene, changes);
            }
            let Some(score) = self.scores.pop() else { return };
            for (fact, source) in (0u32..).zip(&program.facts) {
                if source.scores.contains(&score) {
                    self.read(fact, scene);
                }
            }
        }
    }

    /// Sets a node and everything that it changes above.
    fn set(&mut self, node: u32, value: Truth, scene: &Here, changes: &mut Changes) {
        let program = scene.site.program();
        let mut open = vec![node];
        let mut given = Some(value);
        while let Some(node) = open.pop() {
            // Counted when its turn comes: it may stand here twice, and more may have changed since it was put here.
            let counts = self.counts.get(node as usize).copied().unwrap_or_default();
            let value = given.take().unwrap_or_else(|| combined(program.kind(node), counts, false, scene));
            let Some(held) = self.values.get_mut(node as usize) else { continue };
            let before = std::mem::replace(held, value);
            if before == value {
                continue;
            }
            match program.kind(node) {
                Kind::Segment(place) => changes.segments.push(place),
                Kind::Shows(place) => changes.experiences.push(place),
                Kind::Part(score) => self.scores.push(score),
                _ => {}
            }
            for parent in program.parents.of(node) {
                let Some(counts) = self.counts.get_mut(*parent as usize) else { continue };
                let kind = program.kind(*parent);
                let (against, unknown) = counted(kind, before);
                let (against_now, unknown_now) = counted(kind, value);
                counts.0 = (counts.0 + against_now) - against;
                counts.1 = (counts.1 + unknown_now) - unknown;
                open.push(*parent);
            }
        }
    }
}

/// What session and page windows begin with.
fn places(scene: &Here) -> (Option<Key>, (Option<Key>, Millis)) {
    let profile = scene.known.map(|known| known.profile);
    let session = profile.and_then(|profile| profile.sessions.current(scene.now)).map(|session| session.start);
    (session, (profile.and_then(|profile| profile.history.newest_page()), scene.view))
}

/// What a child's value adds to its parent's counts.
fn counted(kind: Kind, value: Truth) -> (u32, u32) {
    let invert = matches!(kind, Kind::Every { invert: true, .. });
    match value {
        TRUE => (u32::from(invert), 0),
        FALSE => (u32::from(!invert), 0),
        _ => (0, 1),
    }
}

/// What a node says for the counts of its children.
fn combined(kind: Kind, (against, unknown): (u32, u32), open: bool, here: &Here) -> Truth {
    let (negate, bounded, shut) = match kind {
        Kind::Every { negate, .. } => (negate, false, false),
        // Nobody is in one before the profile is known, or who opted out of it.
        Kind::Segment(place) => {
            let left_out = |known: Known| known.left_out(|| here.site.name(place));
            (false, true, against == 0 && here.known.is_none_or(left_out))
        }
        Kind::Fixed(value) => return value,
        _ => (false, false, false),
    };
    // A segment holds or not.
    if against > 0 || shut {
        u8::from(negate)
    } else if open {
        OPEN
    } else if unknown > 0 {
        if bounded { FALSE } else { UNKNOWN }
    } else {
        u8::from(!negate)
    }
}

fn one(node: u32, program: &Program, here: &Here) -> (Truth, (u32, u32)) {
    let kind = program.kind(node);
    if let Kind::Leaf(leaf) = kind {
        return (program.leaves.get(leaf as usize).map_or(FALSE, |leaf| leaf::truth(leaf, here)), (0, 0));
    }
    let (mut counts, mut open) = ((0, 0), false);
    for child in program.children(node) {
        let value = here.values.get(*child as usize).copied().unwrap_or(FALSE);
        open |= value == OPEN;
        let (against, unknown) = counted(kind, value);
        counts = (counts.0 + against, counts.1 + unknown);
    }
    (combined(kind, counts, open, here), counts)
}

/// What these nodes say in a scene, from nothing: children come before parents in `order`. Others are false.
pub fn evaluate(scene: &Here, order: &[u32]) -> Vec<Truth> {
    let program = scene.site.program();
    let mut values = vec![FALSE; program.nodes.len()];
    for node in order {
        let (value, _) = one(*node, program, &Here { values: &values, facts: &[], ..*scene });
        if let Some(place) = values.get_mut(*node as usize) {
            *place = value;
        }
    }
    values
}
