//! A place in the site file: a value and the pointer to it. Reading one checks its type and reports what is wrong.

use serde_json::Value;

use crate::finding::{Lint, Rule};
use crate::format::Object;
use crate::json::step;

/// A value in the site file and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub value: &'a Value,
    pub pointer: String,
}

impl<'a> Node<'a> {
    pub fn root(value: &'a Value) -> Self {
        Node { value, pointer: String::new() }
    }

    /// The member of this name, if it is there.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        let value = self.value.as_object()?.get(key)?;
        Some(Node { value, pointer: step(&self.pointer, key) })
    }

    /// The member of this name; its absence is an error.
    pub fn need(&self, key: &str, lint: &mut Lint) -> Option<Node<'a>> {
        let found = self.get(key);
        if found.is_none() && self.value.is_object() {
            lint.error(Rule::Missing, &self.pointer, format!("`{key}` is missing"), format!("add `{key}`"));
        }
        found
    }

    /// The members of an object.
    pub fn members(&self, lint: &mut Lint) -> Vec<(&'a str, Node<'a>)> {
        let Some(map) = self.value.as_object() else {
            self.wrong::<()>("an object", lint);
            return Vec::new();
        };
        map.iter().map(|(k, value)| (k.as_str(), Node { value, pointer: step(&self.pointer, k) })).collect()
    }

    /// The items of an array.
    pub fn items(&self, lint: &mut Lint) -> Vec<Node<'a>> {
        let Some(list) = self.value.as_array() else {
            self.wrong::<()>("an array", lint);
            return Vec::new();
        };
        let item = |(i, value)| Node { value, pointer: format!("{}/{i}", self.pointer) };
        list.iter().enumerate().map(item).collect()
    }

    /// Non-empty text.
    pub fn text(&self, lint: &mut Lint) -> Option<&'a str> {
        let text = self.any_text(lint)?;
        if text.trim().is_empty() {
            self.bad("is empty", "write something", lint);
            return None;
        }
        Some(text)
    }

    /// Text, possibly empty.
    pub fn any_text(&self, lint: &mut Lint) -> Option<&'a str> {
        self.value.as_str().or_else(|| self.wrong("text", lint))
    }

    /// A finite number within bounds, both included.
    pub fn number(&self, bounds: std::ops::RangeInclusive<f64>, lint: &mut Lint) -> Option<f64> {
        let n = self.value.as_f64().or_else(|| self.wrong("a number", lint))?;
        if bounds.contains(&n) {
            return Some(n);
        }
        let (from, to) = (bounds.start(), bounds.end());
        self.bad(&format!("is {n}"), &format!("give a number from {from} to {to}"), lint);
        None
    }

    /// A whole number within bounds, both included.
    pub fn whole(&self, bounds: std::ops::RangeInclusive<i32>, lint: &mut Lint) -> Option<i32> {
        let n = self.number(f64::from(*bounds.start())..=f64::from(*bounds.end()), lint)?;
        if n.fract() == 0.0 {
            return Some(n as i32);
        }
        self.bad(&format!("is {n}"), "give a whole number", lint);
        None
    }

    /// True or false.
    pub fn flag(&self, lint: &mut Lint) -> Option<bool> {
        self.value.as_bool().or_else(|| self.wrong("true or false", lint))
    }

    /// An id: 1 to 100 characters without control characters.
    pub fn id(&self, lint: &mut Lint) -> Option<&'a str> {
        let id = self.text(lint)?;
        check_id(id, &self.pointer, lint).then_some(id)
    }

    /// One of the names.
    pub fn one_of(&self, code: Rule, what: &str, names: &[&str], lint: &mut Lint) -> Option<&'a str> {
        let name = self.any_text(lint)?;
        if names.contains(&name) {
            return Some(name);
        }
        lint.unknown(code, &self.pointer, what, name, names, &format!("use one of: {}", names.join(", ")));
        None
    }

    /// Reports keys outside the table, and those that only a later version implements.
    pub fn keys(&self, object: &Object, lint: &mut Lint) {
        let what = object.what;
        for (key, node) in self.members(lint) {
            if object.later.contains(&key) && node.is_empty() {
                continue;
            }
            if object.later.contains(&key) {
                node.unsupported(&format!("`{key}` in {what}"), lint);
            } else if !object.keys.iter().any(|known| known.name == key) {
                let known = object.names();
                let otherwise = format!("remove it; {what} knows: {}", known.join(", "));
                lint.unknown(Rule::UnknownKey, &node.pointer, &format!("in {what}, the key"), key, &known, &otherwise);
            }
        }
    }

    /// Whether this is an empty array or object, and so says nothing.
    fn is_empty(&self) -> bool {
        match self.value {
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        }
    }

    /// Reports a part of the format that is not implemented yet.
    pub fn unsupported(&self, what: &str, lint: &mut Lint) {
        let message = format!("{what} is not supported by this version");
        lint.error(Rule::Unsupported, &self.pointer, message, "remove it, or use a later version");
    }

    /// Reports a value of the wrong type.
    pub fn wrong<T>(&self, expected: &str, lint: &mut Lint) -> Option<T> {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        let message = format!("expected {expected}, found {found}");
        lint.error(Rule::WrongType, &self.pointer, message, format!("write {expected}"));
        None
    }

    /// Reports a value of the right type that means nothing.
    pub fn bad(&self, problem: &str, fix: &str, lint: &mut Lint) {
        lint.error(Rule::BadValue, &self.pointer, format!("the value {problem}"), fix);
    }
}

/// Whether text can be an id; reports it if not.
pub(crate) fn check_id(id: &str, pointer: &str, lint: &mut Lint) -> bool {
    let sound = !id.trim().is_empty() && id.chars().count() <= 100 && !id.chars().any(char::is_control);
    if !sound {
        let fix = "use 1 to 100 characters, none of them a control character";
        lint.error(Rule::BadValue, pointer, "this is no usable name", fix);
    }
    sound
}
