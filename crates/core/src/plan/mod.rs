//! From decisions to what each slot shows, and what stays on screen.

pub mod lists;
pub mod paint;
pub mod tags;

use crate::decide::Verdict;
use crate::io::SlotPlan;
use crate::segments::world::Here;
use vitrine_wire::bundle::Trigger;
use vitrine_wire::{Action, Decision, Reason};

/// What a slot of this page shows.
#[derive(Debug)]
pub struct Shown {
    /// The slot.
    pub slot: String,
    /// What is applied; none: its own content.
    content: Option<Applied>,
    /// It got a plan since it is in the page.
    planned: bool,
    /// It has shown a decision on this page view: content is not replaced by other content.
    revealed: bool,
    /// What could not be applied here.
    failed: Option<(String, String)>,
    /// The newest plan is of the variant that was there: it says something else.
    pub again: bool,
}

#[derive(Debug)]
struct Applied {
    experience: String,
    variant: String,
    actions: Vec<Action>,
}

impl Shown {
    /// A slot of which nothing is known yet.
    pub fn new(slot: String) -> Self {
        Shown { slot, content: None, planned: false, revealed: false, failed: None, again: false }
    }

    /// A new page view, or an act of the visitor that asks for a change: content may be replaced again.
    pub fn unlock(&mut self) {
        self.revealed = false;
        self.failed = None;
        // What was done and left nothing on screen is done again.
        self.content.take_if(|content| content.actions.iter().any(Action::acts));
    }

    /// Nobody has looked yet at what it shows: unless that was seen, other content may take its place.
    pub fn hide(&mut self, seen: &[String]) {
        self.revealed &= self.content.as_ref().is_some_and(|content| seen.contains(&content.experience));
    }

    /// An action failed: the slot shows its own content until the next page.
    pub fn fail(&mut self) {
        // Each of its elements may say so.
        if let Some(content) = self.content.take() {
            self.failed = Some((content.experience, content.variant));
        }
    }

    /// Whether a variant is on screen.
    pub fn showing(&self) -> bool {
        self.content.is_some()
    }

    /// What the slot shows from now on, if that is new, and the decision as it stands on screen.
    pub fn step(&mut self, verdict: &Verdict, here: &Here, known: &Decision) -> (Option<SlotPlan>, Decision) {
        let decision = verdict.decision(&self.slot);
        let (first, unplanned) = (!self.revealed, !self.planned);
        let winner = verdict.winner.and_then(|(experience, variant)| Some((experience, variant?)));
        let failed = winner.is_some_and(|(e, v)| {
            self.failed.as_ref().is_some_and(|(experience, variant)| *experience == e.id && *variant == v.id)
        });
        let Some((experience, variant)) = winner.filter(|_| !failed) else {
            (self.planned, self.revealed) = (true, true);
            let removed = self.content.take().is_some();
            let decision = if failed { Decision::own(&self.slot, Reason::None) } else { decision };
            return ((removed || unplanned).then(|| SlotPlan::Own { slot: self.slot.clone() }), decision);
        };
        let same = self.content.as_ref().is_some_and(|c| c.experience == experience.id && c.variant == variant.id);
        // What waits for something to happen on the page comes late by its nature: it may take the page's own place.
        let waited = experience.trigger != Trigger::Load && self.content.is_none();
        // A preview takes any place, and gives it back.
        let previews = [verdict.reason, known.reason].contains(&Reason::Preview);
        let blocked = !first && !same && !waited && !experience.live && !previews;
        if blocked && self.content.is_some() {
            return (None, self.locked());
        }
        let actions = tags::filled(&variant.actions, here);
        let actions = match lists::filled(actions, experience, &variant.id, known, here) {
            Err(reason) => {
                // What it waits for may still come.
                (self.planned, self.revealed) = (true, !first || reason != Reason::Pending);
                let removed = self.content.take().is_some();
                let own = (removed || unplanned).then(|| SlotPlan::Own { slot: self.slot.clone() });
                return (own, Decision::own(&self.slot, reason));
            }
            Ok(actions) if !blocked => actions,
            _ => {
                // Nobody held out of something is told that nothing was decided.
                let held_out = known.holdout() && self.content.is_none();
                return (None, if held_out { known.clone() } else { self.locked() });
            }
        };
        let decision = Decision { content: crate::decide::content(&actions), ..decision };
        if self.content.as_ref().is_some_and(|c| same && c.actions == *actions) {
            self.revealed = true;
            return (None, decision);
        }
        let applied =
            || Applied { experience: experience.id.clone(), variant: variant.id.clone(), actions: actions.to_vec() };
        (self.planned, self.revealed, self.again) = (true, true, same);
        self.content = Some(applied());
        let (slot, Applied { experience: id, variant, actions }) = (self.slot.clone(), applied());
        let plan = if verdict.contextual {
            SlotPlan::Contextual { slot, experience: id, variant, actions }
        } else {
            match here.gate.ask_render(experience.purpose) {
                Some(grant) => SlotPlan::Show { grant, slot, experience: id, variant, actions },
                // Deciding asked the same gate: without a grant nothing wins.
                None => SlotPlan::Own { slot },
            }
        };
        (Some(plan), decision)
    }

    /// The decision while something else stays on screen.
    fn locked(&self) -> Decision {
        let content = self.content.as_ref();
        Decision {
            slot: self.slot.clone(),
            experience: content.map(|c| c.experience.clone()),
            variant: content.map(|c| c.variant.clone()),
            reason: Reason::Locked,
            content: content.and_then(|c| crate::decide::content(&c.actions)),
        }
    }
}
