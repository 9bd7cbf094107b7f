//! JavaScript values to the engine's and back.

use crate::js;
use vitrine_core::json;
use vitrine_wire::{Code, Map, Value};
use wasm_bindgen::JsValue;

/// Reads what JSON can say: what the facade has copied of the page's (its limits are there), what the backend answers and
/// what was kept. It crosses as one text: the browser writes JSON faster than its members could be asked for one by one.
pub fn read(of: &JsValue) -> Value {
    json::read(&js::to_json(of))
}

/// Reads an object's members; nothing and null are an empty object.
///
/// # Errors
/// [`Code::Argument`] for anything that is not an object.
pub fn read_map(of: &JsValue) -> Result<Map, Code> {
    members(read(of))
}

/// The members of an object; nothing and null are an empty object.
///
/// # Errors
/// [`Code::Argument`] for anything that is not an object.
pub fn members(of: Value) -> Result<Map, Code> {
    match of {
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
