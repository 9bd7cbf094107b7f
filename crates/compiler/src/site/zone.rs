//! The site's time zone as data: offsets and when they change.

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use vitrine_wire::Millis;

use crate::Options;

/// Thirteen months: what the engine is told beyond the instants that matter (docs/rules.md).
const MARGIN_MS: i64 = 396 * 86_400_000;

/// From each instant on, so many seconds east of UTC; the first entry stands for all time before it.
/// `None`: there is no zone of this name. The tables are the compiler's own, so that every machine gives the same answer.
pub(crate) fn offsets(name: &str, options: &Options) -> Option<Vec<(Millis, i32)>> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    let clamp = |ms: i64| {
        let bounds = (Timestamp::MIN.as_millisecond() + 1, Timestamp::MAX.as_millisecond() - 1);
        Timestamp::from_millisecond(ms.clamp(bounds.0, bounds.1)).unwrap_or(Timestamp::UNIX_EPOCH)
    };
    let from = clamp(options.from_ms.saturating_sub(MARGIN_MS));
    let to = clamp(options.to_ms.saturating_add(MARGIN_MS));
    let mut table = vec![(from.as_millisecond(), zone.to_offset(from).seconds())];
    for change in zone.following(from) {
        if change.timestamp() > to {
            break;
        }
        table.push((change.timestamp().as_millisecond(), change.offset().seconds()));
    }
    table.dedup_by_key(|(_, offset)| *offset);
    Some(table)
}

/// The names of all zones.
pub(crate) fn names() -> Vec<String> {
    TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect()
}

/// Days since the Unix epoch of a date written `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Option<i32> {
    if text.len() != 10 {
        return None;
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    let epoch = jiff::civil::date(1970, 1, 1);
    Some(date.since(epoch).ok()?.get_days())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn offsets_around_an_instant() {
        let now = "2026-06-01T00:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        let paris = offsets("Europe/Paris", &Options::at(now)).unwrap();
        let seconds: Vec<_> = paris.iter().map(|(_, s)| *s).collect();
        assert_eq!(seconds, [7_200, 3_600, 7_200, 3_600, 7_200]);
        assert_eq!(offsets("Asia/Kolkata", &Options::at(now)).unwrap().len(), 1);
        assert_eq!(offsets("Europe/Pariss", &Options::at(now)), None);
        assert!(offsets("UTC", &Options { from_ms: i64::MIN, to_ms: i64::MAX }).is_some());
    }

    #[test]
    fn days() {
        let rows = [("1970-01-01", Some(0)), ("2026-11-01", Some(20_758)), ("2026-02-29", None), ("2026-1-1", None)];
        for (text, expected) in rows {
            assert_eq!(day(text), expected, "{text}");
        }
    }
}
