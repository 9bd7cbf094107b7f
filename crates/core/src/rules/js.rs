//! JavaScript's own conversions, exactly: printing, reading and comparing (ECMA-262 §7.1 and §7.2).

use super::number;
use std::borrow::Cow;
use std::cmp::Ordering;
use vitrine_wire::Value;

/// `String(value)`.
pub fn to_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "null".into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Num(n) => number_text(*n).into(),
        Value::Str(s) => s.as_str().into(),
        Value::List(items) => {
            let mut out = String::new();
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                if !item.is_null() {
                    out.push_str(&to_text(item));
                }
            }
            out.into()
        }
        Value::Map(_) => "[object Object]".into(),
    }
}

/// `Number(value)`.
pub fn to_number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Num(n) => *n,
        Value::Str(s) => text_number(s),
        Value::List(_) | Value::Map(_) => text_number(&to_text(value)),
    }
}

/// `!!value`.
pub fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Num(n) => *n != 0.0 && !n.is_nan(),
        Value::Str(s) => !s.is_empty(),
        Value::List(_) | Value::Map(_) => true,
    }
}

/// `a === b` for values that came from JSON: objects and arrays are never identical.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(_) | Value::Map(_), _) => false,
        _ => a == b,
    }
}

/// `a < b`, `a > b` and their equal: strings in UTF-16 order, everything else as numbers; none for NaN.
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    let textual = |v: &Value| matches!(v, Value::Str(_) | Value::List(_) | Value::Map(_));
    if textual(a) && textual(b) {
        return Some(utf16_order(&to_text(a), &to_text(b)));
    }
    to_number(a).partial_cmp(&to_number(b))
}

/// The order of strings in JavaScript: by UTF-16 code units.
pub fn utf16_order(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// `Number::toString` in base 10 (ECMA-262 §6.1.6.1.20).
pub fn number_text(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    if n == 0.0 {
        return "0".into();
    }
    let (digits, point) = number::digits(n.abs());
    layout(n < 0.0, &digits, point)
}

/// Places `digits` with the decimal point after `point` of them, in JavaScript's choice of plain or scientific form.
fn layout(negative: bool, digits: &str, point: i32) -> String {
    let count = digits.len() as i32;
    let mut out = String::from(if negative { "-" } else { "" });
    let zeros = |out: &mut String, n: i32| (0..n).for_each(|_| out.push('0'));
    if (count..=21).contains(&point) {
        out.push_str(digits);
        zeros(&mut out, point - count);
    } else if (1..=21).contains(&point) {
        let (whole, rest) = digits.split_at_checked(point as usize).unwrap_or((digits, ""));
        out.push_str(whole);
        out.push('.');
        out.push_str(rest);
    } else if (-5..=0).contains(&point) {
        out.push_str("0.");
        zeros(&mut out, -point);
        out.push_str(digits);
    } else {
        let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
        out.push_str(first);
        if !rest.is_empty() {
            out.push('.');
            out.push_str(rest);
        }
        let exponent = point - 1;
        out.push_str(if exponent < 0 { "e-" } else { "e+" });
        let (digits, count) = number::digits(f64::from(exponent.abs()));
        out.push_str(&digits);
        zeros(&mut out, count - digits.len() as i32);
    }
    out
}

/// `Number(text)` (ECMA-262 §7.1.4.1): white space around, empty is 0, `0x 0o 0b`, `Infinity`; anything else is NaN.
pub fn text_number(text: &str) -> f64 {
    // JavaScript's white space is Unicode's plus the byte order mark, less U+0085.
    let s = text.trim_matches(|c: char| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}');
    if s.is_empty() {
        return 0.0;
    }
    if let Some(radix) = s.get(..2).and_then(prefix) {
        return digits_number(s.get(2..).unwrap_or(""), radix);
    }
    let negative = s.starts_with('-');
    let plain = s.strip_prefix(['+', '-']).unwrap_or(s);
    let n = if plain == "Infinity" { f64::INFINITY } else { decimal(plain).unwrap_or(f64::NAN) };
    if negative { -n } else { n }
}

/// Digits, perhaps a point among them, perhaps an exponent.
fn decimal(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once(['e', 'E']).map_or((text, Some(0)), |(digits, e)| (digits, power(e)));
    let exponent = exponent?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = || whole.bytes().chain(fraction.bytes());
    if whole.len() + fraction.len() == 0 || !all().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(number::nearest(all(), exponent.saturating_sub(fraction.len() as i32)))
}

/// A signed whole number; one that is too large for any use stays large.
fn power(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() {
        return None;
    }
    let add = |n: i32, b: u8| b.is_ascii_digit().then(|| n.saturating_mul(10).saturating_add(i32::from(b - b'0')));
    let n = digits.bytes().try_fold(0, add)?;
    Some(if text.starts_with('-') { -n } else { n })
}

fn prefix(head: &str) -> Option<u32> {
    match head {
        "0x" | "0X" => Some(16),
        "0o" | "0O" => Some(8),
        "0b" | "0B" => Some(2),
        _ => None,
    }
}

fn digits_number(digits: &str, radix: u32) -> f64 {
    if digits.is_empty() {
        return f64::NAN;
    }
    digits.chars().try_fold(0.0, |n, c| Some(n * f64::from(radix) + f64::from(c.to_digit(radix)?))).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::excessive_precision)]
    use super::*;

    #[test]
    fn numbers_print_as_javascript_prints_them() {
        let rows = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (123456789012345680000.0, "123456789012345680000"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-7, "1.5e-7"),
            (5e-324, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (0.30000000000000004, "0.30000000000000004"),
            (9007199254740993.0, "9007199254740992"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
            (1234.5678, "1234.5678"),
        ];
        for (n, text) in rows {
            assert_eq!(number_text(n), text);
        }
    }

    #[test]
    fn text_reads_as_javascript_reads_it() {
        let rows = [
            ("", 0.0),
            ("  12 ", 12.0),
            ("0x1F", 31.0),
            ("0b101", 5.0),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("-Infinity", f64::NEG_INFINITY),
            ("\u{feff}7", 7.0),
        ];
        for (text, n) in rows {
            assert_eq!(text_number(text), n, "{text:?}");
        }
        for text in ["inf", "nan", "infinity", "1_000", "12px", "0x", "--1", "+-1", "1e", "."] {
            assert!(text_number(text).is_nan(), "{text:?}");
        }
    }
}
