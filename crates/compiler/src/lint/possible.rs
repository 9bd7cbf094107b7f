//! Whether any value passes a list of tests. It says no only where there is proof: every kind of value is tried by those
//! values at which an answer can change, and what cannot be tried so is taken to pass.

use std::borrow::Cow;

use vitrine_core::rules::{self, World, js};
use vitrine_wire::{Map, Test, Value};

/// Tests that name more values than these are taken to be passed: every value is tried with every test.
const MOST: usize = 200;

/// So are patterns whose words times the bytes of the values are more: matching takes as many steps, and a segment may
/// bring the values to a thousand patterns.
const MOST_STEPS: usize = 1 << 14;

/// What a tested value can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domain {
    /// Anything that JSON says.
    Any,
    /// A number, or absent.
    Number,
    /// A whole number from 0.
    Count,
    /// A number from 0, or infinite.
    Time,
}

/// No facts: the tests of one value read none.
struct Nothing;

impl World for Nothing {
    fn fact(&self, _: &str) -> Option<Cow<'_, Value>> {
        None
    }
    fn group(&self, _: &str) -> Option<&[Value]> {
        None
    }
}

/// Whether a value may pass every test.
pub(crate) fn possible(tests: &[&Test], domain: Domain) -> bool {
    // One test alone is passed by something; counts apart.
    if tests.len() < 2 && domain != Domain::Count {
        return true;
    }
    // Saved groups are not looked into.
    let tests: Vec<&Test> = tests.iter().copied().filter(|t| !has(t, &is_group)).collect();
    let values = constants(&tests);
    if tests.len() + values.len() > MOST || steps(&tests, &values) > MOST_STEPS {
        return true;
    }
    let numbers = numbers(&tests);
    let number = |n: f64| passes(&tests, &Value::Num(n), &is_opaque);
    match domain {
        Domain::Count => {
            let near = numbers.iter().flat_map(|n| [n.floor() - 1.0, n.floor(), n.floor() + 1.0]);
            near.chain([0.0]).any(|n| n >= 0.0 && number(n))
        }
        Domain::Time => numbers.iter().copied().chain([0.0, f64::INFINITY]).any(|n| n >= 0.0 && number(n)),
        Domain::Number => passes(&tests, &Value::Null, &never) || numbers.iter().any(|n| number(*n)),
        Domain::Any => {
            let exact = [Value::Null, Value::Bool(false), Value::Bool(true)];
            exact.iter().any(|value| passes(&tests, value, &never))
                || numbers.iter().any(|n| number(*n))
                || object(&tests)
                || text(&tests, &numbers)
                || list(&tests, &numbers)
        }
    }
}

/// Whether tests of a count ask only if there is one at all.
pub(crate) fn is_presence(tests: &[Test]) -> bool {
    let tests: Vec<&Test> = tests.iter().collect();
    let holds = |n: f64| passes(&tests, &Value::Num(n), &never);
    let more = numbers(&tests).into_iter().flat_map(|n| [n.floor(), n.floor() + 1.0]).filter(|n| *n >= 1.0);
    more.map(holds).all(|answer| answer == holds(1.0))
}

fn never(_: &Test) -> bool {
    false
}

/// Whether the value passes all tests but those left out.
fn passes(tests: &[&Test], value: &Value, left_out: &dyn Fn(&Test) -> bool) -> bool {
    tests
        .iter()
        .filter(|test| !has(test, left_out))
        .all(|test| rules::all(std::slice::from_ref(*test), value, &Nothing) != Some(false))
}

/// Whether a test is of this sort, or one inside its `$not`.
fn has(test: &Test, sort: &dyn Fn(&Test) -> bool) -> bool {
    match test {
        Test::Not(inner) => inner.iter().any(|test| has(test, sort)),
        _ => sort(test),
    }
}

fn is_group(test: &Test) -> bool {
    matches!(test, Test::InGroup(_) | Test::NotInGroup(_) | Test::Unknown)
}

/// The most that matching every value with every pattern takes.
fn steps(tests: &[&Test], values: &[&Value]) -> usize {
    let words = words(tests.iter().copied());
    if words == 0 {
        0
    } else {
        values.iter().map(|value| js::to_text(value).len()).sum::<usize>().saturating_mul(words)
    }
}

fn words<'a>(tests: impl Iterator<Item = &'a Test>) -> usize {
    let of = |test: &Test| match test {
        Test::Regex(program) => program.len(),
        Test::Not(inner) => words(inner.iter()),
        _ => 0,
    };
    tests.map(of).sum()
}

/// Asks of a text, or of a number's digits, what no few values can stand for.
fn is_opaque(test: &Test) -> bool {
    matches!(
        test,
        Test::Regex(_)
            | Test::Veq(_)
            | Test::Vne(_)
            | Test::Vgt(_)
            | Test::Vgte(_)
            | Test::Vlt(_)
            | Test::Vlte(_)
            | Test::Ini(_)
            | Test::Nini(_)
    )
}

/// Asks for an array's items.
fn is_of_items(test: &Test) -> bool {
    matches!(
        test,
        Test::In(_)
            | Test::Nin(_)
            | Test::Ini(_)
            | Test::Nini(_)
            | Test::All(_)
            | Test::Alli(_)
            | Test::ElemTests(_)
            | Test::ElemCond(_)
            | Test::Size(_)
    )
}

/// The values that tests name, at any depth.
fn named<'a>(tests: &[&'a Test], out: &mut Vec<&'a Value>) {
    for test in tests {
        match test {
            Test::Bare(v) | Test::Eq(v) | Test::Ne(v) | Test::Lt(v) | Test::Lte(v) | Test::Gt(v) | Test::Gte(v) => {
                out.push(v);
            }
            Test::In(list) | Test::Nin(list) | Test::Ini(list) | Test::Nini(list) => out.extend(list.iter().flatten()),
            Test::Not(inner) => named(&inner.iter().collect::<Vec<_>>(), out),
            _ => {}
        }
    }
}

fn constants<'a>(tests: &[&'a Test]) -> Vec<&'a Value> {
    let mut out = Vec::new();
    named(tests, &mut out);
    out
}

/// The numbers at which an answer about numbers can change, one between every two, and those beyond.
fn numbers(tests: &[&Test]) -> Vec<f64> {
    let mut edges: Vec<f64> = constants(tests).into_iter().map(js::to_number).filter(|n| !n.is_nan()).collect();
    edges.push(0.0);
    edges.sort_by(f64::total_cmp);
    let between: Vec<f64> = edges.windows(2).map(|pair| pair.iter().map(|n| n / 2.0).sum()).collect();
    edges.extend(between);
    edges.extend([f64::NEG_INFINITY, f64::MIN, f64::MAX, f64::INFINITY, f64::NAN]);
    edges
}

/// Is passed by one text, or one array or object, alone.
fn is_whole(test: &Test) -> bool {
    matches!(test, Test::Bare(Value::Str(_) | Value::Null | Value::List(_) | Value::Map(_)))
}

/// Objects are told apart only by being named whole.
fn object(tests: &[&Test]) -> bool {
    let other: Map = [(" another ", Value::Null)].into_iter().collect();
    let other = Value::from(other);
    let objects = constants(tests).into_iter().filter(|v| matches!(v, Value::Map(_)));
    objects.chain([&other]).any(|value| passes(tests, value, &never))
}

/// Texts: where a test names all that can pass, those; else by their number and by their place in the order.
fn text(tests: &[&Test], numbers: &[f64]) -> bool {
    let fixed =
        |test: &&Test| matches!(test, Test::Eq(_) | Test::In(_) | Test::Bare(Value::Bool(false))) || is_whole(test);
    if tests.iter().any(fixed) {
        let empty = Value::Str(String::new());
        let texts = constants(tests).into_iter().filter(|v| matches!(v, Value::Str(_)));
        return texts.chain([&empty]).any(|value| passes(tests, value, &never));
    }
    let by_kind = |test: &&&Test| is_of_items(test) || matches!(test, Test::Type(_) | Test::Exists(_) | Test::Never);
    let kinds: Vec<&Test> = tests.iter().filter(by_kind).copied().collect();
    let nins = |test: &Test| matches!(test, Test::Nin(_) | Test::Ini(_) | Test::Nini(_));
    passes(&kinds, &Value::Str("x".into()), &nins) && in_order(tests, numbers)
}

/// Arrays: what asks for items, or for another array, is taken to pass; the rest sees only the array's text.
fn list(tests: &[&Test], numbers: &[f64]) -> bool {
    let array = |test: &Test| matches!(test, Test::Bare(Value::List(_)));
    let left_out = |test: &Test| has(test, &is_of_items) || matches!(test, Test::Not(_)) && has(test, &array);
    let tests: Vec<&Test> = tests.iter().copied().filter(|test| !left_out(test)).collect();
    let named = constants(&tests);
    if tests.iter().any(|test| matches!(test, Test::Eq(_)) || is_whole(test)) {
        let alone = named.iter().filter(|v| matches!(v, Value::Str(_))).map(|v| Value::List(vec![(*v).clone()]));
        let whole = named.iter().filter(|v| matches!(v, Value::List(_))).map(|v| (*v).clone());
        return alone.chain(whole).any(|value| passes(&tests, &value, &never));
    }
    let by_kind =
        |test: &&&Test| matches!(test, Test::Type(_) | Test::Exists(_) | Test::Never | Test::Bare(Value::Bool(_)));
    let kinds: Vec<&Test> = tests.iter().filter(by_kind).copied().collect();
    passes(&kinds, &Value::List(vec![Value::Num(1.0)]), &never) && in_order(&tests, numbers)
}

/// Whether a text may stand where the tests want it: as a number against numbers, in the order of texts against texts.
fn in_order(tests: &[&Test], numbers: &[f64]) -> bool {
    let textual = |v: &Value| matches!(v, Value::Str(_) | Value::List(_) | Value::Map(_));
    let numeric = |test: &&&Test| match test {
        Test::Lt(v) | Test::Lte(v) | Test::Gt(v) | Test::Gte(v) => !textual(v),
        Test::Bare(Value::Num(_)) => true,
        _ => false,
    };
    let only: Vec<&Test> = tests.iter().filter(numeric).copied().collect();
    let low = tests.iter().filter_map(|test| match test {
        Test::Gt(v) if textual(v) => Some((js::to_text(v), false)),
        Test::Gte(v) if textual(v) => Some((js::to_text(v), true)),
        _ => None,
    });
    let high: Vec<_> = tests
        .iter()
        .filter_map(|test| match test {
            Test::Lt(v) if textual(v) => Some((js::to_text(v), false)),
            Test::Lte(v) if textual(v) => Some((js::to_text(v), true)),
            _ => None,
        })
        .collect();
    let fits = |(low, with_low): (Cow<'_, str>, bool)| {
        high.iter().all(|(high, with_high)| match js::utf16_order(&low, high) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => with_low && *with_high,
            std::cmp::Ordering::Greater => false,
        })
    };
    numbers.iter().any(|n| passes(&only, &Value::Num(*n), &never)) && low.into_iter().all(fits)
}
