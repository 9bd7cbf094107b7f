//! What an accepted event brings to the database.

use vitrine_core::profile::traits::{OUT, VISITOR};

use super::Node;

/// On what an item rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// The visitor's consent: it goes when the consent goes.
    Consent,
    /// What the site's own server vouches for, such as `contract`.
    Lawful(String),
}

impl Basis {
    /// As kept beside each item.
    pub fn as_str(&self) -> &str {
        match self {
            Basis::Consent => "consent",
            Basis::Lawful(basis) => basis,
        }
    }
}

/// What makes an event the same event when it comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKey {
    /// A UUIDv7 `messageId`: time-ordered, so that it can be the primary key, and never forgotten.
    Ours([u8; 16]),
    /// SHA-256 of any other `messageId`, or derived from the event; remembered for 35 days.
    Foreign([u8; 32]),
}

/// A checked event.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Its identity.
    pub key: EventKey,
    /// The device's id at that moment.
    pub visitor: Option<String>,
    /// The user id, vouched for by a secret key or a proof.
    pub user: Option<String>,
    /// The user id that nobody vouched for.
    pub label: Option<String>,
    /// When it happened, corrected for the device's clock.
    pub at: i64,
    /// When the device sent it, by the device's clock.
    pub sent: Option<i64>,
    /// When it happened by this server's clock, as well as can be told: what a withdrawal compares with.
    pub happened: i64,
    /// On what it rests.
    pub basis: Basis,
    /// SHA-256 of the visitor's token, where one came with it.
    pub token: Option<[u8; 32]>,
    /// What to keep.
    pub body: Vec<u8>,
    /// Whether it may serve the profile, as far as the event says: a lawful basis, or consent to personalization.
    pub personal: bool,
    /// What it says about the person. Taken only with a secret key, a proof or the visitor's token.
    pub facts: Vec<Fact>,
}

impl NewEvent {
    /// Whether the visitor corrects something. To leave a segment, or to come back into it, corrects no fact.
    pub fn corrects(&self) -> bool {
        let corrects = |fact: &Fact| matches!(fact, Fact::Trait { source, name, .. } if source == VISITOR && !name.starts_with(OUT));
        self.facts.iter().any(corrects)
    }
}

/// One thing an event says about a person.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// This device is in the hands of this user. The evidence is `hmac`, `jwt` or `secret_key`.
    Login(&'static str),
    /// A declared trait; the value is JSON.
    Trait {
        /// Its name.
        name: String,
        /// Its value, as JSON.
        value: String,
        /// Who declared it.
        source: String,
    },
    /// A state of an order.
    Order {
        /// The site's order id.
        id: String,
        /// What it is worth, where said.
        value: Option<f64>,
        /// The state it reached.
        state: OrderState,
    },
    /// A state of an offer.
    Offer {
        /// The offer's id.
        id: String,
        /// The state it reached.
        state: OfferState,
    },
}

/// What became of an order. The two endings are final: the first in time stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// Paid.
    Completed,
    /// Paid back.
    Refunded,
    /// Called off.
    Cancelled,
}

impl OrderState {
    /// As kept and answered.
    pub const fn as_str(self) -> &'static str {
        match self {
            OrderState::Completed => "completed",
            OrderState::Refunded => "refunded",
            OrderState::Cancelled => "cancelled",
        }
    }
}

/// What became of an offer: shown, then clicked, then one of four endings, of which the first in time stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferState {
    /// It was on screen.
    Shown,
    /// It was clicked.
    Clicked,
    /// It was used.
    Consumed,
    /// It was closed.
    Dismissed,
    /// It was taken back.
    Cancelled,
    /// Its time ran out.
    Expired,
}

impl OfferState {
    /// As kept and answered.
    pub const fn as_str(self) -> &'static str {
        match self {
            OfferState::Shown => "shown",
            OfferState::Clicked => "clicked",
            OfferState::Consumed => "consumed",
            OfferState::Dismissed => "dismissed",
            OfferState::Cancelled => "cancelled",
            OfferState::Expired => "expired",
        }
    }

    /// Its place in the order of states: 0 shown, 1 clicked, 2 final.
    pub const fn rank(self) -> i64 {
        match self {
            OfferState::Shown => 0,
            OfferState::Clicked => 1,
            _ => 2,
        }
    }
}

/// An event that was set aside.
#[derive(Debug, Clone)]
pub struct Quarantined {
    /// Why, as in the answer.
    pub reason: &'static str,
    /// What was sent, less secrets; empty when it was too large.
    pub body: Vec<u8>,
}

impl NewEvent {
    /// The device.
    pub fn visitor_node(&self) -> Option<Node> {
        self.visitor.as_deref().map(Node::visitor)
    }

    /// The vouched-for person.
    pub fn user_node(&self) -> Option<Node> {
        self.user.as_deref().map(Node::user)
    }
}
