//! What the database answers.

use std::collections::BTreeMap;

use vitrine_wire::http::{Choice, ConsentRecord};

use super::Node;
use crate::preferences::Rows;
use crate::proof::{Hash, Kept};

/// What became of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// New, and stored.
    Stored,
    /// Stored before.
    Duplicate,
    /// Not stored: its visitor withdrew or was erased.
    Dropped,
    /// Not stored: it came with a token that is not its visitor's.
    WrongToken,
}

/// Visitors whose profile changed, with its new version.
pub type Woken = Vec<(Node, i64)>;

/// What became of a batch.
#[derive(Debug, Clone, Default)]
pub struct Appended {
    /// One for each event, in order.
    pub outcomes: Vec<Outcome>,
    /// Whom to tell.
    pub woken: Woken,
}

/// A visitor to be made known.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The public id.
    pub visitor: String,
    /// SHA-256 of its token.
    pub token: [u8; 32],
    /// SHA-256 of the revocation ticket to be given out.
    pub ticket: [u8; 32],
    /// The receipt of the grant that this visitor gave.
    pub receipt: Option<String>,
}

/// The visitor that a token belongs to.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Its node.
    pub node: Node,
    /// Its public id.
    pub visitor: String,
    /// SHA-256 of its token, to be compared in constant time.
    pub token: [u8; 32],
    /// Whether personalization is not refused or withdrawn.
    pub personalization: bool,
    /// How many acts of choice it made.
    pub choices: i64,
}

/// Who makes a choice.
#[derive(Debug, Clone)]
pub enum Withdrawer {
    /// Nobody yet: a grant before there is a visitor.
    Nobody,
    /// A visitor by its public id, with SHA-256 of its token.
    Visitor(String, [u8; 32]),
    /// Whoever holds this ticket (SHA-256); a fresh one takes its place.
    Ticket([u8; 32], [u8; 32]),
}

/// An act of choice.
#[derive(Debug, Clone)]
pub struct Decided {
    /// Who.
    pub who: Withdrawer,
    /// What, by purpose.
    pub purposes: BTreeMap<String, Choice>,
    /// What was shown for each purpose, as the published site says.
    pub shown: BTreeMap<String, Shown>,
    /// Which notice was read, as the page says.
    pub notice: String,
    /// In which language.
    pub locale: String,
    /// Who reports it.
    pub source: String,
    /// The one-use receipt id: a second act with it changes nothing.
    pub receipt: Option<String>,
}

/// What was shown for a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The notice's version, where one is known.
    pub notice: Option<String>,
    /// Why the processing is lawful.
    pub basis: String,
}

/// What an act of choice did.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The visitor, and how many acts it made now.
    pub visitor: Option<(Node, i64)>,
    /// Whether the fresh ticket is good.
    pub ticket: bool,
    /// Whose profile changed.
    pub woken: Woken,
    /// Whether personalization is closed for the visitor now.
    pub closed: bool,
    /// Versions of notices that the act names and no text was ever published of.
    pub unpublished: Vec<String>,
}

/// A recorded act of choice.
#[derive(Debug, Clone)]
pub struct ConsentEntry {
    /// When it was recorded.
    pub at: i64,
    /// What was recorded.
    pub record: ConsentRecord,
    /// Its row in the chain.
    pub kept: Kept,
    /// The link before it.
    pub previous: Hash,
}

/// Everything known of the person behind a visitor, not yet folded.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The newest version among its nodes.
    pub version: i64,
    /// The oldest visitor id.
    pub unit: String,
    /// Declared traits of all nodes.
    pub traits: Vec<TraitFact>,
    /// Orders of all nodes.
    pub orders: Vec<OrderFact>,
    /// Offers of all nodes.
    pub offers: Vec<OfferFact>,
    /// The visitor's proven logins, oldest first.
    pub identities: Vec<IdentityFact>,
    /// What the person wants to receive, and of the profile.
    pub preferences: Rows,
}

/// A declared trait.
#[derive(Debug, Clone)]
pub struct TraitFact {
    /// Its name.
    pub name: String,
    /// Its value, as JSON.
    pub value: String,
    /// Who declared it.
    pub source: String,
    /// When.
    pub at: i64,
}

/// What one node and basis know of an order.
#[derive(Debug, Clone)]
pub struct OrderFact {
    /// The order id.
    pub id: String,
    /// Whether the site's server vouched for it.
    pub vouched: bool,
    /// When it was completed.
    pub completed: Option<i64>,
    /// What it was worth.
    pub value: Option<f64>,
    /// When it was refunded or cancelled.
    pub ended: Option<i64>,
    /// The state reached.
    pub state: String,
}

/// What one node and basis know of an offer.
#[derive(Debug, Clone)]
pub struct OfferFact {
    /// The offer's id.
    pub id: String,
    /// 0 shown, 1 clicked, 2 final.
    pub rank: i64,
    /// The state reached.
    pub state: String,
    /// When.
    pub at: i64,
}

/// A proven login.
#[derive(Debug, Clone)]
pub struct IdentityFact {
    /// The user id.
    pub user: String,
    /// What proved it.
    pub evidence: String,
    /// When.
    pub at: i64,
    /// Whether it is the present one.
    pub active: bool,
}

/// What a decision about a visitor rests on.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Its acts of choice, oldest first.
    pub choices: Vec<ConsentEntry>,
    /// Its newest events that may be folded into its profile, in the order they came.
    pub events: Vec<PastEvent>,
    /// The person behind it.
    pub person: Option<Person>,
}

/// An event that may be folded into its visitor's profile.
#[derive(Debug, Clone)]
pub struct PastEvent {
    /// When it happened, corrected for the device's clock.
    pub at: i64,
    /// When it came.
    pub received: i64,
    /// Whether it rests on something else than the visitor's consent: the site's server sent it.
    pub vouched: bool,
    /// Whether its user id was vouched for.
    pub proven: bool,
    /// What was sent.
    pub body: Vec<u8>,
}

/// A sealed bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleRow {
    /// Of the sealed bytes, hex.
    pub hash: String,
    /// The payload's format.
    pub format: u8,
    /// Rises with every publication.
    pub sequence: u64,
    /// When it was signed, Unix seconds.
    pub issued: u64,
    /// Hash of what was compiled.
    pub source: String,
    /// Envelope, payload, signature.
    pub sealed: Vec<u8>,
}

/// What was too old and is gone.
#[derive(Debug, Clone, Default)]
pub struct Expired {
    /// Events.
    pub events: u64,
    /// Events that had been set aside.
    pub aside: u64,
    /// Traits, orders, offers and links to persons.
    pub facts: u64,
    /// People whose preferences and addresses went.
    pub contacts: u64,
    /// Visitors and persons of whom nothing was left.
    pub visitors: u64,
    /// Whose profile changed.
    pub woken: Woken,
    /// Where to go on; none at the end.
    pub next: Option<Node>,
}

impl Expired {
    /// Each count with its name.
    pub fn counts(&self) -> [(&'static str, u64); 5] {
        let Expired { events, aside, facts, contacts, visitors, .. } = *self;
        [("events", events), ("aside", aside), ("facts", facts), ("contacts", contacts), ("visitors", visitors)]
    }

    /// Whether anything went.
    pub fn any(&self) -> bool {
        self.counts().iter().any(|(_, count)| *count > 0)
    }

    /// Adds another piece's counts.
    pub fn add(&mut self, piece: &Expired) {
        self.events += piece.events;
        self.aside += piece.aside;
        self.facts += piece.facts;
        self.contacts += piece.contacts;
        self.visitors += piece.visitors;
    }
}
