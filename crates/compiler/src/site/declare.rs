//! What a site declares: events, traits, slots, saved groups, offers.

use vitrine_wire::bundle::{EventDecl, Offer, PropertyDecl, PropertyKind as Kind, SlotDecl, TraitDecl};
use vitrine_wire::{Purpose, Value};

use crate::ecommerce;
use crate::finding::{Lint, Rule};
use crate::format::site as format;
use crate::json;
use crate::lint::Cx;
use crate::lint::cond::{self, Scope};
use crate::lint::sensitive;
use crate::lower;
use crate::node::{Node, check_id};

/// In the order of their names in the format.
const KINDS: [Kind; 7] = [Kind::Any, Kind::String, Kind::Number, Kind::Boolean, Kind::Date, Kind::Array, Kind::Object];

/// A declared type.
pub(super) fn kind(node: &Node<'_>, lint: &mut Lint) -> Kind {
    let name = node.one_of(Rule::BadValue, "the type", format::TYPES, lint);
    format::TYPES.iter().zip(KINDS).find(|(n, _)| Some(**n) == name).map_or(Kind::Any, |(_, kind)| kind)
}

/// Declared events and the reserved ones; without a declaration, those of e-commerce.
pub(super) fn events(root: &Node<'_>, cx: &mut Cx) -> Vec<EventDecl> {
    let reserved = ecommerce::reserved();
    let mut events = match root.get("events") {
        Some(node) => {
            let members = node.members(&mut cx.lint);
            members.iter().filter_map(|(name, node)| event(name, node, &reserved, cx)).collect()
        }
        None => ecommerce::events(),
    };
    events.extend(reserved);
    cx.events.clone_from(&events);
    cx.event_names = events.iter().map(|event| event.name.clone()).collect();
    events
}

fn event(name: &str, node: &Node<'_>, reserved: &[EventDecl], cx: &mut Cx) -> Option<EventDecl> {
    let lint = &mut cx.lint;
    if !check_id(name, &node.pointer, lint) {
        return None;
    }
    if reserved.iter().any(|e| e.name == name) {
        let message = format!("`{name}` has a meaning of its own and is always declared");
        lint.error(Rule::DuplicateId, &node.pointer, message, "remove it");
        return None;
    }
    node.keys(&format::EVENT, lint);
    if let Some(keep) = node.get("keep")
        && let Some(text) = keep.text(lint)
    {
        match lower::retention(text) {
            Some(length) => {
                cx.kept.push((name.into(), length));
                cx.kept_names.insert(name.into());
            }
            None => keep.bad(
                &format!("`{text}` is no length of time up to 13 months"),
                "write a length such as 30d or 13mo",
                lint,
            ),
        }
    }
    let purpose = match node.get("purpose") {
        Some(purpose) => purpose.one_of(Rule::UnknownPurpose, "the purpose", format::EVENT_PURPOSES, lint),
        None => Some("personalization"),
    };
    let declared = node.get("properties").map(|p| p.members(lint)).unwrap_or_default();
    let properties = declared
        .iter()
        .filter(|(name, node)| check_id(name, &node.pointer, lint))
        .map(|(name, node)| (name, node))
        .collect::<Vec<_>>();
    let properties = properties.iter().map(|(n, node)| PropertyDecl { name: (**n).into(), kind: kind(node, lint) });
    Some(EventDecl {
        name: name.into(),
        properties: properties.collect(),
        purpose: purpose.and_then(Purpose::parse).unwrap_or(Purpose::Personalization),
    })
}

pub(super) fn traits(root: &Node<'_>, cx: &mut Cx) -> Vec<TraitDecl> {
    let Some(node) = root.get("traits") else { return Vec::new() };
    let mut traits = Vec::new();
    for (name, node) in node.members(&mut cx.lint) {
        check_id(name, &node.pointer, &mut cx.lint);
        if name.contains('.') {
            node.bad("has a name with a dot", "facts are read by dotted paths: use another name", &mut cx.lint);
        }
        let mut decl = TraitDecl { name: name.into(), kind: Kind::Any, source: Vec::new() };
        if node.value.is_string() {
            decl.kind = kind(&node, &mut cx.lint);
        } else {
            node.keys(&format::TRAIT_OBJECT, &mut cx.lint);
            if let Some(node) = node.get("type") {
                decl.kind = kind(&node, &mut cx.lint);
            }
            if let Some(source) = node.get("source") {
                let names = source.items(&mut cx.lint);
                let names =
                    names.iter().filter_map(|n| n.one_of(Rule::BadValue, "the source", format::SOURCES, &mut cx.lint));
                decl.source = names.map(str::to_owned).collect();
            }
        }
        sensitive::check(&node, &[(name, &node.pointer)], &Default::default(), cx);
        traits.push(decl);
    }
    cx.traits = Some(traits.clone());
    traits
}

pub(super) fn slots(root: &Node<'_>, cx: &mut Cx) -> Vec<SlotDecl> {
    let lint = &mut cx.lint;
    let members = root.get("slots").map(|n| n.members(lint)).unwrap_or_default();
    cx.slots = root.get("slots").map(|_| members.iter().map(|(name, _)| (*name).to_owned()).collect());
    let slot = |(name, node): (&str, Node<'_>)| {
        check_id(name, &node.pointer, lint);
        node.keys(&format::SLOT, lint);
        let mut text = |key: &str| node.get(key).and_then(|n| n.text(lint)).unwrap_or_default().to_owned();
        let decl = SlotDecl { name: name.into(), reserve: text("reserve"), selector: text("selector") };
        if decl.reserve.contains([';', '{', '}']) {
            let fix = "write one CSS length, such as 320px";
            node.bad("has a `reserve` that is no length", fix, lint);
        }
        if let Some(content) = node.get("content") {
            for (_, node) in content.members(lint) {
                kind(&node, lint);
            }
        }
        decl
    };
    members.into_iter().map(slot).collect()
}

pub(super) fn groups(root: &Node<'_>, cx: &mut Cx) -> Vec<(String, Vec<Value>)> {
    let lint = &mut cx.lint;
    let members = root.get("groups").map(|n| n.members(lint)).unwrap_or_default();
    let groups: Vec<(String, Vec<Value>)> = members
        .into_iter()
        .map(|(name, node)| (name.to_owned(), node.items(lint).iter().map(|n| json::value(n.value)).collect()))
        .collect();
    cx.groups = groups.iter().map(|(name, _)| name.clone()).collect();
    groups
}

pub(super) fn offers(root: &Node<'_>, cx: &mut Cx) -> Vec<Offer> {
    let members = root.get("offers").map(|n| n.members(&mut cx.lint)).unwrap_or_default();
    cx.offers = members.iter().map(|(id, _)| (*id).to_owned()).collect();
    let mut offers = Vec::new();
    for (id, node) in members {
        check_id(id, &node.pointer, &mut cx.lint);
        node.keys(&format::OFFER, &mut cx.lint);
        let consumed_by = node.get("consumedBy").map(|n| cond::compile(&n, &Scope::Event(None), cx));
        let expires = node.get("expires").and_then(|n| cond::duration(&n, cx)).unwrap_or_default();
        offers.push(Offer { id: id.into(), consumed_by, expires });
    }
    offers
}
