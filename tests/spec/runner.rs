// Rows of `tests/spec/*.json`: a request to the conformance door and what its answer must hold. The same rows run
// natively (`cargo test -p vitrine-compiler`), in wasm (`cargo xtask conform --spec --engine wasm`) and, where they are visits,
// through a server (`cargo test -p vitrine-server --test spec`).
//
// A file is `{"about", "with": {name: value}, "rows": [row]}`; a row `{"name", "op", "args", "ok" | "error"}`, or with
// `"line"`, the request's raw text, in place of `op` and `args`. `{"$use": name}` stands for a value of `with`.
// An expected object may leave members out; everything else is compared whole.

use std::path::Path;

use serde_json::{Value, json};

/// One case.
pub struct Row {
    /// File and name.
    pub name: String,
    /// The request.
    pub line: String,
    /// `ok` or `error`, and what it must hold.
    pub expected: (&'static str, Value),
}

/// The rows of every file of a folder, in the order of their names.
///
/// # Errors
/// A file cannot be read, is not JSON, or has a row that is none.
pub fn load(folder: &Path) -> Result<Vec<Row>, String> {
    let listed = std::fs::read_dir(folder).map_err(|e| format!("cannot read {}: {e}", folder.display()))?;
    let mut files: Vec<_> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "json"));
    files.sort();
    let mut rows = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        let file: Value = serde_json::from_str(&text).map_err(|e| format!("{} is not JSON: {e}", path.display()))?;
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let list = file.get("rows").and_then(Value::as_array).ok_or(format!("{stem}: no rows"))?;
        for (place, json) in list.iter().enumerate() {
            let id = rows.len();
            rows.push(row(&stem, json, file.get("with"), id).ok_or(format!("{stem}: row {place} is none"))?);
        }
    }
    Ok(rows)
}

fn row(file: &str, row: &Value, with: Option<&Value>, id: usize) -> Option<Row> {
    let name = format!("{file}: {}", row.get("name")?.as_str()?);
    let line = match row.get("line") {
        Some(line) => line.as_str()?.to_owned(),
        None => json!({"id": id, "op": row.get("op")?, "args": used(row.get("args")?, with)?}).to_string(),
    };
    let expected = match (row.get("ok"), row.get("error")) {
        (Some(ok), None) => ("ok", ok.clone()),
        (None, Some(error)) => ("error", error.clone()),
        _ => return None,
    };
    Some(Row { name, line, expected })
}

fn used(value: &Value, with: Option<&Value>) -> Option<Value> {
    Some(match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("$use") => {
            used(with?.get(map.get("$use")?.as_str()?)?, with)?
        }
        Value::Object(map) => map
            .iter()
            .map(|(k, v)| Some((k.clone(), used(v, with)?)))
            .collect::<Option<serde_json::Map<_, _>>>()?
            .into(),
        Value::Array(items) => items.iter().map(|v| used(v, with)).collect::<Option<Vec<_>>>()?.into(),
        other => other.clone(),
    })
}

impl Row {
    /// What is wrong with an answer, if anything is.
    pub fn judge(&self, answer: &str) -> Option<String> {
        let (kind, expected) = &self.expected;
        let parsed: Value = serde_json::from_str(answer).unwrap_or_default();
        let right = parsed.get(kind).is_some_and(|given| holds(given, expected));
        (!right).then(|| format!("{}\n  expected {kind} {expected}\n  answered {answer}", self.name))
    }
}

/// Whether a value holds what is expected: objects may have more members.
fn holds(given: &Value, expected: &Value) -> bool {
    match (given, expected) {
        (Value::Object(given), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| given.get(key).is_some_and(|given| holds(given, value)))
        }
        (Value::Array(given), Value::Array(expected)) => {
            given.len() == expected.len() && given.iter().zip(expected).all(|(g, e)| holds(g, e))
        }
        (Value::Number(given), Value::Number(expected)) => given.as_f64() == expected.as_f64(),
        _ => given == expected,
    }
}
