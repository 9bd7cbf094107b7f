//! What if a fact were otherwise: the facts that conditions read, and how they are made to read something else. Nothing of
//! this is in a page: only replicas suppose.

use super::leaf::Leaf;
use super::program::{Kind, Program};
use super::scores;
use super::sources::{Fact, Group};
use super::world::Here;
use vitrine_wire::bundle::Score;
use vitrine_wire::{Map, Value};

/// The member of the page's context where supposed values stand, each under the number of its fact.
pub const ROOT: &str = "$supposed";

/// Lets a fact be read from [`ROOT`]. Answers the member there; none where no condition reads the fact.
pub fn redirect(program: &mut Program, path: &str, scores: &[Score]) -> Option<String> {
    let number = match program.facts.iter().position(|fact| fact.path == path) {
        Some(number) => number,
        None => {
            // A member of a family of scores has no fact of its own until now.
            let number = program.facts.len();
            let mut found = false;
            for leaf in &mut program.leaves {
                let Leaf::Score { score, member, tests } = leaf else { continue };
                if scored(*score, member, scores) == path {
                    *leaf = Leaf::Fact { fact: number as u32, tests: std::mem::take(tests) };
                    found = true;
                }
            }
            if !found {
                return None;
            }
            number
        }
    };
    let member = number.to_string();
    let there = ["context.", ROOT, ".", &member].concat();
    let fact = Fact { path: there, of: String::new(), group: Group::Context, scores: Vec::new() };
    match program.facts.get_mut(number) {
        Some(known) => *known = fact,
        None => program.facts.push(fact),
    }
    Some(member)
}

fn scored(score: u32, member: &str, scores: &[Score]) -> String {
    let name = scores.get(score as usize).map_or("", |score| score.name.as_str());
    ["scores.", name, ".", member].concat()
}

/// Every fact that a condition reads: `{path, value, provenance, source, readBy}`, by path.
pub fn facts(here: &Here) -> Vec<Value> {
    let program = here.site.program();
    let mut rows = Vec::new();
    for (number, fact) in (0..).zip(&program.facts) {
        let leaves = program.fact_leaves.of(number);
        rows.push((fact.path.clone(), fact.read(here), readers(leaves.iter().copied(), here)));
    }
    for (number, leaf) in (0..).zip(&program.leaves) {
        let Leaf::Score { score, member, .. } = leaf else { continue };
        let path = scored(*score, member, &here.site.rules().scores);
        if rows.iter().all(|(known, ..)| *known != path) {
            let value = scores::member(*score, member, here.now, here).into();
            rows.push((path, value, readers(std::iter::once(number), here)));
        }
    }
    rows.retain(|(_, _, readers)| !readers.is_empty());
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows.into_iter().map(|(path, value, readers)| row(&path, value, readers, here)).collect()
}

fn row(path: &str, value: Value, readers: Vec<Value>, here: &Here) -> Value {
    let mut map = Map::of("path", path);
    map.insert("value", value);
    let (provenance, source) = provenance(path, here);
    map.insert("provenance", provenance);
    map.insert("source", source);
    map.insert("readBy", Value::List(readers));
    Value::Map(map)
}

/// How a fact came to be known, and who said so.
fn provenance<'a>(path: &str, here: &Here<'a>) -> (&'static str, Option<&'a str>) {
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    match root {
        "profile" => {
            let name = rest.split('.').next().unwrap_or_default();
            here.known
                .and_then(|known| known.row(name))
                .map_or(("none", None), |row| (row.provenance.as_str(), Some(row.source.as_str())))
        }
        "context" => ("page", None),
        "consent" => ("declared", None),
        "session" | "first" | "last" | "cart" | "orders" | "offers" | "forms" | "identity" => ("observed", None),
        "scores" | "rfm" | "size" | "lifecycle" => ("inferred", None),
        _ if path == "channels.preferred" => ("inferred", None),
        _ => ("imported", None),
    }
}

/// The segments and experiences whose conditions hang on these leaves.
fn readers(leaves: impl Iterator<Item = u32>, here: &Here) -> Vec<Value> {
    let program = here.site.program();
    let mut open: Vec<u32> = leaves.filter_map(|leaf| program.leaf_nodes.get(leaf as usize).copied()).collect();
    let mut seen = vec![false; program.nodes.len()];
    while let Some(node) = open.pop() {
        if let Some(seen) = seen.get_mut(node as usize).filter(|seen| !**seen) {
            *seen = true;
            open.extend(program.parents.of(node));
        }
    }
    let reads = |node: u32| seen.get(node as usize) == Some(&true);
    // A segment and an experience may have one name.
    let mut names: Vec<&str> = Vec::new();
    for node in (0..program.nodes.len() as u32).filter(|node| reads(*node)) {
        if let Kind::Segment(place) = program.kind(node) {
            names.push(here.site.name(place));
        }
    }
    for (experience, nodes) in here.site.experiences().iter().zip(&program.experiences) {
        if nodes.all().any(reads) {
            names.push(&experience.id);
        }
    }
    crate::order::owned(&names).into_iter().map(Value::Str).collect()
}

/// A tree in which supposed facts have their own paths again, and say that they are supposed.
pub fn named(tree: &mut Value, paths: &[(String, String)]) {
    match tree {
        Value::List(items) => items.iter_mut().for_each(|item| named(item, paths)),
        Value::Map(map) => {
            let path = map.get("path").and_then(Value::as_str);
            let member = path.and_then(|path| path.strip_prefix("context.")?.strip_prefix(ROOT)?.strip_prefix('.'));
            let known = member.and_then(|member| paths.iter().find(|(known, _)| known == member));
            if let Some((_, path)) = known {
                map.insert("path", path.as_str());
                map.insert("supposed", true);
            }
            for part in ["when", "unless", "trigger", "cap", "pressure", "decided", "change", "of", "experiences"] {
                if let Some(part) = map.get_mut(part) {
                    named(part, paths);
                }
            }
        }
        _ => {}
    }
}
