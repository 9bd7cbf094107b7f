//! Instants as clients write them, and the correction of a device's clock.

use vitrine_wire::Millis;

/// A device's clock that is off by no more than this is believed, in ms.
const BELIEVED: Millis = 5 * 60_000;

/// Reads RFC 3339 (any fraction, any offset) or a number of ms since the Unix epoch, given as JSON text.
pub fn read(json: &str) -> Option<Millis> {
    if let Ok(ms) = serde_json::from_str::<f64>(json) {
        // Beyond the year 9999 it is not a time.
        return (ms.abs() < 253_402_300_800_000.0).then_some(ms as Millis);
    }
    let text: String = serde_json::from_str(json).ok()?;
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// When an event happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// As it is kept: what the device said, unless its clock is off.
    pub at: Millis,
    /// By this server's clock, as well as can be told.
    pub happened: Millis,
}

/// Corrects what the device said by how far its clock was off when it sent. A historical import is never corrected.
pub fn correct(original: Option<Millis>, sent: Option<Millis>, received: Millis, historical: bool) -> Instant {
    let Some(original) = original else { return Instant { at: received, happened: received } };
    let off = sent.filter(|_| !historical).map_or(0, |sent| received - sent);
    let happened = original.saturating_add(off);
    Instant { at: if off.abs() > BELIEVED { happened } else { original }, happened }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_clients_send() {
        let rows = [
            ("\"2026-01-01T00:00:00Z\"", Some(1_767_225_600_000)),
            ("\"2026-01-01T00:00:00.123456789Z\"", Some(1_767_225_600_123)),
            ("\"2026-01-01T01:00:00+01:00\"", Some(1_767_225_600_000)),
            ("\"2026-01-01T01:00:00.5+0100\"", Some(1_767_225_600_500)),
            ("1767225600000", Some(1_767_225_600_000)),
            ("\"yesterday\"", None),
            ("\"2026-13-01T00:00:00Z\"", None),
            ("true", None),
            ("1e300", None),
        ];
        for (json, expected) in rows {
            assert_eq!(read(json), expected, "{json}");
        }
    }

    #[test]
    fn only_a_clock_that_is_far_off_is_corrected() {
        let hour = 3_600_000;
        let rows = [
            (Some(1_000), None, 5_000, false, 1_000, 1_000),
            (None, Some(1), 5_000, false, 5_000, 5_000),
            (Some(1_000), Some(2_000), 5_000, false, 1_000, 4_000),
            (Some(1_000), Some(2_000), hour, false, hour - 1_000, hour - 1_000),
            (Some(hour), Some(hour + 10), 5_000, false, 4_990, 4_990),
            (Some(1_000), Some(2_000), hour, true, 1_000, 1_000),
        ];
        for (original, sent, received, historical, at, happened) in rows {
            assert_eq!(correct(original, sent, received, historical), Instant { at, happened });
        }
    }
}
