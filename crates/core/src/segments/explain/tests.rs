//! Tests of a value, as they are written.

use crate::rules;
use crate::segments::world::Here;
use vitrine_wire::{Map, Test, Value};

/// What a value is compared with: one test beside the value, more than one as a list.
pub fn put(map: &mut Map, tests: &[Test], value: &Value, here: &Here) {
    map.insert("value", value.clone());
    if let [test] = tests {
        // Beside a form's own name its test is the part that compares.
        let op = if map.get("op").is_some() { "test" } else { "op" };
        map.insert(op, name(test));
        map.insert("operand", operand(test));
        return;
    }
    if map.get("op").is_none() {
        map.insert("op", "$and");
    }
    let mut list = Vec::new();
    for test in tests {
        let mut one = Map::new();
        one.insert("op", name(test));
        one.insert("operand", operand(test));
        one.insert("result", rules::all(std::slice::from_ref(test), value, here));
        list.push(Value::Map(one));
    }
    map.insert("tests", Value::List(list));
}

/// Tests as a condition would have them.
pub fn written(tests: &[Test]) -> Value {
    let mut map = Map::new();
    for test in tests {
        map.insert(name(test), operand(test));
    }
    Value::Map(map)
}

fn name(test: &Test) -> &'static str {
    match test {
        Test::Bare(_) => "is",
        Test::Eq(_) => "$eq",
        Test::Ne(_) => "$ne",
        Test::Lt(_) => "$lt",
        Test::Lte(_) => "$lte",
        Test::Gt(_) => "$gt",
        Test::Gte(_) => "$gte",
        Test::In(_) => "$in",
        Test::Nin(_) => "$nin",
        Test::Ini(_) => "$ini",
        Test::Nini(_) => "$nini",
        Test::All(_) => "$all",
        Test::Alli(_) => "$alli",
        Test::ElemTests(_) | Test::ElemCond(_) => "$elemMatch",
        Test::Size(_) => "$size",
        Test::Exists(_) => "$exists",
        Test::Type(_) => "$type",
        Test::Regex(_) => "$regex",
        Test::Veq(_) => "$veq",
        Test::Vne(_) => "$vne",
        Test::Vgt(_) => "$vgt",
        Test::Vgte(_) => "$vgte",
        Test::Vlt(_) => "$vlt",
        Test::Vlte(_) => "$vlte",
        Test::InGroup(_) => "$inGroup",
        Test::NotInGroup(_) => "$notInGroup",
        Test::Not(_) => "$not",
        Test::Never => "never",
        Test::Unknown => "unknown",
    }
}

fn operand(test: &Test) -> Value {
    match test {
        Test::Bare(v) | Test::Eq(v) | Test::Ne(v) | Test::Lt(v) | Test::Lte(v) | Test::Gt(v) | Test::Gte(v) => {
            v.clone()
        }
        Test::Veq(v) | Test::Vne(v) | Test::Vgt(v) | Test::Vgte(v) | Test::Vlt(v) | Test::Vlte(v) => v.clone(),
        Test::InGroup(v) | Test::NotInGroup(v) => v.clone(),
        Test::In(list) | Test::Nin(list) | Test::Ini(list) | Test::Nini(list) | Test::All(list) | Test::Alli(list) => {
            list.clone().map_or(Value::Null, Value::List)
        }
        Test::Size(tests) | Test::Not(tests) | Test::ElemTests(tests) => written(tests),
        Test::Exists(on) => (*on).into(),
        Test::Type(name) => name.as_str().into(),
        Test::ElemCond(_) | Test::Regex(_) | Test::Never | Test::Unknown => Value::Null,
    }
}
