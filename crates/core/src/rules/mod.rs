//! Conditions: what holds for a world of facts (docs/rules.md).

mod fold;
pub mod js;
mod number;
mod ops;
mod regex;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use vitrine_wire::{Cond, Test, Value};

/// Everything a condition can ask.
pub trait World {
    /// The fact at a dotted path; none reads as null.
    fn fact(&self, path: &str) -> Option<Cow<'_, Value>>;
    /// A saved group.
    fn group(&self, name: &str) -> Option<&[Value]>;
    /// Hears that a text was too long for a pattern, which then does not match.
    fn overlong(&self) {}
}

/// Whether a condition holds.
pub fn holds(cond: &Cond, world: &dyn World) -> bool {
    eval(cond, world) == Some(true)
}

/// Whether a value passes every test: true, false, or not known. A missing value is null.
pub fn all(tests: &[Test], value: &Value, world: &dyn World) -> Option<bool> {
    ops::all(tests, value, world)
}

/// The value at a dotted path of own members; items of arrays by index.
pub fn lookup<'a>(root: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(root, |here, key| match here {
        Value::Map(map) => map.get(key),
        Value::List(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// True, false, or not known: a part written by a newer compiler must not match even when it is negated.
fn eval(cond: &Cond, world: &dyn World) -> Option<bool> {
    match cond {
        Cond::And(list) => every(list.iter().map(|c| eval(c, world))),
        Cond::Or(list) => or(list, world),
        Cond::Nor(list) => or(list, world).map(|b| !b),
        Cond::Not(inner) => eval(inner, world).map(|b| !b),
        Cond::Fact { path, tests } => {
            let fact = world.fact(path);
            ops::all(tests, fact.as_deref().unwrap_or(&Value::Null), world)
        }
        // Forms of the visitor's own conditions, which are a network's leaves: no event and no item has them.
        _ => None,
    }
}

/// The published semantics: an empty `$or` is true.
fn or(list: &[Cond], world: &dyn World) -> Option<bool> {
    if list.is_empty() {
        return Some(true);
    }
    every(list.iter().map(|c| eval(c, world).map(|b| !b))).map(|none| !none)
}

/// False if one is false, else unknown if one is unknown, else true.
fn every(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for result in results {
        match result {
            Some(false) => return Some(false),
            None => known = None,
            Some(true) => {}
        }
    }
    known
}

/// An array's item as a world of its own, for `$elemMatch`.
struct Item<'a> {
    value: &'a Value,
    outer: &'a dyn World,
}

impl World for Item<'_> {
    fn fact(&self, path: &str) -> Option<Cow<'_, Value>> {
        lookup(self.value, path).map(Cow::Borrowed)
    }
    fn group(&self, name: &str) -> Option<&[Value]> {
        self.outer.group(name)
    }
    fn overlong(&self) {
        self.outer.overlong();
    }
}
