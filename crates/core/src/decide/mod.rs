//! Deciding: which experience owns a slot, and which of its variants this visitor sees (docs/rules.md).

mod split;

use crate::segments::world::Here;
use crate::time;
use vitrine_wire::bundle::{Experience, Schedule, Trigger, Variant};
use vitrine_wire::{Action, ConsentState, Decision, Millis, Reason, Rejected, Rejection};

/// What was decided for a slot, with what it takes to show it.
#[derive(Debug)]
pub struct Verdict<'a> {
    /// The experience that owns the slot, and its variant unless the visitor is held out.
    pub winner: Option<(&'a Experience, Option<&'a Variant>)>,
    /// Why.
    pub reason: Reason,
    /// The winner runs before the choice, on the page's own facts.
    pub contextual: bool,
}

/// Who is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The unit of hashes; none without consent to experiments.
    pub unit: Option<&'a str>,
    /// First choices.
    pub kept: &'a crate::profile::Kept,
}

/// Decides one slot. Experiences that did not win are told to `rejected`.
pub fn slot<'a>(here: &Here<'a>, person: Person, slot: &str, rejected: &mut dyn FnMut(Rejected)) -> Verdict<'a> {
    let mut verdict = Verdict::none();
    for (experience, nodes) in here.site.contenders(slot) {
        let contextual = contextual(experience, here);
        let reason = match test(experience, nodes, contextual, person, here) {
            Some(reason) => reason,
            None if verdict.winner.is_some() => Rejection::Outranked,
            None => {
                verdict = split::arm(experience, contextual, person, here);
                continue;
            }
        };
        rejected(Rejected { experience: experience.id.clone(), reason });
    }
    verdict
}

/// Whether an experience runs before the choice, on the page's own facts.
fn contextual(experience: &Experience, here: &Here) -> bool {
    experience.contextual
        && here.site.bundle.meta.contextual
        && matches!(here.gate.state(experience.purpose), ConsentState::Unknown | ConsentState::Expired)
}

/// The first reason that rules an experience out.
fn test(
    experience: &Experience,
    (when, unless): (u32, Option<u32>),
    contextual: bool,
    person: Person,
    here: &Here,
) -> Option<Rejection> {
    let split_missing = experience.split_required && person.unit.is_none();
    let granted = here.gate.granted().has(experience.purpose) && !split_missing;
    if experience.paused {
        Some(Rejection::Paused)
    } else if !experience.schedule.is_none_or(|s| runs(s, here)) {
        Some(Rejection::Schedule)
    } else if !(granted || contextual && !experience.split_required) {
        Some(Rejection::Consent)
    } else if experience.trigger != Trigger::Load {
        Some(Rejection::Trigger)
    } else if !here.holds(when) {
        Some(Rejection::When)
    } else if unless.is_some_and(|unless| here.holds(unless)) {
        Some(Rejection::Unless)
    } else {
        None
    }
}

fn runs(schedule: Schedule, here: &Here) -> bool {
    let today = time::day(time::local(&here.site.bundle.meta.zone, here.now));
    schedule.from.is_none_or(|from| i64::from(from) <= today) && schedule.to.is_none_or(|to| today <= i64::from(to))
}

/// The next instant after now at which a schedule begins or ends.
pub fn next_schedule(here: &Here) -> Option<Millis> {
    let zone = &here.site.bundle.meta.zone;
    let mut next = None;
    for schedule in here.site.experiences().iter().filter_map(|e| e.schedule) {
        for day in [schedule.from.map(i64::from), schedule.to.map(|to| i64::from(to) + 1)] {
            let edge = day.map(|day| time::day_start(zone, day));
            time::earlier(&mut next, edge.filter(|at| *at > here.now));
        }
    }
    next
}

impl Verdict<'_> {
    /// Nothing owns the slot.
    pub fn none() -> Self {
        Verdict { winner: None, reason: Reason::None, contextual: false }
    }

    /// The decision as answers give it.
    pub fn decision(&self, slot: &str) -> Decision {
        let variant = self.winner.and_then(|(_, variant)| variant);
        Decision {
            slot: slot.into(),
            experience: self.winner.map(|(experience, _)| experience.id.clone()),
            variant: variant.map(|v| v.id.clone()),
            reason: self.reason,
            content: variant.and_then(|v| content(&v.actions)),
        }
    }
}

/// The typed data of a variant, for slots that render themselves.
pub fn content(actions: &[Action]) -> Option<vitrine_wire::Value> {
    actions.iter().rev().find_map(|action| match action {
        Action::Content { data } => Some(data.clone()),
        _ => None,
    })
}
