//! JSON text to values, with what plain parsing hides: repeated keys, and nesting without a bound.

use std::cell::RefCell;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::finding::{Lint, Rule};

/// Parses a site file. `None`: it is not JSON at all, and `lint` says why.
pub(crate) fn parse(text: &str, lint: &mut Lint) -> Option<Value> {
    let repeated = Rc::new(RefCell::new(Vec::new()));
    let text = mend(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut reader = serde_json::Deserializer::from_str(&text);
    let seed = Seed { pointer: String::new(), repeated: Rc::clone(&repeated) };
    let parsed = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    for pointer in repeated.borrow().iter() {
        lint.error(Rule::DuplicateKey, pointer, "this key is written twice in one object", "keep one of the two");
    }
    match parsed {
        Ok(value) => Some(value),
        Err(error) if error.to_string().starts_with("recursion limit") => {
            lint.error(
                Rule::TooDeep,
                "",
                format!("line {} is nested more than 128 levels deep", error.line()),
                "flatten the file: conditions may nest 64 levels",
            );
            None
        }
        Err(error) => {
            lint.error(Rule::Json, "", format!("the file is not JSON: {error}"), "correct the text at that place");
            None
        }
    }
}

/// Parses a text in which a key that is written twice would be read differently by others.
///
/// # Errors
/// It is no JSON, or an object has a key twice.
pub fn unique(text: &str) -> Result<Value, serde_json::Error> {
    let repeated = Rc::new(RefCell::new(Vec::new()));
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed { pointer: String::new(), repeated: Rc::clone(&repeated) }.deserialize(&mut reader)?;
    reader.end()?;
    match repeated.borrow().first() {
        Some(pointer) => Err(serde::de::Error::custom(format_args!("the key at {pointer} is written twice"))),
        None => Ok(value),
    }
}

/// Replaces escaped lone surrogates, which no Unicode string can hold, by U+FFFD, as browsers do when they encode.
pub fn mend(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("\\ud") && !text.contains("\\uD") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let taken = match (unit(from), from.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                out.push_str("\\ufffd");
                rest = from.get(6..).unwrap_or_default();
                continue;
            }
            _ => 1 + from.chars().nth(1).map_or(0, char::len_utf8),
        };
        let (same, after) = from.split_at_checked(taken).unwrap_or((from, ""));
        out.push_str(same);
        rest = after;
    }
    out.push_str(rest);
    out.into()
}

/// The code unit of a `\uXXXX` escape at the start of the text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// One step of a JSON pointer.
pub(crate) fn step(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

struct Seed {
    pointer: String,
    repeated: Rc<RefCell<Vec<String>>>,
}

impl Seed {
    fn inner(&self, key: &str) -> Seed {
        Seed { pointer: step(&self.pointer, key), repeated: Rc::clone(&self.repeated) }
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.inner(&items.len().to_string()))? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let seed = self.inner(&key);
            let pointer = seed.pointer.clone();
            let value = members.next_value_seed(seed)?;
            if map.insert(key, value).is_some() {
                self.repeated.borrow_mut().push(pointer);
            }
        }
        Ok(Value::Object(map))
    }
}

/// The same value in the engine's terms: numbers are `f64`.
pub fn value(json: &Value) -> vitrine_wire::Value {
    use vitrine_wire::Value as V;
    match json {
        Value::Null => V::Null,
        Value::Bool(b) => V::Bool(*b),
        Value::Number(n) => V::Num(n.as_f64().unwrap_or(f64::NAN)),
        Value::String(s) => V::Str(s.clone()),
        Value::Array(items) => V::List(items.iter().map(value).collect()),
        Value::Object(members) => V::Map(members.iter().map(|(k, v)| (k.as_str(), value(v))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced_pairs_are_kept() {
        let rows = [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\ud83dé""#, r#""\ufffdé""#),
            (r#""\ud83d\ud83d\ude00\"""#, r#""\ufffd\ud83d\ude00\"""#),
        ];
        for (text, expected) in rows {
            assert_eq!(mend(text), expected);
        }
    }

    #[test]
    fn a_key_that_is_written_twice_is_told_with_its_place() {
        for (text, place) in [
            (r#"{"a": {"b": 1}, "c": {"b": 2}}"#, None),
            (r#"{"a": 1, "a": 1}"#, Some("/a")),
            (r#"[{"a": {"b": 1, "c": 2, "b": 3}}]"#, Some("/0/a/b")),
        ] {
            let told = unique(text).err().map(|error| error.to_string());
            assert_eq!(told, place.map(|place| format!("the key at {place} is written twice")), "{text}");
        }
        assert!(unique("{} {}").is_err());
    }

    #[test]
    fn ten_thousand_levels_are_an_error_not_an_overflow() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = open.repeat(10_000) + "1" + &close.repeat(10_000);
            let mut lint = Lint::default();
            assert_eq!(parse(&text, &mut lint), None);
            assert_eq!(lint.findings.first().map(|f| f.code), Some(Rule::TooDeep));
        }
    }
}
