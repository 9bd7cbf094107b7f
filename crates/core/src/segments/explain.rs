//! Why a segment or a slot is what it is: the tree of its conditions with every leaf's value and result.

use super::windows;
use super::world::Here;
use crate::decide::{self, Person};
use crate::rules::{self, World};
use vitrine_wire::{Cond, Map, Value};

/// The tree of a segment, or of a slot with its experiences. None for unknown ids.
pub fn named(here: &Here, person: Person, id: &str) -> Option<Value> {
    if let Some(at) = here.site.segment(id) {
        let segment = here.site.bundle.segments.get(at)?;
        let mut map = Map::new();
        map.insert("segment", id);
        map.insert("result", here.segment(id));
        map.insert("when", tree(&segment.when, here));
        return Some(Value::Map(map));
    }
    here.site.slots.iter().any(|slot| slot == id).then(|| slot(here, person, id))
}

fn slot(here: &Here, person: Person, id: &str) -> Value {
    let mut rejected = Vec::new();
    let decision = decide::slot(here, person, id, &mut |r| rejected.push(r)).decision(id);
    let mut map = Map::new();
    map.insert("slot", id);
    map.insert("experience", decision.experience);
    map.insert("variant", decision.variant);
    map.insert("reason", decision.reason.as_str());
    let mut experiences = Vec::new();
    for e in here.site.bundle.experiences.iter().filter(|e| e.slot == id) {
        let mut map = Map::new();
        map.insert("experience", e.id.as_str());
        let reason = rejected.iter().find(|r| r.experience == e.id).map(|r| r.reason.as_str());
        map.insert("rejected", reason);
        map.insert("when", tree(&e.when, here));
        if let Some(unless) = &e.unless {
            map.insert("unless", tree(unless, here));
        }
        experiences.push(Value::Map(map));
    }
    map.insert("experiences", Value::List(experiences));
    Value::Map(map)
}

/// Segments are opened this deep: rules that read each other many times over have trees beyond all measure.
const OPENED: u32 = 4;

/// The tree of a condition: `{op, result}` with `of` for inner nodes, `path` and `value` for facts.
pub fn tree(cond: &Cond, here: &Here) -> Value {
    node(cond, here, OPENED)
}

fn node(cond: &Cond, here: &Here, opened: u32) -> Value {
    let mut map = Map::new();
    let (op, of): (&str, Option<&[Cond]>) = match cond {
        Cond::And(list) => ("$and", Some(list)),
        Cond::Or(list) => ("$or", Some(list)),
        Cond::Nor(list) => ("$nor", Some(list)),
        Cond::Not(one) => ("$not", Some(std::slice::from_ref(one))),
        Cond::Fact { path, .. } => {
            map.insert("path", path.as_str());
            map.insert("value", here.fact(path).map(std::borrow::Cow::into_owned));
            ("fact", None)
        }
        Cond::Segment(id) => {
            map.insert("segment", id.as_str());
            let segment = here.site.segment(id).and_then(|at| here.site.bundle.segments.get(at));
            ("$segment", segment.filter(|_| opened > 0).map(|s| std::slice::from_ref(&s.when)))
        }
        Cond::Events(events) => {
            map.insert("value", windows::value(events, here));
            ("$events", None)
        }
        Cond::Unknown => ("unknown", None),
    };
    map.insert("op", op);
    map.insert("result", rules::holds(cond, here));
    if let Some(of) = of {
        let opened = if matches!(cond, Cond::Segment(_)) { opened - 1 } else { opened };
        let mut inner = Vec::new();
        for cond in of {
            inner.push(node(cond, here, opened));
        }
        map.insert("of", Value::List(inner));
    }
    Value::Map(map)
}
