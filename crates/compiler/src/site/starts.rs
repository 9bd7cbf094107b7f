//! What starts an experience, and what is enough of it.

use serde_json::json;
use vitrine_wire::bundle::Trigger;
use vitrine_wire::cond::{Within, encode};

use crate::finding::Rule;
use crate::format::experiences as format;
use crate::format::site::{MOST, PRESSURE};
use crate::lint::Cx;
use crate::lint::cond::{self, Scope};
use crate::lower;
use crate::node::Node;

/// Which keys each trigger reads; the first ones it needs.
const KEYS: [(&str, &[&str], usize); 10] = [
    ("load", &[], 0),
    ("event", &["where"], 1),
    ("segment", &["segment", "left"], 1),
    ("date", &["of", "within", "around"], 1),
    ("idle", &[], 0),
    ("inactivity", &["after"], 1),
    ("exit", &[], 0),
    ("scroll", &["percent"], 1),
    ("visible", &["at"], 1),
    ("timer", &["after"], 1),
];

/// What starts it.
pub(super) fn trigger(node: &Node<'_>, cx: &mut Cx) -> Trigger {
    node.keys(&format::TRIGGER, &mut cx.lint);
    let on = node.need("on", &mut cx.lint);
    let on = on.and_then(|n| n.one_of(Rule::BadValue, "the trigger", &format::TRIGGERS, &mut cx.lint));
    let Some((on, keys, needed)) = on.and_then(|on| KEYS.iter().find(|(name, ..)| *name == on)) else {
        return Trigger::Load;
    };
    for (place, key) in keys.iter().enumerate() {
        if place < *needed {
            node.need(key, &mut cx.lint);
        }
    }
    for (key, member) in node.members(&mut cx.lint) {
        if key != "on" && !keys.contains(&key) && format::TRIGGER.names().contains(&key) {
            let fix = format!("remove it, or choose another trigger: `{on}` does not read it");
            cx.lint.error(Rule::BadValue, &member.pointer, format!("`{key}` means nothing to the trigger `{on}`"), fix);
        }
    }
    match *on {
        "load" => Trigger::Load,
        "event" => event(node, cx),
        "date" => date(node, cx),
        _ => signal(on, node, cx).map_or(Trigger::Load, Trigger::Signal),
    }
}

/// An event that matches has happened on this page view.
fn event(node: &Node<'_>, cx: &mut Cx) -> Trigger {
    let Some(matching) = node.get("where") else { return Trigger::Load };
    cond::compile(&matching, &Scope::Event(None), cx);
    cx.reads.history.push(node.pointer.clone());
    let condition = json!({"$events": {"where": matching.value, "within": "page", "count": {"$gte": 1}}});
    Trigger::When(encode(&lower::rule(&condition)))
}

/// A day of the year is near.
fn date(node: &Node<'_>, cx: &mut Cx) -> Trigger {
    let mut inner = node.value.as_object().cloned().unwrap_or_default();
    inner.remove("on");
    let condition = json!({ "$anniversary": inner });
    let mut place = Node::root(&condition);
    place.pointer.clone_from(&node.pointer);
    Trigger::When(encode(&cond::compile(&place, &Scope::Visitor, cx)))
}

/// The name of what the page looks out for.
fn signal(on: &str, node: &Node<'_>, cx: &mut Cx) -> Option<String> {
    let given = match on {
        "segment" => {
            let id = cond::segment_name(&node.get("segment")?, cx)?;
            cx.reads.segments.push((id.clone(), node.pointer.clone()));
            let left = node.get("left").and_then(|n| n.flag(&mut cx.lint)).unwrap_or_default();
            return Some(format!("{} {id}", if left { "left" } else { "entered" }));
        }
        "inactivity" | "timer" => cond::duration(&node.get("after")?, cx)?.to_string(),
        "scroll" => node.get("percent")?.whole(1..=100, &mut cx.lint)?.to_string(),
        "visible" => super::actions::selector(&node.get("at")?, &mut cx.lint)?,
        _ => return Some(on.into()),
    };
    Some(format!("{on} {given}"))
}

/// What is enough of an experience.
#[derive(Default)]
pub(super) struct Limits {
    pub cap: Option<Vec<u8>>,
    pub pressure: f64,
    pub pressed: Option<Vec<u8>>,
}

/// Its caps and its share of the budget.
pub(super) fn limits(node: &Node<'_>, id: &str, cx: &mut Cx) -> Limits {
    let mut limits = Limits::default();
    if let Some(caps) = node.get("cap") {
        let items = caps.items(&mut cx.lint);
        let read: Vec<_> = items.iter().filter_map(|n| cap(n, cx)).collect();
        if items.is_empty() && caps.value.is_array() {
            caps.bad("limits nothing", "write at least one, as in [{\"max\": 3, \"per\": \"7d\"}]", &mut cx.lint);
        }
        cx.reads.history.push(caps.pointer.clone());
        limits.cap = Some(encode(&lower::limits::capped(id, read)));
    }
    if let Some(pressure) = node.get("pressure") {
        limits.pressure = pressure.number(0.0..=1_000.0, &mut cx.lint).unwrap_or_default();
        if limits.pressure > 0.0 {
            cx.reads.history.push(pressure.pointer.clone());
            match cx.pressure {
                Some(budget) => {
                    if limits.pressure > budget.0 {
                        let message = format!("nobody ever sees it: the budget is {}", budget.0);
                        cx.lint.warning(Rule::Unreachable, &pressure.pointer, message, "lower it, or raise the budget");
                    }
                    limits.pressed = Some(encode(&lower::limits::pressed(budget, limits.pressure)));
                }
                None => {
                    let fix = "write \"pressure\": {\"budget\": 5, \"per\": \"7d\"} in the site file";
                    cx.lint.error(Rule::Missing, &pressure.pointer, "the site has no budget of solicitations", fix);
                }
            }
        }
    }
    limits
}

fn cap(node: &Node<'_>, cx: &mut Cx) -> Option<(i32, Within)> {
    node.keys(&format::CAP, &mut cx.lint);
    let max = node.need("max", &mut cx.lint).and_then(|n| n.whole(1..=1_000, &mut cx.lint));
    let per = match node.get("per") {
        Some(per) => cond::window(&per, cx)?,
        None => Within::Ever,
    };
    Some((max?, per))
}

/// The site's budget of solicitations.
pub(super) fn budget(root: &Node<'_>, cx: &mut Cx) -> Option<(f64, i64)> {
    let node = root.get("pressure")?;
    node.keys(&PRESSURE, &mut cx.lint);
    let budget = node.need("budget", &mut cx.lint).and_then(|n| n.number(0.0..=MOST, &mut cx.lint));
    let per = node.need("per", &mut cx.lint).and_then(|n| cond::duration(&n, cx));
    if let Some(counts) = node.get("counts") {
        for name in counts.items(&mut cx.lint) {
            if matches!(name.value.as_str(), Some("email" | "sms")) {
                name.unsupported("counting messages", &mut cx.lint);
            } else {
                name.one_of(Rule::BadValue, "the source", &["site"], &mut cx.lint);
            }
        }
    }
    budget.zip(per)
}
