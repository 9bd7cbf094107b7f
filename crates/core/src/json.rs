//! Reads JSON as browsers write it (`JSON.stringify`, no white space). It is not a checker: what is no JSON reads as
//! something, never as a panic or an endless loop.

use crate::rules::js::text_number;
use vitrine_wire::limits::VALUE_DEPTH;
use vitrine_wire::{Map, Value};

/// Reads a value; nothing is null, and so is what lies deeper than any value may. Lone surrogates become U+FFFD.
pub fn read(text: &str) -> Value {
    Reader { text, at: 0 }.value(VALUE_DEPTH)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn next(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    /// Passes one byte if it is this.
    fn pass(&mut self, byte: u8) -> bool {
        let is = self.next() == byte;
        self.at += usize::from(is);
        is
    }

    /// The text up to the first byte that ends it.
    fn until(&mut self, ends: fn(u8) -> bool) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.bytes().position(ends).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.next() {
            b'"' => Value::Str(self.string()),
            b'{' | b'[' if depth == 0 => {
                self.skip();
                Value::Null
            }
            b'{' => {
                self.at += 1;
                let mut map = Map::new();
                while self.next() == b'"' {
                    let name = self.string();
                    self.pass(b':');
                    map.insert(name, self.value(depth - 1));
                    self.pass(b',');
                }
                self.pass(b'}');
                Value::Map(map)
            }
            b'[' => {
                self.at += 1;
                let mut list = Vec::new();
                while !self.pass(b']') && self.at < self.text.len() {
                    let before = self.at;
                    list.push(self.value(depth - 1));
                    self.pass(b',');
                    // What is no value does not move on by itself.
                    self.at += usize::from(self.at == before);
                }
                Value::List(list)
            }
            _ => match self.until(|byte| matches!(byte, b',' | b'}' | b']')) {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" | "" => Value::Null,
                number => Value::Num(text_number(number)),
            },
        }
    }

    /// Passes a nested value.
    fn skip(&mut self) {
        let mut open = 0usize;
        while self.at < self.text.len() {
            match self.next() {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    fn string(&mut self) -> String {
        self.at += 1;
        let mut out = String::from(self.until(|byte| matches!(byte, b'"' | b'\\')));
        while self.pass(b'\\') {
            let escape = self.next();
            self.at += 1;
            out.push(match escape {
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => {
                    let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
                    self.at += 4;
                    let unit =
                        digits.bytes().fold(0, |sum, digit| sum * 16 + (digit as char).to_digit(16).unwrap_or(0));
                    char::from_u32(unit).unwrap_or('\u{fffd}')
                }
                other => char::from(other),
            });
            out.push_str(self.until(|byte| matches!(byte, b'"' | b'\\')));
        }
        self.pass(b'"');
        out
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(Into::into),
            (-1_000_000i64..1_000_000).prop_map(Into::into),
            "\\PC{0,8}".prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::hash_map("[a-c\"\\\\é\n]{0,3}", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in any_value()) {
            let text = serde_json::to_string(&value).unwrap();
            let expected: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read(&text), expected);
        }

        #[test]
        fn any_text_is_read_to_an_end(text in "[\\[\\]{}:,\"\\\\u0-9a-f é-]{0,40}") {
            read(&text);
        }
    }

    #[test]
    fn what_lies_too_deep_is_null() {
        let deep = |n: usize, inner: &str| ["[".repeat(n), inner.into(), "]".repeat(n)].concat();
        let mut value = read(&deep(VALUE_DEPTH, "1"));
        for _ in 0..VALUE_DEPTH {
            value = value.as_list().unwrap().first().unwrap().clone();
        }
        assert_eq!(value, 1.0.into());
        assert_eq!(
            read(&["[", &deep(VALUE_DEPTH, "\"]\""), ",2]"].concat()).as_list().unwrap().get(1),
            Some(&2.0.into())
        );
        read(&"[".repeat(100_000));
    }

    #[test]
    fn lone_surrogates_are_replaced() {
        assert_eq!(read(r#""a\ud83db\u00e9""#), "a\u{fffd}bé".into());
    }
}
