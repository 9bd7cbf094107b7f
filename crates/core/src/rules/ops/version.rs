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
    let (mut out, mut count) = (String::new(), 0);
    for part in text.split(['-', '.']) {
        if count > 0 {
            out.push('-');
        }
        count += 1;
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            for _ in part.len()..5 {
                out.push(' ');
            }
        }
        out.push_str(part);
    }
    if count == 3 {
        out.push_str("-~");
    }
    out
}
