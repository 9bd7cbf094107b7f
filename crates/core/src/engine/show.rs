//! From the profile to what the page shows: segments, decisions, plans, and the record for the next page.

use super::Engine;
use crate::decide::{self, Verdict};
use crate::io::{Effect, Notify, Persist, SlotPlan};
use crate::plan::paint;
use crate::profile::kept::Sticky;
use crate::segments;
use vitrine_wire::Purpose;

impl Engine {
    /// Segments, and who must be told.
    pub(super) fn evaluate(&mut self) {
        let mut effects = std::mem::take(&mut self.effects);
        let Some(here) = self.here(&[]) else { return self.effects = effects };
        let inside = segments::evaluate(&here);
        for (at, segment) in here.site.bundle.segments.iter().enumerate() {
            let now = inside.get(at) == Some(&true);
            if now != (self.inside.get(at) == Some(&true)) {
                effects.push_back(Effect::Notify(Notify::Segment { id: segment.id.clone(), inside: now }));
            }
        }
        (self.inside, self.effects) = (inside, effects);
    }

    /// Decisions for all slots, plans for those in the page.
    pub(super) fn show(&mut self) {
        let mut shown = std::mem::take(&mut self.shown);
        // Taken out while the page is looked at: plans go out as they are made.
        let mut effects = std::mem::take(&mut self.effects);
        let (mut decisions, mut first) = (Vec::new(), Vec::new());
        if let Some(here) = self.here(&self.inside) {
            let person = self.person();
            for slot in &here.site.slots {
                let verdict = decide::slot(&here, person, slot, &mut |_| {});
                let Some(shown) = shown.iter_mut().find(|shown| shown.slot == *slot) else {
                    decisions.push(verdict.decision(slot));
                    continue;
                };
                let (plan, decision) = shown.step(&verdict, here.gate);
                decisions.push(decision);
                if let (Some(SlotPlan::Show { .. }), Some(_)) = (&plan, person.unit) {
                    first.extend(choice(&verdict));
                }
                if let Some(plan) = plan {
                    effects.push_back(Effect::Render(plan));
                }
            }
            // A slot that no rule knows keeps its own content, and must not wait for it.
            for shown in &mut shown {
                if !here.site.slots.contains(&shown.slot)
                    && let Some(plan) = shown.step(&Verdict::none(), here.gate).0
                {
                    effects.push_back(Effect::Render(plan));
                }
            }
        }
        self.shown = shown;
        for choice in first {
            self.sync.unkept |= self.kept.choose(choice);
        }
        for decision in &decisions {
            if !self.decisions.contains(decision) {
                self.stale = true;
                effects.push_back(Effect::Notify(Notify::Decision(decision.clone())));
            }
        }
        (self.decisions, self.effects) = (decisions, effects);
    }

    /// Writes the record for the next page after a decision changed, and when the page goes away.
    pub(super) fn repaint(&mut self, hidden: bool) {
        let Some(grant) = self.gate.ask_render(Purpose::Personalization).filter(|_| self.profiling()) else { return };
        if !std::mem::take(&mut self.stale) && !hidden && self.paint.is_some() {
            return;
        }
        let Some(record) = self.here(&self.inside).map(|here| paint::record(&here, self.person())) else { return };
        if self.paint.as_ref() != Some(&record) {
            self.paint = Some(record.clone());
            self.effects.push_back(Effect::Persist(Persist::Paint { grant, record }));
        }
    }
}

fn choice(verdict: &Verdict) -> Option<Sticky> {
    let (experience, variant) = verdict.winner?;
    let variant = variant?.id.clone();
    Some(Sticky { experience: experience.id.clone(), version: experience.version, variant })
}
