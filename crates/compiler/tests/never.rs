//! What the linter calls impossible is impossible: conditions of few facts, tried with every value that could tell.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::borrow::Cow;
use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use vitrine_compiler::{Rule, check_value, condition, value};
use vitrine_core::rules::{World, holds};
use vitrine_wire::Value as Fact;

struct Facts<'a>(&'a Fact, &'a Fact);

impl World for Facts<'_> {
    fn fact(&self, path: &str) -> Option<Cow<'_, Fact>> {
        Some(Cow::Borrowed(if path == "profile.a" { self.0 } else { self.1 })).filter(|fact| !fact.is_null())
    }
    fn group(&self, _: &str) -> Option<&[Fact]> {
        None
    }
}

/// Values near those that conditions name.
fn values() -> Vec<Fact> {
    let all = json!([
        null, true, false, -1, 0, 1, 2, 2.5, 3, 4, 5, 6, 1e9, "", "a", "b", "c", "0", "1", "3", "3.0", "5", "7", "null", "true",
        [], ["a"], ["b"], ["a", "b"], [3], ["3"], [["a"]], [1, 3], {}, {"x": 1}
    ]);
    all.as_array().unwrap().iter().map(value).collect()
}

fn worlds_where(json: &Value, mut found: impl FnMut(&Facts<'_>)) {
    let compiled = condition(json);
    let values = values();
    for a in &values {
        for count in values.iter().filter(|v| v.is_null() || v.as_num().is_some()) {
            let world = Facts(a, count);
            if holds(&compiled, &world) {
                found(&world);
            }
        }
    }
}

fn constant() -> impl Strategy<Value = Value> {
    let plain = [json!(null), json!(true), json!(false), json!(0), json!(1), json!(3), json!(5), json!(2.5)];
    let text =
        [json!(""), json!("a"), json!("b"), json!("3"), json!("3.0"), json!("null"), json!(["a"]), json!({"x": 1})];
    proptest::sample::select([plain, text].concat())
}

fn operators() -> impl Strategy<Value = Value> {
    let scalar = proptest::sample::select(vec!["$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$veq", "$vgt"]);
    let several = proptest::sample::select(vec!["$in", "$nin", "$ini", "$nini", "$all"]);
    let named = proptest::sample::select(vec!["null", "number", "string", "array", "boolean", "object"]);
    let one = prop_oneof![
        5 => (scalar, constant()).prop_map(|(op, c)| json!({op: c})),
        2 => (several, prop::collection::vec(constant(), 0..3)).prop_map(|(op, list)| json!({op: list})),
        1 => any::<bool>().prop_map(|yes| json!({"$exists": yes})),
        1 => named.prop_map(|name| json!({"$type": name})),
        1 => proptest::sample::select(vec!["^a", "3", "."]).prop_map(|p| json!({"$regex": p})),
        1 => (0..3).prop_map(|n| json!({"$size": n})),
    ];
    let joined = |list: Vec<Value>| {
        Value::Object(list.into_iter().flat_map(|v| v.as_object().cloned().unwrap_or_default()).collect())
    };
    let ops = prop::collection::vec(one, 1..3).prop_map(joined);
    prop_oneof![4 => ops.clone(), 1 => ops.prop_map(|inner| json!({"$not": inner}))]
}

fn fact() -> impl Strategy<Value = Value> {
    let bare = constant().prop_filter("an empty object asks nothing", |c| !c.is_object());
    let tests = prop_oneof![operators(), bare];
    (proptest::sample::select(vec!["profile.a", "profile.a", "orders.count"]), tests).prop_map(|(p, t)| json!({p: t}))
}

fn cond(with_segment: bool) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => fact().boxed(),
        u32::from(with_segment) => Just(json!({"$segment": "x"})).boxed()
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            4 => list.clone().prop_map(|l| json!({"$and": l})),
            1 => list.clone().prop_map(|l| json!({"$or": l})),
            1 => list.prop_map(|l| json!({"$nor": l})),
            1 => inner.prop_map(|c| json!({"$not": c})),
        ]
    })
}

/// A condition without segments: each as what it means.
fn spelt_out(json: &Value, segment: &Value) -> Value {
    match json {
        Value::Object(map) if map.contains_key("$segment") => segment.clone(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), spelt_out(v, segment))).collect(),
        Value::Array(list) => list.iter().map(|v| spelt_out(v, segment)).collect(),
        other => other.clone(),
    }
}

fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value)) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let tried = runner.run(strategy, |input| {
        test(input);
        Ok(())
    });
    tried.unwrap_or_else(|failed| panic!("{failed}"));
}

#[test]
fn what_never_holds_never_holds() {
    let found = Cell::new(0);
    run(1_500, &(cond(true), cond(false)), |(a, x)| {
        let site = json!({"vitrine": 1, "site": "s", "segments": {"x": {"when": x}, "a": {"when": a}}});
        for finding in check_value(&site).iter().filter(|f| f.code == Rule::Contradiction) {
            let mut part = site.pointer(&finding.pointer).unwrap().clone();
            let last = finding.pointer.rsplit('/').next().unwrap();
            if last.contains('.') {
                part = json!({last: part});
            }
            // Inside a value there are tests alone.
            let combining = ["$and", "$or", "$nor", "$not", "$segment"];
            let is_test = |key: &String| key.starts_with('$') && !combining.contains(&key.as_str());
            if part.as_object().is_some_and(|members| members.keys().any(is_test)) {
                part = json!({"profile.a": part});
            }
            worlds_where(&spelt_out(&part, &x), |world| {
                panic!("{site} holds for {:?} and {:?}: {finding:?}", world.0, world.1);
            });
            found.set(found.get() + 1);
        }
    });
    assert!(found.get() > 150, "only {} contradictions were tried", found.get());
}

#[test]
fn what_is_hidden_is_hidden() {
    let found = Cell::new([0, 0]);
    run(1_500, &(cond(true), cond(true), cond(false), any::<bool>()), |(low, high, x, and)| {
        // Of two unrelated conditions, one hardly ever implies the other.
        let low = if and { json!({"$and": [low, high]}) } else { low };
        let unless = json!({"id": "u", "slot": "u", "variants": [{"id": "v"}], "when": low, "unless": high});
        let site = json!({
            "vitrine": 1, "site": "s", "segments": {"x": {"when": x}},
            "experiences": [
                {"id": "low", "slot": "p", "variants": [{"id": "v"}], "when": low},
                {"id": "high", "slot": "p", "variants": [{"id": "v"}], "when": high, "priority": 1},
                unless
            ]
        });
        let (low, high) = (spelt_out(&low, &x), condition(&spelt_out(&high, &x)));
        for finding in check_value(&site) {
            let place = match (finding.code, finding.pointer.as_str()) {
                (Rule::Shadowed, "/experiences/0") => 0,
                (Rule::Unreachable, "/experiences/2/unless") => 1,
                _ => continue,
            };
            worlds_where(&low, |world| {
                assert!(holds(&high, world), "{site}: {finding:?}, but {:?} and {:?}", world.0, world.1);
            });
            let mut counts = found.get();
            counts.iter_mut().skip(place).take(1).for_each(|n| *n += 1);
            found.set(counts);
        }
    });
    assert!(found.get().iter().all(|n| *n > 50), "only {:?} were tried", found.get());
}
