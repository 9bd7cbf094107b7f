//! Why a segment or a slot is what it is: the tree of its conditions with every leaf's value and result, the leaf that
//! decided, and the smallest change that would turn the answer.

mod flip;
mod tests;

use super::leaf::{self, Leaf};
use super::program::{FALSE, Kind, TRUE, UNKNOWN};
use super::world::Here;
use super::{scores, sequence, windows};
use crate::decide::{self, Person};
use vitrine_wire::cond::{Aggregate, Events, Within};
use vitrine_wire::{Map, Millis, Value};

/// The tree of a segment, or of a slot with its experiences. None for unknown ids.
pub fn named(here: &Here, person: Person, id: &str) -> Option<Value> {
    let Some(place) = here.site.find(id).map(|place| place as usize) else {
        return here.site.slots.iter().any(|slot| slot == id).then(|| slot(here, person, id));
    };
    let mut map = Map::new();
    map.insert("segment", id);
    map.insert("result", here.inside(place));
    match here.known {
        None => map.insert("needs", "personalization"),
        Some(known) if known.left_out(|| id) => map.insert("optedOut", true),
        Some(_) => {}
    };
    let node = *here.site.program().segments.get(place)?;
    map.insert("when", tree(asked(node, here), here));
    decided(&mut map, node, here);
    Some(Value::Map(map))
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
    for (e, nodes) in here.site.contenders(id) {
        let mut map = Map::new();
        map.insert("experience", e.id.as_str());
        let reason = rejected.iter().find(|r| r.experience == e.id).map(|r| r.reason.as_str());
        map.insert("rejected", reason);
        let mut by = nodes.when;
        let others =
            [("unless", nodes.unless), ("trigger", nodes.trigger), ("cap", nodes.cap), ("pressure", nodes.pressed)];
        for (name, node) in [("when", Some(nodes.when))].into_iter().chain(others) {
            let Some(node) = node else { continue };
            map.insert(name, tree(asked(node, here), here));
            if reason == Some(name) {
                by = node;
            }
        }
        decided(&mut map, by, here);
        experiences.push(Value::Map(map));
    }
    map.insert("experiences", Value::List(experiences));
    Value::Map(map)
}

/// The condition below the node of a segment or experience.
fn asked(node: u32, here: &Here) -> u32 {
    here.site.program().children(node).first().copied().unwrap_or(node)
}

/// A condition's deciding leaf and what would turn it.
fn decided(map: &mut Map, node: u32, here: &Here) {
    let node = asked(node, here);
    if let Some(leaf) = flip::decider(node, here) {
        map.insert("decided", leaf_map(leaf, here));
    }
    map.insert("change", flip::smallest(node, here));
}

/// The tree of a segment's condition, by its place.
pub fn segment(place: usize, here: &Here) -> Value {
    let node = here.site.program().segments.get(place).and_then(|node| here.site.program().children(*node).first());
    node.map_or(Value::Null, |node| tree(*node, here))
}

/// Segments are opened this deep: rules that read each other many times over have trees beyond all measure.
const OPENED: u32 = 4;
/// And so many nodes are written at most.
const NODES: u32 = 5_000;

/// The tree of a node: `{op, result}` with `of` for inner nodes, `path` and `value` for facts.
fn tree(node: u32, here: &Here) -> Value {
    branch(node, here, OPENED, &mut NODES.clone())
}

fn branch(node: u32, here: &Here, opened: u32, room: &mut u32) -> Value {
    let program = here.site.program();
    let children = program.children(node);
    let mut map = Map::new();
    let mut inside = opened;
    match program.kind(node) {
        Kind::Leaf(leaf) => return program.leaves.get(leaf as usize).map_or(Value::Null, |leaf| leaf_map(leaf, here)),
        Kind::Every { invert: false, .. } => map.insert("op", "$and"),
        Kind::Every { negate: true, .. } => map.insert("op", "$or"),
        Kind::Every { .. } => map.insert("op", if children.len() == 1 { "$not" } else { "$nor" }),
        Kind::Segment(place) => {
            map.insert("op", "$segment");
            map.insert("segment", here.site.segment(place).map(|(id, _)| id));
            inside = opened.saturating_sub(1);
        }
        Kind::Fixed(value) => map.insert("op", if value == UNKNOWN { "unknown" } else { "constant" }),
        Kind::Shows(_) | Kind::Part(_) => {
            return children.first().map_or(Value::Null, |child| branch(*child, here, opened, room));
        }
    }
    map.insert("result", result(node, here));
    if opened > 0 || !matches!(program.kind(node), Kind::Segment(_)) {
        let mut of = Vec::new();
        for child in children {
            let Some(left) = room.checked_sub(1) else { break };
            *room = left;
            of.push(branch(*child, here, inside, room));
        }
        if !children.is_empty() {
            map.insert("of", Value::List(of));
        }
    }
    Value::Map(map)
}

fn result(node: u32, here: &Here) -> Value {
    match here.values.get(node as usize) {
        Some(&TRUE) => true.into(),
        Some(&FALSE) => false.into(),
        // Neither it nor its opposite holds.
        _ => Value::Null,
    }
}

/// A leaf: what it reads, what it finds, what it asks, what comes out.
fn leaf_map(leaf: &Leaf, here: &Here) -> Value {
    let mut map = Map::new();
    let path = |fact: u32| here.site.program().facts.get(fact as usize);
    match leaf {
        Leaf::Fact { fact, tests } => {
            let fact = path(*fact);
            map.insert("path", fact.map(|fact| fact.path.as_str()));
            let value = fact.map_or(Value::Null, |fact| fact.read(here));
            tests::put(&mut map, tests, &value, here);
        }
        Leaf::Score { score, member, tests } => {
            let name = here.site.rules().scores.get(*score as usize).map_or("", |score| score.name.as_str());
            map.insert("path", ["scores.", name, ".", member].concat());
            tests::put(&mut map, tests, &scores::member(*score, member, here.now, here).into(), here);
        }
        Leaf::Events { matcher, events } => {
            map.insert("op", "$events");
            map.insert("compute", aggregate(events.aggregate));
            called(&mut map, &[*matcher], here);
            match events.within {
                Within::Last(length) => map.insert("within", length),
                Within::Session => map.insert("within", "session"),
                Within::Page => map.insert("within", "page"),
                Within::Ever => {}
            }
            let value = windows::value(events, here.matches.of(*matcher), here).unwrap_or(Value::Null);
            tests::put(&mut map, &events.tests, &value, here);
            exactness(&mut map, reach(events, here), &[*matcher], here);
        }
        Leaf::Since { matcher, first, tests } => {
            map.insert("op", "$since");
            map.insert("of", if *first { "first" } else { "last" });
            called(&mut map, &[*matcher], here);
            let value = leaf::since(here.matches, *matcher, *first, here.now);
            // Never is said as null: JSON has no infinity.
            let shown = if value.is_finite() { value.into() } else { Value::Null };
            tests::put(&mut map, tests, &value.into(), here);
            map.insert("value", shown);
            exactness(&mut map, Millis::MIN, &[*matcher], here);
        }
        Leaf::Sequence { steps, within, inside } => {
            map.insert("op", "$sequence");
            map.insert("value", sequence::newest(steps, *within, here));
            let matchers: Vec<u32> = steps.iter().map(|(matcher, _)| *matcher).collect();
            called(&mut map, &matchers, here);
            exactness(
                &mut map,
                if *inside > 0 { here.now.saturating_sub(*inside) } else { Millis::MIN },
                &matchers,
                here,
            );
        }
        Leaf::Rank { score, top, is } => {
            map.insert("op", "$rank");
            let names = scores::strongest(*score, here).into_iter().take(*top as usize).map(|(_, name)| name);
            map.insert("value", Value::List(names.map(Value::Str).collect()));
            map.insert("operand", is.as_str());
        }
        Leaf::Time(_) => map.insert("op", "$time"),
        Leaf::Anniversary { fact, .. } => {
            map.insert("op", "$anniversary");
            map.insert("path", path(*fact).map(|fact| fact.path.as_str()));
            map.insert("value", path(*fact).map(|fact| fact.read(here)).unwrap_or_default());
        }
    }
    let truth = leaf::truth(leaf, here);
    map.insert("result", if truth == UNKNOWN { Value::Null } else { (truth == TRUE).into() });
    if let Some(at) = leaf::next(leaf, here) {
        map.insert("until", at);
    }
    Value::Map(map)
}

/// What the events that count are called, as far as that is known.
fn called(map: &mut Map, matchers: &[u32], here: &Here) {
    let known = matchers.iter().filter_map(|matcher| here.site.program().matchers.get(*matcher as usize));
    let labels = known.flat_map(|matcher| matcher.labels.iter().flatten());
    map.insert("events", Value::List(labels.map(|label| label.as_str().into()).collect()));
}

/// From which instant on the history must be whole for an answer.
fn reach(events: &Events, here: &Here) -> Millis {
    let profile = here.known.map(|known| known.profile);
    match events.within {
        Within::Last(length) => here.now.saturating_sub(events.before).saturating_sub(length),
        Within::Ever => Millis::MIN,
        Within::Session => {
            profile.and_then(|p| p.sessions.current(here.now)).map_or(here.now, |session| session.start.0)
        }
        Within::Page => here.view.max(profile.and_then(|p| p.history.newest_page()).map_or(Millis::MIN, |page| page.0)),
    }
}

/// Says so where events had to go, or were not kept yet, that the answer would have needed.
fn exactness(map: &mut Map, from: Millis, matchers: &[u32], here: &Here) {
    let Some(known) = here.known else { return };
    let mut since = known.profile.history.floor().map_or(Millis::MIN, |(floor, _)| floor);
    for matcher in matchers.iter().filter_map(|matcher| here.site.program().matchers.get(*matcher as usize)) {
        for label in matcher.labels.as_deref().unwrap_or(&[String::new()]) {
            since = since.max(known.kept.known_since(label, here.now));
        }
    }
    if since > from {
        map.insert("exact", false);
        map.insert("since", since);
    }
}

fn aggregate(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Count => "count",
        Aggregate::Sum => "sum",
        Aggregate::Avg => "avg",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
        Aggregate::Distinct => "distinct",
    }
}
