//! From the profile to what the page shows: segments, decisions, plans, and the record for the next page.

use super::Engine;
use crate::decide::{self, Verdict};
use crate::io::{Effect, Notify, Persist, SlotPlan};
use crate::plan::paint;
use crate::segments;
use vitrine_wire::{Decision, Purpose};

impl Engine {
    /// Segments, and who must be told.
    pub(super) fn evaluate(&mut self) {
        let Some(here) = self.here(&[]) else { return };
        let inside = segments::evaluate(&here);
        let changes = here.site.bundle.segments.iter().zip(&inside).enumerate();
        let changes = changes.filter(|(at, (_, now))| self.inside.get(*at).copied().unwrap_or(false) != **now);
        let changes: Vec<Notify> =
            changes.map(|(_, (segment, now))| Notify::Segment { id: segment.id.clone(), inside: *now }).collect();
        self.inside = inside;
        changes.into_iter().for_each(|change| self.notify(change));
    }

    /// Decisions for all slots, plans for those in the page.
    pub(super) fn show(&mut self) {
        let mut shown = std::mem::take(&mut self.shown);
        let (mut decisions, mut plans, mut first) = (Vec::new(), Vec::new(), Vec::new());
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
                plans.extend(plan);
            }
            // A slot that no rule knows keeps its own content, and must not wait for it.
            let unknown = shown.iter_mut().filter(|shown| !here.site.slots.contains(&shown.slot));
            plans.extend(unknown.filter_map(|shown| shown.step(&Verdict::none(), here.gate).0));
        }
        self.shown = shown;
        for (experience, version, variant) in first {
            self.sync.unkept |= self.kept.choose(&experience, version, &variant);
        }
        for plan in plans {
            self.effects.push_back(Effect::Render(plan));
        }
        let old = std::mem::replace(&mut self.decisions, decisions);
        let changed: Vec<Decision> = self.decisions.iter().filter(|d| !old.contains(d)).cloned().collect();
        if !changed.is_empty() {
            self.stale = true;
        }
        changed.into_iter().for_each(|decision| self.notify(Notify::Decision(decision)));
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

fn choice(verdict: &Verdict) -> Option<(String, u32, String)> {
    let (experience, variant) = verdict.winner?;
    Some((experience.id.clone(), experience.version, variant?.id.clone()))
}
