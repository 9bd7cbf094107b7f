//! Exposures: what a visitor has really seen on this page view, what they would have seen where they are held out
//! (docs/rules.md).

use super::Engine;
use crate::io::{Draft, Effect, Notify, Ref};
use vitrine_wire::{Decision, Map, Purpose, Value};

/// What the page looks at, and what was seen.
#[derive(Debug, Default)]
pub(super) struct Exposures {
    /// What each slot is looked at for.
    watched: Vec<Decision>,
    /// Something changed that decides what is looked at.
    pub(super) look: bool,
    /// Experiences that this visitor has seen on this page view: once is enough.
    seen: Vec<String>,
}

impl Engine {
    /// Another page view: everything can be seen anew.
    pub(super) fn expose_anew(&mut self) {
        self.exposures = Exposures { look: true, ..Exposures::default() };
    }

    /// Nothing is looked at any more.
    pub(super) fn watch_anew(&mut self) {
        self.exposures.watched.clear();
        self.exposures.look = true;
    }

    /// Has the page look at every slot that shows, or holds back, what was not seen yet.
    pub(super) fn watch(&mut self) {
        if !std::mem::take(&mut self.exposures.look) {
            return;
        }
        let there = |decision: &&Decision| self.shown.iter().any(|shown| shown.slot == decision.slot);
        let wanted: Vec<_> = self.decisions.iter().filter(there).filter(|of| self.counts(of)).cloned().collect();
        for decision in &wanted {
            if !self.exposures.watched.contains(decision) {
                self.effects.push_back(Effect::Watch { slot: decision.slot.clone() });
            }
        }
        self.exposures.watched = wanted;
    }

    /// A slot was seen: its exposure, if what it shows now counts.
    pub(super) fn seen(&mut self, reference: Ref, slot: &str, message_id: String) {
        let Some(decision) = self.exposures.watched.iter().find(|of| of.slot == slot).cloned() else { return };
        let mut data = Map::new();
        let experience = decision.experience.clone().unwrap_or_default();
        data.insert("experience", experience.as_str());
        data.insert("variant", decision.variant.as_deref().map_or(Value::Null, Value::from));
        data.insert("slot", slot);
        data.insert("bundle", self.highest as f64);
        if self.profiling() && !self.kept.unit.is_empty() {
            // Without one it is the visitor id that the event has.
            data.insert("unit", self.kept.unit.as_str());
        }
        self.exposures.seen.push(experience);
        self.exposures.watched.retain(|of| of.slot != slot);
        self.notify(Notify::Exposure(decision));
        self.event(reference, Draft { message_id, name: "Experience Viewed".into(), data, ..Draft::default() }, None);
    }

    /// Whether seeing this would be an exposure: something is decided under a grant, and was not seen yet. Before a choice
    /// nothing is measured, whatever a contextual experience shows.
    fn counts(&self, decision: &Decision) -> bool {
        let granted = self.gate.granted();
        let site =
            self.site.as_ref().filter(|_| granted.has(Purpose::Measurement) || granted.has(Purpose::Personalization));
        let Some((site, id)) = site.zip(decision.experience.as_ref()) else { return false };
        let owner = site.experiences().iter().find(|experience| experience.id == *id);
        owner.is_some_and(|owner| granted.has(owner.purpose)) && !self.exposures.seen.contains(id)
    }
}
