//! `$time` and `$anniversary`: windows of a local calendar (docs/rules.md).

use super::world::Here;
use crate::time::{self, DAY, MINUTE};
use vitrine_wire::cond::{Anniversary, TimeWindow, Zone};
use vitrine_wire::{Millis, Value};

/// Looked ahead for the next change: two edges a day for more than a week.
const EDGES: usize = 20;
/// Days looked ahead for the next change of an anniversary: it has one every year.
const YEAR: i64 = 367;

fn zone<'a>(zone: Zone, here: &Here<'a>) -> &'a [(Millis, i32)] {
    let site = here.site.bundle.meta.zone.as_slice();
    match zone {
        Zone::Site => site,
        Zone::Visitor if here.zone.is_empty() => {
            here.leave_open_to_all();
            site
        }
        Zone::Visitor => here.zone,
        Zone::Utc => &[],
    }
}

/// Whether an instant is in the window.
pub fn within(window: &TimeWindow, now: Millis, here: &Here) -> bool {
    let wall = time::local(zone(window.zone, here), now);
    let minute = (wall.rem_euclid(DAY) / MINUTE) as u32;
    // 1 January 1970 was a Thursday, day 3 from Monday.
    let on = |day: i64| window.days & 1 << (day + 3).rem_euclid(7) != 0;
    let today = time::day(wall);
    if window.from < window.to {
        return on(today) && (window.from..window.to).contains(&minute);
    }
    // Past midnight: the day is the one it began on.
    minute >= window.from && on(today) || minute < window.to && on(today - 1)
}

/// The next instant at which it begins or ends.
pub fn next_window(window: &TimeWindow, here: &Here) -> Option<Millis> {
    let zone = zone(window.zone, here);
    let (is, mut at) = (within(window, here.now, here), here.now);
    for _ in 0..EDGES {
        let of_day = time::local(zone, at).rem_euclid(DAY);
        let to = |minute: u32| match (i64::from(minute) * MINUTE - of_day).rem_euclid(DAY) {
            0 => at + DAY,
            ahead => at + ahead,
        };
        let edge = to(window.from).min(to(window.to));
        at = time::next_shift(zone, at).map_or(edge, |shift| shift.min(edge));
        if within(window, at, here) != is {
            return Some(at);
        }
    }
    None
}

/// Month and day of `YYYY-MM-DD` or `--MM-DD`.
fn month_day(text: &str) -> Option<(i64, i64)> {
    let (year, rest) = match text.strip_prefix("--") {
        // Of a leap year, where every day exists.
        Some(rest) => (2_000, rest),
        None => {
            let (year, rest) = text.split_at_checked(4)?;
            (number(year)?, rest.strip_prefix('-')?)
        }
    };
    let (month, day) = rest.split_once('-')?;
    let (month, day) = (number(month).filter(|_| month.len() == 2)?, number(day).filter(|_| day.len() == 2)?);
    let sound = (1..=12).contains(&month) && day >= 1 && time::civil(time::days(year, month, day)).1 == month;
    sound.then_some((month, day))
}

fn number(text: &str) -> Option<i64> {
    text.bytes().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

fn near_day(day: &Anniversary, (month, date): (i64, i64), today: i64) -> bool {
    let (year, ..) = time::civil(today);
    // 29 February rolls over to 1 March where there is none.
    (year - 1..=year + 1).any(|year| {
        let ahead = time::days(year, month, date) - today;
        ahead <= i64::from(day.ahead) && -ahead <= i64::from(day.behind)
    })
}

/// Whether the yearly day is near.
pub fn near(day: &Anniversary, date: &Value, now: Millis, here: &Here) -> bool {
    let date = date.as_str().and_then(month_day);
    date.is_some_and(|date| near_day(day, date, time::day(time::local(zone(day.zone, here), now))))
}

/// The next local midnight at which that changes.
pub fn next_day(day: &Anniversary, date: &Value, here: &Here) -> Option<Millis> {
    let date = date.as_str().and_then(month_day)?;
    let zone = zone(day.zone, here);
    let today = time::day(time::local(zone, here.now));
    let is = near_day(day, date, today);
    let flip = (today + 1..today + YEAR).find(|other| near_day(day, date, *other) != is)?;
    Some(time::day_start(zone, flip)).filter(|at| *at > here.now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_month_and_day() {
        let rows = [
            ("1980-02-29", Some((2, 29))),
            ("--12-31", Some((12, 31))),
            ("1980-02-30", None),
            ("1981-02-29", None),
            ("--02-29", Some((2, 29))),
            ("1980-13-01", None),
            ("1980-1-01", None),
            ("80-01-01", None),
            ("--0a-01", None),
            ("", None),
            ("émile-01", None),
        ];
        for (text, expected) in rows {
            assert_eq!(month_day(text), expected, "{text}");
        }
    }

    #[test]
    fn a_leap_day_is_the_first_of_march() {
        let day = Anniversary { of: String::new(), ahead: 1, behind: 0, zone: Zone::Utc };
        let is = |y, m, d| near_day(&day, (2, 29), time::days(y, m, d));
        assert!(is(2025, 2, 28) && is(2025, 3, 1) && !is(2025, 2, 27) && !is(2025, 3, 2));
        assert!(is(2024, 2, 28) && is(2024, 2, 29) && !is(2024, 3, 1));
    }

    #[test]
    fn years_end_softly() {
        let day = Anniversary { of: String::new(), ahead: 3, behind: 3, zone: Zone::Utc };
        assert!(near_day(&day, (1, 1), time::days(2025, 12, 30)));
        assert!(near_day(&day, (12, 31), time::days(2026, 1, 2)));
        assert!(!near_day(&day, (12, 31), time::days(2026, 1, 4)));
    }
}
