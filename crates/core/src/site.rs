//! The site's rules, ready to be asked.

use crate::order;
use crate::plan::tags;
use crate::segments::intern::Index;
use crate::segments::program::{Nodes, Program};
use crate::segments::suppose;
use std::cell::OnceCell;
use vitrine_wire::bundle::{self, Early, EventDecl, Score};
use vitrine_wire::{Bundle, Experience, Map};

/// A bundle and what is looked up in it by name.
#[derive(Debug, Default)]
pub struct Site {
    /// The site as a whole, and its slots; the other parts are empty here.
    pub bundle: Bundle,
    /// Its sequence.
    pub sequence: u64,
    payload: Vec<u8>,
    /// The rest but experiences and segments, once it is asked for.
    rules: OnceCell<Bundle>,
    /// Where each segment begins in the payload, once they may be asked; and how many were passed over.
    segments: OnceCell<(Vec<u32>, u32)>,
    /// Segments by id, once one is looked for.
    index: OnceCell<Vec<u32>>,
    /// Slots by name: declared ones and those that experiences want.
    pub slots: Vec<String>,
    /// What may be shown before anything is granted.
    early: Shows,
    /// All that may be shown, once it may be.
    whole: OnceCell<Shows>,
}

/// Experiences and their conditions.
#[derive(Debug, Default)]
struct Shows {
    experiences: Vec<Experience>,
    program: Program,
    /// Experiences by the place of their slot, strongest first.
    contenders: Index,
    /// The place of each experience's slot.
    places: Vec<u32>,
    /// Those with facts in their texts.
    tagged: Vec<u32>,
}

impl Site {
    /// Reads a payload.
    pub fn new(payload: Vec<u8>, sequence: u64) -> Self {
        let mut bundle = bundle::outline(&payload);
        let Early { slots, contextual } = bundle::early(&payload).unwrap_or_else(|| search(&bundle, &payload));
        let (experiences, skipped) = bundle::experiences(&payload, Some(&contextual));
        let early = Shows::new(experiences, &slots, None);
        bundle.skipped += skipped + early.program.skipped;
        Site { slots, sequence, early, bundle, payload, ..Site::default() }
    }

    fn shows(&self) -> &Shows {
        self.whole.get().unwrap_or(&self.early)
    }

    /// The experiences that want a slot, strongest first, each with its nodes; as far as they were needed.
    pub fn contenders(&self, name: &str) -> impl Iterator<Item = (&Experience, Nodes)> {
        let shows = self.shows();
        let places = slot(&self.slots, name).map_or(&[][..], |place| shows.contenders.of(place));
        places.iter().filter_map(|place| {
            Some((shows.experiences.get(*place as usize)?, *shows.program.experiences.get(*place as usize)?))
        })
    }

    /// The experiences of a group, strongest first, each with its nodes and the place of its slot.
    pub fn group(&self, name: &str) -> impl Iterator<Item = (&Experience, Nodes, u32)> {
        let shows = self.shows();
        let all = shows.experiences.iter().zip(&shows.program.experiences).zip(&shows.places);
        all.filter(move |((experience, _), _)| experience.group == name).map(|((e, nodes), place)| (e, *nodes, *place))
    }

    /// The places of the slots whose decision may hang on an experience.
    pub fn touched(&self, experience: u32, places: &mut Vec<u32>) {
        let shows = self.shows();
        places.extend(shows.places.get(experience as usize));
        if let Some(group) = shows.experiences.get(experience as usize).map(|e| &e.group).filter(|g| !g.is_empty()) {
            places.extend(self.group(group).map(|(_, _, place)| place));
        }
    }

    /// The experiences that say something of who looks at them.
    pub fn tagged(&self) -> impl Iterator<Item = u32> {
        self.shows().tagged.iter().copied()
    }

    /// The experiences, as far as they were needed.
    pub fn experiences(&self) -> &[Experience] {
        &self.shows().experiences
    }

    /// The conditions, as far as they were needed.
    pub fn program(&self) -> &Program {
        &self.shows().program
    }

    /// What it was read from.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Makes conditions read a fact from the page's context ([`suppose::ROOT`]). Answers the member there; none where no
    /// condition reads the fact.
    pub fn suppose(&mut self, path: &str) -> Option<String> {
        self.complete();
        let scores = &self.rules.get()?.scores;
        suppose::redirect(&mut self.whole.get_mut()?.program, path, scores)
    }

    /// Makes the network of all conditions. Before anything is granted nobody is in a segment, and a page that has not
    /// been given a choice yet should not wait for rules that it may never ask. Answers how many parts of a newer
    /// compiler were met.
    pub fn complete(&self) -> u32 {
        let whole = self.whole.get_or_init(|| {
            let (experiences, passed) = bundle::experiences(&self.payload, None);
            let mut whole = Shows::new(experiences, &self.slots, Some(self));
            whole.program.skipped += passed + self.rules().skipped + self.starts().1;
            whole
        });
        whole.program.skipped
    }

    /// The scores that the conditions may read: none before all of them are made.
    pub fn scores(&self) -> &[Score] {
        self.whole.get().map_or(&[], |_| &self.rules().scores)
    }

    /// Events, traits, offers, groups, scores and what they need.
    pub fn rules(&self) -> &Bundle {
        self.rules.get_or_init(|| bundle::rules(&self.payload))
    }

    /// How many segments there are.
    pub fn count(&self) -> u32 {
        self.starts().0.len() as u32
    }

    fn starts(&self) -> &(Vec<u32>, u32) {
        self.segments.get_or_init(|| bundle::segments(&self.payload))
    }

    /// The id of the segment at a place, and its condition's record.
    pub fn segment(&self, place: u32) -> Option<(&str, &[u8])> {
        bundle::segment_at(&self.payload, *self.starts().0.get(place as usize)?)
    }

    /// The name for people of the segment at a place, by language.
    pub fn title(&self, place: u32) -> Map {
        let at = self.starts().0.get(place as usize);
        let titles = at.map(|at| bundle::title_at(&self.payload, *at)).unwrap_or_default();
        let mut map = Map::new();
        titles.into_iter().for_each(|(lang, title)| map.insert(lang, title));
        map
    }

    /// The id of the segment at a place.
    pub fn name(&self, place: u32) -> &str {
        self.segment(place).map_or("", |(id, _)| id)
    }

    /// The place of a segment.
    pub fn find(&self, id: &str) -> Option<u32> {
        let index = self.index.get_or_init(|| order::ranks(self.count() as usize, &|a, b| self.name(a) < self.name(b)));
        let found = index.binary_search_by(|at| self.name(*at).cmp(id)).ok()?;
        index.get(found).copied()
    }

    /// The declaration of an event.
    pub fn event(&self, name: &str) -> Option<&EventDecl> {
        self.rules().events.iter().find(|e| e.name == name)
    }
}

impl Shows {
    fn new(experiences: Vec<Experience>, slots: &[String], site: Option<&Site>) -> Self {
        // A slot that the compiler left out has no place: nothing is shown in it.
        let places: Vec<u32> = experiences.iter().map(|e| slot(slots, &e.slot).unwrap_or(u32::MAX)).collect();
        let pairs = places.iter().copied().zip(0..).filter(|(place, _)| *place != u32::MAX);
        let pairs: Vec<(u32, u32)> = pairs.collect();
        let program = Program::new(&experiences, site);
        let says = |e: &Experience| e.variants.iter().flat_map(|variant| &variant.actions).any(tags::tagged);
        let tagged = (0..).zip(&experiences).filter(|(_, e)| says(e)).map(|(place, _)| place).collect();
        Shows { contenders: Index::new(slots.len(), &pairs), program, places, tagged, experiences }
    }
}

fn slot(slots: &[String], name: &str) -> Option<u32> {
    slots.binary_search_by(|slot| slot.as_str().cmp(name)).ok().map(|place| place as u32)
}

/// What a compiler from before [`bundle::early`] left to be searched for.
fn search(bundle: &Bundle, payload: &[u8]) -> Early {
    let (experiences, _) = bundle::experiences(payload, None);
    let wanted = experiences.iter().map(|e| e.slot.as_str());
    let slots: Vec<&str> = bundle.slots.iter().map(|s| s.name.as_str()).chain(wanted).collect();
    let contextual = (0..).zip(&experiences).filter(|(_, e)| e.contextual).map(|(place, _)| place).collect();
    Early { slots: order::owned(&slots), contextual }
}
