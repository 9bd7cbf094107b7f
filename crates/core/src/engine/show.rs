//! From the profile to what the page shows: segments, decisions, plans, and the record for the next page.

use super::{Engine, Undecided};
use crate::decide::{self, Verdict};
use crate::io::{Effect, Notify, Persist, SlotPlan};
use crate::order;
use crate::plan::{lists, paint};
use crate::profile::kept::Sticky;
use vitrine_wire::bundle::Trigger;
use vitrine_wire::{Action, Code, Decision, Purpose, Reason};

impl Engine {
    /// Segments, and who must be told.
    pub(super) fn evaluate(&mut self) {
        // What a preview shows may be something that would wait for a grant.
        let asked = !self.gate.granted().is_empty() || self.stage.preview.is_some();
        if asked && self.site.as_ref().is_some_and(|site| site.complete() > 0) {
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
        let known = scene.known.is_some();
        let mut turned = Vec::new();
        for place in &changes.segments {
            let now = here.inside(*place as usize);
            if now != (self.inside.get(*place as usize) == Some(&true)) {
                turned.push((*place as usize, now));
            }
        }
        match &mut self.undecided {
            Undecided::Some(places) if !changes.all => {
                if let Some(site) = &self.site {
                    changes.experiences.iter().for_each(|experience| site.touched(*experience, places));
                    // What they say of a fact follows it, whatever their conditions read.
                    site.tagged().for_each(|experience| site.touched(experience, places));
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
                // Whom the page has just got to know, or its rules, has entered and left nothing.
                if known && self.met {
                    self.fired([if inside { "entered " } else { "left " }, &id].concat());
                }
                self.notify(Notify::Segment { id, inside });
            }
        }
        self.met = known;
    }

    /// Something happened that an experience may have waited for.
    pub(super) fn fired(&mut self, signal: String) {
        if !self.stage.fired.contains(&signal) {
            self.stage.fired.push(signal);
            self.undecided = Undecided::All;
        }
    }

    /// Another page view: nothing of it is on screen yet, and nothing has happened.
    pub(super) fn stage_anew(&mut self) {
        (self.stage.keeps, self.stage.fired) = (Vec::new(), Vec::new());
        if self.armed.take().is_some() {
            self.effects.push_back(Effect::Arm(Vec::new()));
        }
    }

    /// Which slots there are, and what the page is to look out for.
    fn set_stage(&mut self) {
        self.stage.present = self.shown.iter().map(|shown| shown.slot.clone()).collect();
        let Some(here) = self.here() else { return };
        let mut wanted: Vec<&str> = Vec::new();
        for experience in here.site.experiences() {
            if let Trigger::Signal(signal) = &experience.trigger
                && !signal.starts_with("entered ")
                && !signal.starts_with("left ")
                && decide::may_run(experience, &here)
            {
                wanted.push(signal);
            }
        }
        let wanted = order::owned(&wanted);
        if self.armed.as_ref().map_or(!wanted.is_empty(), |armed| *armed != wanted) {
            self.effects.push_back(Effect::Arm(wanted.clone()));
            self.armed = Some(wanted);
        }
    }

    /// Decisions for slots that may have another one, plans for those in the page.
    pub(super) fn show(&mut self) {
        if self.edge.is_some_and(|edge| edge <= self.now) {
            self.undecided = Undecided::All;
        }
        let undecided = std::mem::replace(&mut self.undecided, Undecided::Some(Vec::new()));
        if let Undecided::All = undecided {
            self.set_stage();
        }
        let mut shown = std::mem::take(&mut self.shown);
        // Taken out while the page is looked at: plans go out as they are made.
        let mut effects = std::mem::take(&mut self.effects);
        let mut decisions = std::mem::take(&mut self.decisions);
        let (mut first, mut stale, mut edge) = (Vec::new(), false, self.edge);
        let (mut keeps, mut wanted) = (self.stage.keeps.clone(), None);
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
                wanted = wanted.or_else(|| {
                    let (experience, variant) = verdict.winner?;
                    let from = lists::wanted(&variant?.actions)?.to_owned();
                    Some((here.gate.ask_render(experience.purpose)?, from))
                });
                let (mut again, mut shown) = (false, shown.iter_mut().find(|shown| shown.slot == *slot));
                let (plan, decision) = match &mut shown {
                    Some(shown) => {
                        let next = shown.step(&verdict, &here, known);
                        again = shown.again;
                        next
                    }
                    None => (None, lists::decision(verdict.decision(slot), &verdict, known, &here)),
                };
                if let (Some(SlotPlan::Show { .. }), Some(_)) = (&plan, person.unit) {
                    first.extend(choice(&verdict));
                }
                if let Some(plan) = plan {
                    // Once a page view, whatever else it says by then.
                    let said = if again { Vec::new() } else { said(&plan) };
                    effects.push_back(Effect::Render(plan));
                    said.into_iter().for_each(|said| effects.push_back(Effect::Notify(said)));
                }
                keeps.retain(|(of, _)| of != slot);
                keeps.extend(decision.experience.clone().map(|id| (slot.clone(), id)));
                if *known != decision {
                    stale = true;
                    effects.push_back(Effect::Notify(Notify::Decision(decision.clone())));
                    *known = decision;
                }
            }
            // A slot that no rule knows keeps its own content, and must not wait for it.
            for shown in &mut shown {
                if !here.site.slots.contains(&shown.slot)
                    && let Some(plan) = shown.step(&Verdict::none(), &here, &Decision::own("", Reason::None)).0
                {
                    effects.push_back(Effect::Render(plan));
                }
            }
        }
        if let Some((grant, from)) = wanted.filter(|(_, from)| self.catalog.ask(from, self.now)) {
            effects.push_back(Effect::Catalog { grant, from });
        }
        self.catalog.anew = false;
        (self.shown, self.stage.keeps) = (shown, keeps);
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
        // The next page has done nothing yet.
        let person = decide::Person { stage: &decide::Stage::EMPTY, ..self.person() };
        let Some(mut record) = self.here().map(|here| paint::record(&here, person)) else { return };
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

/// What a plan tells the page.
fn said(plan: &SlotPlan) -> Vec<Notify> {
    let (SlotPlan::Show { slot, experience, variant, actions, .. }
    | SlotPlan::Contextual { slot, experience, variant, actions }) = plan
    else {
        return Vec::new();
    };
    let emits = actions.iter().filter_map(|action| match action {
        Action::Emit { name, detail } => Some((name.clone(), detail.clone())),
        _ => None,
    });
    let (slot, experience, variant) = (slot.clone(), experience.clone(), variant.clone());
    emits
        .map(|(name, detail)| Notify::Emit {
            slot: slot.clone(),
            experience: experience.clone(),
            variant: variant.clone(),
            name,
            detail,
        })
        .collect()
}
