//! Exposures: what a visitor has really seen on this page view, what they would have seen where they are held out
//! (docs/rules.md).

use super::Engine;
use crate::io::{Draft, Effect, Notify, Ref};
use vitrine_wire::{Decision, Experience, Map, Purpose, Reason};

/// What the page looks at, and what was seen.
#[derive(Debug, Default)]
pub(super) struct Exposures {
    /// What each slot is looked at for.
    watched: Vec<Decision>,
    /// Something changed that decides what is looked at.
    pub(super) look: bool,
    /// Experiences that this visitor has seen on this page view: once is enough.
    seen: Vec<String>,
    /// Nobody looks at the page.
    pub(super) away: bool,
}

impl Engine {
    /// Another page view: everything can be seen anew.
    pub(super) fn expose_anew(&mut self) {
        self.exposures = Exposures { look: true, away: self.exposures.away, ..Exposures::default() };
    }

    /// Another tab has done something. Where nobody looks at this one, what was not seen yet is decided as if it were shown only
    /// now: the other tab may have used up its cap, or the budget.
    pub(super) fn show_anew(&mut self) {
        if self.exposures.away {
            let seen = &self.exposures.seen;
            self.stage.keeps.retain(|(_, experience)| seen.contains(experience));
            self.shown.iter_mut().for_each(|shown| shown.hide(seen));
        }
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
        let mut wanted = Vec::new();
        for decision in &self.decisions {
            let there = self.shown.iter().any(|shown| shown.slot == decision.slot);
            let Some(owner) = self.counts(decision).filter(|_| there) else { continue };
            let (around, at_once) = (owner.unseen(), owner.acts());
            // What is on screen stays what it is when something else may not replace it.
            let same = |of: &Decision| {
                (&of.slot, &of.experience, &of.variant) == (&decision.slot, &decision.experience, &decision.variant)
            };
            if !self.exposures.watched.iter().any(same) {
                self.effects.push_back(Effect::Watch { slot: decision.slot.clone(), around, at_once });
            }
            wanted.push(decision.clone());
        }
        self.exposures.watched = wanted;
    }

    /// A slot was seen: its exposure, if what it shows now counts.
    pub(super) fn seen(&mut self, reference: Ref, slot: &str, message_id: String) {
        let Some(decision) = self.exposures.watched.iter().find(|of| of.slot == slot).cloned() else { return };
        let mut data = Map::new();
        let experience = decision.experience.clone().unwrap_or_default();
        data.insert("experience", experience.as_str());
        data.insert("variant", decision.variant.as_deref().unwrap_or("holdout"));
        data.insert("slot", slot);
        data.insert("bundle", self.site.as_ref().map_or(0, |site| site.sequence) as f64);
        let unit = self.person().unit.filter(|_| self.profiling() && !self.kept.unit.is_empty());
        if let Some(unit) = unit {
            // Without one it is the visitor id that the event has.
            data.insert("unit", unit);
        }
        let pressure = self.counts(&decision).map_or(0.0, |owner| owner.pressure);
        if pressure > 0.0 {
            data.insert("pressure", pressure);
        }
        self.exposures.seen.push(experience);
        self.exposures.watched.retain(|of| of.slot != slot);
        self.notify(Notify::Exposure(decision));
        self.event(reference, Draft { message_id, name: "Experience Viewed".into(), data, ..Draft::default() }, None);
    }

    /// The experience that seeing this would be an exposure of: it is decided under a grant, and was not seen yet. Before a choice
    /// nothing is measured, whatever a contextual experience shows, and never what a preview shows.
    fn counts(&self, decision: &Decision) -> Option<&Experience> {
        let granted = self.gate.granted();
        let measured = granted.has(Purpose::Measurement) || granted.has(Purpose::Personalization);
        let id = decision.experience.as_ref().filter(|_| measured && decision.reason != Reason::Preview)?;
        let owner = self.site.as_ref()?.experiences().iter().find(|experience| experience.id == *id)?;
        (granted.has(owner.purpose) && !self.exposures.seen.contains(id)).then_some(owner)
    }
}
