//! What the site owes to people: notices, controller, recipients, channels and topics. Pages get the channels' names; the
//! rest is the backend's and the data protection officer's.

use vitrine_wire::bundle::Meta;

use crate::finding::{Lint, Rule};
use crate::format::people as format;
use crate::lint::Cx;
use crate::node::{Node, check_id};

/// Where the law knows one reason only: bases that a channel of this name cannot have.
const REFUSED: [(&str, &[&str]); 5] = [
    ("email", &["contract-ongoing", "interest"]),
    ("sms", &["contract-ongoing", "interest"]),
    ("push", &["contract-ongoing", "interest"]),
    ("phone", &["customer-similar", "interest"]),
    ("post", &["contract-ongoing"]),
];

/// Reads and checks them all; answers the names of the channels.
pub(super) fn read(root: &Node<'_>, meta: &Meta, cx: &mut Cx) -> Vec<String> {
    let lint = &mut cx.lint;
    let notices = root.get("notices").map(|node| notices(&node, meta, lint));
    let notices = notices.as_deref();
    for purpose in root.get("purposes").filter(|p| p.value.is_object()).map(|p| p.members(lint)).unwrap_or_default() {
        named(&purpose.1, notices, lint);
    }
    if let Some(node) = root.get("controller") {
        controller(&node, lint);
    }
    if let Some(node) = root.get("recipients") {
        node.members(lint).iter().for_each(|(id, node)| recipient(id, node, lint));
    }
    if let Some(node) = root.get("topics") {
        topics(&node, notices, lint);
    }
    let channels = root.get("channels").map(|n| n.members(lint)).unwrap_or_default();
    channels.iter().for_each(|(name, node)| channel(name, node, notices, lint));
    channels.into_iter().map(|(name, _)| name.to_owned()).collect()
}

fn notices<'a>(node: &Node<'a>, meta: &Meta, lint: &mut Lint) -> Vec<&'a str> {
    let versions = node.members(lint);
    for (version, texts) in &versions {
        check_id(version, &texts.pointer, lint);
        let texts_by_language = texts.members(lint);
        for (language, text) in &texts_by_language {
            check_id(language, &text.pointer, lint);
            text.text(lint);
        }
        for locale in meta.locales.iter().filter(|locale| !texts_by_language.iter().any(|(known, _)| known == locale)) {
            let message = format!("the notice has no text in `{locale}`, a language of this site");
            lint.warning(Rule::Missing, &texts.pointer, message, format!("add `{locale}`"));
        }
    }
    versions.into_iter().map(|(version, _)| version).collect()
}

/// Checks the `notice` of a node against the notices there are. A file without any keeps its texts elsewhere.
fn named(node: &Node<'_>, notices: Option<&[&str]>, lint: &mut Lint) {
    let Some(notice) = node.get("notice") else { return };
    let (Some(id), Some(known)) = (notice.id(lint), notices) else { return };
    if !known.contains(&id) {
        lint.unknown(Rule::UnknownNotice, &notice.pointer, "the notice", id, known, "add its text under `notices`");
    }
}

fn controller(node: &Node<'_>, lint: &mut Lint) {
    node.keys(&format::CONTROLLER, lint);
    node.need("name", lint);
    for (_, member) in node.value.as_object().map(|_| node.members(lint)).unwrap_or_default() {
        member.text(lint);
    }
}

fn recipient(id: &str, node: &Node<'_>, lint: &mut Lint) {
    check_id(id, &node.pointer, lint);
    node.keys(&format::RECIPIENT, lint);
    if let Some(name) = node.need("name", lint) {
        title(&name, lint);
    }
    if let Some(role) = node.get("role") {
        role.one_of(Rule::BadValue, "the role", format::ROLES, lint);
    }
    for purpose in node.get("purposes").map(|n| n.items(lint)).unwrap_or_default() {
        purpose.one_of(Rule::UnknownPurpose, "the purpose", format::PURPOSES, lint);
    }
    for key in ["country", "safeguard"] {
        if let Some(text) = node.get(key) {
            text.text(lint);
        }
    }
}

fn channel(name: &str, node: &Node<'_>, notices: Option<&[&str]>, lint: &mut Lint) {
    check_id(name, &node.pointer, lint);
    node.keys(&format::CHANNEL, lint);
    about(node, notices, lint);
    let told = node.get("told").and_then(|told| told.flag(lint)).unwrap_or_default();
    let Some(basis) = basis(node, lint) else { return };
    let refused = REFUSED.iter().find(|(known, _)| *known == name).is_some_and(|(_, refused)| refused.contains(&basis));
    let pointer = format!("{}/basis", node.pointer);
    if refused {
        let message = format!("`{basis}` is no lawful basis for the channel `{name}`");
        lint.error(Rule::BadValue, &pointer, message, "use `opt-in`");
    } else if basis == "customer-similar" && !told {
        let message =
            "`customer-similar` holds only where the form that took the address said so and let people refuse";
        lint.error(Rule::BadValue, &pointer, message, "add `\"told\": true` if it did, or use `opt-in`");
    }
}

fn topics(node: &Node<'_>, notices: Option<&[&str]>, lint: &mut Lint) {
    if node.value.is_array() {
        for name in node.items(lint) {
            name.id(lint);
        }
        return;
    }
    for (name, topic) in node.members(lint) {
        check_id(name, &topic.pointer, lint);
        topic.keys(&format::TOPIC, lint);
        about(&topic, notices, lint);
        basis(&topic, lint);
    }
}

fn about(node: &Node<'_>, notices: Option<&[&str]>, lint: &mut Lint) {
    if let Some(node) = node.get("title") {
        title(&node, lint);
    }
    named(node, notices, lint);
}

fn basis<'a>(node: &Node<'a>, lint: &mut Lint) -> Option<&'a str> {
    node.get("basis")?.one_of(Rule::BadValue, "the basis", format::BASES, lint)
}

fn title(node: &Node<'_>, lint: &mut Lint) {
    if node.value.is_object() {
        for (_, text) in node.members(lint) {
            text.any_text(lint);
        }
    } else {
        node.any_text(lint);
    }
}
