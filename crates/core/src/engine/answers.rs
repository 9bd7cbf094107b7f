//! What the page's developer and the visitor may ask. Nothing here changes anything.

use super::Engine;
use crate::decide;
use crate::gate::alone::rotating;
use crate::io::Mode;
use crate::order::owned;
use crate::plan::paint;
use crate::segments::matches::Matches;
use crate::segments::sources::Dirt;
use crate::segments::state::evaluate;
use crate::segments::world::Here;
use crate::segments::{explain, scores};
use crate::site::Site;
use vitrine_wire::door::Readout;
use vitrine_wire::paint::PaintRow;
use vitrine_wire::{Decision, Map, Millis, Purpose, PurposeSet, Reason, Value};

impl Engine {
    /// How the SDK runs, once ready.
    pub fn mode(&self) -> Option<Mode> {
        (self.ready || self.off).then(|| self.running())
    }

    /// The cached decision of a slot.
    pub fn decide(&self, slot: &str) -> Decision {
        let reason = match self.mode() {
            Some(Mode::Off) => Reason::Off,
            None => Reason::NotReady,
            Some(_) => match self.decisions.iter().find(|d| d.slot == slot) {
                Some(decision) => return decision.clone(),
                None => Reason::None,
            },
        };
        Decision::own(slot, reason)
    }

    /// Slots that the page does not mark itself, each with where it is.
    pub fn selectors(&self) -> Vec<(String, String)> {
        let slots = self.site.as_ref().map_or(&[][..], |site| &site.bundle.slots);
        let found = slots.iter().filter(|slot| !slot.selector.is_empty());
        found.map(|slot| (slot.name.clone(), slot.selector.clone())).collect()
    }

    /// The visitor id, once something is granted: under measurement alone the rotating one.
    pub fn visitor_id(&self) -> Option<String> {
        let own = self.ids.own.as_ref()?;
        let alone = self.gate.granted().without(PurposeSet::NONE.with(Purpose::Measurement)).is_empty();
        Some(if alone { rotating(&own.token, self.now) } else { own.visitor.clone() })
    }

    /// Ids of the segments that hold, sorted.
    pub fn segments(&self) -> Vec<String> {
        let Some(site) = &self.site else { return Vec::new() };
        names(site, &self.inside)
    }

    /// `{purpose: {state, source, decidedAt, expiresAt}}` of the purposes that the site declares; instants in
    /// milliseconds.
    pub fn consent(&self) -> Value {
        let declared = self.site.as_ref().map_or(&[][..], |site| &site.bundle.meta.notices);
        self.choices.answer(self.now, declared)
    }

    /// Everything the device knows about the visitor, for the visitor: traits, sessions, cart, orders, offers, segments
    /// with why and their names for people, history. Null without personalization.
    pub fn profile(&self) -> Value {
        let Some(here) = self.here().filter(|_| self.profiling()) else { return Value::Null };
        let Some(known) = here.known else { return Value::Null };
        let Value::Map(mut map) = crate::profile::view::all(&known) else { return Value::Null };
        map.insert("visitor", self.visitor_id());
        let (mut why, mut titles) = (Map::new(), Map::new());
        for place in 0..here.site.count() {
            let (id, inside) = (here.site.name(place), here.inside(place as usize));
            if inside {
                why.insert(id, explain::segment(place as usize, &here));
            } else if !known.left_out(|| id) {
                continue;
            }
            let title = here.site.title(place);
            if !title.is_empty() {
                titles.insert(id, title);
            }
        }
        map.insert("segments", why);
        map.insert("titles", titles);
        Value::Map(map)
    }

    /// Segments and decisions at an instant, without side effects: as a page that has just begun would show them.
    pub fn read(&self, at: Millis) -> Readout {
        self.readout(at, false)
    }

    /// What everybody sees before a choice, as rows for a first page from now on: see [`crate::replay::first`].
    pub(crate) fn first(&self) -> Vec<PaintRow> {
        let person = decide::Person { stage: &decide::Stage::EMPTY, ..self.person() };
        self.here().map(|here| paint::first(&here, person)).unwrap_or_default()
    }

    /// As [`Engine::read`], without what is kept from input to input: what tests compare it with.
    #[doc(hidden)]
    pub fn read_anew(&self, at: Millis) -> Readout {
        self.readout(at, true)
    }

    fn readout(&self, at: Millis, anew: bool) -> Readout {
        self.whole();
        let mut readout = Readout { at, segments: vec![], scores: Map::new(), decisions: vec![], rejected: vec![] };
        self.look(at, anew, |here| {
            let inside: Vec<bool> = (0..here.site.count()).map(|place| here.inside(place as usize)).collect();
            readout.segments = names(here.site, &inside);
            readout.scores = scores::all(here);
            for slot in &here.site.slots {
                let person = decide::Person { stage: &decide::Stage::STILL, ..self.person() };
                let verdict = decide::slot(here, person, slot, &mut |r| readout.rejected.push(r));
                readout.decisions.push(verdict.decision(slot));
            }
        });
        readout.rejected.sort_by(|a, b| a.experience.cmp(&b.experience));
        readout
    }

    /// The tree of a segment or slot: each leaf's value, operator and result. None for unknown ids.
    pub fn explain(&self, at: Millis, id: &str) -> Option<Value> {
        let mut tree = None;
        self.whole();
        self.look(at, false, |here| tree = explain::named(here, self.person(), id));
        tree
    }

    /// Answers show what is not asked yet, too.
    fn whole(&self) {
        if let Some(site) = &self.site {
            site.complete();
        }
    }

    /// Looks at the world of an instant: as it is kept where that is now, else (or where asked) evaluated anew.
    pub(super) fn look(&self, at: Millis, anew: bool, then: impl FnOnce(&Here)) {
        let Some(site) = &self.site else { return };
        let now = self.now.max(crate::time::clamp(at));
        let whole = !anew && self.state.values().len() == site.program().nodes.len();
        if let Some(here) = self.here().filter(|_| now == self.now && whole && self.dirt.is_clean()) {
            return then(&here);
        }
        let mut later = None;
        if self.profile.next_waiting().is_some_and(|due| due <= now) {
            later.insert(self.profile.copy()).advance(site.rules(), now, &mut Dirt::default());
        }
        let profile = later.as_ref().unwrap_or(&self.profile);
        let Some(scene) = self.scene(profile, now) else { return };
        let matches = Matches::new(site.program(), &site.rules().scores, &profile.history);
        let scene = Here { matches: &matches, ..scene };
        let all: Vec<u32> = (0..site.program().nodes.len() as u32).collect();
        let values = evaluate(&scene, &all);
        then(&Here { values: &values, ..scene });
    }
}

fn names(site: &Site, inside: &[bool]) -> Vec<String> {
    let held = (0..).zip(inside).filter(|(_, inside)| **inside);
    let ids: Vec<&str> = held.map(|(place, _)| site.name(place)).collect();
    owned(&ids)
}
