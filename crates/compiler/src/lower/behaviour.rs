//! Vitrine's own forms beside `$events`: order, time since, rank, calendar. What means nothing answers none.

use serde_json::Value;
use vitrine_wire::Test;
use vitrine_wire::cond::{Anniversary, Cond, Sequence, Since, TimeWindow, Zone};

use super::{condition, duration};

/// Days as they are written, Monday first.
pub(crate) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Whose clock.
pub(crate) const ZONE_NAMES: [&str; 3] = ["visitor", "site", "UTC"];
const ZONES: [Zone; 3] = [Zone::Visitor, Zone::Site, Zone::Utc];
/// How `$since` compares.
pub(crate) const COMPARISONS: [&str; 4] = ["gte", "gt", "lte", "lt"];
/// Most steps of a sequence.
pub(crate) const STEPS: usize = 20;
/// Most days on either side of an anniversary.
pub(crate) const NEAR: i64 = 182;

fn optional(json: &Value, key: &str) -> Option<i64> {
    json.get(key).map_or(Some(0), |length| duration(length.as_str()?))
}

pub(super) fn sequence(json: &Value) -> Option<Cond> {
    let steps = json.get("steps")?.as_array()?.iter();
    let step = |step: &Value| Some((condition(step.get("where")?), optional(step, "within")?));
    let steps = steps.map(step).collect::<Option<Vec<_>>>().filter(|steps| (1..=STEPS).contains(&steps.len()))?;
    let (within, inside) = (optional(json, "within")?, optional(json, "in")?);
    Some(Cond::Sequence(Box::new(Sequence { steps, within, inside })))
}

pub(super) fn since(json: &Value) -> Option<Cond> {
    let first = json.get("first");
    let matching = condition(first.or(json.get("last"))?);
    let mut tests = Vec::new();
    for key in COMPARISONS {
        let Some(length) = json.get(key) else { continue };
        let length = (duration(length.as_str()?)? as f64).into();
        tests.push(match key {
            "gte" => Test::Gte(length),
            "gt" => Test::Gt(length),
            "lte" => Test::Lte(length),
            _ => Test::Lt(length),
        });
    }
    (!tests.is_empty()).then(|| Cond::Since(Box::new(Since { matching, first: first.is_some(), tests })))
}

pub(super) fn rank(json: &Value) -> Option<Cond> {
    let text = |key: &str| json.get(key)?.as_str().map(str::to_owned);
    let top = json.get("top").map_or(Some(1), |top| u32::try_from(top.as_u64()?).ok())?;
    Some(Cond::Rank { score: text("score")?, top, is: text("is")? })
}

fn zone(json: &Value) -> Option<Zone> {
    let Some(name) = json.get("tz") else { return Some(Zone::Site) };
    ZONE_NAMES.iter().zip(ZONES).find(|(known, _)| Some(**known) == name.as_str()).map(|(_, zone)| zone)
}

/// Minutes after midnight of `HH:MM`; `24:00` is the day's end.
pub(crate) fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| {
        (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
    };
    let (hour, minute): (u32, u32) = (two(hour)?, two(minute)?);
    (minute < 60 && (hour < 24 || hour == 24 && minute == 0)).then_some(hour * 60 + minute)
}

pub(super) fn time(json: &Value) -> Option<Cond> {
    let days = match json.get("days") {
        None => 0x7f,
        Some(days) => days.as_array()?.iter().try_fold(0, |set, day| {
            DAYS.iter().position(|known| Some(*known) == day.as_str()).map(|bit| set | 1 << bit)
        })?,
    };
    let edge = |key: &str, default: u32| json.get(key).map_or(Some(default), |text| minute(text.as_str()?));
    let (from, to) = (edge("from", 0)?, edge("to", 1_440)?);
    // A window that ends at midnight ends the day; one that begins there begins it.
    let (from, to) = (from % 1_440, if to == 0 { 1_440 } else { to });
    (from != to).then_some(Cond::Time(TimeWindow { days, from, to, zone: zone(json)? }))
}

/// Whole days of a length of time.
pub(crate) fn days(json: &Value) -> Option<u32> {
    let length = duration(json.as_str()?)?;
    let whole = length / 86_400_000;
    (length % 86_400_000 == 0 && whole <= NEAR).then_some(whole as u32)
}

pub(super) fn anniversary(json: &Value) -> Option<Cond> {
    let of = json.get("of")?.as_str()?.to_owned();
    let (ahead, behind) = match (json.get("within"), json.get("around")) {
        (None, None) => (0, 0),
        (Some(within), None) => (days(within)?, 0),
        (None, Some(around)) => (days(around)?, days(around)?),
        (Some(_), Some(_)) => return None,
    };
    Some(Cond::Anniversary(Anniversary { of, ahead, behind, zone: zone(json)? }))
}

#[cfg(test)]
mod tests {
    use super::minute;

    #[test]
    fn minutes_of_a_day() {
        let rows = [
            ("00:00", Some(0)),
            ("23:59", Some(1_439)),
            ("24:00", Some(1_440)),
            ("24:01", None),
            ("9:00", None),
            ("12:60", None),
        ];
        for (text, expected) in rows {
            assert_eq!(minute(text), expected, "{text}");
        }
    }
}
