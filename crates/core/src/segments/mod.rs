//! Segments: facts make leaves true, leaves make segments.

pub mod explain;
pub mod windows;
pub mod world;

use crate::rules;
use crate::time;
use vitrine_wire::cond::Cond;
use vitrine_wire::{Millis, Test};
use world::Here;

/// Which segments hold in a world, in the bundle's order. Without a profile none does.
pub fn evaluate(here: &Here) -> Vec<bool> {
    let segments = &here.site.bundle.segments;
    let mut inside = Vec::with_capacity(segments.len());
    for segment in segments {
        // A segment reads only earlier ones.
        let holds = here.known.is_some() && rules::holds(&segment.when, &Here { inside: &inside, ..*here });
        inside.push(holds);
    }
    inside
}

/// A leaf of a condition.
pub enum Leaf<'a> {
    /// A fact is read.
    Fact(&'a str, &'a [Test]),
    /// The history is read.
    Events(&'a vitrine_wire::cond::Events),
    /// A segment is read.
    Segment(&'a str),
}

/// Visits every leaf of a condition.
pub fn leaves<'a>(cond: &'a Cond, visit: &mut dyn FnMut(Leaf<'a>)) {
    match cond {
        Cond::And(list) | Cond::Or(list) | Cond::Nor(list) => list.iter().for_each(|c| leaves(c, visit)),
        Cond::Not(inner) => leaves(inner, visit),
        Cond::Fact { path, tests } => visit(Leaf::Fact(path, tests)),
        Cond::Segment(id) => visit(Leaf::Segment(id)),
        Cond::Events(events) => visit(Leaf::Events(events)),
        Cond::Unknown => {}
    }
}

/// The next instant after now at which these conditions can flip by time alone. Segments are not followed.
pub fn next_flip(conds: &[&Cond], here: &Here) -> Option<Millis> {
    let mut next: Option<Millis> = None;
    for cond in conds {
        leaves(cond, &mut |leaf| flip(&leaf, here, &mut next));
    }
    next
}

#[inline(never)]
fn flip(leaf: &Leaf, here: &Here, next: &mut Option<Millis>) {
    let at = match leaf {
        Leaf::Events(events) => windows::next_flip(events, here),
        // Zones shift by quarters of an hour at the finest: an hour's edge is always a quarter's.
        Leaf::Fact("context.time.minute", _) => edge(here.now, time::MINUTE),
        Leaf::Fact(path, _) if path.starts_with("context.time.") => edge(here.now, time::HOUR / 4),
        _ => None,
    };
    time::earlier(next, at);
}

fn edge(now: Millis, unit: i64) -> Option<Millis> {
    Some((now.div_euclid(unit) + 1) * unit)
}
