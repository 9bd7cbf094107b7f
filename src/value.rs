//! JavaScript values to the engine's and back.

use crate::js;
use vitrine_wire::limits::VALUE_DEPTH;
use vitrine_wire::{Code, Map, Value};
use wasm_bindgen::JsValue;

/// Reads what JSON can say: what the facade has copied of the page's (its limits are there), what the backend answers and
/// what was kept. Anything else is null, and so is what lies deeper than any value may.
pub fn read(of: &JsValue) -> Value {
    node(of, VALUE_DEPTH)
}

/// Reads an object's members; nothing and null are an empty object.
///
/// # Errors
/// [`Code::Argument`] for anything that is not an object.
pub fn read_map(of: &JsValue) -> Result<Map, Code> {
    match read(of) {
        Value::Null => Ok(Map::new()),
        Value::Map(map) => Ok(map),
        _ => Err(Code::Argument),
    }
}

/// An object of these members.
pub fn map(members: &[(&str, &str)]) -> Map {
    let mut map = Map::new();
    for (name, value) in members {
        map.insert(*name, *value);
    }
    map
}

/// Writes a value as plain JavaScript.
pub fn write(of: &Value) -> JsValue {
    match of {
        Value::Null => JsValue::NULL,
        Value::Bool(b) => (*b).into(),
        Value::Num(n) => (*n).into(),
        Value::Str(s) => s.into(),
        Value::List(items) => js::list(items.iter().map(write).collect()),
        Value::Map(map) => write_map(map),
    }
}

/// Writes members as a plain object.
pub fn write_map(of: &Map) -> JsValue {
    let mut pairs = Vec::new();
    for (name, value) in of.iter() {
        pairs.push(name.into());
        pairs.push(write(value));
    }
    js::object(pairs)
}

fn node(of: &JsValue, depth: usize) -> Value {
    if let Some(b) = of.as_bool() {
        return Value::Bool(b);
    }
    if let Some(n) = of.as_f64() {
        return Value::Num(n);
    }
    if let Some(s) = of.as_string() {
        return Value::Str(s);
    }
    let Some(depth) = depth.checked_sub(1).filter(|_| of.is_object()) else { return Value::Null };
    if of.is_array() {
        return Value::List(js::items(of).iter().map(|item| node(item, depth)).collect());
    }
    let mut map = Map::new();
    for pair in js::entries(of).chunks_exact(2) {
        if let [name, member] = pair {
            map.insert(name.as_string().unwrap_or_default(), node(member, depth));
        }
    }
    Value::Map(map)
}
