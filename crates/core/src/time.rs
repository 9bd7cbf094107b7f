//! Days, local time and ISO 8601, without a clock: every instant is an argument.

use vitrine_wire::Millis;

/// One minute, milliseconds.
pub const MINUTE: i64 = 60_000;
/// One hour, milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day, milliseconds.
pub const DAY: i64 = 24 * HOUR;
/// The largest instant, either side of the epoch, that JavaScript can hold: arithmetic on clamped instants cannot overflow.
const FAR: i64 = 8_640_000_000_000_000;

/// The nearest instant that a JavaScript date can hold.
pub fn clamp(at: Millis) -> Millis {
    at.clamp(-FAR, FAR)
}

/// Keeps the earlier of two instants that may be.
pub fn earlier(next: &mut Option<Millis>, other: Option<Millis>) {
    if let Some(at) = other
        && next.is_none_or(|known| at < known)
    {
        *next = other;
    }
}

/// Days since the epoch, UTC.
pub fn day(at: Millis) -> i64 {
    at.div_euclid(DAY)
}

/// Milliseconds east of UTC at an instant. Before the first change the first offset holds; no changes are UTC.
fn offset(zone: &[(Millis, i32)], at: Millis) -> i64 {
    let found = zone.iter().rev().find(|(from, _)| *from <= at).or(zone.first());
    found.map_or(0, |(_, seconds)| i64::from(*seconds) * 1_000)
}

/// The next instant after this one at which a zone's offset changes.
pub fn next_shift(zone: &[(Millis, i32)], at: Millis) -> Option<Millis> {
    zone.iter().map(|(from, _)| *from).find(|from| *from > at)
}

/// The local wall clock as if it were UTC.
pub fn local(zone: &[(Millis, i32)], at: Millis) -> Millis {
    at.saturating_add(offset(zone, at))
}

/// The instant at which a local day begins.
pub fn day_start(zone: &[(Millis, i32)], day: i64) -> Millis {
    let wall = clamp(day.saturating_mul(DAY));
    let guess = wall - offset(zone, wall);
    // A second look settles the days on which the offset changes between the guess and the wall clock.
    wall - offset(zone, guess)
}

/// Year, month and day of a day since the epoch, Gregorian.
pub fn civil(day: i64) -> (i64, i64, i64) {
    // Years begin in March here, so that the leap day is the last one.
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// Days since the epoch of a Gregorian date. Months and days out of range roll over.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
}

/// An ISO 8601 instant: `YYYY-MM-DD`, optionally `THH:MM[:SS[.fraction]]` and `Z` or an offset (none is UTC).
/// Digits of the fraction after the third are cut.
pub fn parse(text: &str) -> Option<Millis> {
    let mut rest = text.as_bytes();
    let (year, month, date) = (digits(&mut rest, 4)?, sep(&mut rest, b"-", 2)?, sep(&mut rest, b"-", 2)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&date) || civil(days(year, month, date)).1 != month {
        return None;
    }
    let mut at = days(year, month, date) * DAY;
    if rest.is_empty() {
        return Some(at);
    }
    let (hour, minute) = (sep(&mut rest, b"Tt ", 2)?, sep(&mut rest, b":", 2)?);
    let second = if rest.first() == Some(&b':') { sep(&mut rest, b":", 2)? } else { 0 };
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    at += hour * HOUR + minute * MINUTE + second * 1_000;
    if let Some((b'.' | b',', fraction)) = rest.split_first() {
        rest = fraction;
        let mut unit = 100;
        while let Some((digit @ b'0'..=b'9', more)) = rest.split_first() {
            at += i64::from(digit - b'0') * unit;
            unit /= 10;
            rest = more;
        }
    }
    match rest.split_first() {
        None | Some((b'Z' | b'z', [])) => Some(at),
        Some((sign @ (b'+' | b'-'), offset)) => {
            rest = offset;
            let hours = digits(&mut rest, 2)?;
            if rest.first() == Some(&b':') {
                rest = rest.get(1..)?;
            }
            let east = hours * HOUR + digits(&mut rest, 2)? * MINUTE;
            rest.is_empty().then_some(if *sign == b'+' { at - east } else { at + east })
        }
        _ => None,
    }
}

fn sep(rest: &mut &[u8], any: &[u8], count: usize) -> Option<i64> {
    let (first, more) = rest.split_first()?;
    if !any.contains(first) {
        return None;
    }
    *rest = more;
    digits(rest, count)
}

fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (head, more) = rest.split_at_checked(count)?;
    *rest = more;
    head.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        for day in (-800_000..800_000).step_by(13) {
            let (y, m, d) = civil(day);
            assert_eq!(days(y, m, d), day);
        }
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
    }

    #[test]
    fn instants_parse_as_written() {
        let rows = [
            ("1970-01-01", Some(0)),
            ("1970-01-01T00:00:01Z", Some(1_000)),
            ("1970-01-01T01:00:00.1234567+01:00", Some(123)),
            ("1970-01-01T00:00-0030", Some(1_800_000)),
            ("2026-02-30T00:00:00Z", None),
            ("2026-13-01", None),
            ("2026-01-01T00:00:00Zx", None),
            ("", None),
            ("not a date", None),
        ];
        for (text, expected) in rows {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn local_days_begin_where_the_zone_says() {
        // Paris in 2026: +1 h, +2 h from 29 March 01:00 UTC, +1 h from 25 October 01:00 UTC.
        let change = |text| parse(text).unwrap_or_default();
        let (spring, autumn) = (change("2026-03-29T01:00:00Z"), change("2026-10-25T01:00:00Z"));
        let zone = [(0, 3_600), (spring, 7_200), (autumn, 3_600)];
        for (date, start) in [
            ("2026-03-29", "2026-03-28T23:00:00Z"),
            ("2026-03-30", "2026-03-29T22:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z"),
            ("2026-10-26", "2026-10-25T23:00:00Z"),
        ] {
            assert_eq!(day_start(&zone, day(change(date))), change(start), "{date}");
        }
        assert_eq!(local(&zone, spring), spring + 7_200_000);
        assert_eq!(local(&[], 5), 5);
    }
}
