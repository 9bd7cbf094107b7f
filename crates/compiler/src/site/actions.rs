//! Actions: what a variant does to its slot.

use serde_json::Value;
use vitrine_wire::Action;
use vitrine_wire::action::Place;
use vitrine_wire::bundle::PropertyKind as Kind;

use super::declare;
use super::tags::{self, markup, told};
use crate::finding::{Lint, Rule};
use crate::format::experiences::{ACTIONS, CONTENT};
use crate::json;
use crate::node::Node;

/// Attributes whose value is an address.
const ADDRESSES: &[&str] = &[
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "cite",
    "background",
    "xlink:href",
    "data",
    "ping",
    "srcset",
    "imagesrcset",
];
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel", "sms"];

/// One action: an object with one key, its name.
pub(super) fn read(node: &Node<'_>, content: Option<&Node<'_>>, lint: &mut Lint) -> Option<Action> {
    let members = node.members(lint);
    let [(name, operands)] = members.as_slice() else {
        if node.value.is_object() {
            node.bad("is not one action", "write an object with one key, as in {\"text\": {\"to\": \"…\"}}", lint);
        }
        return None;
    };
    let Some((_, object)) = ACTIONS.iter().find(|(known, _)| known == name) else {
        let known: Vec<_> = ACTIONS.iter().map(|(known, _)| *known).collect();
        let fix = format!("use one of: {}", known.join(", "));
        lint.unknown(Rule::UnknownAction, &operands.pointer, "the action", name, &known, &fix);
        return None;
    };
    if *name == CONTENT {
        return Some(data(operands, content, lint));
    }
    operands.keys(object, lint);
    let at = operands.get("at").and_then(|n| selector(&n, lint));
    let text = |key: &str, lint: &mut Lint| operands.need(key, lint).and_then(|n| told(&n, lint)).unwrap_or_default();
    let html = |key: &str, lint: &mut Lint| operands.need(key, lint).and_then(|n| markup(&n, lint)).unwrap_or_default();
    let insert = |place: Place, at, lint: &mut Lint| Action::Insert { at, place, html: html("html", lint) };
    Some(match *name {
        "text" => Action::Text { at, to: text("to", lint) },
        "html" => Action::Html { at, to: html("to", lint) },
        "attribute" => attribute(operands, at, lint),
        "class" => {
            let (add, remove) = (classes(operands, "add", lint), classes(operands, "remove", lint));
            Action::Class { at, add, remove }
        }
        "style" => Action::Style { at, set: styles(operands, lint) },
        "image" => image(operands, at, lint),
        "insertBefore" => insert(Place::Before, at, lint),
        "insertAfter" => insert(Place::After, at, lint),
        "prepend" => insert(Place::Prepend, at, lint),
        "append" => insert(Place::Append, at, lint),
        "replace" => Action::Replace { at, html: html("html", lint) },
        "remove" => Action::Remove { at },
        "hide" => Action::Hide { at },
        "move" => moved(operands, at, lint)?,
        "template" => template(operands, lint)?,
        "redirect" => redirect(operands, lint)?,
        "emit" => Action::Emit {
            name: operands.need("name", lint).and_then(|n| n.id(lint)).unwrap_or_default().into(),
            detail: operands.get("detail").map_or(vitrine_wire::Value::Null, |n| json::value(n.value)),
        },
        _ => {
            let order = operands.need("order", lint).map(|n| n.items(lint)).unwrap_or_default();
            Action::Reorder { at, order: order.iter().filter_map(|n| selector(n, lint)).collect() }
        }
    })
}

/// A selector; reports one that cannot be.
pub(super) fn selector(node: &Node<'_>, lint: &mut Lint) -> Option<String> {
    let text = node.text(lint)?;
    if ["data-vitrine-price", "data-vitrine-ignore"].iter().any(|mark| text.contains(mark)) {
        let message = "an action on a public price or an ignored element is refused on the page";
        lint.error(Rule::Refused, &node.pointer, message, "choose another element; for vouchers there are offers");
    }
    let balanced = [('[', ']'), ('(', ')')].iter().all(|(a, b)| text.matches(*a).count() == text.matches(*b).count());
    if !balanced || text.ends_with(['>', '+', '~', ',']) || text.starts_with(',') {
        node.bad(&format!("`{text}` is no selector"), "write a CSS selector", lint);
    }
    Some(text.to_owned())
}

/// Text that goes into the page, the same for everybody.
fn value(node: &Node<'_>, lint: &mut Lint) -> Option<String> {
    let text = sound(node, lint)?;
    if text.contains("{{") {
        tags::refused(node, lint);
    }
    Some(text)
}

/// Text without scripts.
pub(super) fn sound(node: &Node<'_>, lint: &mut Lint) -> Option<String> {
    let text = node.any_text(lint)?;
    if text.to_lowercase().contains("<script") {
        let fix = "remove it: actions never run code";
        lint.error(Rule::Refused, &node.pointer, "scripts are never put into a page", fix);
    }
    Some(text.to_owned())
}

fn attribute(node: &Node<'_>, at: Option<String>, lint: &mut Lint) -> Action {
    let name = node.need("name", lint).and_then(|n| n.text(lint)).unwrap_or_default();
    let to = node.need("to", lint).filter(|n| !n.value.is_null());
    let lower = name.to_lowercase();
    let read = if ADDRESSES.contains(&lower.as_str()) { value } else { told };
    let to = to.and_then(|n| read(&n, lint).map(|text| (text, n.pointer)));
    let code = lower.starts_with("on") || ["srcdoc", "style", "is"].contains(&lower.as_str());
    let sound = !name.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>/=".contains(c));
    if code || !sound || lower.starts_with("data-vitrine-") {
        let fix = if lower == "style" { "use the action `style`" } else { "set another attribute" };
        lint.error(Rule::Refused, &node.pointer, format!("the attribute `{name}` is never set by an action"), fix);
    }
    if let Some((text, pointer)) = to.as_ref().filter(|_| ADDRESSES.contains(&lower.as_str())) {
        // A source set is several.
        let parts = if lower.ends_with("srcset") { text.split(',').collect() } else { vec![text.as_str()] };
        parts.iter().for_each(|part| address(part, pointer, lint));
    }
    Action::Attribute { at, name: name.into(), to: to.map(|(text, _)| text) }
}

/// An address that the page would not follow is reported.
pub(super) fn address(text: &str, pointer: &str, lint: &mut Lint) {
    // Browsers ignore spaces and controls before and inside a scheme.
    let plain: String = text.chars().filter(|c| *c > ' ').collect::<String>().to_lowercase();
    let scheme = plain.split_once(':').map(|(scheme, _)| scheme).filter(|s| !s.contains(['/', '?', '#']));
    if scheme.is_some_and(|s| !SCHEMES.contains(&s)) {
        let fix = "use a relative address, https, mailto, tel or sms";
        lint.error(Rule::Refused, pointer, "an address of this kind is refused on the page", fix);
    }
}

/// Another page: of the web alone, and the same for everybody.
fn redirect(node: &Node<'_>, lint: &mut Lint) -> Option<Action> {
    let to = node.need("to", lint)?;
    let text = value(&to, lint)?;
    address(&text, &to.pointer, lint);
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_lowercase());
    if scheme.is_some_and(|s| ["mailto", "tel", "sms"].contains(&s.as_str())) {
        lint.error(Rule::Refused, &to.pointer, "a redirect leads to a page", "write a relative address, or https");
    }
    Some(Action::Redirect { to: text })
}

fn styles(node: &Node<'_>, lint: &mut Lint) -> Vec<(String, String, String)> {
    let Some(set) = node.need("set", lint) else { return Vec::new() };
    let members = set.members(lint);
    if members.is_empty() && set.value.is_object() {
        set.bad("sets nothing", "write a property and its value, as in {\"color\": \"red\"}", lint);
    }
    let mut styles: Vec<_> = members.iter().filter_map(|(name, member)| style(name, member, lint)).collect();
    // As browsers order them when they read an attribute again: the boot's undo then gives back the same text.
    styles.sort_by_key(|(_, _, priority)| priority.len());
    styles
}

/// One property, its value and its priority.
fn style(name: &str, node: &Node<'_>, lint: &mut Lint) -> Option<(String, String, String)> {
    let own = name.strip_prefix("--").is_some_and(|rest| !rest.is_empty());
    let letter =
        |c: char| c == '-' || c.is_ascii_digit() || c.is_ascii_lowercase() || own && (c == '_' || c.is_alphabetic());
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(letter) {
        let dashed: String =
            name.chars().flat_map(|c| c.is_uppercase().then_some('-').into_iter().chain(c.to_lowercase())).collect();
        let fix = if dashed.chars().all(letter) {
            format!("write `{dashed}`")
        } else {
            "write a CSS property, as in a style sheet".into()
        };
        lint.error(Rule::BadValue, &node.pointer, format!("`{name}` is no style property"), fix);
    }
    let text = value(node, lint)?;
    let (plain, priority) = match text.split_once('!') {
        Some((plain, word)) if word.trim().eq_ignore_ascii_case("important") => (plain, "important"),
        _ => (text.as_str(), ""),
    };
    if plain.contains(['!', ';', '{', '}', '\\']) {
        node.bad("is more than one style value", "write each property as a member of its own, without escapes", lint);
    }
    plain.split([' ', ',', '(', '"', '\'']).for_each(|part| address(part, &node.pointer, lint));
    Some((name.to_owned(), plain.trim().to_owned(), priority.to_owned()))
}

fn image(node: &Node<'_>, at: Option<String>, lint: &mut Lint) -> Action {
    let src = node.need("src", lint).filter(|n| n.text(lint).is_some()).and_then(|n| {
        let src = value(&n, lint)?;
        address(&src, &n.pointer, lint);
        Some(src)
    });
    let alt = node.need("alt", lint).and_then(|n| told(&n, lint));
    Action::Image { at, src: src.unwrap_or_default(), alt: alt.unwrap_or_default() }
}

fn moved(node: &Node<'_>, at: Option<String>, lint: &mut Lint) -> Option<Action> {
    // The slot itself has no other place in the slot.
    node.need("at", lint);
    let places = [("before", Place::Before), ("after", Place::After), ("into", Place::Append)];
    let mut named = places.iter().filter_map(|(key, place)| Some((*place, node.get(key)?)));
    let (first, more) = (named.next(), named.next().is_some());
    if more || first.is_none() && node.value.is_object() {
        let message = if more { "an element goes to one place" } else { "where the element goes is missing" };
        lint.error(Rule::BadValue, &node.pointer, message, "write one of `before`, `after` and `into`");
    }
    let (place, to) = first?;
    let beside = selector(&to, lint);
    if beside.is_some() && beside == at {
        to.bad("is the element that is moved", "write another element of the slot", lint);
    }
    Some(Action::Move { at, place, to: beside })
}

fn template(node: &Node<'_>, lint: &mut Lint) -> Option<Action> {
    let name = node.need("use", lint)?;
    let text = name.id(lint)?;
    if text.contains(['"', '\\']) {
        name.bad(
            "is no template's name",
            "write the `data-variant` of a template, without quotes and backslashes",
            lint,
        );
    }
    Some(Action::Template { name: text.to_owned() })
}

fn classes(node: &Node<'_>, key: &str, lint: &mut Lint) -> Vec<String> {
    let items = node.get(key).map(|n| n.items(lint)).unwrap_or_default();
    let mut names = Vec::new();
    for item in items {
        let Some(name) = item.text(lint) else { continue };
        if name.contains(char::is_whitespace) {
            item.bad("is more than one class", "write each class as an item of its own", lint);
        }
        names.push(name.to_owned());
    }
    names
}

/// Typed data: each member as the slot declares it.
fn data(node: &Node<'_>, content: Option<&Node<'_>>, lint: &mut Lint) -> Action {
    for (name, member) in node.members(lint) {
        let Some(content) = content else { continue };
        let Some(declared) = content.get(name) else {
            let declared = content.members(lint);
            let known: Vec<_> = declared.iter().map(|(k, _)| *k).collect();
            let fix = "declare it under the slot's `content`";
            lint.unknown(Rule::UnknownKey, &member.pointer, "in the slot's content, the key", name, &known, fix);
            continue;
        };
        let fits = match declare::kind(&declared, &mut Lint::default()) {
            Kind::Any => true,
            Kind::String | Kind::Date => member.value.is_string(),
            Kind::Number => member.value.is_number(),
            Kind::Boolean => member.value.is_boolean(),
            Kind::Array => member.value.is_array(),
            Kind::Object => member.value.is_object(),
        };
        if !fits && *member.value != Value::Null {
            let message = format!("the slot declares `{name}` as {}", declared.value);
            lint.error(Rule::TypeClash, &member.pointer, message, "write that, or declare another type");
        }
    }
    Action::Content { data: json::value(node.value) }
}
