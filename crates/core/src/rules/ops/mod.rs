//! The tests of one value. One arm an operator; the compiler shows every place to touch for a new one.

mod version;

use super::fold::lower;
use super::{Item, World, eval, every, js, regex};
use std::cmp::Ordering::{self, Equal, Greater, Less};
use vitrine_wire::{Test, Value};

/// Whether a value passes every test.
pub(super) fn all(tests: &[Test], value: &Value, world: &dyn World) -> Option<bool> {
    every(tests.iter().map(|t| one(t, value, world)))
}

fn one(test: &Test, actual: &Value, world: &dyn World) -> Option<bool> {
    let ordered =
        |expected: &Value, good: &[Ordering]| js::compare(actual, expected).is_some_and(|o| good.contains(&o));
    let version = |expected: &Value, good: &[Ordering]| {
        good.contains(&js::utf16_order(&version::pad(actual), &version::pad(expected)))
    };
    Some(match test {
        Test::Bare(expected) => bare(expected, actual, false),
        Test::Eq(expected) => js::same(actual, expected),
        Test::Ne(expected) => !js::same(actual, expected),
        Test::Lt(expected) => ordered(expected, &[Less]),
        Test::Lte(expected) => ordered(expected, &[Less, Equal]),
        Test::Gt(expected) => ordered(expected, &[Greater]),
        Test::Gte(expected) => ordered(expected, &[Greater, Equal]),
        Test::In(list) => list.as_deref().is_some_and(|l| is_in(actual, l, js::same)),
        Test::Nin(list) => list.as_deref().is_some_and(|l| !is_in(actual, l, js::same)),
        Test::Ini(list) => list.as_deref().is_some_and(|l| is_in(actual, l, same_folded)),
        Test::Nini(list) => list.as_deref().is_some_and(|l| !is_in(actual, l, same_folded)),
        Test::All(list) => is_all(actual, list.as_deref(), false),
        Test::Alli(list) => is_all(actual, list.as_deref(), true),
        Test::ElemTests(tests) => return elem(actual, |item| all(tests, item, world)),
        Test::ElemCond(cond) => return elem(actual, |item| eval(cond, &Item { value: item, outer: world })),
        Test::Size(tests) => match actual {
            Value::List(items) => return all(tests, &Value::Num(items.len() as f64), world),
            _ => false,
        },
        Test::Exists(expected) => actual.is_null() != *expected,
        Test::Type(name) => type_name(actual) == name,
        Test::Veq(expected) => version(expected, &[Equal]),
        Test::Vne(expected) => version(expected, &[Less, Greater]),
        Test::Vgt(expected) => version(expected, &[Greater]),
        Test::Vgte(expected) => version(expected, &[Greater, Equal]),
        Test::Vlt(expected) => version(expected, &[Less]),
        Test::Vlte(expected) => version(expected, &[Less, Equal]),
        Test::InGroup(name) => is_in(actual, group(name, world), js::same),
        Test::NotInGroup(name) => !is_in(actual, group(name, world), js::same),
        Test::Not(tests) => return all(tests, actual, world).map(|b| !b),
        Test::Regex(program) => regex::matches(program, &js::to_text(actual), &|| world.overlong()),
        Test::Never => false,
        Test::Unknown => return None,
    })
}

/// A bare value: compared after JavaScript's coercion to the operand's type.
fn bare(expected: &Value, actual: &Value, fold: bool) -> bool {
    match expected {
        Value::Str(s) if fold => lower(&js::to_text(actual)) == lower(s),
        Value::Str(s) => js::to_text(actual) == *s,
        Value::Num(n) => js::to_number(actual) == *n,
        Value::Bool(b) => !actual.is_null() && js::truthy(actual) == *b,
        Value::Null | Value::List(_) | Value::Map(_) => actual == expected,
    }
}

fn same_folded(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => lower(a) == lower(b),
        _ => js::same(a, b),
    }
}

/// Whether the value, or one of its items, is in the list.
fn is_in(actual: &Value, list: &[Value], same: fn(&Value, &Value) -> bool) -> bool {
    match actual {
        Value::List(items) => items.iter().any(|item| list.iter().any(|e| same(item, e))),
        _ => list.iter().any(|e| same(actual, e)),
    }
}

/// Whether every expected value is among the items.
fn is_all(actual: &Value, expected: Option<&[Value]>, fold: bool) -> bool {
    match (actual, expected) {
        (Value::List(items), Some(list)) => list.iter().all(|e| items.iter().any(|item| bare(e, item, fold))),
        _ => false,
    }
}

/// Whether a (truthy) item passes.
fn elem(actual: &Value, check: impl Fn(&Value) -> Option<bool>) -> Option<bool> {
    let Value::List(items) = actual else { return Some(false) };
    every(items.iter().filter(|i| js::truthy(i)).map(|i| check(i).map(|b| !b))).map(|none| !none)
}

fn group<'a>(name: &Value, world: &'a dyn World) -> &'a [Value] {
    world.group(&js::to_text(name)).unwrap_or_default()
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Num(_) => "number",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}
