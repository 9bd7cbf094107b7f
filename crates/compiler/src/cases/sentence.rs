//! Leaves of an explanation in words.

use serde_json::Value;

/// What a leaf found and what it asks for, as `count of events is 2, asked: $gte 3`.
pub(super) fn leaf(leaf: &Value) -> String {
    let text = |key: &str| leaf.get(key).and_then(Value::as_str);
    let op = text("op").unwrap_or_default();
    let subject = match (text("path"), op) {
        (Some(path), _) => format!("`{path}`"),
        (None, "$events") => format!("the {} of `$events`", text("compute").unwrap_or("count")),
        (None, "$since") => format!("the time since the {} match of `$since`", text("of").unwrap_or("last")),
        (None, op) => format!("`{op}`"),
    };
    let value = leaf.get("value");
    let found = match (op, value) {
        ("$since", Some(Value::Null)) => " is endless: it never happened".to_owned(),
        ("$since", Some(ms)) => format!(" is {}", length(ms.as_f64().unwrap_or_default())),
        ("$sequence", Some(Value::Null)) => " found no such order of events".to_owned(),
        ("$time", _) => " looks at the clock".to_owned(),
        (_, Some(Value::Null)) => " is not known".to_owned(),
        (_, Some(value)) => format!(" is {value}"),
        (_, None) => String::new(),
    };
    let mut asked = Vec::new();
    let mut test = |op: Option<&str>, operand: Option<&Value>| {
        let (Some(op), Some(operand)) = (op, operand) else { return };
        let operand = match operand.as_f64().filter(|_| subject.contains("`$since`")) {
            Some(ms) => length(ms),
            None => operand.to_string(),
        };
        asked.push(if op == "is" { operand } else { format!("{op} {operand}") });
    };
    match leaf.get("tests").and_then(Value::as_array) {
        Some(tests) => tests.iter().for_each(|t| test(t.get("op").and_then(Value::as_str), t.get("operand"))),
        None => test(text("test").or(Some(op)), leaf.get("operand")),
    }
    if asked.is_empty() {
        format!("{subject}{found}")
    } else {
        format!("{subject}{found}, asked: {}", asked.join(", "))
    }
}

/// Why each experience of a slot did not win.
pub(super) fn rejections(tree: &Value) -> Option<String> {
    let experiences = tree.get("experiences")?.as_array()?;
    let one = |e: &Value| {
        let (id, why) = (e.get("experience")?.as_str()?, e.get("rejected")?.as_str()?);
        let leaf = e.get("decided").filter(|_| matches!(why, "when" | "unless")).map(leaf);
        Some(leaf.map_or_else(|| format!("{id}: {why}"), |leaf| format!("{id}: {why} ({leaf})")))
    };
    let list: Vec<_> = experiences.iter().filter_map(one).collect();
    (!list.is_empty()).then(|| list.join("; "))
}

/// Milliseconds as days, hours, minutes and seconds.
fn length(ms: f64) -> String {
    let mut seconds = (ms / 1_000.0) as u64;
    let mut parts = Vec::new();
    for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if seconds >= size {
            parts.push(format!("{}{unit}", seconds / size));
            seconds %= size;
        }
    }
    parts.truncate(2);
    if parts.is_empty() { format!("{ms} ms") } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn sentences() {
        let rows = [
            (
                json!({"op": "$events", "compute": "count", "value": 2, "test": "$gte", "operand": 3}),
                "the count of `$events` is 2, asked: $gte 3",
            ),
            (
                json!({"path": "cart.value", "value": null, "op": "$gt", "operand": 5}),
                "`cart.value` is not known, asked: $gt 5",
            ),
            (
                json!({"op": "$since", "of": "last", "value": null, "test": "$lte", "operand": 86_400_000}),
                "the time since the last match of `$since` is endless: it never happened, asked: $lte 1d",
            ),
            (json!({"op": "$time"}), "`$time` looks at the clock"),
            (json!({"path": "a", "value": "x", "op": "is", "operand": "y"}), "`a` is \"x\", asked: \"y\""),
        ];
        for (leaf, expected) in rows {
            assert_eq!(super::leaf(&leaf), expected);
        }
    }
}
