//! The two small records that the boot reads synchronously.
//!
//! The shell writes them as JSON into localStorage; these are their shapes.

use crate::{ConsentState, Millis, Purpose, Value};

/// One purpose in the choice record.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The purpose.
    pub purpose: Purpose,
    /// Granted, Denied or Withdrawn (Unknown is absence; Expired is computed).
    pub state: ConsentState,
    /// Who said so: `preference` (this SDK's own), `site` (restored), or the name of the consent source that did.
    pub source: String,
    /// The day of the act, days since the Unix epoch.
    pub day: i64,
    /// The last day it holds.
    pub until_day: i64,
}

impl Choice {
    /// Whether somebody else than this SDK or the site itself keeps the choice.
    pub fn foreign(&self) -> bool {
        !matches!(self.source.as_str(), "preference" | "site")
    }
}

/// `vt:<site>:c`: the choice. The one exempt item; it holds no identifier.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChoiceRecord {
    /// One entry per purpose decided.
    pub choices: Vec<Choice>,
    /// The notice's version that the visitor saw.
    pub notice: String,
    /// One-use revocation ticket: while a withdrawal waits for its acknowledgement; and, begun by `~`, as long as a consent
    /// manager's grant may be taken back where this SDK does not run.
    pub ticket: Option<String>,
}

/// What the boot does to one slot before first paint.
#[derive(Debug, Clone, PartialEq)]
pub struct PaintRow {
    /// The slot.
    pub slot: String,
    /// On which path; none: on every one.
    pub path: Option<String>,
    /// Not before this instant.
    pub not_before: Option<Millis>,
    /// Not at or after this instant.
    pub not_after: Option<Millis>,
    /// The changes as the boot's operation arrays; none: the slot is pending.
    pub ops: Option<Vec<Value>>,
    /// The experience.
    pub experience: String,
    /// The variant.
    pub variant: String,
}

/// `vt:<site>:p`: decisions for the next page, and no trait of anybody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PaintRecord {
    /// The bundle's sequence.
    pub bundle: u64,
    /// The granted purposes, sorted, joined by commas: another choice makes the record stale.
    pub choice: String,
    /// While now is before this, `same` holds; then `fresh`.
    pub session_ends_at: Millis,
    /// What must be in the page's cookies for the record to hold: a consent manager's own record of its choice, as it was;
    /// empty where the choice is our own.
    pub cookie: String,
    /// Rows while the session lasts.
    pub same: Vec<PaintRow>,
    /// Rows for a new session.
    pub fresh: Vec<PaintRow>,
}
