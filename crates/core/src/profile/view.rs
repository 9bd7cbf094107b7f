//! The profile as its visitor may read it.

use super::facts::Known;
use super::traits::{OUT, Trait};
use vitrine_wire::{Map, Value};

const SESSION: [&str; 3] = ["number", "pages", "duration"];
const TOUCH: [&str; 4] = ["campaign", "source", "channel", "seen"];
const CART: [&str; 4] = ["value", "items", "categories", "updated"];
const ORDERS: [&str; 4] = ["count", "value", "average", "last"];

/// Everything known, with where traits come from. Instants are milliseconds since the Unix epoch.
pub fn all(known: &Known) -> Value {
    let mut map = Map::new();
    map.insert("traits", traits(known));
    map.insert("optedOut", Value::List(opted_out(known)));
    for (root, names) in
        [("session", &SESSION[..]), ("first", &TOUCH), ("last", &TOUCH), ("cart", &CART), ("orders", &ORDERS)]
    {
        let mut facts = Map::new();
        for name in names {
            if let Some(value) = known.fact(root, name) {
                facts.insert(name, value.into_owned());
            }
        }
        map.insert(root, facts);
    }
    let mut offers = Map::new();
    for known_by in [&known.profile.offers, &known.kept.offers] {
        for id in known_by.ids() {
            if let Some((state, at)) = known.offer_state(id) {
                offers.insert(id, two("state", state.as_str().into(), "at", at.into()));
            }
        }
    }
    map.insert("offers", offers);
    let mut forms = Map::new();
    for id in known.profile.forms.ids() {
        if let Some(state) = known.profile.forms.state(id) {
            forms.insert(id, state);
        }
    }
    map.insert("forms", forms);
    let user = known.profile.user.as_ref().map(|(_, user, _)| user.as_str());
    map.insert("identity", two("level", known.level().into(), "user", user.into()));
    let mut counters = Map::new();
    for (name, count, last) in known.profile.forms.counters() {
        counters.insert(name, two("count", (*count).into(), "last", (*last).into()));
    }
    map.insert("counters", counters);
    let mut history = Vec::new();
    for past in known.profile.history.all() {
        let mut one = Map::new();
        one.insert("at", past.key.0);
        one.insert("type", past.kind.as_str());
        one.insert("name", past.name.as_str());
        one.insert("properties", past.properties.clone());
        one.insert("context", past.context.clone());
        history.push(Value::Map(one));
    }
    map.insert("history", Value::List(history));
    Value::Map(map)
}

fn traits(known: &Known) -> Map {
    let mut map = Map::new();
    for rows in [&known.profile.traits, &known.kept.traits] {
        for row in rows.rows().iter().filter(|row| !row.name.starts_with(OUT)) {
            if let Some(row) = known.row(&row.name) {
                map.insert(&row.name, one(row));
            }
        }
    }
    map
}

/// The segments that the visitor wants to be left out of.
fn opted_out(known: &Known) -> Vec<Value> {
    let mut out = Map::new();
    for rows in [&known.profile.traits, &known.kept.traits] {
        for id in rows.rows().iter().filter_map(|row| row.name.strip_prefix(OUT)) {
            if known.left_out(|| id) {
                out.insert(id, true);
            }
        }
    }
    out.iter().map(|(id, _)| id.into()).collect()
}

fn one(row: &Trait) -> Value {
    let mut map = Map::new();
    map.insert("value", row.value.clone());
    map.insert("source", row.source.as_str());
    map.insert("at", row.key.0);
    map.insert("provenance", row.provenance.as_str());
    Value::Map(map)
}

#[inline(never)]
fn two(a: &str, first: Value, b: &str, second: Value) -> Value {
    let mut map = Map::new();
    map.insert(a, first);
    map.insert(b, second);
    Value::Map(map)
}
