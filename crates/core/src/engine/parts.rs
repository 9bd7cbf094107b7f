//! What an engine is made of besides the profile and the rules.

use crate::io::{Identity, Ref};
use crate::sync::{Queue, jobs::Jobs};
use vitrine_wire::{Millis, Value};

/// What the device's store is to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    /// Never opened, or purged: nothing is granted.
    Closed,
    /// Asked for.
    Opening,
    /// Open.
    Open,
    /// Cannot be used.
    Memory,
}

/// Which slots must be decided again.
#[derive(Debug)]
pub(super) enum Undecided {
    /// Every one.
    All,
    /// Those at these places.
    Some(Vec<u32>),
}

/// Who this device is.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// The device's ids, while anything is granted.
    pub(super) own: Option<Identity>,
    /// Ids drawn for a device that has none.
    pub(super) fresh: Option<Identity>,
    /// Ids of whoever came after a log-out that the store was not open for.
    pub(super) reset: Option<Identity>,
    /// The ids before a log-out: events bound to them may still wait.
    pub(super) former: Option<Identity>,
}

/// What the page said of itself.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) context: Value,
    /// When the page view began.
    pub(super) view: Millis,
    /// The visitor's own zone.
    pub(super) zone: Vec<(Millis, i32)>,
}

/// What is under way to the backend.
#[derive(Debug, Default)]
pub(super) struct Sync {
    pub(super) lead: bool,
    /// The backend knows the token, or will not hear of it.
    pub(super) registered: bool,
    /// Someone waits for everything to be sent.
    pub(super) flushing: bool,
    /// What the backend or a choice changed is not in a snapshot yet.
    pub(super) unkept: bool,
    /// The profile changed while it was being fetched: the answer on its way may be from before.
    pub(super) outrun: bool,
    /// The backend has heard of a withdrawal, and other acts are on their way.
    pub(super) taken: bool,
    /// The receipt of a grant that was posted before there was an id.
    pub(super) receipt: Option<String>,
    pub(super) queue: Queue,
    pub(super) jobs: Jobs,
    pub(super) next: Ref,
}
