//! The profile as its visitor may read it.

use super::facts::Known;
use super::traits::Trait;
use vitrine_wire::{Map, Value};

const SESSION: [&str; 3] = ["number", "pages", "duration"];
const TOUCH: [&str; 4] = ["campaign", "source", "channel", "seen"];
const CART: [&str; 4] = ["value", "items", "categories", "updated"];
const ORDERS: [&str; 4] = ["count", "value", "average", "last"];

/// Everything known, with where traits come from. Instants are milliseconds since the Unix epoch.
pub fn all(known: &Known) -> Value {
    let mut map = Map::new();
    map.insert("traits", traits(known));
    for (root, names) in
        [("session", &SESSION[..]), ("first", &TOUCH), ("last", &TOUCH), ("cart", &CART), ("orders", &ORDERS)]
    {
        let facts = names.iter().filter_map(|name| Some((*name, known.fact(root, name)?.into_owned())));
        map.insert(root, facts.collect::<Map>());
    }
    let offers = known.profile.offers.ids().chain(known.kept.offers.ids());
    let state = |id| {
        let (state, at) = known.offer_state(id)?;
        Some((id, pairs([("state", state.as_str().into()), ("at", at.into())])))
    };
    map.insert("offers", offers.filter_map(state).collect::<Map>());
    let forms = known.profile.forms.ids().filter_map(|id| Some((id, known.profile.forms.state(id)?)));
    map.insert("forms", forms.collect::<Map>());
    let user = known.profile.user.as_ref().map(|(_, user, _)| user.clone());
    map.insert("identity", pairs([("level", known.level().into()), ("user", user.into())]));
    let counters = known.profile.forms.counters().iter();
    let counted = |(name, count, last): &(String, u32, i64)| {
        (name.clone(), pairs([("count", (*count).into()), ("last", (*last).into())]))
    };
    map.insert("counters", counters.map(counted).collect::<Map>());
    let history = known.profile.history.all().iter().map(|past| {
        pairs([
            ("at", past.key.0.into()),
            ("type", past.kind.as_str().into()),
            ("name", past.name.as_str().into()),
            ("properties", past.properties.clone().into()),
            ("context", past.context.clone().into()),
        ])
    });
    map.insert("history", Value::List(history.collect()));
    Value::Map(map)
}

fn traits(known: &Known) -> Map {
    let rows = known.profile.traits.rows().iter().chain(known.kept.traits.rows());
    let strongest = rows.filter_map(|row| known.row(&row.name)).map(|row| (row.name.as_str(), one(row)));
    strongest.collect()
}

fn one(row: &Trait) -> Value {
    pairs([
        ("value", row.value.clone()),
        ("source", row.source.as_str().into()),
        ("at", row.key.0.into()),
        ("provenance", row.provenance.as_str().into()),
    ])
}

fn pairs<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Map(pairs.into_iter().collect())
}
