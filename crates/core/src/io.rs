//! The one door in and the one door out.

mod effects;

pub use effects::*;

use vitrine_wire::paint::ChoiceRecord;
use vitrine_wire::{Code, ConsentState, EventKind, Map, Millis, Purpose, Value};

/// Ties the answer of an adapter, or of a call, to what asked for it.
pub type Ref = u32;

/// Everything that can happen to the engine. `at` is the instant; the engine's now never goes back.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug)]
pub enum Input {
    /// The device's store was opened (answer to [`Persist::Open`]), or its log grew by other tabs' records.
    Loaded { at: Millis, loaded: Loaded },
    /// Something happened on the page, or a call of the page's developer. Answered once by [`Notify::Tracked`].
    Event { at: Millis, reference: Ref, event: Draft },
    /// Answer to [`Persist::Append`]: the record's sequence in the log, or why it was not written.
    Persisted { at: Millis, reference: Ref, result: Result<u64, Code> },
    /// The visitor's choice.
    Consent { at: Millis, change: ConsentChange },
    /// A bundle whose envelope was checked and whose signature was verified (or accepted unverified) by the shell.
    Bundle { at: Millis, sequence: u64, payload: Vec<u8> },
    /// What the surroundings say.
    Facts { at: Millis, facts: Facts },
    /// Answer to a [`Send`].
    SyncResult { at: Millis, reference: Ref, outcome: Outcome },
    /// What became of a [`SlotPlan`].
    DomResult { at: Millis, slot: String, result: DomResult },
    /// A slot was on screen for long enough, as [`Effect::Watch`] asked; the id is for its event.
    Seen { at: Millis, reference: Ref, slot: String, message_id: String },
    /// The instant asked for by [`Effect::WakeAt`] has come, or the page returned from sleep.
    Tick { at: Millis },
    /// The visitor erases everything.
    Erase { at: Millis },
}

impl Input {
    /// The instant that it happened at.
    pub fn at(&self) -> Millis {
        match self {
            Input::Loaded { at, .. }
            | Input::Event { at, .. }
            | Input::Persisted { at, .. }
            | Input::Consent { at, .. }
            | Input::Bundle { at, .. }
            | Input::Facts { at, .. }
            | Input::SyncResult { at, .. }
            | Input::DomResult { at, .. }
            | Input::Seen { at, .. }
            | Input::Tick { at }
            | Input::Erase { at } => *at,
        }
    }
}

/// What the store held.
#[derive(Debug, Default)]
pub struct Loaded {
    /// `false`: the whole store, at its opening; `true`: only records newer than the last seen.
    pub grown: bool,
    /// The newest snapshot, as [`Persist::Snapshot`] wrote it.
    pub snapshot: Option<Vec<u8>>,
    /// Log records after the snapshot (grown: after the `after` of [`Persist::Read`], or after the last record of the
    /// former `Loaded`), by sequence, each as [`Persist::Append`] wrote it. This tab's own may be among them.
    pub events: Vec<(u64, Vec<u8>)>,
    /// The newest sequence that the backend has acknowledged or that was given up.
    pub sent_up_to: u64,
    /// The device's ids; on the first opening those that [`Persist::Open`] brought.
    pub identity: Option<Identity>,
    /// The highest bundle sequence this device has seen.
    pub bundle_sequence: u64,
    /// The choice as kept in the store: the more restrictive of it and the record read at start wins per purpose.
    pub choice: Option<ChoiceRecord>,
    /// When the visit in which the visitor was asked in a slot last went on ([`Persist::Asked`]).
    pub asked: Option<Millis>,
    /// The store cannot be used: the engine goes on in memory mode, with this code as the reason.
    pub failed: Option<Code>,
}

/// This device's ids. The visitor id is public, the token secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Identity {
    /// UUIDv7; the `anonymousId` of events and the unit of hashes.
    pub visitor: String,
    /// 256 random bits, base64url: proves possession of the visitor id to the backend.
    pub token: String,
    /// When they were drawn: they live 13 months and never slide.
    pub created: Millis,
}

vitrine_wire::codec!(struct Identity { visitor, token, created });

/// An event as the page knows it: the engine adds identity, context and defaults.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// UUIDv7 drawn by the shell, or the developer's own.
    pub message_id: String,
    /// Which call; none counts as track.
    pub kind: Option<EventKind>,
    /// Event or page name.
    pub name: String,
    /// The event's own time; none is the input's `at`.
    pub timestamp: Option<Millis>,
    /// `userId` of identify and alias, `groupId` of group.
    pub id: String,
    /// Properties, or traits of identify and group.
    pub data: Map,
    /// `{iat, mac}` or `{jwt}` of an identify.
    pub proof: Option<Value>,
    /// Observed by the server or imported (replays and servers only).
    pub server_side: bool,
    /// The visitor corrects what is known of them (identify only): it counts whatever other sources say.
    pub corrects: bool,
}

/// A change of the visitor's choice.
#[derive(Debug, Clone)]
pub struct ConsentChange {
    /// The purposes named and their new state: Granted, Denied or Withdrawn. Others stay as they are.
    pub purposes: Vec<(Purpose, ConsentState)>,
    /// Who says so.
    pub act: Act,
    /// Ids for a device that has none yet, drawn by the shell (randomness is an input); unused ones are forgotten.
    /// Needed by every change that grants something, the record read at start included.
    pub fresh: Option<Identity>,
    /// A random one-use receipt id for a grant.
    pub receipt: Option<String>,
}

/// What kind of statement a consent change is.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone)]
pub enum Act {
    /// The visitor acted now, in this tab.
    Visitor { notice: String, locale: String },
    /// The site's own banner kept this choice, or (`ours`) the backend did, of an act on this site whose record the device has
    /// lost. `decided`: when each purpose was, in their order.
    Restored { decided: Vec<Millis>, notice: String, ours: bool },
    /// A consent source says how things stand: purposes may be Unknown, and what it did not ask is not named. `acted`: the
    /// visitor has just said so. `cookie`: its own record of it, if that is one.
    Source { source: String, acted: bool, notice: String, cookie: String },
    /// The browser refuses on its user's behalf (GPC): where nothing is decided, everything is denied. Not written down.
    Signal,
    /// The choice record read at start, or changed by another tab: nothing is written or sent again.
    Record(ChoiceRecord),
}

/// What the surroundings say.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone)]
pub enum Facts {
    /// Replaces `context.*` (page, query, referrer, device, language, `data` said by the page).
    Context(Value),
    /// A new page view begins (load, route change, return from the back-forward cache): locks end, `page` windows restart.
    PageView,
    /// Profile rows from the backend.
    Profile(Value),
    /// The stream says that the backend's profile has this version: it is fetched if it is not the one known.
    ProfileVersion(u64),
    /// The revocation ticket that the backend answered to [`Send::Register`]; given before the outcome.
    Ticket(String),
    /// The visitor was asked for the choice in this visit and put it off. A `guess`: a page of this site led here, and may have
    /// asked; what the store remembers is better.
    Asked {
        /// Whether nobody knows.
        guess: bool,
    },
    /// The developer wants everything sent now; answered by one [`Notify::Synced`].
    Flush,
    /// Whether this tab leads: the leader sends and writes snapshots.
    Lead(bool),
    /// The visitor's own zone: offset changes, seconds east of UTC.
    Zone(Vec<(Millis, i32)>),
    /// The page is hidden or closing: what can be sent is sent now, by beacon.
    Hidden,
    /// Somebody looks at the page, until [`Facts::Hidden`]; so it begins.
    Visible,
    /// The page goes away, and may come back as it was: what has to leave goes now, and nothing is begun.
    Leaving,
    /// What a trigger waits for has happened on this page view, by its name ([`Effect::Arm`]).
    Fired(String),
    /// A preview link that was checked, or the inspector, forces this experience's variant. No experience is called by an
    /// empty text: that ends it.
    Preview {
        /// The experience.
        experience: String,
        /// Its variant.
        variant: String,
    },
    /// The site's catalogue, as [`Effect::Catalog`] asked.
    Catalog {
        /// The address that it asked.
        from: String,
        /// Its items as stored bytes. Empty where it could not be read.
        items: Vec<u8>,
    },
    /// Slots that exist in this page (decisions are made for all, plans only for these).
    Slots(Vec<String>),
    /// Log out: a new person may use this device. The choice survives.
    Reset { fresh: Identity },
    /// The page or an operator switches the SDK off: own content, no more effects but reverts.
    Off { reason: String },
}

/// The result of a [`Send`].
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone)]
pub enum Outcome {
    /// 2xx.
    Done,
    /// 4xx other than 408 and 429: never try again, with the reason.
    Refused(Code),
    /// No answer, 5xx, 408, 429: try again after this many milliseconds, or by the engine's own back-off.
    Retry { after: Option<i64> },
}

/// What the page did with a plan.
#[derive(Debug, Clone)]
pub enum DomResult {
    /// Every action was applied (or everything was put back).
    Applied,
    /// The slot is not in the page.
    Missing,
    /// An action failed; the slot shows its own content.
    Failed(Code),
}
