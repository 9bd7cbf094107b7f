//! Instants of a case: absolute, or a time before the case's own.

use jiff::Timestamp;
use serde_json::Value;
use vitrine_wire::Millis;

/// When a case is looked at that names no instant at all: Monday 2026-06-15 at noon, UTC. Never the clock's now, so that
/// an answer does not depend on the day on which the test runs.
pub(super) const NOON: Millis = 1_781_524_800_000;

/// An instant as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Milliseconds since 1970.
    At(Millis),
    /// So many milliseconds before the case's own instant.
    Before(i64),
}

impl When {
    /// Reads RFC 3339 text, milliseconds, `now`, or a time ago such as `-3d` or `-1h30m`.
    pub fn read(json: &Value) -> Option<Self> {
        match json {
            Value::Number(n) => n.as_i64().filter(|ms| Timestamp::from_millisecond(*ms).is_ok()).map(When::At),
            Value::String(text) if text == "now" => Some(When::Before(0)),
            Value::String(text) => match text.strip_prefix('-') {
                Some(ago) => self::ago(ago).map(When::Before),
                None => text.parse::<Timestamp>().ok().map(|at| When::At(at.as_millisecond())),
            },
            _ => None,
        }
    }

    /// The instant, for a case that is looked at then.
    pub fn instant(self, at: Millis) -> Millis {
        match self {
            When::At(at) => at,
            When::Before(ago) => at.saturating_sub(ago),
        }
    }
}

/// Numbers with units, added up; at most 100 years.
fn ago(text: &str) -> Option<i64> {
    let mut total = 0i64;
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() && digits.len() < 9 {
            digits.push(c);
            continue;
        }
        let seconds = match c {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return None,
        };
        total = total.checked_add(digits.parse::<i64>().ok()?.checked_mul(seconds * 1_000)?)?;
        digits.clear();
    }
    (digits.is_empty() && !text.is_empty() && total <= 100 * 366 * 86_400_000).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn instants_as_they_are_written() {
        let rows = [
            (json!("2026-06-15T12:00:00Z"), Some(When::At(NOON))),
            (json!("2026-06-15T14:00:00+02:00"), Some(When::At(NOON))),
            (json!(5), Some(When::At(5))),
            (json!("now"), Some(When::Before(0))),
            (json!("-3d"), Some(When::Before(259_200_000))),
            (json!("-1h30m"), Some(When::Before(5_400_000))),
            (json!("-0s"), Some(When::Before(0))),
            (json!("-"), None),
            (json!("-3"), None),
            (json!("-3y"), None),
            (json!("-99999999999d"), None),
            (json!("-999999999w"), None),
            (json!("yesterday"), None),
            (json!(null), None),
        ];
        for (written, expected) in rows {
            assert_eq!(When::read(&written), expected, "{written}");
        }
    }
}
