//! Experiences: who sees what in which slot.

use std::collections::HashSet;

use vitrine_wire::bundle::{Schedule, SlotDecl, Trigger};
use vitrine_wire::cond::encode;
use vitrine_wire::{Action, Cond, Experience, Purpose, Variant};

use super::{actions, lists, starts, tags, zone};
use crate::finding::{Lint, Rule};
use crate::format::experiences as format;
use crate::lint::cond::{self, Scope};
use crate::lint::{Cx, Reads, sensitive, whole};
use crate::node::Node;

/// Experiences by descending priority, then id. Without declared slots, those named here are the slots.
pub(super) fn read(root: &Node<'_>, slots: &mut Vec<SlotDecl>, cx: &mut Cx) -> Vec<Experience> {
    let items = root.get("experiences").map(|n| n.items(&mut cx.lint)).unwrap_or_default();
    let mut all: Vec<Experience> = Vec::new();
    let (mut ids, mut named) = (HashSet::new(), HashSet::new());
    for node in items {
        let Some(experience) = one(&node, root, cx) else { continue };
        if !ids.insert(experience.id.clone()) {
            let message = format!("there are two experiences `{}`", experience.id);
            cx.lint.error(Rule::DuplicateId, &node.pointer, message, "give one of them another id");
        }
        if cx.slots.is_none() && named.insert(experience.slot.clone()) {
            slots.push(SlotDecl { name: experience.slot.clone(), reserve: String::new(), selector: String::new() });
        }
        all.push(experience);
    }
    all.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.id.encode_utf16().cmp(b.id.encode_utf16())));
    all
}

fn one(node: &Node<'_>, root: &Node<'_>, cx: &mut Cx) -> Option<Experience> {
    node.keys(&format::EXPERIENCE, &mut cx.lint);
    let id = node.need("id", &mut cx.lint).and_then(|n| n.id(&mut cx.lint));
    let slot = node.need("slot", &mut cx.lint).and_then(|n| slot(&n, cx));
    cx.reads = Reads::default();
    let when = node.get("when").map_or(Cond::And(Vec::new()), |n| cond::compile(&n, &Scope::Visitor, cx));
    let unless = node.get("unless").map(|n| encode(&cond::compile(&n, &Scope::Visitor, cx)));
    let trigger = node.get("trigger").map_or(Trigger::Load, |n| starts::trigger(&n, cx));
    let limits = starts::limits(node, id.unwrap_or_default(), cx);
    for (path, pointer) in node.get("variants").map(|n| tags::facts(n.value, &n.pointer)).unwrap_or_default() {
        cond::kind(&path, &pointer, &Scope::Visitor, cx);
    }
    let variants = variants(node, root, slot.unwrap_or_default(), cx);
    let reads = std::mem::take(&mut cx.reads);
    let titles = node.get("title").map(|t| whole::texts(&t, &mut cx.lint)).unwrap_or_default();
    let names: Vec<_> = titles.iter().map(|(text, pointer)| (*text, pointer.as_str())).collect();
    sensitive::check(node, &names, &reads, cx);
    let lint = &mut cx.lint;
    let flag = |key: &str, lint: &mut Lint| node.get(key).and_then(|n| n.flag(lint)).unwrap_or_default();
    let purpose = node.get("purpose").and_then(|n| {
        let known = Purpose::ALL.map(Purpose::as_str);
        Purpose::parse(n.one_of(Rule::UnknownPurpose, "the purpose", &known, lint)?)
    });
    let split = node.get("split").and_then(|n| n.one_of(Rule::BadValue, "the value", &["required"], lint));
    let seed = node.get("seed").and_then(|n| n.text(lint)).unwrap_or_default().into();
    let experience = Experience {
        id: id.unwrap_or_default().into(),
        slot: slot.unwrap_or_default().into(),
        priority: node.get("priority").and_then(|n| n.whole(-1_000_000..=1_000_000, lint)).unwrap_or_default(),
        purpose: purpose.unwrap_or(Purpose::Personalization),
        version: node.get("version").and_then(|n| n.whole(0..=i32::MAX, lint)).unwrap_or(1).unsigned_abs(),
        holdout: node.get("holdout").and_then(|n| n.number(0.0..=1.0, lint)).unwrap_or_default(),
        seed,
        split_required: split.is_some(),
        live: flag("live", lint),
        contextual: flag("contextual", lint),
        paused: flag("paused", lint),
        schedule: node.get("schedule").map(|n| schedule(&n, lint)),
        trigger,
        when: encode(&when),
        unless,
        variants,
        group: node.get("group").and_then(|n| n.id(lint)).unwrap_or_default().into(),
        cap: limits.cap,
        pressure: limits.pressure,
        pressed: limits.pressed,
    };
    if experience.contextual {
        whole::contextual(node, root, &experience, &reads, cx);
    }
    id.and(slot).map(|_| experience)
}

fn slot<'a>(node: &Node<'a>, cx: &mut Cx) -> Option<&'a str> {
    let name = node.id(&mut cx.lint)?;
    if let Some(slots) = &cx.slots
        && !slots.has(name)
        && !cx.lint.full()
    {
        let fix = "declare it under `slots`";
        cx.lint.unknown(Rule::UnknownSlot, &node.pointer, "the slot", name, &slots.all(), fix);
    }
    Some(name)
}

fn schedule(node: &Node<'_>, lint: &mut Lint) -> Schedule {
    node.keys(&format::SCHEDULE, lint);
    let mut day = |key: &str| {
        let node = node.get(key)?;
        let text = node.text(lint)?;
        let day = zone::day(text);
        if day.is_none() {
            node.bad(&format!("`{text}` is no day"), "write YYYY-MM-DD", lint);
        }
        day
    };
    let schedule = Schedule { from: day("from"), to: day("to") };
    if let (Some(from), Some(to)) = (schedule.from, schedule.to)
        && from > to
    {
        lint.error(Rule::Contradiction, &node.pointer, "the schedule ends before it starts", "swap the days");
    }
    schedule
}

fn variants(node: &Node<'_>, root: &Node<'_>, slot: &str, cx: &mut Cx) -> Vec<Variant> {
    let lint = &mut cx.lint;
    let Some(list) = node.need("variants", lint) else { return Vec::new() };
    let content = root.get("slots").and_then(|s| s.get(slot)?.get("content"));
    let mut variants: Vec<Variant> = Vec::new();
    let mut ids = HashSet::new();
    for item in list.items(lint) {
        let lint = &mut cx.lint;
        item.keys(&format::VARIANT, lint);
        let Some(id) = item.need("id", lint).and_then(|n| n.id(lint)) else { continue };
        if !ids.insert(id) {
            let fix = "give one of them another id";
            lint.error(Rule::DuplicateId, &item.pointer, format!("there are two variants `{id}`"), fix);
        }
        let weight = item.get("weight").and_then(|n| n.number(0.0..=1e9, lint)).unwrap_or(1.0);
        let actions = item.get("actions").map(|n| n.items(lint)).unwrap_or_default();
        let mut all = Vec::new();
        for action in actions {
            all.extend(match lists::of(&action) {
                Some(list) => lists::read(&list, root, cx),
                None => actions::read(&action, content.as_ref(), &mut cx.lint),
            });
        }
        let own = all.iter().filter(|action| matches!(action, Action::List { .. } | Action::Content { .. })).count();
        if own > 1 && all.iter().any(|action| matches!(action, Action::List { .. })) {
            let fix = "write one list, without `content`, and give others a slot of their own";
            item.bad("lists twice, or lists and says `content`", fix, &mut cx.lint);
        }
        if weight == 0.0 {
            let fix = "give it a weight, or remove it";
            cx.lint.warning(
                Rule::Unreachable,
                &item.pointer,
                format!("nobody sees the variant `{id}`: its weight is 0"),
                fix,
            );
        }
        variants.push(Variant { id: id.into(), weight, actions: all });
    }
    if !variants.iter().any(|v| v.weight > 0.0) {
        cx.lint.error(
            Rule::Missing,
            &list.pointer,
            "there is no variant to show",
            "give at least one a weight above 0",
        );
    }
    variants
}
