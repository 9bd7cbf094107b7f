//! Facts inside texts: `{{profile.first_name | "there"}}` is the fact, or the text in quotes where it is not known. Inserted as
//! text, whatever it holds; the compiler lets none into an address or a style.

use crate::rules::World;
use crate::segments::world::Here;
use std::borrow::Cow;
use vitrine_wire::{Action, Value};

/// What is inserted of a fact at most, in characters.
const LONGEST: usize = 200;

/// A fact in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag<'t> {
    /// The fact's path.
    pub path: &'t str,
    /// What stands in its place where it is not known.
    pub otherwise: &'t str,
}

/// The first tag of a text: what is before it, the tag (none where it cannot be read) and what is behind.
pub fn first(text: &str) -> Option<(&str, Option<Tag<'_>>, &str)> {
    let (before, rest) = split(text, b'{')?;
    let Some((inner, after)) = split(rest, b'}') else { return Some((before, None, "")) };
    let tag = inner.split_once('|').and_then(|(path, otherwise)| {
        let otherwise = otherwise.trim_matches(' ').strip_prefix('"')?.strip_suffix('"')?;
        Some(Tag { path: path.trim_matches(' '), otherwise })
    });
    Some((before, tag, after))
}

/// What is before and behind the first two of these bytes. Searching for texts would weigh kilobytes in the page.
fn split(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.as_bytes().windows(2).position(|pair| *pair == [byte, byte])?;
    Some((text.get(..at)?, text.get(at + 2..)?))
}

/// Whether anything in the text is a fact.
fn has(text: &str) -> bool {
    split(text, b'{').is_some()
}

/// The text of an action that may hold facts, and whether it is read as HTML.
fn of(action: &mut Action) -> Option<(&mut String, bool)> {
    Some(match action {
        Action::Text { to, .. } | Action::Attribute { to: Some(to), .. } | Action::Image { alt: to, .. } => (to, false),
        Action::Html { to, .. } | Action::Insert { html: to, .. } | Action::Replace { html: to, .. } => (to, true),
        _ => return None,
    })
}

/// Whether an action says something of who looks at it.
pub fn tagged(action: &Action) -> bool {
    match action {
        Action::Text { to: text, .. }
        | Action::Attribute { to: Some(text), .. }
        | Action::Image { alt: text, .. }
        | Action::Html { to: text, .. }
        | Action::Insert { html: text, .. }
        | Action::Replace { html: text, .. } => has(text),
        Action::List { .. } => true,
        _ => false,
    }
}

/// The actions with the facts in their places.
pub fn filled<'a>(actions: &'a [Action], here: &Here) -> Cow<'a, [Action]> {
    if !actions.iter().any(tagged) {
        return Cow::Borrowed(actions);
    }
    let mut actions = actions.to_vec();
    for (text, html) in actions.iter_mut().filter_map(of).filter(|(text, _)| has(text)) {
        *text = fill(text, html, here);
    }
    Cow::Owned(actions)
}

fn fill(text: &str, html: bool, here: &Here) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, tag, after)) = first(rest) {
        out.push_str(before);
        if let Some(Tag { path, otherwise }) = tag {
            let known = value(path, here);
            let text = known.as_deref().unwrap_or(otherwise);
            if html { escape(&mut out, text) } else { out.push_str(text) }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What is inserted: of who they are and what they bought only to whom has proven to be that person.
fn value(path: &str, here: &Here) -> Option<String> {
    let device = ["context.", "session.", "cart."].iter().any(|root| path.starts_with(root));
    if !device && here.fact("identity.level")?.as_str() != Some("authenticated") {
        return None;
    }
    let fact = here.fact(path)?;
    match &*fact {
        Value::Str(_) | Value::Num(_) | Value::Bool(_) => {
            let text = crate::rules::js::to_text(&fact);
            Some(text.chars().take(LONGEST).collect()).filter(|text: &String| !text.is_empty())
        }
        _ => None,
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        let name = match c {
            '&' => "amp",
            '<' => "lt",
            '>' => "gt",
            '"' => "quot",
            '\'' => "apos",
            c => {
                out.push(c);
                continue;
            }
        };
        out.push('&');
        out.push_str(name);
        out.push(';');
    }
}
