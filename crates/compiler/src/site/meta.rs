//! The site as a whole: id, locales, time zone, consent, purposes, holdout.

use vitrine_wire::Purpose;
use vitrine_wire::bundle::Meta;

use super::zone;
use crate::Options;
use crate::finding::{Rule, suggest};
use crate::format::site as format;
use crate::lint::Cx;
use crate::node::Node;

pub(super) fn read(root: &Node<'_>, options: &Options, cx: &mut Cx) -> Meta {
    let mut meta = Meta { contextual: true, ..Meta::default() };
    let lint = &mut cx.lint;
    if let Some(id) = root.need("site", lint).and_then(|n| n.id(lint)) {
        meta.site = id.into();
    }
    if let Some(locales) = root.get("locales") {
        meta.locales = locales.items(lint).iter().filter_map(|n| n.id(lint)).map(str::to_owned).collect();
    }
    if let Some(holdout) = root.get("holdout") {
        meta.holdout = holdout.number(0.0..=1.0, lint).unwrap_or_default();
    }
    if let Some(origins) = root.get("origins") {
        origins.items(lint).iter().for_each(|n| origin(n, lint));
    }
    if let Some(schema) = root.get("$schema") {
        schema.text(lint);
    }
    if let Some(node) = root.get("timezone") {
        timezone(&node, options, &mut meta, lint);
    }
    let mut said = serde_json::Map::new();
    if let Some(node) = root.get("consent") {
        said = consent(&node, &mut meta, lint);
    }
    if meta.contextual && reads(root.value, "context.consent.unasked") {
        said.insert("asks".into(), true.into());
    }
    if !said.is_empty() {
        meta.consent = serde_json::Value::Object(said).to_string();
    }
    if let Some(node) = root.get("purposes") {
        purposes(&node, &mut meta, lint);
    }
    meta
}

fn origin(node: &Node<'_>, lint: &mut crate::finding::Lint) {
    let Some(text) = node.text(lint) else { return };
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let sound =
        host.is_some_and(|h| !h.is_empty() && !h.contains(['/', '*', '@', '?', '#', ' ']) && h == h.to_lowercase());
    if !sound {
        node.bad(
            &format!("`{text}` is no origin"),
            "write scheme and host alone, as in https://www.shop.example",
            lint,
        );
    }
}

fn timezone(node: &Node<'_>, options: &Options, meta: &mut Meta, lint: &mut crate::finding::Lint) {
    let Some(name) = node.text(lint) else { return };
    match zone::offsets(name, options) {
        Some(offsets) => {
            meta.timezone = name.into();
            meta.zone = offsets;
        }
        None => {
            let known = zone::names();
            let known: Vec<_> = known.iter().map(String::as_str).collect();
            let fix = suggest(name, &known)
                .map_or("use an IANA name such as Europe/Paris".into(), |meant| format!("did you mean `{meant}`?"));
            node.bad(&format!("`{name}` is no time zone"), &fix, lint);
        }
    }
}

/// Whether anything in the file reads a fact.
fn reads(json: &serde_json::Value, fact: &str) -> bool {
    match json {
        serde_json::Value::Object(members) => members.iter().any(|(key, value)| key == fact || reads(value, fact)),
        serde_json::Value::Array(items) => items.iter().any(|item| reads(item, fact)),
        _ => false,
    }
}

/// What the page itself is told of it.
fn consent(
    node: &Node<'_>,
    meta: &mut Meta,
    lint: &mut crate::finding::Lint,
) -> serde_json::Map<String, serde_json::Value> {
    node.keys(&format::CONSENT, lint);
    let mut said = serde_json::Map::new();
    if let Some(authority) = node.get("authority").and_then(|n| authority(&n, lint)) {
        said.insert("authority".into(), authority.into());
    }
    if let Some(map) = node.get("map") {
        let rows: serde_json::Map<_, _> = map
            .members(lint)
            .into_iter()
            .map(|(category, n)| (category.to_owned(), stands_for(&n, lint).into()))
            .collect();
        if !rows.is_empty() {
            said.insert("map".into(), rows.into());
        }
    }
    if let Some(contextual) = node.get("contextual") {
        meta.contextual = contextual.flag(lint).unwrap_or_default();
    }
    if let Some(before) = node.get("beforeChoice") {
        meta.hold = before.one_of(Rule::BadValue, "the value", &["discard", "hold"], lint) == Some("hold");
    }
    said
}

fn authority<'a>(node: &Node<'a>, lint: &mut crate::finding::Lint) -> Option<&'a str> {
    let name = node.text(lint)?;
    let vendor = name.strip_prefix("tcf:");
    if vendor.is_some_and(|id| id.parse::<u16>().is_ok_and(|id| id > 0)) {
        return Some(name);
    }
    node.one_of(Rule::BadValue, "the authority", format::AUTHORITIES, lint)
}

/// The purposes of one category: a name or several.
fn stands_for(node: &Node<'_>, lint: &mut crate::finding::Lint) -> Vec<String> {
    let known = Purpose::ALL.map(Purpose::as_str);
    let names = if node.value.is_string() { vec![node.clone()] } else { node.items(lint) };
    names
        .iter()
        .filter_map(|n| n.one_of(Rule::UnknownPurpose, "the purpose", &known, lint))
        .map(str::to_owned)
        .collect()
}

fn purposes(node: &Node<'_>, meta: &mut Meta, lint: &mut crate::finding::Lint) {
    let known = Purpose::ALL.map(Purpose::as_str);
    for (name, child) in node.members(lint) {
        let Some(purpose) = Purpose::parse(name) else {
            let fix = format!("use one of: {}", known.join(", "));
            lint.unknown(Rule::UnknownPurpose, &child.pointer, "the purpose", name, &known, &fix);
            continue;
        };
        child.keys(&format::PURPOSE, lint);
        if let Some(basis) = child.get("basis") {
            basis.one_of(Rule::BadValue, "the basis", &["consent"], lint);
        }
        // Declared, with or without a notice of its own.
        let notice = child.get("notice").and_then(|n| n.id(lint)).unwrap_or_default();
        meta.notices.push((purpose, notice.into()));
    }
}
