//! `tests` of a site file: reads and lints them.

use serde_json::Value;
use vitrine_wire::door::{ReplayInput, ReplayWhat};
use vitrine_wire::limits::CHOICE_DAYS;
use vitrine_wire::{Bundle, Map, Millis};

use super::time::{NOON, When};
use super::{Case, Expect, Slot};
use crate::finding::{Lint, Rule};
use crate::format::tests as format;
use crate::json::value;
use crate::lint::{Cx, Names, cond, values};
use crate::lower;
use crate::node::Node;

/// What a test may name: asked for once a test, so not searched one by one.
struct Known {
    slots: Names,
    experiences: Names,
}

/// The cases of a site file. Whatever is wrong with them is reported; they mean something only if nothing is.
pub(crate) fn read(root: &Node<'_>, bundle: &Bundle, cx: &mut Cx) -> Vec<Case> {
    let items = root.get("tests").map(|tests| tests.items(&mut cx.lint)).unwrap_or_default();
    let slots = bundle.slots.iter().map(|slot| slot.name.clone()).collect();
    let experiences = bundle.experiences.iter().map(|e| e.id.clone()).collect();
    let known = Known { slots, experiences };
    let mut names = std::collections::HashSet::new();
    let mut cases = Vec::with_capacity(items.len());
    for node in items {
        let Some(case) = one(&node, &known, cx) else { continue };
        if !names.insert(case.name.clone()) {
            let message = format!("there are two tests `{}`", case.name);
            cx.lint.error(Rule::DuplicateId, &node.pointer, message, "give one of them another name");
        }
        cases.push(case);
    }
    cases
}

fn one(node: &Node<'_>, known: &Known, cx: &mut Cx) -> Option<Case> {
    node.keys(&format::CASE, &mut cx.lint);
    let name = node.need("name", &mut cx.lint).and_then(|n| n.text(&mut cx.lint));
    let visitor = node.get("visitor").map_or(Some("v1"), |n| n.id(&mut cx.lint));
    let given = node.get("given").map(|n| n.items(&mut cx.lint)).unwrap_or_default();
    let at = case_instant(node, &given, &mut cx.lint);
    let mut inputs: Vec<ReplayInput> = Vec::with_capacity(given.len() + 2);
    for item in &given {
        input(item, at, &mut inputs, cx);
    }
    if let Some(choice) = choice(node, &mut cx.lint) {
        renewed(&mut inputs, &choice, at);
    }
    inputs.push(ReplayInput { at, what: ReplayWhat::Read });
    let expect = node.need("expect", &mut cx.lint).map(|n| expect(&n, known, cx));
    let (name, visitor) = (name?.to_owned(), visitor?.to_owned());
    Some(Case { name, pointer: node.pointer.clone(), visitor, inputs, expect: expect? })
}

/// The case's own instant: as given, else the newest absolute one of its inputs, else a Monday at noon.
fn case_instant(node: &Node<'_>, given: &[Node<'_>], lint: &mut Lint) -> Millis {
    let absolute = |json: &Value| match When::read(json) {
        Some(When::At(at)) => Some(at),
        _ => None,
    };
    if let Some(at) = node.get("at") {
        let found = absolute(at.value);
        if found.is_none() {
            at.bad("is no instant", "write one such as 2026-06-15T12:00:00Z; inputs may be relative to it", lint);
        }
        return found.unwrap_or(NOON);
    }
    given.iter().filter_map(|input| absolute(input.value.get("at")?)).max().unwrap_or(NOON)
}

fn when(node: &Node<'_>, lint: &mut Lint) -> Option<When> {
    let when = When::read(node.value);
    if when.is_none() {
        let fix = "write an instant such as 2026-06-15T12:00:00Z, or a time ago such as -3d or -1h30m";
        node.bad(&format!("{} is no instant", node.value), fix, lint);
    }
    when
}

/// Puts the choice before everything else, and again before it would lapse: a visit of years is not about that.
fn renewed(inputs: &mut Vec<ReplayInput>, choice: &[(String, String)], at: Millis) {
    const BEFORE: Millis = (CHOICE_DAYS - 1) * 86_400_000;
    let mut next = inputs.first().map_or(at, |input| input.at);
    let mut given = std::mem::take(inputs).into_iter().peekable();
    while next <= at {
        inputs.extend(std::iter::from_fn(|| given.next_if(|input| input.at < next)));
        inputs.push(ReplayInput { at: next, what: ReplayWhat::Consent(choice.to_vec()) });
        next = next.saturating_add(BEFORE);
    }
    inputs.extend(given);
}

/// The choice that comes before everything else.
fn choice(node: &Node<'_>, lint: &mut Lint) -> Option<Vec<(String, String)>> {
    let granted = || {
        let three = ["measurement", "personalization", "experiments"];
        Some(three.map(|purpose| (purpose.to_owned(), "granted".to_owned())).to_vec())
    };
    let Some(consent) = node.get("consent") else { return granted() };
    match consent.value {
        Value::Object(_) => Some(choices(&consent, lint)),
        _ => match consent.one_of(Rule::BadValue, "the choice", format::CONSENTS, lint)? {
            "granted" => granted(),
            _ => None,
        },
    }
}

fn choices(node: &Node<'_>, lint: &mut Lint) -> Vec<(String, String)> {
    let purposes = format::CHOICES.names();
    let mut states = Vec::new();
    for (purpose, state) in node.members(lint) {
        if !purposes.contains(&purpose) {
            let fix = format!("use one of: {}", purposes.join(", "));
            lint.unknown(Rule::UnknownPurpose, &state.pointer, "the purpose", purpose, &purposes, &fix);
        }
        if let Some(state) = state.one_of(Rule::BadValue, "the state", format::STATES, lint) {
            states.push((purpose.to_owned(), state.to_owned()));
        }
    }
    states
}

/// One input, as often as it is given.
fn input(node: &Node<'_>, case_at: Millis, inputs: &mut Vec<ReplayInput>, cx: &mut Cx) {
    node.keys(&format::INPUT, &mut cx.lint);
    let at = node.get("at").map_or(Some(When::Before(0)), |n| when(&n, &mut cx.lint));
    let given: Vec<_> =
        ["event", "consent", "context", "profile"].iter().filter_map(|key| Some((*key, node.get(key)?))).collect();
    let times = node.get("times").and_then(|n| n.whole(1..=1_000, &mut cx.lint)).unwrap_or(1);
    let ([(key, inner)], Some(at)) = (given.as_slice(), at) else {
        if node.value.is_object() && given.len() != 1 {
            let fix = "give exactly one of event, consent, context, profile";
            cx.lint.error(Rule::Missing, &node.pointer, "it is not clear what happened", fix);
        }
        return;
    };
    let at = at.instant(case_at);
    if at > case_at {
        let fix = "give the test a later `at`, or the input an earlier one";
        cx.lint.error(Rule::BadValue, &node.pointer, "it happens after the test looks", fix);
    }
    if inputs.last().is_some_and(|before| before.at > at) {
        let fix = "sort the inputs; an event that arrives late has an earlier `timestamp`";
        cx.lint.error(Rule::BadValue, &node.pointer, "it happens before the input above it", fix);
    }
    let what = match *key {
        "event" => ReplayWhat::Event(value(&event(inner, case_at, cx))),
        "consent" => ReplayWhat::Consent(choices(inner, &mut cx.lint)),
        "context" => ReplayWhat::Context(object(inner, &mut cx.lint)),
        _ => ReplayWhat::Profile(object(inner, &mut cx.lint)),
    };
    for _ in 0..times {
        inputs.push(ReplayInput { at, what: what.clone() });
    }
}

fn object(node: &Node<'_>, lint: &mut Lint) -> vitrine_wire::Value {
    node.members(lint);
    if node.value.is_object() { value(node.value) } else { Map::new().into() }
}

/// A Segment event with its names checked and its time made absolute: what is not declared would be dropped silently.
fn event(node: &Node<'_>, case_at: Millis, cx: &mut Cx) -> Value {
    node.keys(&format::EVENT, &mut cx.lint);
    if let Some(kind) = node.get("type") {
        let fix = crate::format::conditions::KINDS;
        kind.one_of(Rule::BadValue, "the event type", fix, &mut cx.lint);
    }
    let kind = node.value.get("type").and_then(Value::as_str).unwrap_or("track");
    let properties = node.get("properties").map(|n| n.members(&mut cx.lint)).unwrap_or_default();
    if let Some(traits) = node.get("traits") {
        for (name, node) in traits.members(&mut cx.lint) {
            cond::declared_trait(name, &node.pointer, cx);
        }
    }
    if kind == "track"
        && let Some(name) = node.need("event", &mut cx.lint)
    {
        values::event_names("event", &name, cx);
        if let Some(decl) = cx.events.iter().find(|e| name.value.as_str() == Some(&e.name)) {
            let known: Vec<_> = decl.properties.iter().map(|p| p.name.as_str()).collect();
            for (property, node) in properties.iter().filter(|(property, _)| !known.contains(property)) {
                let fix = "declare it under the event's `properties`: undeclared ones are dropped";
                cx.lint.unknown(Rule::UnknownProperty, &node.pointer, "the property", property, &known, fix);
            }
        }
    }
    let mut event = node.value.clone();
    if let Some(timestamp) = node.get("timestamp")
        && let Some(when) = when(&timestamp, &mut cx.lint)
        && let Some(members) = event.as_object_mut()
    {
        members.insert("timestamp".into(), when.instant(case_at).into());
    }
    event
}

fn expect(node: &Node<'_>, known: &Known, cx: &mut Cx) -> Expect {
    node.keys(&format::EXPECT, &mut cx.lint);
    if node.value.as_object().is_some_and(|members| {
        members.is_empty() || members.get("only") == Some(&Value::Bool(false)) && members.len() == 1
    }) {
        let fix = "expect segments, not, slots, scores or rejected";
        cx.lint.error(Rule::Missing, &node.pointer, "nothing is expected", fix);
    }
    let mut segments = |key: &str| {
        let items = node.get(key).map(|n| n.items(&mut cx.lint)).unwrap_or_default();
        items.iter().filter_map(|item| cond::segment_name(item, cx)).collect::<Vec<_>>()
    };
    let (segments, not) = (segments("segments"), segments("not"));
    if let Some(both) = segments.iter().find(|id| not.contains(id)) {
        let message = format!("`{both}` is expected both to hold and not to");
        cx.lint.error(Rule::Contradiction, &node.pointer, message, "take it out of one of the two");
    }
    let only = node.get("only").and_then(|n| n.flag(&mut cx.lint)).unwrap_or_default();
    let mut expect = Expect { segments, not, only, ..Expect::default() };
    for (name, child) in node.get("slots").map(|n| n.members(&mut cx.lint)).unwrap_or_default() {
        if !known.slots.has(name) {
            let fix = "declare it under `slots`";
            cx.lint.unknown(Rule::UnknownSlot, &child.pointer, "the slot", name, &known.slots.all(), fix);
        }
        expect.slots.push((name.to_owned(), slot(&child, &known.experiences, &mut cx.lint)));
    }
    for (path, child) in node.get("scores").map(|n| n.members(&mut cx.lint)).unwrap_or_default() {
        cond::score(path, &child.pointer, cx);
        if child.value.is_number() || lower::is_operators(child.value) {
            values::check(&child, vitrine_wire::bundle::PropertyKind::Number, cx);
        } else {
            child.wrong::<()>("a number, or operators such as {\"$gte\": 3}", &mut cx.lint);
        }
        expect.scores.push((path.to_owned(), child.value.clone()));
    }
    for (id, child) in node.get("rejected").map(|n| n.members(&mut cx.lint)).unwrap_or_default() {
        unknown_experience(id, &child.pointer, &known.experiences, &mut cx.lint);
        if let Some(reason) = child.one_of(Rule::BadValue, "the reason", format::REJECTIONS, &mut cx.lint) {
            expect.rejected.push((id.to_owned(), reason.to_owned()));
        }
    }
    expect
}

fn unknown_experience(id: &str, pointer: &str, known: &Names, lint: &mut Lint) {
    if !known.has(id) && !lint.full() {
        let fix = "define it under `experiences`";
        lint.unknown(Rule::UnknownExperience, pointer, "the experience", id, &known.all(), fix);
    }
}

fn slot(node: &Node<'_>, experiences: &Names, lint: &mut Lint) -> Slot {
    let named = |node: &Node<'_>, lint: &mut Lint| {
        if node.value.is_null() {
            return Some(None);
        }
        node.id(lint).map(|id| Some(id.to_owned()))
    };
    if !node.value.is_object() {
        if let Some(id) = node.value.as_str() {
            unknown_experience(id, &node.pointer, experiences, lint);
        }
        return Slot { experience: named(node, lint), ..Slot::default() };
    }
    node.keys(&format::DECISION, lint);
    let experience = node.get("experience");
    if let Some((id, node)) = experience.as_ref().and_then(|node| Some((node.value.as_str()?, node))) {
        unknown_experience(id, &node.pointer, experiences, lint);
    }
    Slot {
        experience: experience.and_then(|n| named(&n, lint)),
        variant: node.get("variant").and_then(|n| named(&n, lint)),
        reason: node
            .get("reason")
            .and_then(|n| n.one_of(Rule::BadValue, "the reason", format::REASONS, lint))
            .map(str::to_owned),
    }
}
