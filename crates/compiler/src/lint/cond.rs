//! Conditions of a site file: names, structure and Vitrine's own forms.

use serde_json::Value;
use vitrine_wire::Cond;
use vitrine_wire::bundle::PropertyKind as Kind;
use vitrine_wire::cond::{self, Within};

use super::possible::is_presence;
use super::{Cx, behaviour, values, whole};
use crate::facts::{self, Fact};
use crate::finding::Rule;
use crate::format::conditions as format;
use crate::lower;
use crate::node::Node;

/// What the names in a condition mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scope {
    /// Facts of the visitor.
    Visitor,
    /// Facts of one event; of these names, if it is known which; no names: a page, whose properties are its own.
    Event(Option<Vec<String>>),
    /// Members of an array's item: nothing is declared.
    Item,
}

/// Checks a condition and compiles it. What it depends on is added to `cx.reads`.
pub(crate) fn compile(node: &Node<'_>, scope: &Scope, cx: &mut Cx) -> Cond {
    check(node, scope, cx);
    let compiled = match scope {
        Scope::Visitor => lower::limits::used(lower::rule(node.value), cx.pressure.map_or(0, |(_, per)| per)),
        _ => lower::condition(node.value),
    };
    let mut skipped = 0;
    cond::decode(&cond::encode(&compiled), &mut skipped);
    if skipped > 0 && !cx.lint.findings.iter().any(|f| f.pointer.starts_with(&node.pointer)) {
        let fix = "flatten the condition, or move parts of it into segments";
        cx.lint.error(Rule::TooDeep, &node.pointer, "this condition is nested more than 64 levels deep", fix);
    }
    compiled
}

pub(super) fn check(node: &Node<'_>, scope: &Scope, cx: &mut Cx) {
    let members = node.members(&mut cx.lint);
    let scope = &narrowed(node.value, scope);
    for (key, child) in members {
        match key {
            "$and" | "$or" | "$nor" => child.items(&mut cx.lint).iter().for_each(|item| check(item, scope, cx)),
            "$not" => check(&child, scope, cx),
            "$segment" if *scope == Scope::Visitor => segment(&child, cx),
            "$events" if *scope == Scope::Visitor => events(&child, cx),
            "$sequence" if *scope == Scope::Visitor => behaviour::sequence(&child, cx),
            "$since" if *scope == Scope::Visitor => behaviour::since(&child, cx),
            "$rank" if *scope == Scope::Visitor => behaviour::rank(&child, cx),
            "$time" if *scope == Scope::Visitor => behaviour::time(&child, cx),
            "$anniversary" if *scope == Scope::Visitor => behaviour::anniversary(&child, cx),
            _ if format::OURS.iter().any(|(name, _)| *name == key) => {
                let fix = "move it out: inside, only facts of the event or item can be read";
                cx.lint.error(Rule::BadValue, &child.pointer, format!("`{key}` cannot stand here"), fix);
            }
            _ if key.starts_with('$') => {
                let combining = format::COMBINING.iter().map(|(name, _)| *name);
                let known: Vec<_> = combining.chain(format::OURS.iter().map(|(name, _)| *name)).collect();
                let fix = "operators on a value stand inside a fact, as in {\"cart.value\": {\"$gt\": 5}}";
                cx.lint.unknown(Rule::UnknownOperator, &child.pointer, "the operator", key, &known, fix);
            }
            _ => {
                let kind = kind(key, &child.pointer, scope, cx);
                values::check(&child, kind, cx);
                if matches!(scope, Scope::Event(_)) {
                    values::event_names(key, &child, cx);
                }
            }
        }
    }
}

/// Inside `{"event": "Product Viewed", …}`, properties are those of that event.
fn narrowed(json: &Value, scope: &Scope) -> Scope {
    let Scope::Event(outer) = scope else { return scope.clone() };
    let named = json.get("event").map(values::names_meant).filter(|names| !names.is_empty());
    let page = json.get("type").is_some_and(|t| t.as_str().is_some_and(|t| t != "track"));
    match (named, page) {
        (Some(names), _) => Scope::Event(Some(names)),
        (None, true) => Scope::Event(Some(Vec::new())),
        (None, false) => Scope::Event(outer.clone()),
    }
}

fn segment(node: &Node<'_>, cx: &mut Cx) {
    if let Some(id) = segment_name(node, cx) {
        cx.reads.segments.push((id, node.pointer.clone()));
    }
}

/// The id of a segment; reports one that does not exist.
pub(crate) fn segment_name(node: &Node<'_>, cx: &mut Cx) -> Option<String> {
    let id = node.text(&mut cx.lint)?;
    if !cx.segments.has(id) && !cx.lint.full() {
        let fix = "define it under `segments`";
        cx.lint.unknown(Rule::UnknownSegment, &node.pointer, "the segment", id, &cx.segments.all(), fix);
    }
    Some(id.to_owned())
}

/// Reports a trait that is not declared, where traits are.
pub(crate) fn declared_trait(name: &str, pointer: &str, cx: &mut Cx) {
    profile(name, pointer, cx);
}

/// The type of a fact; reports one that does not exist.
pub(crate) fn kind(path: &str, pointer: &str, scope: &Scope, cx: &mut Cx) -> Kind {
    let fact = match scope {
        Scope::Item => return Kind::Any,
        Scope::Event(names) => match path.strip_prefix("properties.") {
            Some(property) => return self::property(property, names.as_deref(), pointer, cx),
            None => facts::event(path),
        },
        Scope::Visitor => {
            cx.reads.facts.push((path.into(), pointer.into()));
            match path.split_once('.') {
                Some(("profile", name)) => return self::profile(name, pointer, cx),
                Some(("offers", rest)) => return self::offer(rest, pointer, cx),
                Some(("scores", rest)) => return self::score(rest, pointer, cx),
                Some(("pressure", "used")) if cx.pressure.is_none() => {
                    let fix = "write \"pressure\": {\"budget\": 5, \"per\": \"7d\"} in the site file";
                    cx.lint.error(Rule::Missing, pointer, "the site has no budget of solicitations", fix);
                    return Kind::Number;
                }
                _ => facts::visitor(path),
            }
        }
    };
    match fact {
        Fact::Known(kind) => return kind,
        Fact::Later => {
            let message = format!("the fact `{path}` is not supported by this version");
            cx.lint.error(Rule::Unsupported, pointer, message, "remove it, or use a later version");
        }
        Fact::Unknown => {
            let of_event = *scope != Scope::Visitor;
            let known: Vec<_> = facts::names(of_event).collect();
            let fix = if of_event {
                "an event has `event`, `type`, `name`, `properties.*` and `context.*`"
            } else {
                "facts begin with profile, context, session, first, last, cart, orders, forms, offers, consent or identity"
            };
            cx.lint.unknown(Rule::UnknownFact, pointer, "the fact", path, &known, fix);
        }
    }
    Kind::Any
}

fn profile(path: &str, pointer: &str, cx: &mut Cx) -> Kind {
    let Some(traits) = &cx.traits else { return Kind::Any };
    let (name, below) = path.split_once('.').map_or((path, false), |(name, _)| (name, true));
    if let Some(found) = traits.iter().find(|t| t.name == name) {
        return if below { Kind::Any } else { found.kind };
    }
    let known: Vec<_> = traits.iter().map(|t| t.name.as_str()).collect();
    cx.lint.unknown(Rule::UnknownFact, pointer, "the trait", name, &known, "declare it under `traits`");
    Kind::Any
}

pub(crate) fn score(path: &str, pointer: &str, cx: &mut Cx) -> Kind {
    let family = |(at, _): (usize, &str)| {
        path.get(..at).is_some_and(|name| at + 1 < path.len() && cx.families.get(name) == Some(&true))
    };
    if cx.families.get(path) != Some(&false) && !path.match_indices('.').any(family) && !cx.lint.full() {
        let known: Vec<String> = cx
            .scores
            .iter()
            .map(|(name, family)| if *family { format!("{name}.<name>") } else { name.clone() })
            .collect();
        let known: Vec<_> = known.iter().map(String::as_str).collect();
        cx.lint.unknown(Rule::UnknownFact, pointer, "the score", path, &known, "declare it under `scores`");
    }
    cx.reads.scores.push((path.into(), pointer.into()));
    Kind::Number
}

fn offer(path: &str, pointer: &str, cx: &mut Cx) -> Kind {
    let (id, fact) = path.rsplit_once('.').unwrap_or((path, ""));
    if !cx.offers.iter().any(|o| o == id) {
        let known: Vec<_> = cx.offers.iter().map(String::as_str).collect();
        cx.lint.unknown(Rule::UnknownOffer, pointer, "the offer", id, &known, "declare it under `offers`");
        return Kind::Any;
    }
    match fact {
        "state" => Kind::String,
        "at" => Kind::Any,
        _ => {
            let known = ["state", "at"];
            cx.lint.unknown(Rule::UnknownFact, pointer, "the offer's fact", fact, &known, "use `state` or `at`");
            Kind::Any
        }
    }
}

/// The type of an event's property: of all candidates, if they agree.
fn property(path: &str, names: Option<&[String]>, pointer: &str, cx: &mut Cx) -> Kind {
    let (name, below) = path.split_once('.').map_or((path, false), |(name, _)| (name, true));
    let meant = |event: &str| names.is_none_or(|names| names.iter().any(|n| n == event));
    let candidates: Vec<_> = cx.events.iter().filter(|e| meant(&e.name)).collect();
    if candidates.is_empty() {
        return Kind::Any; // a page, or an event that is reported itself
    }
    let mut kinds = candidates.iter().flat_map(|e| &e.properties).filter(|p| p.name == name).map(|p| p.kind);
    match kinds.next() {
        Some(_) if below => Kind::Any,
        Some(kind) if kinds.all(|k| k == kind) => kind,
        Some(_) => Kind::Any,
        None => {
            let known: Vec<_> = candidates.iter().flat_map(|e| &e.properties).map(|p| p.name.as_str()).collect();
            let fix = "declare it under the event's `properties`: undeclared ones are dropped";
            cx.lint.unknown(Rule::UnknownProperty, pointer, "the property", name, &known, fix);
            Kind::Any
        }
    }
}

fn events(node: &Node<'_>, cx: &mut Cx) {
    node.keys(&format::EVENTS, &mut cx.lint);
    cx.reads.history.push(node.pointer.clone());
    let mut scope = Scope::Event(None);
    if let Some(matching) = node.get("where") {
        check(&matching, &scope, cx);
        scope = narrowed(matching.value, &scope);
    }
    let window = node.get("within").and_then(|n| window(&n, cx));
    if let Some(before) = node.get("before") {
        duration(&before, cx);
        if matches!(window, Some(Within::Session | Within::Page)) {
            let fix = "give `within` as a duration, or remove `before`";
            cx.lint.error(Rule::BadValue, &before.pointer, "`before` cannot shift a session or a page", fix);
        }
    }
    let given: Vec<_> = lower::AGGREGATES.iter().filter_map(|(key, _)| Some((*key, node.get(key)?))).collect();
    let [(aggregate, result)] = given.as_slice() else {
        if node.value.is_object() {
            let fix = "give exactly one of count, sum, avg, min, max, distinct";
            cx.lint.error(Rule::Missing, &node.pointer, "it is not clear what to compute", fix);
        }
        return;
    };
    if result.value.is_number() || lower::is_operators(result.value) {
        values::check(result, Kind::Number, cx);
        // One match is enough to know whether there is one; anything else needs them all.
        if node.get("within").is_none() && !(*aggregate == "count" && is_presence(&lower::tests(result.value))) {
            whole::unbounded(std::iter::once(node.value.get("where")), "within", &node.pointer, cx);
        }
    } else {
        result.wrong::<()>("a number, or operators such as {\"$gte\": 3}", &mut cx.lint);
    }
    match (node.get("of"), *aggregate) {
        (Some(of), "count") => of.bad("means nothing beside `count`", "remove `of`", &mut cx.lint),
        (Some(of), _) => {
            if let Some(path) = of.text(&mut cx.lint) {
                let kind = kind(path, &of.pointer, &scope, cx);
                if *aggregate != "distinct" && !matches!(kind, Kind::Number | Kind::Any) {
                    let message = format!("`{aggregate}` needs numbers; `{path}` is declared otherwise");
                    cx.lint.error(Rule::TypeClash, &of.pointer, message, "declare it as `number`");
                }
            }
        }
        (None, "count") => {}
        (None, _) => {
            let fix = "add `of`, such as \"of\": \"properties.revenue\"";
            cx.lint.error(Rule::Missing, &node.pointer, format!("`{aggregate}` of what?"), fix);
        }
    }
}

/// A window; reports one that is not.
pub(crate) fn window(node: &Node<'_>, cx: &mut Cx) -> Option<Within> {
    let text = node.text(&mut cx.lint)?;
    let window = lower::within(text);
    if window.is_none() {
        let fix = "write a length such as 30s, 30m, 2h, 7d, 1w, or session, or page";
        node.bad(&format!("`{text}` is no window"), fix, &mut cx.lint);
    }
    window
}

/// A duration; reports one that is not.
pub(crate) fn duration(node: &Node<'_>, cx: &mut Cx) -> Option<i64> {
    let text = node.text(&mut cx.lint)?;
    let length = lower::duration(text);
    if length.is_none() {
        node.bad(
            &format!("`{text}` is no length of time"),
            "write a length such as 30s, 30m, 2h, 7d, 1w",
            &mut cx.lint,
        );
    }
    length
}
