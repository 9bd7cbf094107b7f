//! JSON at the door, read lazily: members as raw text, values only where they are needed.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// An object's members in order, each still text. The last of repeated keys wins.
pub struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Reads an object's text; `None` when it is something else.
    pub fn read(text: &'a str) -> Option<Members<'a>> {
        serde_json::from_str(text).ok()
    }

    /// A member's text; `null` is absent.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let found = self.0.iter().rev().find(|(k, _)| k == key).map(|(_, raw)| raw.get());
        found.filter(|text| *text != "null")
    }

    /// A member that is an object.
    pub fn object(&self, key: &str) -> Option<Members<'a>> {
        Members::read(self.get(key)?)
    }

    /// A member that is text.
    pub fn string(&self, key: &str) -> Option<Cow<'a, str>> {
        serde_json::from_str::<Text>(self.get(key)?).ok().map(|text| text.0)
    }

    /// A member that is a number.
    pub fn number(&self, key: &str) -> Option<f64> {
        serde_json::from_str(self.get(key)?).ok()
    }

    /// A member that is a whole number.
    pub fn integer(&self, key: &str) -> Option<i64> {
        serde_json::from_str(self.get(key)?).ok()
    }

    /// Whether a member is `true`.
    pub fn is_true(&self, key: &str) -> bool {
        self.get(key) == Some("true")
    }

    /// The members, each key once with its last value, in the order of the first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        let last = |key: &str| self.0.iter().rev().find(|(k, _)| k == key).map(|(_, raw)| raw.get());
        let first = |at: usize, key: &str| self.0.iter().take(at).all(|(k, _)| k != key);
        self.0
            .iter()
            .enumerate()
            .filter(move |(at, (key, _))| first(*at, key))
            .filter_map(move |(_, (key, _))| Some((key.as_ref(), last(key)?)))
    }

    /// The object's text with some members replaced or, where the answer is `None`, left out.
    pub fn rewrite(&self, mut change: impl FnMut(&str, &'a str) -> Option<Cow<'a, str>>) -> String {
        let mut out = String::from("{");
        for (key, value) in self.iter() {
            let Some(value) = change(key, value) else { continue };
            if out.len() > 1 {
                out.push(',');
            }
            out.push_str(&serde_json::to_string(key).unwrap_or_default());
            out.push(':');
            out.push_str(&value);
        }
        out.push('}');
        out
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((Text(key), value)) = map.next_entry()? {
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }
        d.deserialize_map(Pairs)
    }
}

/// Text, borrowed where it has no escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(text.into()))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(text.to_owned().into()))
            }
        }
        d.deserialize_str(Any)
    }
}

/// What one pass over sound JSON text tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Deepest nesting of arrays and objects: 1 for `{}`.
    pub depth: usize,
    /// A number is beyond what a 64-bit float holds.
    pub overflow: bool,
}

/// Looks over JSON text that has been checked before.
pub fn survey(text: &str) -> Survey {
    let mut found = Survey::default();
    let mut depth = 0_usize;
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = match first {
            b'"' => after_string(after),
            b'{' | b'[' => {
                depth += 1;
                found.depth = found.depth.max(depth);
                after
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                after
            }
            b'-' | b'0'..=b'9' => {
                let end = rest.iter().position(|b| !b"+-.eE0123456789".contains(b)).unwrap_or(rest.len());
                let (number, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                found.overflow |= overflows(number);
                after
            }
            _ => after,
        };
    }
    found
}

fn after_string(mut rest: &[u8]) -> &[u8] {
    while let [first, after @ ..] = rest {
        match first {
            b'"' => return after,
            b'\\' => rest = after.get(1..).unwrap_or_default(),
            _ => rest = after,
        }
    }
    rest
}

/// Only long numbers and those with an exponent can.
fn overflows(number: &[u8]) -> bool {
    if number.len() < 309 && !number.iter().any(|b| matches!(b, b'e' | b'E')) {
        return false;
    }
    let parsed = std::str::from_utf8(number).ok().and_then(|text| text.parse::<f64>().ok());
    parsed.is_none_or(f64::is_infinite)
}

/// A value's text with sorted keys and JavaScript's numbers: equal values give equal text, however they were written.
pub fn canonical(text: &str) -> String {
    let mut out = String::new();
    if let Ok(value) = serde_json::from_str::<vitrine_wire::Value>(text) {
        write_sorted(&value, &mut out);
    }
    out
}

fn write_sorted(value: &vitrine_wire::Value, out: &mut String) {
    use vitrine_wire::Value;
    match value {
        Value::List(items) => {
            out.push('[');
            for item in items {
                write_sorted(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Map(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (key, value) in members {
                out.push_str(&serde_json::to_string(key).unwrap_or_default());
                out.push(':');
                write_sorted(value, out);
                out.push(',');
            }
            out.push('}');
        }
        scalar => out.push_str(&serde_json::to_string(scalar).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_last_of_repeated_keys_wins() {
        let members = Members::read(r#"{"a":1,"b":2,"\u0061":3,"c":null}"#).unwrap();
        assert_eq!((members.get("a"), members.get("c")), (Some("3"), None));
        assert_eq!(members.rewrite(|_, value| Some(value.into())), r#"{"a":3,"b":2,"c":null}"#);
        assert_eq!(members.rewrite(|key, value| (key != "a").then(|| value.into())), r#"{"b":2,"c":null}"#);
        assert!(Members::read("[1]").is_none());
    }

    #[test]
    fn surveys_outside_strings_only() {
        let rows = [
            ("{}", 1, false),
            (r#"{"a":[[1]],"b":"[[[[\"[[["}"#, 3, false),
            (r#"{"a":1e308}"#, 1, false),
            (r#"{"a":-1e309}"#, 1, true),
            (r#"{"a":"1e999"}"#, 1, false),
            (r#"{"a":1e-999}"#, 1, false),
        ];
        for (text, depth, overflow) in rows {
            assert_eq!(survey(text), Survey { depth, overflow }, "{text}");
        }
        assert!(survey(&"9".repeat(310)).overflow);
    }

    #[test]
    fn equal_values_have_one_canonical_text() {
        assert_eq!(
            canonical(r#"{"b":[1.0,{"y":1,"x":2}],"a":"é"}"#),
            canonical(r#"{"a":"\u00e9","b":[1,{"x":2,"y":1}]}"#)
        );
        assert_ne!(canonical("1"), canonical("\"1\""));
    }
}
