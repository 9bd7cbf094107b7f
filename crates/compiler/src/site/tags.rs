//! Facts inside texts: `{{profile.first_name | "there"}}`.

use serde_json::Value;
use vitrine_core::plan::tags::{Tag, first};

use super::actions::sound;
use crate::finding::{Lint, Rule};
use crate::format::experiences::CONTENT;
use crate::node::Node;

/// Text that goes into the page and may hold facts.
pub(super) fn told(node: &Node<'_>, lint: &mut Lint) -> Option<String> {
    let text = sound(node, lint)?;
    let mut rest = text.as_str();
    while let Some((_, tag, after)) = first(rest) {
        let sound = |tag: &Tag<'_>| {
            let (path, otherwise) = (tag.path, tag.otherwise);
            !path.is_empty() && !path.contains(['"', '{', ' ']) && !otherwise.contains(['"', '{'])
        };
        if !tag.as_ref().is_some_and(sound) {
            let fix = "write it as in {{profile.first_name | \"there\"}}: what is in quotes stands where the fact is not known";
            node.bad("has a fact that cannot be read", fix, lint);
            break;
        }
        rest = after;
    }
    Some(text)
}

/// HTML that goes into the page: facts stand between its tags.
pub(super) fn markup(node: &Node<'_>, lint: &mut Lint) -> Option<String> {
    let text = told(node, lint)?;
    if text.match_indices("{{").any(|(at, _)| text.get(..at).is_some_and(in_tag)) {
        refused(node, lint);
    }
    Some(text)
}

/// Whether HTML ends inside a tag: a `>` in a quoted value ends none.
fn in_tag(html: &str) -> bool {
    let (mut tag, mut quote) = (false, None);
    for c in html.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) if tag => quote = Some(c),
            ('<', None) => tag = true,
            ('>', None) => tag = false,
            _ => {}
        }
    }
    tag
}

/// Reports facts where none may be.
pub(super) fn refused(node: &Node<'_>, lint: &mut Lint) {
    let message = "a fact (`{{…}}`) never goes into an address, a style or a tag";
    lint.error(Rule::Refused, &node.pointer, message, "put it into a text, or decide by a condition");
}

/// The facts inside texts, each with its pointer. Data of a page's own are its own.
pub(super) fn facts(json: &Value, pointer: &str) -> Vec<(String, String)> {
    let below = |(key, value): (String, &Value)| facts(value, &format!("{pointer}/{key}"));
    match json {
        Value::String(text) => {
            let (mut found, mut rest) = (Vec::new(), text.as_str());
            while let Some((_, tag, after)) = first(rest) {
                found.extend(tag.map(|tag| (tag.path.to_owned(), pointer.to_owned())));
                rest = after;
            }
            found
        }
        Value::Array(items) => items.iter().enumerate().flat_map(|(n, item)| below((n.to_string(), item))).collect(),
        Value::Object(members) => {
            let own = |key: &str| [CONTENT, "emit"].contains(&key);
            members.iter().filter(|(key, _)| !own(key)).flat_map(|(key, value)| below((key.clone(), value))).collect()
        }
        _ => Vec::new(),
    }
}
