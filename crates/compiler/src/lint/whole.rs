//! Checks across the file: translations, contextual experiences, and how long events are kept.

use std::collections::{HashMap, HashSet};

use vitrine_wire::{Bundle, Experience};

use super::{Cx, Reads};
use crate::facts;
use crate::finding::{Lint, Rule};
use crate::node::Node;

/// A text or its translations: each with its pointer.
pub(crate) fn texts<'a>(node: &Node<'a>, lint: &mut Lint) -> Vec<(&'a str, String)> {
    if let Some(text) = node.value.as_str() {
        return vec![(text, node.pointer.clone())];
    }
    let members = node.members(lint);
    members.into_iter().filter_map(|(_, n)| Some((n.any_text(lint)?, n.pointer))).collect()
}

/// A contextual experience runs before the choice: it may read only what the page itself says, and splits nobody.
pub(crate) fn contextual(node: &Node<'_>, root: &Node<'_>, experience: &Experience, reads: &Reads, cx: &mut Cx) {
    let allowed =
        root.get("consent").and_then(|c| c.get("contextual")).is_none_or(|c| c.value.as_bool() != Some(false));
    let fix = "remove it, or remove `contextual`";
    if !allowed {
        let message = "the site does not allow contextual experiences (`consent.contextual` is false)";
        cx.lint.error(Rule::Contextual, &node.pointer, message, fix);
    }
    if experience.holdout > 0.0 {
        cx.lint.error(Rule::Contextual, &node.pointer, "a contextual experience can hold nobody out", fix);
    }
    if experience.variants.len() > 1 {
        cx.lint.error(Rule::Contextual, &node.pointer, "a contextual experience has one variant", fix);
    }
    let mut seen = HashSet::new();
    let mut open: Vec<(Reads, Option<String>)> = vec![(reads.clone(), None)];
    while let Some((reads, through)) = open.pop() {
        let at = |pointer: &str| through.clone().unwrap_or_else(|| pointer.to_owned());
        for (path, pointer) in reads.facts.iter().filter(|(path, _)| !facts::is_contextual(path)) {
            let message = format!("before the choice, `{path}` cannot be read");
            let fix = "read context.page, context.data, context.query.utm_*, context.time or context.consent, or remove `contextual`";
            cx.lint.error(Rule::Contextual, &at(pointer), message, fix);
        }
        for pointer in &reads.history {
            cx.lint.error(Rule::Contextual, &at(pointer), "before the choice there is no history", fix);
        }
        for (id, pointer) in reads.segments {
            if let Some(inner) = cx.dependencies.get(&id)
                && seen.insert(id)
            {
                open.push((inner.clone(), Some(at(&pointer))));
            }
        }
    }
}

/// Rules that ask for more of the past than the site says it keeps.
pub(crate) fn retention(bundle: &Bundle, kept: &[(String, i64)], lint: &mut Lint) {
    let asked = crate::needs::reach(bundle);
    let by_event: HashMap<&str, i64> = asked.iter().map(|need| (need.event.as_str(), need.keep)).collect();
    for (event, length) in kept {
        let pointer = format!("/events/{}/keep", event.replace('~', "~0").replace('/', "~1"));
        let longest = [event.as_str(), ""].into_iter().filter_map(|name| by_event.get(name).copied());
        if longest.clone().any(|keep| keep == 0) {
            let message =
                format!("a rule asks for every `{event}` ever, which is kept for {} days", length / 86_400_000);
            lint.warning(Rule::History, &pointer, message, "give the rule a `within`, or accept that it forgets");
        } else if longest.max().is_some_and(|most| most > *length) {
            let message = format!("a rule looks further back than `{event}` is kept");
            lint.warning(Rule::History, &pointer, message, "keep it longer, or shorten the rule's window");
        }
    }
}
