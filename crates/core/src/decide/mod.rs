//! Deciding: which experience owns a slot, and which of its variants this visitor sees (docs/rules.md).

mod limits;
mod split;

use crate::plan::lists;
use crate::segments::program::Nodes;
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
    /// What goes on in the page.
    pub stage: &'a Stage,
}

/// What goes on in the page: what deciding must know of it besides the visitor.
#[derive(Debug, Default)]
pub struct Stage {
    /// The slots that are in the page.
    pub present: Vec<String>,
    /// Slots, each with the experience that it shows or holds back since the page view began.
    pub keeps: Vec<(String, String)>,
    /// What has happened since then, by the names of [`Trigger::Signal`].
    pub fired: Vec<String>,
    /// An experience and its variant, forced by a preview link.
    pub preview: Option<(String, String)>,
    /// Nothing happens here: segments alone are as good as entered.
    pub still: bool,
}

impl Stage {
    /// Nothing has happened yet.
    pub const EMPTY: Stage = Stage::bare(false);
    /// There is no page at all.
    pub const STILL: Stage = Stage::bare(true);

    const fn bare(still: bool) -> Self {
        Stage { present: Vec::new(), keeps: Vec::new(), fired: Vec::new(), preview: None, still }
    }

    fn keeps(&self, experience: &Experience) -> bool {
        self.keeps.iter().any(|(slot, id)| *id == experience.id && *slot == experience.slot)
    }
}

/// Decides one slot. Experiences that did not win are told to `rejected`.
pub fn slot<'a>(here: &Here<'a>, person: Person, slot: &str, rejected: &mut dyn FnMut(Rejected)) -> Verdict<'a> {
    let mut verdict = Verdict::none();
    for (experience, nodes) in here.site.contenders(slot) {
        if let Some(variant) = limits::forced(experience, nodes, person, here) {
            verdict = Verdict { winner: Some((experience, Some(variant))), reason: Reason::Preview, contextual: true };
        }
    }
    for (experience, nodes) in here.site.contenders(slot) {
        let reason = test(experience, nodes, person, here).or_else(|| limits::test(experience, nodes, person, here));
        let reason = match (reason, verdict.winner) {
            (_, Some((winner, _))) if winner.id == experience.id => continue,
            (Some(reason), _) => reason,
            (None, Some(_)) => Rejection::Outranked,
            (None, None) => {
                verdict = split::arm(experience, contextual(experience, here), person, here);
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
fn test(experience: &Experience, nodes: Nodes, person: Person, here: &Here) -> Option<Rejection> {
    let contextual = contextual(experience, here);
    let split_missing = experience.split_required && person.unit.is_none();
    let granted = here.gate.granted().has(experience.purpose) && !split_missing;
    if experience.paused {
        Some(Rejection::Paused)
    } else if !experience.schedule.is_none_or(|s| runs(s, here)) {
        Some(Rejection::Schedule)
    } else if !(granted || contextual && !experience.split_required) {
        Some(Rejection::Consent)
    } else if !started(experience, nodes, person, here) {
        Some(Rejection::Trigger)
    } else if !here.holds(nodes.when) {
        Some(Rejection::When)
    } else if nodes.unless.is_some_and(|unless| here.holds(unless)) {
        Some(Rejection::Unless)
    } else {
        None
    }
}

/// Whether it could be shown, should its trigger fire and its conditions hold.
pub fn may_run(experience: &Experience, here: &Here) -> bool {
    !experience.paused && (here.gate.granted().has(experience.purpose) || contextual(experience, here))
}

/// Whether its trigger has fired on this page view.
fn started(experience: &Experience, nodes: Nodes, person: Person, here: &Here) -> bool {
    let inside = |id: &str| here.site.find(id).is_some_and(|place| here.inside(place as usize));
    match &experience.trigger {
        Trigger::Load => true,
        Trigger::Signal(signal) if person.stage.still => match signal.split_once(' ') {
            Some(("entered", id)) => inside(id),
            Some(("left", id)) => !inside(id),
            _ => false,
        },
        Trigger::When(_) => !person.stage.still && nodes.trigger.is_some_and(|node| here.holds(node)),
        Trigger::Signal(signal) => person.stage.fired.contains(signal),
        Trigger::Unknown => false,
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
        Action::List { items, .. } if !items.is_empty() => Some(lists::said(items)),
        _ => None,
    })
}
