//! Versions as strings that sort (GrowthBook's padded version string).

use crate::rules::js;
use vitrine_wire::Value;

/// Pads the numeric parts so that the strings compare as versions; a pre-release sorts before its release.
pub(super) fn pad(value: &Value) -> String {
    let text = match value {
        Value::Num(_) => js::to_text(value),
        Value::Str(s) if !s.is_empty() => s.as_str().into(),
        _ => "0".into(),
    };
    let text = text.strip_prefix('v').unwrap_or(&text);
    let text = text.split('+').next().unwrap_or("");
    let mut parts: Vec<String> = text.split(['-', '.']).map(padded).collect();
    if parts.len() == 3 {
        parts.push("~".into());
    }
    parts.join("-")
}

fn padded(part: &str) -> String {
    let numeric = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let missing = if numeric { 5usize.saturating_sub(part.len()) } else { 0 };
    let mut out = " ".repeat(missing);
    out.push_str(part);
    out
}
