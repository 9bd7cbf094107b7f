//! A JSON value that is the same in page, server and command line.

mod codec;
mod serial;

/// Members of an object in the order they were written; a repeated key keeps its first place and its last value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map(Vec<(String, Value)>);

/// A JSON value. Numbers are `f64`, objects keep their order, strings are valid Unicode (lone surrogates became U+FFFD).
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// `null`, and what a missing fact reads as.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A finite number, or what JavaScript made of it.
    Num(f64),
    /// Text.
    Str(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Map(Map),
}

impl Map {
    /// An empty object.
    pub const fn new() -> Self {
        Map(Vec::new())
    }

    /// An object of one member.
    pub fn of(key: &str, value: impl Into<Value>) -> Self {
        let mut map = Map::new();
        map.insert(key, value);
        map
    }

    /// The member's value, own members only.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The member's value, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Sets a member: a known key keeps its place.
    #[inline]
    pub fn insert(&mut self, key: impl AsRef<str>, value: impl Into<Value>) {
        self.set(key.as_ref(), value.into());
    }

    // One body for every kind of key and value: members are set in a hundred places of the page's code.
    #[inline(never)]
    fn set(&mut self, key: &str, value: Value) {
        match self.get_mut(key) {
            Some(old) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.0.iter().position(|(k, _)| k == key)?;
        Some(self.0.remove(at).1)
    }

    /// Lets the members go whose names are not to be kept.
    pub fn retain(&mut self, keep: &dyn Fn(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: AsRef<str>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(iter: T) -> Self {
        let mut map = Map::new();
        for (k, v) in iter {
            map.insert(k, v);
        }
        map
    }
}

impl Value {
    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The number, if it is one (no coercion).
    pub fn as_num(&self) -> Option<f64> {
        match self {
            Value::Num(n) => Some(*n),
            _ => None,
        }
    }

    /// The truth value, if it is one (no coercion).
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The items, if it is an array.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// An own member of an object; `None` for everything else.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// The value at a dotted path of own members (`a.b.c`).
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self, |here, key| here.get(key))
    }

    /// The depth of nesting: 0 for a scalar, 1 for `[]`.
    pub fn depth(&self) -> usize {
        let inner = match self {
            Value::List(items) => items.iter().map(Value::depth).max(),
            Value::Map(map) => map.iter().map(|(_, v)| v.depth()).max(),
            _ => return 0,
        };
        1 + inner.unwrap_or(0)
    }
}

impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Value::Bool(v)
    }
}
impl From<f64> for Value {
    fn from(v: f64) -> Self {
        Value::Num(v)
    }
}
impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Value::Num(v as f64)
    }
}
impl From<u32> for Value {
    fn from(v: u32) -> Self {
        Value::Num(f64::from(v))
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Value::Str(v.into())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Value::Str(v)
    }
}
impl From<Map> for Value {
    fn from(v: Map) -> Self {
        Value::Map(v)
    }
}
impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(v: Vec<T>) -> Self {
        Value::List(v.into_iter().map(Into::into).collect())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Value::Null, Into::into)
    }
}
