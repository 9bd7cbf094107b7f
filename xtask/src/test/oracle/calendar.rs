//! The wall clock and yearly days, by the time zone database.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::visit::Moment;
use super::{list, text};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Moment<'_> {
    /// The wall clock of a zone: the visitor's is the site's, since a replay says no other.
    fn wall(&self, zone: &str) -> DateTime {
        let zone = if zone == "UTC" { &TimeZone::UTC } else { self.zone };
        zone.to_datetime(Timestamp::from_millisecond(self.now).unwrap_or_default())
    }

    /// Today at the site.
    pub fn today(&self) -> Date {
        self.wall("site").date()
    }

    /// `context.time.*`.
    pub fn clock(&self, name: &str) -> Option<Value> {
        let wall = self.wall("site");
        Some(match name {
            "hour" => json!(wall.hour()),
            "minute" => json!(wall.minute()),
            "day" => json!(day(wall.date())),
            "date" => json!(wall.date().to_string()),
            _ => return None,
        })
    }

    /// `$time`.
    pub fn time(&self, form: &Value) -> bool {
        let wall = self.wall(text(form, "tz"));
        let minute = i64::from(wall.hour()) * 60 + i64::from(wall.minute());
        let edge = |key: &str, default: i64| {
            let (hour, minute) = text(form, key).split_once(':').unwrap_or_default();
            hour.parse::<i64>().ok().zip(minute.parse::<i64>().ok()).map_or(default, |(h, m)| h * 60 + m)
        };
        let from = edge("from", 0) % 1_440;
        let to = match edge("to", 1_440) {
            0 => 1_440,
            to => to,
        };
        let on = |date: Option<Date>| {
            let days = form.get("days").and_then(Value::as_array);
            date.is_some_and(|date| days.is_none_or(|_| list(form, "days").iter().any(|known| known == day(date))))
        };
        let today = wall.date();
        if from < to {
            return on(Some(today)) && from <= minute && minute < to;
        }
        on(Some(today)) && minute >= from || on(today.yesterday().ok()) && minute < to
    }

    /// `$anniversary`.
    pub fn anniversary(&self, form: &Value) -> bool {
        let Some(Value::String(date)) = self.fact(text(form, "of")) else { return false };
        let Some((month, day)) = yearly(&date) else { return false };
        let near = |key: &str| super::length(form.get(key)) / super::DAY;
        let (ahead, behind) = (near("within").max(near("around")), near("around"));
        let today = self.wall(text(form, "tz")).date();
        (-behind..=ahead).any(|offset| {
            let date = today.checked_add(offset.days()).unwrap_or(today);
            let leaps = date.in_leap_year();
            (date.month(), date.day()) == if (month, day) == (2, 29) && !leaps { (3, 1) } else { (month, day) }
        })
    }
}

fn day(date: Date) -> &'static str {
    let place = date.weekday().to_monday_zero_offset();
    DAYS.get(usize::try_from(place).unwrap_or_default()).copied().unwrap_or_default()
}

/// Month and day of `YYYY-MM-DD` or `--MM-DD`.
fn yearly(text: &str) -> Option<(i8, i8)> {
    let full = text.strip_prefix("--").map_or_else(|| text.to_owned(), |rest| format!("2000-{rest}"));
    let date: Date = full.parse().ok().filter(|_| full.len() == 10)?;
    Some((date.month(), date.day()))
}
