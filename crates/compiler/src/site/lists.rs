//! Lists: which items of the site's catalogue a slot shows.

use vitrine_wire::action::List;
use vitrine_wire::bundle::{Score, ScoreKind};
use vitrine_wire::cond::encode;
use vitrine_wire::{Action, Cond};

use super::actions;
use crate::finding::{Lint, Rule};
use crate::format::experiences::{BOUGHT, LIST, LISTED_AT_MOST};
use crate::lint::Cx;
use crate::lint::cond::{self, Scope};
use crate::node::Node;

/// The event that an item is bought by.
const ORDER: &str = "Order Completed";

/// The operands of a list, where an action is one.
pub(super) fn of<'a>(action: &Node<'a>) -> Option<Node<'a>> {
    action.get("list").filter(|_| action.value.as_object().is_some_and(|members| members.len() == 1))
}

/// One list.
pub(super) fn read(node: &Node<'_>, root: &Node<'_>, cx: &mut Cx) -> Option<Action> {
    node.keys(&LIST, &mut cx.lint);
    let at = node.get("at").and_then(|n| actions::selector(&n, &mut cx.lint));
    let each = node.get("each").and_then(|n| actions::selector(&n, &mut cx.lint));
    let filter = node.get("where").map_or(Cond::And(Vec::new()), |n| cond::compile(&n, &Scope::Item, cx));
    let mut rank = Vec::new();
    for name in node.get("rank").map(|n| n.items(&mut cx.lint)).unwrap_or_default() {
        rank.extend(ranked(&name, root, cx));
    }
    let mut exclude = Vec::new();
    for name in node.get("exclude").map(|n| n.items(&mut cx.lint)).unwrap_or_default() {
        let Some(word) = name.one_of(Rule::BadValue, "the word", &[BOUGHT, List::CART], &mut cx.lint) else { continue };
        if word == BOUGHT {
            knows_orders(&name, root, cx);
        }
        exclude.push(word.to_owned());
    }
    let max = node.get("max").and_then(|n| n.whole(1..=LISTED_AT_MOST, &mut cx.lint)).unwrap_or(8).unsigned_abs();
    let Some(catalog) = root.get("catalog") else {
        let message = "there is no catalogue to list items of";
        cx.lint.error(
            Rule::Missing,
            &node.pointer,
            message,
            "say where it is, as in \"catalog\": {\"from\": \"/products.jsonl\", \"key\": \"sku\"}",
        );
        return None;
    };
    let from = catalog.get("from")?.value.as_str()?.to_owned();
    let list = List { from, key: key(root)?, each, filter: encode(&filter), rank, exclude, max };
    Some(Action::List { at, list, items: Vec::new() })
}

/// What is bought is known by the products of orders.
fn knows_orders(node: &Node<'_>, root: &Node<'_>, cx: &mut Cx) {
    let key = key(root).unwrap_or_default();
    let fix = "declare it under `events`, with the property `products`";
    match cx.events.iter().find(|event| event.name == ORDER) {
        None => {
            let message = format!("what is bought is known by the event `{ORDER}`, which is not declared");
            cx.lint.error(Rule::UnknownEvent, &node.pointer, message, fix);
        }
        Some(event) if !event.properties.iter().any(|p| p.name == "products" || p.name == key) => {
            let message = format!("the event `{ORDER}` does not say which products were bought");
            cx.lint.error(Rule::UnknownProperty, &node.pointer, message, fix);
        }
        Some(_) => {}
    }
}

/// A score family and the member of items that it is by.
fn ranked(node: &Node<'_>, root: &Node<'_>, cx: &mut Cx) -> Option<(String, String)> {
    let families = cx.scores.iter().filter(|(_, family)| *family).map(|(name, _)| name.as_str());
    let known: Vec<&str> = families.chain([List::TOGETHER]).collect();
    let name = node.one_of(Rule::UnknownFact, "the score family", &known, &mut cx.lint)?;
    if name == List::TOGETHER {
        return Some((name.into(), String::new()));
    }
    let by = root.get("scores")?.get(name)?.get("by")?.value.as_str()?;
    let Some(member) = by.strip_prefix("properties.") else {
        node.bad(
            &format!("is by `{by}`, which no item has"),
            "name a score that is by a property, such as properties.category",
            &mut cx.lint,
        );
        return None;
    };
    Some((name.into(), member.into()))
}

/// Reports what is wrong with `catalog`.
pub(super) fn catalog(root: &Node<'_>, cx: &mut Cx) {
    let Some(node) = root.get("catalog") else { return };
    node.keys(&crate::format::site::CATALOG, &mut cx.lint);
    if let Some(from) = node.need("from", &mut cx.lint)
        && let Some(text) = from.text(&mut cx.lint)
    {
        actions::address(text, &from.pointer, &mut cx.lint);
    }
    node.need("key", &mut cx.lint).and_then(|n| n.id(&mut cx.lint));
}

fn key(root: &Node<'_>) -> Option<String> {
    Some(root.get("catalog")?.get("key")?.value.as_str()?.to_owned())
}

/// The score that says what somebody has bought, where a list leaves that out: no author has to write it.
pub(super) fn bought(root: &Node<'_>, cx: &Cx) -> Option<Score> {
    let leaves_out = |list: &Node<'_>| {
        list.value
            .get("exclude")
            .and_then(|names| names.as_array())
            .is_some_and(|names| names.iter().any(|name| name == BOUGHT))
    };
    if cx.families.contains_key(BOUGHT) || !lists(root).any(|list| leaves_out(&list)) {
        return None;
    }
    let kind = ScoreKind::Family {
        by: format!("properties.{}", key(root)?),
        weights: vec![(ORDER.into(), 1.0)],
        half_life: 0,
    };
    Some(Score { name: BOUGHT.into(), kind })
}

fn lists<'a>(root: &Node<'a>) -> impl Iterator<Item = Node<'a>> {
    // Whoever reads them says what is wrong with them.
    let items = |node: Option<Node<'a>>| node.map(|n| n.items(&mut Lint::default())).unwrap_or_default();
    let variants = items(root.get("experiences")).into_iter().flat_map(move |e| items(e.get("variants")));
    variants.flat_map(move |variant| items(variant.get("actions"))).filter_map(|action| of(&action))
}
