//! Which leaf decided, and how few would have to be otherwise.

use super::tests::written;
use crate::segments::leaf::Leaf;
use crate::segments::program::{FALSE, Kind, TRUE};
use crate::segments::world::Here;
use vitrine_wire::{Map, Test, Value};

/// More changes than these are no small change.
const MOST: usize = 20;
/// Deeper is not looked.
const DEEP: u32 = 64;

/// The first leaf that the answer hangs on.
pub fn decider<'a>(node: u32, here: &Here<'a>) -> Option<&'a Leaf> {
    let program = here.site.program();
    let mut node = node;
    loop {
        if let Kind::Leaf(leaf) = program.kind(node) {
            return program.leaves.get(leaf as usize);
        }
        let children = program.children(node);
        let against = children.iter().find(|child| !speaks_for(node, **child, here));
        node = *against.or(children.first())?;
    }
}

/// Whether a child is as its parent wants every child to be.
fn speaks_for(parent: u32, child: u32, here: &Here) -> bool {
    let wanted =
        if matches!(here.site.program().kind(parent), Kind::Every { invert: true, .. }) { FALSE } else { TRUE };
    here.values.get(child as usize) == Some(&wanted)
}

/// The fewest leaves that, were they otherwise, would turn the answer: null where nothing can.
pub fn smallest(node: u32, here: &Here) -> Value {
    let mut known = vec![None; here.site.program().nodes.len()];
    let Some(leaves) = fewest(node, here, DEEP, &mut known) else { return Value::Null };
    Value::List(leaves.into_iter().map(|leaf| wanted(leaf, here)).collect())
}

/// The leaves of a node, or that nothing turns it; none before it is known.
type Known = Option<Option<Vec<u32>>>;

/// Each node is looked at once, however many others share it.
fn fewest(node: u32, here: &Here, deep: u32, known: &mut [Known]) -> Option<Vec<u32>> {
    if let Some(Some(found)) = known.get(node as usize) {
        return found.clone();
    }
    let found = search(node, here, deep.checked_sub(1)?, known);
    if let Some(place) = known.get_mut(node as usize) {
        *place = Some(found.clone());
    }
    found
}

fn search(node: u32, here: &Here, deep: u32, known: &mut [Known]) -> Option<Vec<u32>> {
    let program = here.site.program();
    match program.kind(node) {
        Kind::Leaf(_) => return Some(vec![node]),
        Kind::Fixed(_) => return None,
        _ => {}
    }
    let children = program.children(node);
    let against: Vec<u32> = children.iter().copied().filter(|child| !speaks_for(node, *child, here)).collect();
    if against.is_empty() {
        // All are as they should be: one that is not is enough.
        let mut best: Option<Vec<u32>> = None;
        for child in children {
            let other = fewest(*child, here, deep, known);
            if other.as_ref().is_some_and(|other| best.as_ref().is_none_or(|best| other.len() < best.len())) {
                best = other;
            }
        }
        return best;
    }
    let mut all = Vec::new();
    for child in against {
        for leaf in fewest(child, here, deep, known)? {
            if !all.contains(&leaf) {
                all.push(leaf);
            }
        }
        if all.len() > MOST {
            return None;
        }
    }
    Some(all)
}

/// What a leaf would have to be.
fn wanted(node: u32, here: &Here) -> Value {
    let program = here.site.program();
    let Kind::Leaf(number) = program.kind(node) else { return Value::Null };
    let Some(leaf) = program.leaves.get(number as usize) else { return Value::Null };
    let Value::Map(mut map) = super::leaf_map(leaf, here) else { return Value::Null };
    let holds = map.get("result") == Some(&true.into());
    let tests: &[Test] = match leaf {
        Leaf::Fact { tests, .. } | Leaf::Score { tests, .. } | Leaf::Since { tests, .. } => tests,
        Leaf::Events { events, .. } => &events.tests,
        _ => &[],
    };
    let wish = if tests.is_empty() { (!holds).into() } else { written(tests) };
    let mut out = Map::new();
    for name in ["op", "path", "value", "compute", "events", "within", "of", "until"] {
        if let Some(value) = map.remove(name) {
            out.insert(name, value);
        }
    }
    let wish = if holds && !tests.is_empty() { Map::of("$not", wish).into() } else { wish };
    out.insert("wanted", wish);
    Value::Map(out)
}
