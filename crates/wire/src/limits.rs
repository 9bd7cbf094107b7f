//! Every size limit in one place, each with its reason.

/// Largest event, as JSON, in bytes. The Segment API's own limit.
pub const EVENT_BYTES: usize = 32 * 1024;
/// Largest batch, inflated, in bytes. The Segment API's own limit.
pub const BATCH_BYTES: usize = 500 * 1024;
/// Most events in a batch.
pub const BATCH_EVENTS: usize = 2_500;
/// Longest `messageId`, in characters (exclusive).
pub const MESSAGE_ID_CHARS: usize = 100;
/// Deepest nesting of an event's values.
pub const VALUE_DEPTH: usize = 16;
/// Most members and items in one event: a bound on work before the bytes are known.
pub const VALUE_NODES: usize = 4_096;
/// Deepest nesting of a condition.
pub const COND_DEPTH: usize = 64;
/// Longest pattern of `$regex`, in UTF-16 units.
pub const REGEX_PATTERN: usize = 512;
/// Most states of a regular expression; a program's words past them are no states.
pub const REGEX_STATES: usize = 4_096;
/// Longest text that a regular expression is run over, in bytes of UTF-8: a longer one never matches. With the states it
/// bounds the work of one test.
pub const REGEX_SUBJECT: usize = 8 * 1024;
/// Largest bundle payload accepted by a page, in bytes.
pub const BUNDLE_BYTES: usize = 8 * 1024 * 1024;
/// Largest paint record, in bytes: it is read before first paint.
pub const PAINT_BYTES: usize = 8 * 1024;
/// Beacons and keepalive requests share a 64 KiB allowance in browsers; a piece stays below it.
pub const BEACON_BYTES: usize = 60 * 1024;
/// The page's queue drops an event after this long (30 days): the server's promise of exactly once ends at 35.
pub const QUEUE_AGE_MS: i64 = 30 * 86_400_000;
/// Most events of the past that rules look at, on a device and in the backend.
pub const HISTORY_EVENTS: usize = 2_000;
/// Most events kept unsent on a device.
pub const QUEUE_EVENTS: usize = 5_000;
/// Events kept in memory while `beforeChoice` is `hold`.
pub const HELD_EVENTS: usize = 200;
/// Bytes kept in memory while `beforeChoice` is `hold`.
pub const HELD_BYTES: usize = 128 * 1024;
/// A choice lasts six months (docs/consent.md), in days.
pub const CHOICE_DAYS: i64 = 182;
/// Days that a choice kept by a consent manager may last at most: the manager's own duration rules, up to 13 months.
pub const FOREIGN_CHOICE_DAYS: i64 = 395;
/// Identifiers live 13 months from creation and never slide (docs/consent.md), in days.
pub const ID_DAYS: i64 = 395;
/// A gap of this long ends a session, in milliseconds.
pub const SESSION_GAP_MS: i64 = 30 * 60_000;
/// A bundle is valid for this long after it was signed, in seconds.
pub const BUNDLE_VALID_S: u64 = 30 * 86_400;
