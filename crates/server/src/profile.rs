//! The profile: a fold over everything known of the person behind a visitor. Rows, never totals.

use std::collections::BTreeMap;

use vitrine_core::profile::traits::VISITOR;
use vitrine_wire::http::{OfferRow, OrderRow, ProfileRows, TraitRow};

use crate::db::{OfferFact, OrderFact, Person, TraitFact};
use crate::preferences;
use crate::site::Site;

/// For each trait, its sources from the strongest to the weakest, as the site file says.
pub type Sources = BTreeMap<String, Vec<String>>;

/// Folds a person's facts.
pub fn fold(person: &Person, site: &Site) -> ProfileRows {
    ProfileRows {
        version: person.version,
        unit: person.unit.clone(),
        traits: traits(&person.traits, &site.sources),
        orders: orders(&person.orders),
        offers: offers(&person.offers),
        channels: preferences::facts(site, &person.preferences),
        touches: Vec::new(),
    }
}

fn traits(facts: &[TraitFact], sources: &Sources) -> BTreeMap<String, TraitRow> {
    let strength = |fact: &TraitFact| {
        let order = sources.get(&fact.name).map(Vec::as_slice).unwrap_or_default();
        let place = order.iter().position(|source| *source == fact.source).unwrap_or(order.len());
        (std::cmp::Reverse(place), fact.at)
    };
    // As the engine has it: a correction counts before any other source, until the visitor says something newer.
    let corrected = |name: &str| facts.iter().filter(|f| f.name == name && f.source == VISITOR).map(|f| f.at).max();
    let says = |fact: &TraitFact| [VISITOR, "form", "account"].contains(&fact.source.as_str());
    let mut best: BTreeMap<&str, &TraitFact> = BTreeMap::new();
    for fact in facts {
        if corrected(&fact.name).is_some_and(|at| fact.at < at || !says(fact)) {
            continue;
        }
        let held = best.entry(&fact.name).or_insert(fact);
        if strength(fact) > strength(held) {
            *held = fact;
        }
    }
    let row = |fact: &TraitFact| TraitRow {
        value: serde_json::from_str(&fact.value).unwrap_or_default(),
        source: fact.source.clone(),
        at: fact.at,
    };
    best.into_iter().map(|(name, fact)| (name.to_owned(), row(fact))).collect()
}

/// What several nodes know of one order is one order: completed when first said so, worth what the site's server says before
/// what a page says, ended by the first ending.
fn orders(facts: &[OrderFact]) -> Vec<OrderRow> {
    let mut by_id: BTreeMap<&str, Vec<&OrderFact>> = BTreeMap::new();
    for fact in facts {
        by_id.entry(&fact.id).or_default().push(fact);
    }
    let row = |(id, mut known): (&str, Vec<&OrderFact>)| {
        known.sort_by_key(|fact| (!fact.vouched, fact.completed.unwrap_or(i64::MAX)));
        let ending = known.iter().filter_map(|fact| Some((fact.ended?, fact.state.as_str()))).min();
        let completed = known.iter().filter_map(|fact| fact.completed).min();
        let at = completed.or(ending.map(|(at, _)| at))?;
        let value = known.iter().find_map(|fact| fact.value);
        let state = ending.map_or("completed", |(_, state)| state).to_owned();
        Some(OrderRow { id: id.to_owned(), at, value, state })
    };
    let mut rows: Vec<OrderRow> = by_id.into_iter().filter_map(row).collect();
    rows.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    rows
}

/// The furthest state; of two at the same step, the first in time.
fn offers(facts: &[OfferFact]) -> Vec<OfferRow> {
    let mut best: BTreeMap<&str, &OfferFact> = BTreeMap::new();
    for fact in facts {
        let held = best.entry(&fact.id).or_insert(fact);
        if (fact.rank, std::cmp::Reverse(fact.at)) > (held.rank, std::cmp::Reverse(held.at)) {
            *held = fact;
        }
    }
    let row = |fact: &OfferFact| OfferRow { id: fact.id.clone(), state: fact.state.clone(), at: fact.at };
    best.into_values().map(row).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn order(
        id: &str,
        vouched: bool,
        completed: Option<i64>,
        value: Option<f64>,
        ended: Option<i64>,
        state: &str,
    ) -> OrderFact {
        OrderFact { id: id.into(), vouched, completed, value, ended, state: state.into() }
    }

    #[test]
    fn one_order_known_twice_is_one_order() {
        let rows = orders(&[
            order("o2", false, Some(5), Some(1.0), None, "completed"),
            order("o1", false, Some(20), Some(9.0), None, "completed"),
            order("o1", true, Some(30), Some(10.0), None, "completed"),
            order("o1", true, None, None, Some(40), "refunded"),
            order("o1", false, None, None, Some(50), "cancelled"),
            order("o3", false, None, None, Some(60), "cancelled"),
        ]);
        let seen: Vec<_> = rows.iter().map(|r| (r.id.as_str(), r.at, r.value, r.state.as_str())).collect();
        assert_eq!(
            seen,
            [("o2", 5, Some(1.0), "completed"), ("o1", 20, Some(10.0), "refunded"), ("o3", 60, None, "cancelled")]
        );
    }

    #[test]
    fn what_the_visitor_corrects_counts_first() {
        let fact = |source: &str, at| TraitFact {
            name: "city".into(),
            value: format!("\"{source} {at}\""),
            source: source.into(),
            at,
        };
        let sources = Sources::from([("city".into(), vec!["crm".into(), "form".into()])]);
        let city = |facts: &[TraitFact]| traits(facts, &sources)["city"].value.as_str().unwrap().to_owned();
        assert_eq!(city(&[fact("crm", 9), fact("visitor", 5), fact("form", 4)]), "visitor 5");
        assert_eq!(city(&[fact("crm", 9), fact("visitor", 5), fact("form", 6)]), "form 6");
        assert_eq!(city(&[fact("crm", 9), fact("form", 4)]), "crm 9");
    }

    #[test]
    fn traits_follow_their_source_then_time() {
        let fact = |name: &str, value: &str, source: &str, at| TraitFact {
            name: name.into(),
            value: value.into(),
            source: source.into(),
            at,
        };
        let sources = Sources::from([("email".into(), vec!["account".into(), "form".into()])]);
        let rows = traits(
            &[
                fact("email", "\"a\"", "account", 1),
                fact("email", "\"f\"", "form", 9),
                fact("email", "\"x\"", "other", 10),
                fact("city", "\"old\"", "account", 1),
                fact("city", "\"new\"", "form", 2),
                fact("plan", "\"said\"", "visitor", 1),
                fact("plan", "\"gold\"", "crm", 9),
            ],
            &sources,
        );
        assert_eq!(rows["email"].value.as_str(), Some("a"));
        assert_eq!(rows["city"].value.as_str(), Some("new"));
        assert_eq!(rows["plan"].value.as_str(), Some("said"), "a correction wins");
    }

    #[test]
    fn an_offer_ends_once() {
        let fact = |rank, state: &str, at| OfferFact { id: "w".into(), rank, state: state.into(), at };
        let rows =
            offers(&[fact(1, "clicked", 9), fact(2, "dismissed", 8), fact(2, "consumed", 7), fact(0, "shown", 1)]);
        assert_eq!((rows[0].state.as_str(), rows[0].at), ("consumed", 7));
    }
}
