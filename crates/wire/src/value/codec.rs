//! Values as bytes: the kind's number, then what it holds.

use super::{Map, Value};
use crate::codec::{Put, Reader, Take};

impl Put for Value {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null => 0u8.put(out),
            Value::Bool(b) => (1u8, b).put(out),
            Value::Num(n) => (2u8, n).put(out),
            Value::Str(text) => (3u8, text).put(out),
            Value::List(items) => (4u8, items).put(out),
            Value::Map(map) => (5u8, map).put(out),
        }
    }
}

impl Take for Value {
    fn take(r: &mut Reader<'_>) -> Self {
        match r.variant(5) {
            1 => Value::Bool(r.flag()),
            2 => Value::Num(r.float()),
            3 => Value::Str(r.text()),
            4 => Value::List(r.nested()),
            5 => Value::Map(r.nested()),
            _ => Value::Null,
        }
    }
}

crate::codec!(struct Map(members));
