//! JavaScript values to the engine's and back.

use crate::js;
use js_sys::{Array, Date, Reflect};
use vitrine_wire::limits::{VALUE_DEPTH, VALUE_NODES};
use vitrine_wire::{Code, Map, Value};
use wasm_bindgen::{JsCast, JsValue};

/// Reads a value as JSON would: own enumerable members, undefined left out, dates as text, numbers that JSON cannot say as
/// null, lone surrogates as U+FFFD.
///
/// # Errors
/// [`Code::EventTooDeep`] for cycles and for more depth or members than the limits; [`Code::EventValue`] for functions,
/// symbols, bigints and members that throw.
pub fn read(of: &JsValue) -> Result<Value, Code> {
    let mut left = VALUE_NODES;
    Ok(node(of, VALUE_DEPTH, &mut left)?.unwrap_or_default())
}

/// Reads an object's members; nothing and null are an empty object.
///
/// # Errors
/// As [`read`], and [`Code::Argument`] for anything that is not an object.
pub fn read_map(of: &JsValue) -> Result<Map, Code> {
    match read(of)? {
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
        Value::List(items) => {
            let list = Array::new();
            for item in items {
                list.push(&write(item));
            }
            list.into()
        }
        Value::Map(map) => write_map(map),
    }
}

/// Writes members as a plain object.
pub fn write_map(of: &Map) -> JsValue {
    let entries = Array::new();
    for (name, value) in of.iter() {
        entries.push(&js::pair(&name.into(), &write(value)));
    }
    js::of_entries(&entries)
}

/// Reads what our own backend or our own records say: more members than an event may have. Null where it cannot be read.
pub fn read_ours(of: &JsValue) -> Value {
    let mut left = OURS_NODES;
    node(of, VALUE_DEPTH, &mut left).ok().flatten().unwrap_or_default()
}

/// Members of a profile with a few thousand orders; a bound on memory, not on use.
const OURS_NODES: usize = 1 << 20;

fn node(of: &JsValue, depth: usize, left: &mut usize) -> Result<Option<Value>, Code> {
    *left = left.checked_sub(1).ok_or(Code::EventTooDeep)?;
    if of.is_undefined() {
        return Ok(None);
    }
    if of.is_null() {
        return Ok(Some(Value::Null));
    }
    if let Some(b) = of.as_bool() {
        return Ok(Some(Value::Bool(b)));
    }
    if let Some(n) = of.as_f64() {
        return Ok(Some(if n.is_finite() { Value::Num(n) } else { Value::Null }));
    }
    if let Some(s) = of.as_string() {
        return Ok(Some(Value::Str(s)));
    }
    if !of.is_object() || of.is_function() {
        return Err(Code::EventValue);
    }
    if let Some(date) = of.dyn_ref::<Date>() {
        // A copy: the page may have given this one its own methods.
        let date = Date::new(&date.get_time().into());
        let valid = !date.get_time().is_nan();
        return Ok(Some(if valid { Value::Str(date.to_iso_string().into()) } else { Value::Null }));
    }
    let depth = depth.checked_sub(1).ok_or(Code::EventTooDeep)?;
    if Array::is_array(of) {
        let length = of.unchecked_ref::<Array>().length();
        room(length, *left)?;
        let mut item = |i| node(&Reflect::get_u32(of, i).map_err(|_| Code::EventValue)?, depth, left);
        let items: Result<Vec<_>, Code> = (0..length).map(&mut item).collect();
        return Ok(Some(Value::List(items?.into_iter().map(Option::unwrap_or_default).collect())));
    }
    let keys = js::keys(of).map_err(|_| Code::EventValue)?;
    room(keys.length(), *left)?;
    let mut map = Vec::new();
    for key in keys.iter() {
        let member = Reflect::get(of, &key).map_err(|_| Code::EventValue)?;
        if let Some(value) = node(&member, depth, left)? {
            map.push((key.as_string().unwrap_or_default(), value));
        }
    }
    Ok(Some(Value::Map(map.into_iter().collect())))
}

/// Fails before a long list is walked.
fn room(length: u32, left: usize) -> Result<(), Code> {
    if length as usize > left { Err(Code::EventTooDeep) } else { Ok(()) }
}
