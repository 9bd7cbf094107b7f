//! From the profile to what the page shows: segments, decisions, plans, and the record for the next page.

use super::{Engine, Undecided};
use crate::decide::{self, Verdict};
use crate::io::{Effect, Notify, Persist, SlotPlan};
use crate::plan::paint;
use crate::profile::kept::Sticky;
use vitrine_wire::{Code, Decision, Purpose, Reason};

impl Engine {
    /// Segments, and who must be told.
    pub(super) fn evaluate(&mut self) {
        if !self.gate.granted().is_empty() && self.site.as_ref().is_some_and(|site| site.complete() > 0) {
            self.tell(Code::BundleNewer, "");
        }
        let (mut state, dirt) = (std::mem::take(&mut self.state), std::mem::take(&mut self.dirt));
        let Some(scene) = self.scene(&self.profile, self.now) else { return };
        let mut changes = state.update(&scene, dirt);
        let count = scene.site.program().segments.len();
        if changes.all {
            changes.segments = (0..count as u32).collect();
        }
        let here = state.here(&scene);
        let mut turned = Vec::new();
        for place in &changes.segments {
            let now = here.inside(*place as usize);
            if now != (self.inside.get(*place as usize) == Some(&true)) {
                turned.push((*place as usize, now));
            }
        }
        match &mut self.undecided {
            Undecided::Some(places) if !changes.all => {
                let of = self.site.as_ref().map_or(&[][..], |site| site.places());
                for experience in &changes.experiences {
                    places.extend(of.get(*experience as usize));
                }
            }
            undecided => *undecided = Undecided::All,
        }
        self.state = state;
        if self.site.as_ref().is_some_and(|site| site.program().overlong.take()) {
            self.tell(Code::PatternLength, "");
        }
        self.inside.resize(count, false);
        for (place, inside) in turned {
            let id = self.site.as_ref().map(|site| site.name(place as u32).to_owned());
            // One that changed and changed back stands twice among the changes: the first time it is as it was told.
            if let (Some(id), Some(told)) = (id, self.inside.get_mut(place).filter(|told| **told != inside)) {
                *told = inside;
                self.notify(Notify::Segment { id, inside });
            }
        }
    }

    /// Decisions for slots that may have another one, plans for those in the page.
    pub(super) fn show(&mut self) {
        if self.edge.is_some_and(|edge| edge <= self.now) {
            self.undecided = Undecided::All;
        }
        let undecided = std::mem::replace(&mut self.undecided, Undecided::Some(Vec::new()));
        let mut shown = std::mem::take(&mut self.shown);
        // Taken out while the page is looked at: plans go out as they are made.
        let mut effects = std::mem::take(&mut self.effects);
        let mut decisions = std::mem::take(&mut self.decisions);
        let (mut first, mut stale, mut edge) = (Vec::new(), false, self.edge);
        if let Some(here) = self.here() {
            let person = self.person();
            let places = match undecided {
                Undecided::All => {
                    edge = decide::next_schedule(&here);
                    (0..here.site.slots.len() as u32).collect()
                }
                Undecided::Some(places) => places,
            };
            let same = decisions.iter().map(|decision| &decision.slot).eq(&here.site.slots);
            if !same {
                // Another bundle: slots that it shares with the one before keep what was said of them.
                let of = |slot: &String| decisions.iter().find(|decision| decision.slot == *slot).cloned();
                // A slot that no experience takes keeps its own content, as it does already: there is nothing to say.
                let of = |slot| of(slot).unwrap_or_else(|| Decision::own(slot, Reason::None));
                decisions = here.site.slots.iter().map(of).collect();
            }
            for place in places {
                let Some((slot, known)) = here.site.slots.get(place as usize).zip(decisions.get_mut(place as usize))
                else {
                    continue;
                };
                let verdict = decide::slot(&here, person, slot, &mut |_| {});
                let (plan, decision) = match shown.iter_mut().find(|shown| shown.slot == *slot) {
                    Some(shown) => shown.step(&verdict, here.gate),
                    None => (None, verdict.decision(slot)),
                };
                if let (Some(SlotPlan::Show { .. }), Some(_)) = (&plan, person.unit) {
                    first.extend(choice(&verdict));
                }
                if let Some(plan) = plan {
                    effects.push_back(Effect::Render(plan));
                }
                if *known != decision {
                    stale = true;
                    effects.push_back(Effect::Notify(Notify::Decision(decision.clone())));
                    *known = decision;
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
        (self.decisions, self.effects, self.edge) = (decisions, effects, edge);
        self.stale |= stale;
        self.exposures.look |= stale;
    }

    /// Writes the record for the next page after a decision changed, and when the page goes away.
    pub(super) fn repaint(&mut self, hidden: bool, tick: bool) {
        let grant = self.gate.ask_render(Purpose::Personalization).filter(|_| self.paints && self.profiling());
        let Some(grant) = grant else { return self.paint_due = None };
        if !self.stale && !hidden && self.paint.is_some() {
            return;
        }
        let due = *self.paint_due.get_or_insert(self.now);
        if !(hidden || tick && due <= self.now) {
            return;
        }
        (self.stale, self.paint_due) = (false, None);
        // Whose own record cannot be read before the first paint paints nothing (docs/consent.md).
        let Some(cookie) = self.choices.proof(Purpose::Personalization).map(str::to_owned) else { return };
        let Some(mut record) = self.here().map(|here| paint::record(&here, self.person())) else { return };
        record.cookie = cookie;
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
