//! The tests of one value: operators, operands and their types.

use serde_json::Value;
use vitrine_wire::bundle::PropertyKind as Kind;

use super::Cx;
use super::cond::{self, Scope};
use super::possible::{Domain, possible};
use crate::finding::Rule;
use crate::format::conditions::{KINDS, OPERATORS, TYPES};
use crate::lower;
use crate::node::Node;
use crate::regex;

/// Checks what a fact of this type is compared with.
pub(crate) fn check(node: &Node<'_>, kind: Kind, cx: &mut Cx) {
    if !lower::is_operators(node.value) {
        let mixed = node.value.as_object().is_some_and(|m| m.keys().any(|k| k.starts_with('$')));
        if mixed {
            let fix = "put operators in an object of their own";
            node.bad("mixes operators with other keys, and so is compared whole", fix, &mut cx.lint);
        }
        operand(node, kind, true, cx);
        return;
    }
    for (op, child) in node.members(&mut cx.lint) {
        operator(op, &child, kind, cx);
    }
    contradiction(node, cx);
}

fn operator(op: &str, node: &Node<'_>, kind: Kind, cx: &mut Cx) {
    match op {
        "$eq" | "$ne" | "$lt" | "$lte" | "$gt" | "$gte" => operand(node, kind, false, cx),
        "$in" | "$nin" | "$ini" | "$nini" | "$all" | "$alli" => {
            let each = if kind == Kind::Array { Kind::Any } else { kind };
            node.items(&mut cx.lint).iter().for_each(|item| operand(item, each, false, cx));
        }
        "$elemMatch" if lower::is_operators(node.value) => check(node, Kind::Any, cx),
        "$elemMatch" => drop(cond::compile(node, &Scope::Item, cx)),
        "$size" => check(node, Kind::Number, cx),
        "$exists" => drop(node.flag(&mut cx.lint)),
        "$type" => drop(node.one_of(Rule::BadValue, "the type", TYPES, &mut cx.lint)),
        "$veq" | "$vne" | "$vgt" | "$vgte" | "$vlt" | "$vlte" => drop(node.text(&mut cx.lint)),
        "$inGroup" | "$notInGroup" => {
            let known: Vec<_> = cx.groups.iter().map(String::as_str).collect();
            node.one_of(Rule::UnknownGroup, "the group", &known, &mut cx.lint);
        }
        "$not" => check(node, kind, cx),
        "$regex" | "$regexi" => pattern(op, node, cx),
        _ => {
            let known: Vec<_> = OPERATORS.iter().map(|(name, _)| *name).collect();
            let fix = format!("use one of: {}", known.join(" "));
            cx.lint.unknown(Rule::UnknownOperator, &node.pointer, "the operator", op, &known, &fix);
        }
    }
}

/// A pattern that cannot be run would never match; a large one is run over every character of the value.
fn pattern(op: &str, node: &Node<'_>, cx: &mut Cx) {
    let Some(text) = node.text(&mut cx.lint) else { return };
    cx.reads.texts.push((text.into(), node.pointer.clone()));
    match regex::program(text, op == "$regexi") {
        Err(refused) => {
            let message = format!("the value {}", refused.problem());
            cx.lint.error(Rule::BadPattern, &node.pointer, message, refused.fix());
        }
        Ok(program) if program.len() > regex::SLOW => {
            let message = format!("the pattern takes {} steps for every character of a value", program.len());
            cx.lint.warning(Rule::SlowPattern, &node.pointer, message, "use smaller counts, or `+` and `*`");
        }
        Ok(_) => {}
    }
}

/// A value that a fact of this type is compared with. Bare values are coerced, so a clash is only suspicious.
fn operand(node: &Node<'_>, kind: Kind, bare: bool, cx: &mut Cx) {
    if let Some(text) = node.value.as_str() {
        cx.reads.texts.push((text.into(), node.pointer.clone()));
    }
    let (fits, expected) = match kind {
        Kind::Any | Kind::Array | Kind::Object => (true, ""),
        Kind::String | Kind::Date => (node.value.is_string(), "text"),
        Kind::Number => (node.value.is_number(), "a number"),
        Kind::Boolean => (node.value.is_boolean(), "true or false"),
    };
    if fits || node.value.is_null() {
        return;
    }
    let message = format!("what is compared here is declared as {expected}, the value {} is not", node.value);
    let fix = format!("write {expected}, or declare another type");
    if bare && !node.value.is_object() && !node.value.is_array() {
        cx.lint.warning(Rule::TypeClash, &node.pointer, message, fix);
    } else {
        cx.lint.error(Rule::TypeClash, &node.pointer, message, fix);
    }
}

/// `{"$gt": 5, "$lt": 3}` can never hold.
fn contradiction(node: &Node<'_>, cx: &mut Cx) {
    if node.value.as_object().is_none_or(|operators| operators.len() < 2) {
        return;
    }
    let tests = lower::tests(node.value);
    if !possible(&tests.iter().collect::<Vec<_>>(), Domain::Any) {
        let fix = "correct the bounds";
        cx.lint.warning(Rule::Contradiction, &node.pointer, "no value is within these bounds", fix);
    }
}

/// The names that a test of `event` asks for: bare, `$eq` or `$in`.
pub(crate) fn names_meant(json: &Value) -> Vec<String> {
    let one = |v: &Value| v.as_str().map(str::to_owned);
    let listed = json.get("$in").and_then(Value::as_array).map(|l| l.iter().filter_map(one).collect());
    one(json).or_else(|| json.get("$eq").and_then(one)).map_or_else(|| listed.unwrap_or_default(), |name| vec![name])
}

/// Reports event names and types that do not exist.
pub(crate) fn event_names(path: &str, node: &Node<'_>, cx: &mut Cx) {
    let mut texts = Vec::new();
    collect(node, &mut texts);
    for (name, pointer) in texts {
        if path == "event" && (cx.event_names.has(&name) || cx.lint.full()) {
            continue;
        }
        let events = cx.event_names.all();
        let (code, what, known, fix) = match path {
            "event" => (Rule::UnknownEvent, "the event", events.as_slice(), "declare it under `events`"),
            "type" => (Rule::BadValue, "the event type", KINDS, "use track, page, screen, identify, group or alias"),
            _ => return,
        };
        if !known.contains(&name.as_str()) {
            cx.lint.unknown(code, &pointer, what, &name, known, fix);
        }
    }
}

fn collect(node: &Node<'_>, out: &mut Vec<(String, String)>) {
    let exact = ["$eq", "$ne", "$in", "$nin", "$not"];
    match node.value {
        Value::String(name) => out.push((name.clone(), node.pointer.clone())),
        Value::Array(items) => {
            let item = |(i, value)| Node { value, pointer: format!("{}/{i}", node.pointer) };
            items.iter().enumerate().map(item).for_each(|n| collect(&n, out));
        }
        Value::Object(_) => exact.iter().filter_map(|op| node.get(op)).for_each(|n| collect(&n, out)),
        _ => {}
    }
}
