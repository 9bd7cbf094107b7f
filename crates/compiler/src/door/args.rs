//! The arguments of a request, by place.

use serde_json::Value;
use vitrine_wire::Map;

use super::Failure;
use crate::json;

/// The arguments of a request.
pub(super) struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    pub fn value(&self, place: usize) -> Result<&'a Value, Failure> {
        self.0.get(place).ok_or_else(|| Failure::argument(format!("argument {} is missing", place + 1)))
    }

    /// The arguments where a list of them was given as one.
    pub fn spread(&self) -> Args<'a> {
        match self.0 {
            [Value::Array(inner)] => Args(inner),
            given => Args(given),
        }
    }

    pub fn text(&self, place: usize) -> Result<String, Failure> {
        self.value(place)?.as_str().map(str::to_owned).ok_or_else(|| wrong(place, "text"))
    }

    pub fn number(&self, place: usize) -> Result<f64, Failure> {
        self.value(place)?.as_f64().ok_or_else(|| wrong(place, "a number"))
    }

    /// How many variations. Each becomes a weight, so that a large number would only ask for memory.
    pub fn variations(&self, place: usize) -> Result<f64, Failure> {
        let number = self.number(place)?;
        if number > 10_000.0 { Err(wrong(place, "a number up to 10000")) } else { Ok(number) }
    }

    /// A number; absent or null is the default.
    pub fn number_or(&self, place: usize, default: f64) -> Result<f64, Failure> {
        if self.absent(place) { Ok(default) } else { self.number(place) }
    }

    /// A hash version; one that does not exist is 0, which hashes to null.
    pub fn version(&self, place: usize) -> u8 {
        let given = self.0.get(place).and_then(Value::as_u64);
        given.and_then(|v| u8::try_from(v).ok()).unwrap_or_default()
    }

    /// A list of numbers; absent or null is none.
    pub fn numbers(&self, place: usize) -> Result<Option<Vec<f64>>, Failure> {
        if self.absent(place) {
            return Ok(None);
        }
        let items = self.value(place)?.as_array().map(|items| items.iter().map(Value::as_f64).collect());
        items.flatten().map(Some).ok_or_else(|| wrong(place, "a list of numbers"))
    }

    /// A list of ranges.
    pub fn ranges(&self, place: usize) -> Result<Vec<(f64, f64)>, Failure> {
        let range = |v: &Value| Some((v.get(0)?.as_f64()?, v.get(1)?.as_f64()?));
        let items = self.value(place)?.as_array().map(|items| items.iter().map(range).collect());
        items.flatten().ok_or_else(|| wrong(place, "a list of pairs of numbers"))
    }

    /// A namespace: `[name, from, to]`, as one argument or three.
    pub fn namespace(&self, place: usize) -> Result<Vec<Value>, Failure> {
        match self.value(place)? {
            Value::Array(inner) => Ok(inner.clone()),
            _ => Ok(self.0.iter().skip(place).cloned().collect()),
        }
    }

    /// An object; absent or null is an empty one.
    pub fn map(&self, place: usize) -> Result<Map, Failure> {
        if self.absent(place) {
            return Ok(Map::new());
        }
        match json::value(self.value(place)?) {
            vitrine_wire::Value::Map(map) => Ok(map),
            _ => Err(wrong(place, "an object")),
        }
    }

    fn absent(&self, place: usize) -> bool {
        self.0.get(place).is_none_or(Value::is_null)
    }
}

fn wrong(place: usize, expected: &str) -> Failure {
    Failure::argument(format!("argument {} should be {expected}", place + 1))
}
