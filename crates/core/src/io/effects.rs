//! What comes out of the engine.

use super::{Identity, Ref};
use crate::gate::{Collect, Granted, Render, Store, Sync};
use vitrine_wire::paint::{ChoiceRecord, PaintRecord};
use vitrine_wire::{Action, Code, ConsentState, Decision, Event, Millis, Purpose, PurposeSet, Value};

/// Everything that must happen. The shell hands each to exactly one adapter.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug)]
pub enum Effect {
    /// To the page: what one slot shows from now on.
    Render(SlotPlan),
    /// To the page: look whether a slot is really seen (answered by [`Input::Seen`](super::Input::Seen)); instead of what it was
    /// looked at for before. `around`: look at what it stands in. `at_once`: what it is decided for is over as soon as it is done.
    Watch { slot: String, around: bool, at_once: bool },
    /// To the page: what triggers wait for on this page view, instead of what they waited for before; each is answered by
    /// [`Facts::Fired`](super::Facts::Fired) once.
    Arm(Vec<String>),
    /// To the network: the site's catalogue is wanted, at this address. A public file, asked for without saying who asks; answered by
    /// [`Facts::Catalog`](super::Facts::Catalog).
    Catalog { grant: Granted<Render>, from: String },
    /// To the store.
    Persist(Persist),
    /// To the network; answered by [`Input::SyncResult`] with the same reference.
    Send { reference: Ref, send: Send },
    /// To the other tabs. Never data.
    Broadcast(Broadcast),
    /// The next instant at which anything can change by time alone; replaces the former one. None: nothing will.
    WakeAt(Option<Millis>),
    /// To the page's developer.
    Notify(Notify),
}

/// What one slot shows.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug)]
pub enum SlotPlan {
    /// Its own content: undo whatever is applied. Needs no consent.
    Own { slot: String },
    /// A variant: undo what is applied, then apply these.
    Show { grant: Granted<Render>, slot: String, experience: String, variant: String, actions: Vec<Action> },
    /// A variant of a contextual experience, which needs no consent (docs/consent.md "States and purposes").
    Contextual { slot: String, experience: String, variant: String, actions: Vec<Action> },
}

/// To the store.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug)]
pub enum Persist {
    /// Open the store; put these ids if it has none. Answered by [`Input::Loaded`].
    Open { grant: Granted<Store>, identity: Identity },
    /// Read the log's records after this sequence: another tab's key fell between. Answered by a grown [`Input::Loaded`].
    Read { grant: Granted<Store>, after: u64 },
    /// Append one record to the log. Answered by [`Input::Persisted`].
    Append { grant: Granted<Store>, reference: Ref, record: Vec<u8> },
    /// Keep a snapshot of everything up to a sequence; older sent records may go.
    Snapshot { grant: Granted<Store>, up_to: u64, bytes: Vec<u8> },
    /// The backend has everything up to this sequence.
    Sent { grant: Granted<Store>, up_to: u64 },
    /// Remember the highest bundle sequence.
    BundleSequence { grant: Granted<Store>, sequence: u64 },
    /// Remember that the visitor was asked in a slot, and when that visit last went on.
    Asked { grant: Granted<Store>, at: Millis },
    /// Replace the device's ids (log out, or the 13 months are over).
    Identity { grant: Granted<Store>, identity: Identity },
    /// This visitor logs out; empty: whoever the store holds. Said before anything is deleted, and kept at once: the page may be gone
    /// before the store is done.
    LoggedOut { grant: Granted<Store>, visitor: String },
    /// Write the choice record, synchronously; once anything is Granted also into the store. Exempt: no capability.
    Choice(ChoiceRecord),
    /// Write the paint record.
    Paint { grant: Granted<Render>, record: PaintRecord },
    /// Delete what served only these purposes; records that also serve others keep their other bits. With `all`, delete
    /// the whole store and close it. The paint record goes with personalization. Deleting needs no capability.
    Purge { purposes: PurposeSet, all: bool },
}

/// To the network.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug)]
pub enum Send {
    /// `POST /v1/batch`. `beacon`: the page is going away, send in pieces that survive it and expect no answer.
    Events { grant: Granted<Collect>, events: Vec<Event>, token: String, beacon: bool },
    /// `POST /v1/visitor`: register the token. The receipt ties a grant that was posted before there was an id.
    Register { grant: Granted<Store>, identity: Identity, receipt: Option<String> },
    /// `GET /v1/visitor/profile`; its rows come back as [`Facts::Profile`] before the outcome.
    Profile { grant: Granted<Sync>, token: String, visitor: String },
    /// Open the stream (the leader alone), or keep it.
    Stream { grant: Granted<Sync>, token: String, visitor: String },
    /// Close the stream; no answer.
    StreamClose,
    /// `POST /v1/visitor/consents`, keepalive. On the closed list: no capability.
    Consents(Consents),
    /// `DELETE /v1/visitor`.
    Erase { identity: Identity },
}

/// The body of `POST /v1/visitor/consents`.
#[derive(Debug, Clone)]
pub struct Consents {
    /// A grant's one-use receipt id.
    pub receipt: Option<String>,
    /// The visitor and token, where there are any.
    pub identity: Option<Identity>,
    /// `granted`, `denied` or `withdrawn`.
    pub purposes: Vec<(Purpose, ConsentState)>,
    /// The notice's version.
    pub notice: String,
    /// The locale it was shown in.
    pub locale: String,
    /// `preference`, `site`, or the name of a consent source.
    pub source: String,
    /// The revocation ticket of a withdrawal that could not be sent.
    pub ticket: Option<String>,
    /// When the visitor decided.
    pub decided: Millis,
}

impl Consents {
    /// Whether it grants anything.
    pub fn grants(&self) -> bool {
        self.purposes.iter().any(|(_, state)| *state == ConsentState::Granted)
    }
}

/// To the other tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broadcast {
    /// Read the log.
    Grew,
    /// Read the choice, first and synchronously.
    Choice,
    /// A newer snapshot, bundle or profile is there.
    Snapshot,
    /// Something was taken back, or everything erased: read the choice; where it cannot be read, nothing is granted.
    Lost,
}

/// To the page's developer.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone)]
pub enum Notify {
    /// What became of an event: durable on this device, held in memory, or dropped and why.
    Tracked { reference: Ref, status: Tracked },
    /// An operator has switched the SDK off on every page.
    Stopped,
    /// A slot's decision changed.
    Decision(Decision),
    /// What a slot shows, or holds back, was seen: once a page view for each experience.
    Exposure(Decision),
    /// A variant tells the page something.
    Emit { slot: String, experience: String, variant: String, name: String, detail: Value },
    /// Entered (`true`) or left a segment.
    Segment { id: String, inside: bool },
    /// A purpose's state changed.
    Consent { purpose: Purpose, state: ConsentState },
    /// Everything known was acknowledged by the backend (answers `flush`), or why not.
    Synced { unsent: u32 },
    /// Something the developer should know.
    Diagnostic { code: Code, detail: String },
    /// The engine has its bundle, choice and, if granted, its store: decisions are real from now on.
    Ready { mode: Mode },
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracked {
    /// The transaction completed: it survives the browser's death.
    Stored,
    /// In this page's memory alone: until the visitor chooses, or because the device's store cannot be used.
    Held,
    /// Not kept, and why.
    Dropped(Code),
}

/// How the SDK runs on this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Granted, with a store.
    Full,
    /// Granted, without a store.
    Memory,
    /// Nothing granted: contextual experiences at most.
    Contextual,
    /// Switched off.
    Off,
}
