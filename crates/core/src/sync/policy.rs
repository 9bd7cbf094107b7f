//! Every number of the sync, each with its reason.

use vitrine_wire::{Event, Millis};

/// A burst of clicks travels together: its first event waits this long.
pub const GATHER_MS: i64 = 250;
/// As many events are worth a request of their own.
pub const BURST: usize = 20;
/// Events in a batch: far below the server's limit, so that a lost answer repeats little.
pub const EVENTS: usize = 250;
/// Bytes in a batch: the server allows 500 KiB, and estimates may fall short.
pub const BYTES: usize = 400 * 1024;
/// What surrounds the events in a body.
pub const HEAD_BYTES: usize = 512;
/// Pieces sent when the page goes away: browsers let about 64 KiB through, the rest stays queued.
pub const BEACONS: usize = 2;
/// Bytes kept unsent on a device: far below what a browser evicts for.
pub const QUEUE_BYTES: usize = 4 * 1024 * 1024;
/// The first pause after a failure.
const FIRST_MS: i64 = 1_000;
/// The longest pause: a backend that is back after a night is found within minutes.
pub const LONGEST_MS: i64 = 5 * 60_000;

/// The pause after a number of failures: doubled each time, and between half and all of it, so that devices that failed
/// together do not return together.
pub fn backoff(tries: u32, seed: u32) -> i64 {
    let full = (FIRST_MS << tries.min(9)).min(LONGEST_MS);
    let mut noise = seed ^ tries.wrapping_add(1).wrapping_mul(0x9e37_79b9);
    for (left, right) in [(13, 17), (5, 16)] {
        noise ^= noise << left;
        noise ^= noise >> right;
    }
    full / 2 + i64::from(noise % 1_000) * full / 2_000
}

/// When a record was made: a UUIDv7 says so itself; of others only the event's own time is known.
pub fn record_time(event: &Event) -> Millis {
    uuid_time(&event.message_id).unwrap_or(event.timestamp)
}

fn uuid_time(id: &str) -> Option<Millis> {
    let bytes = id.as_bytes();
    if bytes.len() != 36 || bytes.get(14) != Some(&b'7') {
        return None;
    }
    let digits = id.get(..8)?.chars().chain(id.get(9..13)?.chars());
    digits.into_iter().try_fold(0, |sum, c| Some(sum * 16 + i64::from(c.to_digit(16)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        for seed in [0, 1, 7, u32::MAX] {
            let pauses: Vec<i64> = (0..40).map(|tries| backoff(tries, seed)).collect();
            assert!(pauses.iter().all(|p| (FIRST_MS / 2..=LONGEST_MS).contains(p)), "{pauses:?}");
            assert!(pauses.iter().skip(12).all(|p| *p >= LONGEST_MS / 2));
        }
        assert_ne!(backoff(3, 1), backoff(3, 2));
    }

    #[test]
    fn a_uuid_of_version_seven_tells_its_time() {
        assert_eq!(uuid_time("0194a2b4-c8d0-7000-8000-000000000000"), Some(0x0194_a2b4_c8d0));
        assert_eq!(uuid_time("0194a2b4-c8d0-4000-8000-000000000000"), None);
        assert_eq!(uuid_time("é94a2b4-c8d0-7000-8000-00000000000"), None);
        assert_eq!(uuid_time(""), None);
    }
}
