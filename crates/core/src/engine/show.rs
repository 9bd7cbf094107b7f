//! From the profile to what the page shows: segments, decisions, plans, and the record for the next page.

use super::Engine;
use crate::decide::{self, Verdict};
use crate::io::{Effect, Notify, Persist, SlotPlan};
use crate::plan::paint;
use crate::profile::kept::Sticky;
use vitrine_wire::Purpose;

impl Engine {
    /// Segments, and who must be told.
    pub(super) fn evaluate(&mut self) {
        let (mut state, dirt) = (std::mem::take(&mut self.state), std::mem::take(&mut self.dirt));
        let Some(scene) = self.scene(&self.profile, self.now) else { return };
        let mut changes = state.update(&scene, dirt);
        let segments = &scene.site.bundle.segments;
        if changes.all {
            changes.segments = (0..segments.len() as u32).collect();
        }
        let here = state.here(&scene);
        let mut turned = Vec::new();
        for place in &changes.segments {
            let now = here.inside(*place as usize);
            if now != (self.inside.get(*place as usize) == Some(&true)) {
                turned.push((*place as usize, now));
            }
        }
        let count = segments.len();
        self.state = state;
        self.inside.resize(count, false);
        for (place, inside) in turned {
            let id = self.site.as_ref().and_then(|site| site.bundle.segments.get(place)).map(|s| s.id.clone());
            // One that changed and changed back stands twice among the changes: the first time it is as it was told.
            if let (Some(id), Some(told)) = (id, self.inside.get_mut(place).filter(|told| **told != inside)) {
                *told = inside;
                self.notify(Notify::Segment { id, inside });
            }
        }
    }

    /// Decisions for all slots, plans for those in the page.
    pub(super) fn show(&mut self) {
        let mut shown = std::mem::take(&mut self.shown);
        // Taken out while the page is looked at: plans go out as they are made.
        let mut effects = std::mem::take(&mut self.effects);
        let (mut decisions, mut first) = (Vec::new(), Vec::new());
        if let Some(here) = self.here() {
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
        let Some(record) = self.here().map(|here| paint::record(&here, self.person())) else { return };
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
