//! Forms that read behaviour and the calendar: `$sequence $since $rank $time $anniversary`.

use vitrine_wire::bundle::PropertyKind as Kind;

use super::cond::{self, Scope};
use super::{Cx, whole};
use crate::finding::Rule;
use crate::format::conditions as format;
use crate::lower::behaviour::{COMPARISONS, DAYS, NEAR, STEPS, ZONE_NAMES, days, minute};
use crate::node::Node;

pub(super) fn sequence(node: &Node<'_>, cx: &mut Cx) {
    node.keys(&format::SEQUENCE, &mut cx.lint);
    cx.reads.history.push(node.pointer.clone());
    let steps = node.need("steps", &mut cx.lint).map(|steps| steps.items(&mut cx.lint)).unwrap_or_default();
    if node.get("steps").is_some_and(|steps| steps.value.is_array()) && !(1..=STEPS).contains(&steps.len()) {
        let fix = format!("give 1 to {STEPS} steps");
        cx.lint.error(Rule::BadValue, &node.pointer, format!("a sequence of {} steps", steps.len()), &fix);
    }
    for (place, step) in steps.iter().enumerate() {
        step.keys(&format::STEP, &mut cx.lint);
        if let Some(matching) = step.need("where", &mut cx.lint) {
            cond::check(&matching, &Scope::Event(None), cx);
        }
        if let Some(within) = step.get("within") {
            cond::duration(&within, cx);
            if place == 0 {
                let fix = "remove it, or write it at the step that follows";
                within.bad("means nothing at the first step: there is none before it", fix, &mut cx.lint);
            }
        }
    }
    // How long a single step has been ago is not asked: the newest is enough.
    if steps.len() > 1 && node.get("in").is_none() {
        whole::unbounded(steps.iter().map(|step| step.value.get("where")), "in", &node.pointer, cx);
    }
    for key in ["within", "in"] {
        node.get(key).and_then(|length| cond::duration(&length, cx));
    }
}

pub(super) fn since(node: &Node<'_>, cx: &mut Cx) {
    node.keys(&format::SINCE, &mut cx.lint);
    cx.reads.history.push(node.pointer.clone());
    match (node.get("last"), node.get("first")) {
        (Some(matching), None) | (None, Some(matching)) => cond::check(&matching, &Scope::Event(None), cx),
        _ if node.value.is_object() => {
            let fix = "give either `last` or `first`, with a condition on events";
            cx.lint.error(Rule::Missing, &node.pointer, "it is not clear since what", fix);
        }
        _ => {}
    }
    // The newest is kept longest; the first is the first to give way.
    if let (None, Some(matching)) = (node.get("last"), node.get("first")) {
        whole::unbounded(std::iter::once(Some(matching.value)), "last", &node.pointer, cx);
    }
    let given: Vec<_> = COMPARISONS.iter().filter_map(|key| Some((*key, node.get(key)?))).collect();
    if given.is_empty() && node.value.is_object() {
        let fix = "add one of gte, gt, lte, lt with a length such as 90d";
        cx.lint.error(Rule::Missing, &node.pointer, "it is not clear how long", fix);
    }
    let mut bounds = (0i64, i64::MAX);
    for (key, length) in given {
        let Some(length) = cond::duration(&length, cx) else { continue };
        match key {
            "gte" => bounds.0 = bounds.0.max(length),
            "gt" => bounds.0 = bounds.0.max(length + 1),
            "lte" => bounds.1 = bounds.1.min(length),
            _ => bounds.1 = bounds.1.min(length - 1),
        }
    }
    if bounds.0 > bounds.1 {
        cx.lint.warning(Rule::Contradiction, &node.pointer, "no time is within these bounds", "correct the bounds");
    }
}

pub(super) fn rank(node: &Node<'_>, cx: &mut Cx) {
    node.keys(&format::RANK, &mut cx.lint);
    cx.reads.history.push(node.pointer.clone());
    if let Some(score) = node.need("score", &mut cx.lint) {
        let families: Vec<_> = cx.scores.iter().filter(|(_, family)| *family).map(|(name, _)| name.clone()).collect();
        let families: Vec<_> = families.iter().map(String::as_str).collect();
        if families.is_empty() {
            let fix = "declare one under `scores`, with `by` and `weights`";
            cx.lint.error(Rule::UnknownFact, &score.pointer, "the site has no score family to rank", fix);
        } else {
            score.one_of(Rule::UnknownFact, "the score family", &families, &mut cx.lint);
        }
    }
    if let Some(top) = node.get("top") {
        top.whole(1..=1_000, &mut cx.lint);
    }
    if let Some(is) = node.need("is", &mut cx.lint)
        && let Some(text) = is.text(&mut cx.lint)
    {
        cx.reads.texts.push((text.into(), is.pointer.clone()));
    }
}

fn zone(node: &Node<'_>, cx: &mut Cx) {
    if let Some(zone) = node.get("tz") {
        zone.one_of(Rule::BadValue, "the clock", &ZONE_NAMES, &mut cx.lint);
    }
}

pub(super) fn time(node: &Node<'_>, cx: &mut Cx) {
    node.keys(&format::TIME, &mut cx.lint);
    zone(node, cx);
    if let Some(days) = node.get("days") {
        let items = days.items(&mut cx.lint);
        if days.value.is_array() && items.is_empty() {
            days.bad("has no day, so it never holds", "name days, or remove it", &mut cx.lint);
        }
        for day in items {
            day.one_of(Rule::BadValue, "the day", &DAYS, &mut cx.lint);
        }
    }
    let mut edge = |key: &str, default: u32| {
        let Some(node) = node.get(key) else { return Some(default) };
        let text = node.text(&mut cx.lint)?;
        let found = minute(text);
        if found.is_none() {
            node.bad(&format!("`{text}` is no time of day"), "write hours and minutes, as in 18:00", &mut cx.lint);
        }
        found
    };
    if let (Some(from), Some(to)) = (edge("from", 0), edge("to", 1_440))
        && from % 1_440 == to
    {
        let fix = "leave `from` and `to` out for whole days";
        cx.lint.error(Rule::BadValue, &node.pointer, "it ends when it begins", fix);
    }
}

pub(super) fn anniversary(node: &Node<'_>, cx: &mut Cx) {
    node.keys(&format::ANNIVERSARY, &mut cx.lint);
    zone(node, cx);
    if let Some(of) = node.need("of", &mut cx.lint)
        && let Some(path) = of.text(&mut cx.lint)
        && !matches!(cond::kind(path, &of.pointer, &Scope::Visitor, cx), Kind::Date | Kind::String | Kind::Any)
    {
        let message = format!("`{path}` is declared as no date");
        cx.lint.error(Rule::TypeClash, &of.pointer, message, "declare it as `date`");
    }
    for key in ["within", "around"] {
        if let Some(length) = node.get(key)
            && let Some(text) = length.text(&mut cx.lint)
            && days(length.value).is_none()
        {
            let fix = "write days or weeks, such as 3d or 1w";
            length.bad(&format!("`{text}` is no number of days up to {NEAR}"), fix, &mut cx.lint);
        }
    }
    if let (Some(_), Some(around)) = (node.get("within"), node.get("around")) {
        around.bad("stands beside `within`", "give one of them", &mut cx.lint);
    }
}
