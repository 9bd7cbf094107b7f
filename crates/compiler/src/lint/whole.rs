//! Checks across the file: translations, contextual experiences, and how long events are kept.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;
use vitrine_core::segments::leaf::labels;
use vitrine_wire::bundle::Need;
use vitrine_wire::{Action, Bundle, Experience};

use super::{Cx, Reads};
use crate::facts;
use crate::finding::{Lint, Rule};
use crate::lower;
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
    if experience
        .variants
        .iter()
        .flat_map(|variant| &variant.actions)
        .any(|action| matches!(action, Action::List { .. }))
    {
        cx.lint.error(Rule::Contextual, &node.pointer, "before the choice no catalogue is asked for", fix);
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

/// A rule that needs every event there ever was of a kind: without a bound, newer ones of all kinds push them out.
pub(crate) fn unbounded<'v>(
    matching: impl Iterator<Item = Option<&'v Value>>,
    bound: &str,
    pointer: &str,
    cx: &mut Cx,
) {
    let names: Option<Vec<Vec<String>>> = matching.map(|json| labels(&lower::condition(json?))).collect();
    let names = names.map(|lists| lists.into_iter().flatten().collect::<BTreeSet<_>>());
    let open: Option<Vec<_>> =
        names.map(|names| names.into_iter().filter(|name| !cx.kept_names.contains(name)).collect());
    let (what, fix) = match open {
        Some(open) if open.iter().all(|name| cx.event_names.has(name)) => {
            if open.is_empty() {
                return;
            }
            (format!("`{}`", open.join("`, `")), format!("give it `{bound}`, or the event a `keep`"))
        }
        // One that does not exist has been reported; a page or any event cannot be kept for a time of its own.
        Some(open) if open.iter().any(|name| !name.starts_with(':') && !cx.event_names.has(name)) => return,
        _ => ("such event".to_owned(), format!("give it `{bound}`")),
    };
    let message = format!("it needs every {what} ever, and old events give way to new ones of any kind");
    cx.lint.warning(Rule::History, pointer, message, fix);
}

/// Rules that ask for more of the past than the site says it keeps.
pub(crate) fn retention(bundle: &Bundle, kept: &[(String, i64)], lint: &mut Lint) {
    let asked = crate::needs::reach(bundle);
    let lasting = asked.iter().filter(|need| need.keep != Need::PAGE);
    let by_event: HashMap<&str, i64> = lasting.map(|need| (need.event.as_str(), need.keep)).collect();
    for (event, length) in kept {
        let pointer = format!("/events/{}/keep", event.replace('~', "~0").replace('/', "~1"));
        let longest = [event.as_str(), ""].into_iter().filter_map(|name| by_event.get(name).copied());
        // Nothing is kept longer than the longest: whoever chose that knows.
        if longest.clone().any(|keep| keep == 0) && *length < lower::KEPT {
            let message =
                format!("a rule asks for every `{event}` ever, which is kept for {} days", length / 86_400_000);
            lint.warning(
                Rule::History,
                &pointer,
                message,
                "give the rule a `within`, or keep the event for 13mo, the longest",
            );
        } else if longest.max().is_some_and(|most| most > *length) {
            let message = format!("a rule looks further back than `{event}` is kept");
            lint.warning(Rule::History, &pointer, message, "keep it longer, or shorten the rule's window");
        }
    }
}
