//! How large a value is, as the JSON that it will become on the wire.

use vitrine_wire::limits::{VALUE_DEPTH, VALUE_NODES};
use vitrine_wire::{Code, Map, Value};

/// The bytes of a value as JSON; numbers that are not whole count at their longest.
pub fn bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Num(n) => number(*n),
        Value::Str(text) => string(text),
        Value::List(items) => items.iter().map(|item| bytes(item) + 1).sum::<usize>() + 2,
        Value::Map(map) => members(map),
    }
}

/// The bytes of an object as JSON.
pub fn members(map: &Map) -> usize {
    map.iter().map(|(key, value)| string(key) + bytes(value) + 2).sum::<usize>() + 2
}

/// The bytes of a text as JSON.
pub fn string(text: &str) -> usize {
    let extra = text.bytes().map(|b| match b {
        b'"' | b'\\' => 1,
        0..=31 => 5,
        _ => 0,
    });
    text.len() + 2 + extra.sum::<usize>()
}

fn number(n: f64) -> usize {
    if n.trunc() != n || n.abs() >= 1e15 {
        return 24;
    }
    let mut rest = n.abs() as u64;
    let mut digits = 1 + usize::from(n < 0.0);
    while rest >= 10 {
        rest /= 10;
        digits += 1;
    }
    digits
}

/// Whether an event's data may be kept at all.
///
/// # Errors
/// [`Code::EventTooDeep`] beyond 16 levels or 4,096 members, [`Code::EventValue`] for numbers that JSON cannot say.
pub fn check(data: &Map) -> Result<(), Code> {
    let mut nodes = VALUE_NODES;
    data.iter().try_for_each(|(_, value)| walk(value, VALUE_DEPTH - 1, &mut nodes))
}

fn walk(value: &Value, depth: usize, nodes: &mut usize) -> Result<(), Code> {
    *nodes = nodes.checked_sub(1).ok_or(Code::EventTooDeep)?;
    let inside = match value {
        Value::Num(n) if !n.is_finite() => return Err(Code::EventValue),
        Value::List(_) | Value::Map(_) => depth.checked_sub(1).ok_or(Code::EventTooDeep)?,
        _ => return Ok(()),
    };
    match value {
        Value::List(items) => items.iter().try_for_each(|item| walk(item, inside, nodes)),
        Value::Map(map) => map.iter().try_for_each(|(_, item)| walk(item, inside, nodes)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn whole_values_count_as_json_writes_them() {
        for text in ["null", "[1,-20,true,false]", r#"{"a":"x\"y","b":{"c":[]}}"#, r#""é\n""#] {
            let value: Value = serde_json::from_str(text).unwrap();
            let most = bytes(&value);
            // Separators and escapes are counted at their longest.
            assert!((text.len()..=text.len() + 6).contains(&most), "{text}: {most}");
        }
    }

    #[test]
    fn depth_and_members_are_bounded() {
        let mut deep = Value::Null;
        for _ in 0..VALUE_DEPTH - 1 {
            deep = Value::List(vec![deep]);
        }
        let one = |value: Value| check(&[("a", value)].into_iter().collect());
        assert_eq!(one(deep.clone()), Ok(()));
        assert_eq!(one(Value::List(vec![deep])), Err(Code::EventTooDeep));
        assert_eq!(one(vec![0.0; VALUE_NODES].into()), Err(Code::EventTooDeep));
        assert_eq!(one(f64::NAN.into()), Err(Code::EventValue));
    }
}
