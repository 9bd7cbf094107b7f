//! Conditions of a site file, straight from their JSON.

use std::borrow::Cow;

use serde_json::{Value, json};
use vitrine_core::rules::{self, World};

use super::visit::Moment;
use super::{members, text};

/// How near to a threshold a score may be before rounding decides, relative.
pub(super) const NEAR: f64 = 1e-9;

impl Moment<'_> {
    /// Whether a condition holds now.
    pub fn holds(&self, condition: &Value) -> bool {
        condition.as_object().into_iter().flatten().all(|(key, value)| self.part(key, value))
    }

    fn part(&self, key: &str, value: &Value) -> bool {
        let items = || value.as_array().into_iter().flatten();
        let any = || items().next().is_none() || items().any(|item| self.holds(item));
        match key {
            "$and" => items().all(|item| self.holds(item)),
            "$or" => any(),
            "$nor" => !any(),
            "$not" => !self.holds(value),
            "$segment" => value.as_str().is_some_and(|id| self.inside(id)),
            "$events" => self.events(value),
            "$sequence" => self.sequence(value),
            "$since" => self.since(value),
            "$rank" => self.rank(value),
            "$time" => self.time(value),
            "$anniversary" => self.anniversary(value),
            path => self.fact_is(path, value),
        }
    }

    /// Whether the visitor is in a segment.
    pub fn inside(&self, id: &str) -> bool {
        let found = members(self.site, "segments").find(|(name, _)| *name == id);
        self.known && found.and_then(|(_, segment)| segment.get("when")).is_some_and(|when| self.holds(when))
    }

    fn fact_is(&self, path: &str, tests: &Value) -> bool {
        let fact = self.fact(path).unwrap_or(Value::Null);
        let holds = passes(&fact, tests, self);
        if path.starts_with("scores.")
            && let Some(score) = fact.as_f64()
        {
            let near = [score * (1.0 - NEAR), score * (1.0 + NEAR)];
            if near.into_iter().any(|other| passes(&json!(other), tests, self) != holds) {
                self.close.set(true);
            }
        }
        holds
    }

    fn group(&self, name: &str) -> Option<Vec<vitrine_wire::Value>> {
        let (_, items) = members(self.site, "groups").find(|(known, _)| *known == name)?;
        Some(items.as_array()?.iter().map(vitrine_compiler::value).collect())
    }
}

/// Whether a value passes published operators.
pub(super) fn passes(value: &Value, tests: &Value, moment: &Moment<'_>) -> bool {
    let facts = vitrine_compiler::value(&json!({"it": value}));
    rules::holds(&vitrine_compiler::condition(&json!({"it": tests})), &Alone { facts: &facts, groups: &groups(moment) })
}

/// Whether an event of the past matches a `where`.
pub(super) fn matches(event: &super::visit::Entry, condition: &Value, moment: &Moment<'_>) -> bool {
    all_that_match(&[event], condition, moment).len() == 1
}

/// The events that match a `where`.
pub(super) fn all_that_match<'e>(
    events: &[&'e super::visit::Entry],
    condition: &Value,
    moment: &Moment<'_>,
) -> Vec<&'e super::visit::Entry> {
    let (condition, groups) = (vitrine_compiler::condition(condition), groups(moment));
    let fits = |event: &&&super::visit::Entry| rules::holds(&condition, &Alone { facts: &event.told, groups: &groups });
    events.iter().filter(fits).copied().collect()
}

fn groups(moment: &Moment<'_>) -> Vec<(String, Vec<vitrine_wire::Value>)> {
    members(moment.site, "groups").filter_map(|(name, _)| Some((name.to_owned(), moment.group(name)?))).collect()
}

impl super::visit::Entry {
    /// What a `where` may read of an event.
    pub fn facts(&self) -> Value {
        let track = self.kind == "track";
        let properties = if self.kind == "identify" { json!({}) } else { self.data.clone() };
        let mut facts = json!({"type": self.kind, "properties": properties, "context": self.context});
        if let Some(facts) = facts.as_object_mut() {
            facts.insert((if track { "event" } else { "name" }).into(), json!(self.name));
        }
        facts
    }

    /// A number among the properties, by the first name that has one.
    pub fn number(&self, names: &[&str]) -> Option<f64> {
        names.iter().find_map(|name| super::number(&self.data, name))
    }

    /// A text among the properties, or empty.
    pub fn text(&self, name: &str) -> &str {
        text(&self.data, name)
    }
}

/// A world of one object.
struct Alone<'a> {
    facts: &'a vitrine_wire::Value,
    groups: &'a [(String, Vec<vitrine_wire::Value>)],
}

impl World for Alone<'_> {
    fn fact(&self, path: &str) -> Option<Cow<'_, vitrine_wire::Value>> {
        self.facts.at(path).map(Cow::Borrowed)
    }

    fn group(&self, name: &str) -> Option<&[vitrine_wire::Value]> {
        self.groups.iter().find(|(known, _)| known == name).map(|(_, items)| items.as_slice())
    }
}
