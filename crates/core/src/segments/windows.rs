//! `$events` in exact windows, and when they flip (docs/rules.md).

use super::world::Here;
use crate::profile::Key;
use crate::profile::history::Past;
use crate::{rules, time};
use vitrine_wire::cond::{Aggregate, Events, Within};
use vitrine_wire::{Millis, Value};

/// What the aggregate comes to; none where there is nothing to take a mean or an extreme of.
pub fn value(events: &Events, keys: &[Key], here: &Here) -> Option<Value> {
    let keys = window(events, keys, here);
    if events.aggregate == Aggregate::Count {
        return Some((keys.len() as u32).into());
    }
    let history = &here.known?.profile.history;
    let (mut count, mut sum, mut min, mut max) = (0u32, 0.0, f64::INFINITY, f64::NEG_INFINITY);
    let mut seen: Vec<&Value> = Vec::new();
    for key in keys {
        let Some(value) = history.get(*key).and_then(|past| read(&events.of, past)) else { continue };
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

/// An event's value at a path of `properties` or `context`.
pub fn read<'a>(path: &str, past: &'a Past) -> Option<&'a Value> {
    let (root, rest) = path.split_once('.')?;
    let map = match root {
        "properties" => &past.properties,
        "context" => &past.context,
        _ => return None,
    };
    let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
    let value = map.get(head)?;
    if tail.is_empty() { Some(value) } else { rules::lookup(value, tail) }
}

/// The keys that are in the window.
fn window<'a>(events: &Events, keys: &'a [Key], here: &Here) -> &'a [Key] {
    let Some(known) = here.known else { return &[] };
    let profile = known.profile;
    let to = here.now.saturating_sub(events.before);
    let after = |from: Millis| keys.partition_point(|(at, _)| *at <= from);
    let start = match events.within {
        Within::Ever => 0,
        Within::Last(length) => after(to.saturating_sub(length)),
        Within::Session => match profile.sessions.current(here.now) {
            Some(session) if !here.probe.is_some_and(|p| p.fresh) => after(session.start.0 - 1),
            _ => return &[],
        },
        Within::Page if here.probe.is_some() => return &[],
        Within::Page => {
            let page = profile.history.newest_page();
            after(here.view.saturating_sub(1)).max(keys.partition_point(|key| Some(*key) < page))
        }
    };
    keys.get(start..after(to)).unwrap_or_default()
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
pub fn next_flip(events: &Events, keys: &[Key], here: &Here) -> Option<Millis> {
    let length = match events.within {
        Within::Last(length) => Some(length),
        Within::Ever if events.before > 0 => None,
        _ => return None,
    };
    let first = |passed: Millis| keys.get(keys.partition_point(|(at, _)| *at <= passed)).map(|(at, _)| *at);
    let to = here.now.saturating_sub(events.before);
    let mut next = first(to).map(|at| at.saturating_add(events.before));
    let leaves = length.and_then(|length| {
        Some(first(to.saturating_sub(length))?.saturating_add(length).saturating_add(events.before))
    });
    time::earlier(&mut next, leaves);
    next
}
