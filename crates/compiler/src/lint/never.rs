//! Conditions that can never hold, though each of their parts may: what all parts ask of one fact, of one count of
//! events, or of a segment, taken together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;
use vitrine_wire::cond::{Aggregate, Cond, Events, Since, encode};
use vitrine_wire::{Bundle, Test};

use super::possible::{Domain, possible};
use crate::facts::{self, Fact};
use crate::finding::{Lint, Rule};
use crate::json::step;

/// More parts of one condition, those of its segments included, are not compared.
const MOST: usize = 64;

/// More bytes of what segments ask for are not compared: every condition that names a segment compares them again.
const MOST_BYTES: usize = 4 << 10;

/// The segments of a site, and which of them nobody can be in.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    /// What each asks for, in parts that are not too long to compare, with their lengths.
    segments: HashMap<&'a str, Vec<(&'a Cond, usize)>>,
    empty: HashSet<&'a str>,
}

/// A part that must hold, and the segment that asks for it.
#[derive(Clone, Copy)]
struct Part<'a> {
    cond: &'a Cond,
    through: Option<&'a str>,
}

/// What all parts ask of one thing.
struct Asked<'a> {
    what: &'a str,
    domain: Domain,
    tests: Vec<Cow<'a, Test>>,
    /// How many parts ask.
    parts: usize,
    through: Option<&'a str>,
}

/// Why a condition never holds; none where that has been said of a part already.
type Why = Option<String>;

/// Reports conditions of segments and scores that never hold.
pub(crate) fn segments<'a>(root: &Value, bundle: &'a Bundle, conds: &'a [Cond], lint: &mut Lint) -> Known<'a> {
    let mut known = Known::default();
    let listed = root.get("segments");
    for (segment, cond) in bundle.segments.iter().zip(conds) {
        let id = segment.id.as_str();
        let Some(when) = listed.and_then(|list| list.get(id)?.get("when")) else { continue };
        if known.check(when, cond, &|| step(&step("/segments", id), "when"), lint) {
            known.empty.insert(id);
        }
        known.segments.insert(id, short(cond));
    }
    known
}

impl<'a> Known<'a> {
    /// Reports what never holds in a condition; whether that is the whole of it.
    pub fn check(&self, json: &Value, cond: &Cond, pointer: &dyn Fn() -> String, lint: &mut Lint) -> bool {
        let inside = self.inside(json, cond, pointer, lint);
        let clash = self.clash(cond, None);
        if let Some(Some(why)) = &clash {
            lint.warning(Rule::Contradiction, &pointer(), why, "change one of the two, or combine them with `$or`");
        }
        inside || clash.is_some()
    }

    /// Whether a part of a conjunction never holds for reasons of its own.
    fn inside(&self, json: &Value, cond: &Cond, pointer: &dyn Fn() -> String, lint: &mut Lint) -> bool {
        let Some(members) = json.as_object() else { return false };
        let parts = match cond {
            Cond::And(parts) if members.len() != 1 => parts.as_slice(),
            _ => std::slice::from_ref(cond),
        };
        let mut never = false;
        for ((key, value), part) in members.iter().zip(parts) {
            let here = || step(&pointer(), key);
            let items = || value.as_array().into_iter().flatten().enumerate();
            let below = |path: &[&str]| path.iter().fold(here(), |pointer, key| step(&pointer, key));
            match part {
                Cond::And(list) => {
                    for ((at, item), cond) in items().zip(list) {
                        never |= self.inside(item, cond, &|| below(&[&at.to_string()]), lint);
                    }
                }
                Cond::Or(list) | Cond::Nor(list) => {
                    let mut left = list.len();
                    for ((at, item), cond) in items().zip(list) {
                        left -= usize::from(self.check(item, cond, &|| below(&[&at.to_string()]), lint));
                    }
                    never |= left == 0 && !list.is_empty() && matches!(part, Cond::Or(_));
                }
                Cond::Not(inner) => drop(self.check(value, inner, &here, lint)),
                Cond::Segment(id) => never |= self.empty.contains(id.as_str()),
                Cond::Events(events) => {
                    if let Some(matching) = value.get("where") {
                        self.check(matching, &events.matching, &|| below(&["where"]), lint);
                    }
                }
                Cond::Since(since) => {
                    let key = if since.first { "first" } else { "last" };
                    if let Some(matching) = value.get(key) {
                        self.check(matching, &since.matching, &|| below(&[key]), lint);
                    }
                }
                Cond::Sequence(sequence) => {
                    let steps = value.get("steps").and_then(Value::as_array).into_iter().flatten().enumerate();
                    for ((at, json), (cond, _)) in steps.zip(&sequence.steps) {
                        if let Some(matching) = json.get("where") {
                            let pointer = || below(&["steps", &at.to_string(), "where"]);
                            never |= self.check(matching, cond, &pointer, lint);
                        }
                    }
                }
                _ => {}
            }
        }
        never
    }

    /// Whether the parts of a condition, and the opposite of another, exclude each other.
    pub fn clash(&self, cond: &Cond, opposite: Option<&Cond>) -> Option<Why> {
        // A test alone is passed by something, and a segment alone has been looked at.
        let alone = match cond {
            Cond::Fact { tests, .. } => tests.len() < 2,
            Cond::Segment(_) => true,
            _ => false,
        };
        if alone && opposite.is_none() {
            return None;
        }
        let parts = self.parts(cond, true);
        let mut asked: BTreeMap<Vec<u8>, Asked<'_>> = BTreeMap::new();
        let mut refused: Vec<(&Cond, Option<&str>)> = opposite.map(|cond| (cond, None)).into_iter().collect();
        for Part { cond, through } in &parts {
            match cond {
                Cond::Not(inner) => refused.push((inner, *through)),
                Cond::Nor(list) => refused.extend(list.iter().take(MOST).map(|cond| (cond, *through))),
                _ => ask(cond, false, *through, &mut asked),
            }
        }
        refused.truncate(MOST);
        let mut open = refused.clone();
        while let Some((cond, through)) = open.pop() {
            match cond {
                // That none of them holds is asked of each.
                Cond::Or(list) if !list.is_empty() => {
                    let more = list.iter().take(MOST - refused.len()).map(|cond| (cond, through));
                    open.extend(more.clone());
                    refused.extend(more);
                }
                _ => ask(cond, true, through, &mut asked),
            }
        }
        for asked in asked.values() {
            let tests: Vec<&Test> = asked.tests.iter().map(AsRef::as_ref).collect();
            if !possible(&tests, asked.domain) {
                let said = asked.parts == 1 && (asked.through.is_some() || !possible(&tests, Domain::Any));
                let with = asked.through.map(|id| format!(", the segment `{id}` included")).unwrap_or_default();
                return Some(
                    (!said).then(|| format!("no value of {} can be all that is asked here{with}", asked.what)),
                );
            }
        }
        if refused.is_empty() {
            return None;
        }
        let held: BTreeSet<Vec<u8>> = parts.iter().flat_map(|part| atoms(part.cond)).collect();
        let both =
            |cond: &Cond| self.parts(cond, false).iter().flat_map(|part| atoms(part.cond)).all(|a| held.contains(&a));
        let (_, through) = refused.into_iter().find(|(cond, _)| both(cond))?;
        let with = through.map(|id| format!(", the segment `{id}` included")).unwrap_or_default();
        Some(Some(format!("the same condition must hold and must not{with}")))
    }

    /// What must hold if the condition does, in single tests as bytes. With `deep`, also what its segments ask for.
    pub fn atoms(&self, cond: &Cond, deep: bool) -> BTreeSet<Vec<u8>> {
        self.parts(cond, deep).iter().flat_map(|part| atoms(part.cond)).collect()
    }

    fn parts<'c>(&'c self, cond: &'c Cond, deep: bool) -> Vec<Part<'c>> {
        let mut parts = Vec::new();
        let mut open = vec![Part { cond, through: None }];
        let mut seen = HashSet::new();
        let mut left = MOST_BYTES;
        while let Some(part) = open.pop() {
            match part.cond {
                Cond::And(list) => open.extend(list.iter().rev().map(|cond| Part { cond, ..part })),
                Cond::Segment(id) if deep && parts.len() < MOST => {
                    parts.push(part);
                    let inner = self.segments.get(id.as_str()).filter(|_| !self.empty.contains(id.as_str()));
                    let through = part.through.or(Some(id));
                    for (cond, length) in inner.filter(|_| seen.insert(id)).into_iter().flatten().rev() {
                        if let Some(rest) = left.checked_sub(*length) {
                            left = rest;
                            open.push(Part { cond, through });
                        }
                    }
                }
                _ if deep && parts.len() >= MOST => return parts,
                _ => parts.push(part),
            }
        }
        parts
    }
}

/// The first parts of a condition that are not too long to compare.
fn short(cond: &Cond) -> Vec<(&Cond, usize)> {
    let mut open = vec![cond];
    let mut parts = Vec::new();
    while let Some(cond) = open.pop().filter(|_| parts.len() < MOST) {
        match cond {
            Cond::And(list) => open.extend(list.iter().rev()),
            _ => parts.push((cond, encode(cond).len())),
        }
    }
    parts.retain(|(_, length)| *length <= MOST_BYTES);
    parts
}

/// A condition in single tests, as bytes.
fn atoms(cond: &Cond) -> Vec<Vec<u8>> {
    match cond {
        Cond::Fact { path, tests } if tests.len() > 1 => {
            tests.iter().map(|test| encode(&Cond::Fact { path: path.clone(), tests: vec![test.clone()] })).collect()
        }
        _ => vec![encode(cond)],
    }
}

/// Adds what a part asks, or the opposite of it.
fn ask<'a>(cond: &'a Cond, opposite: bool, through: Option<&'a str>, to: &mut BTreeMap<Vec<u8>, Asked<'a>>) {
    let (key, what, domain, tests) = match cond {
        Cond::Fact { path, tests } => {
            let domain = match facts::visitor(path) {
                Fact::Known(vitrine_wire::bundle::PropertyKind::Number) if !path.starts_with("context.") => {
                    Domain::Number
                }
                _ => Domain::Any,
            };
            (encode(&Cond::Fact { path: path.clone(), tests: Vec::new() }), path.as_str(), domain, tests)
        }
        Cond::Events(events) => {
            let domain = match events.aggregate {
                // There may be nothing to compute it of: then the leaf is false, its opposite true, whatever is asked.
                aggregate if opposite && aggregate != Aggregate::Count => return,
                Aggregate::Count | Aggregate::Distinct => Domain::Count,
                _ => Domain::Number,
            };
            let bare = Events { tests: Vec::new(), ..(**events).clone() };
            (encode(&Cond::Events(bare.into())), "`$events`", domain, &events.tests)
        }
        Cond::Since(since) => {
            let bare = Since { tests: Vec::new(), ..(**since).clone() };
            (encode(&Cond::Since(bare.into())), "`$since`", Domain::Time, &since.tests)
        }
        _ => return,
    };
    let asked = to.entry(key).or_insert_with(|| Asked { what, domain, tests: Vec::new(), parts: 0, through: None });
    asked.parts += 1;
    asked.through = asked.through.or(through);
    if opposite {
        asked.tests.push(Cow::Owned(Test::Not(tests.clone())));
    } else {
        asked.tests.extend(tests.iter().map(Cow::Borrowed));
    }
}
