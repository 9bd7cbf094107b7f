//! `$events` in exact windows, and when they flip (rules.md "Windows, exactly").

use super::world::{EventWorld, Here};
use crate::profile::history::Past;
use crate::rules;
use std::cell::Cell;
use vitrine_wire::cond::{Aggregate, Events, Within};
use vitrine_wire::{Millis, Value};

/// Whether an aggregate over the history passes its tests.
pub fn holds(events: &Events, here: &Here) -> bool {
    if here.probe.is_some() {
        let open = Cell::new(false);
        let matches = rules::holds(&events.matching, &EventWorld::next_page(&open));
        if matches || open.get() {
            here.leave_open();
        }
    }
    let Some(value) = value(events, here) else { return false };
    rules::passes(&events.tests, Some(&value), here)
}

/// What the aggregate comes to; none where there is nothing to take a mean or an extreme of.
pub fn value(events: &Events, here: &Here) -> Option<Value> {
    let (mut count, mut sum, mut min, mut max) = (0u32, 0.0, f64::INFINITY, f64::NEG_INFINITY);
    let mut seen: Vec<&Value> = Vec::new();
    for past in window(events, here).iter().filter(|past| matches(events, past)) {
        if events.aggregate == Aggregate::Count {
            count += 1;
            continue;
        }
        let Some(value) = read(events, past) else { continue };
        if events.aggregate == Aggregate::Distinct {
            if !seen.iter().any(|other| alike(other, value)) {
                seen.push(value);
            }
        } else if let Some(n) = value.as_num() {
            count += 1;
            sum += n;
            min = n.min(min);
            max = n.max(max);
        }
    }
    let result = match events.aggregate {
        Aggregate::Count => f64::from(count),
        Aggregate::Distinct => seen.len() as f64,
        Aggregate::Sum => sum,
        _ if count == 0 => return None,
        Aggregate::Avg => sum / f64::from(count),
        Aggregate::Min => min,
        Aggregate::Max => max,
    };
    Some(result.into())
}

fn read<'a>(events: &Events, past: &'a Past) -> Option<&'a Value> {
    let (root, rest) = events.of.split_once('.')?;
    let map = match root {
        "properties" => &past.properties,
        "context" => &past.context,
        _ => return None,
    };
    let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
    let value = map.get(head)?;
    if tail.is_empty() { Some(value) } else { rules::lookup(value, tail) }
}

fn matches(events: &Events, past: &Past) -> bool {
    rules::holds(&events.matching, &EventWorld::past(past))
}

fn window<'a>(events: &Events, here: &Here<'a>) -> &'a [Past] {
    let Some(known) = here.known else { return &[] };
    let history = &known.profile.history;
    let to = here.now.saturating_sub(events.before);
    match events.within {
        Within::Ever => history.window(None, to),
        Within::Last(length) => history.window(Some(to.saturating_sub(length)), to),
        Within::Session => match known.profile.sessions.current(here.now) {
            Some(session) if !here.probe.is_some_and(|p| p.fresh) => {
                history.window(Some(session.start.0 - 1), here.now)
            }
            _ => &[],
        },
        Within::Page if here.probe.is_some() => &[],
        Within::Page => {
            let seen = history.window(Some(here.view.saturating_sub(1)), here.now);
            let page = history.newest_page();
            let start = seen.partition_point(|past| Some(past.key) < page);
            seen.get(start..).unwrap_or_default()
        }
    }
}

/// Equal by type and content; members of objects in any order.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| alike(value, other)))
        }
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        _ => a == b,
    }
}

/// The next instant after now at which an event enters or leaves the window. A session's end is the profile's to tell.
pub fn next_flip(events: &Events, here: &Here) -> Option<Millis> {
    let past = here.known?.profile.history.all();
    let length = match events.within {
        Within::Last(length) => Some(length),
        Within::Ever if events.before > 0 => None,
        _ => return None,
    };
    let from = length.map(|length| here.now.saturating_sub(events.before).saturating_sub(length));
    let start = from.map_or(0, |from| past.partition_point(|p| p.key.0 <= from));
    let mut next: Option<Millis> = None;
    for one in past.get(start..).unwrap_or_default() {
        let enters = one.key.0.saturating_add(events.before);
        // Later events enter and leave later.
        if next.is_some_and(|found| found <= enters) {
            break;
        }
        let leaves = length.map(|length| enters.saturating_add(length));
        let flip = if enters > here.now { Some(enters) } else { leaves.filter(|at| *at > here.now) };
        if let Some(flip) = flip
            && next.is_none_or(|found| flip < found)
            && matches(events, one)
        {
            next = Some(flip);
        }
    }
    next
}
