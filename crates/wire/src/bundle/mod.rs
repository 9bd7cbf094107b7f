//! The bundle's payload: what a site file becomes. Sections `{u16 kind, u32 length, bytes}`; unknown sections are skipped.

mod codec;
mod experience;
mod parts;

pub use codec::{FIRST, decode, encode};
pub use experience::{Experience, Variant};
pub use parts::{Early, early, experiences, outline, rules, segment_at, segments, title_at};

use crate::{Cond, Millis, Purpose, Value};

/// A compiled site file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bundle {
    /// The site as a whole.
    pub meta: Meta,
    /// Declared events; anything else is dropped and counted.
    pub events: Vec<EventDecl>,
    /// Declared slots.
    pub slots: Vec<SlotDecl>,
    /// Segments, in dependency order: a segment reads only earlier ones.
    pub segments: Vec<Segment>,
    /// Experiences, by descending priority, then id.
    pub experiences: Vec<Experience>,
    /// Offers.
    pub offers: Vec<Offer>,
    /// Saved groups for `$inGroup`.
    pub groups: Vec<(String, Vec<Value>)>,
    /// Declared traits and the order of their sources.
    pub traits: Vec<TraitDecl>,
    /// Scores, each after those it reads.
    pub scores: Vec<Score>,
    /// Where classes of customers begin.
    pub cuts: CutPoints,
    /// The thresholds of the life cycle.
    pub lifecycle: Lifecycle,
    /// What the history keeps of which events, by event; none, of a compiler that did not say: everything.
    pub needs: Option<Vec<Need>>,
    /// How many parts of a newer compiler were passed over.
    pub skipped: u32,
}

/// The site as a whole.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Meta {
    /// The site id.
    pub site: String,
    /// IANA time zone of the site, or empty for UTC.
    pub timezone: String,
    /// Locales, the first is the default.
    pub locales: Vec<String>,
    /// Share of people held out of everything, 0 to 1.
    pub holdout: f64,
    /// Whether events before the choice are held in memory (`beforeChoice: "hold"`).
    pub hold: bool,
    /// Whether contextual experiences may run before the choice.
    pub contextual: bool,
    /// The purposes that the site declares, with the notice shown for each; empty where it names none.
    pub notices: Vec<(Purpose, String)>,
    /// Offset changes of the site's zone: from this instant, this many seconds east of UTC.
    pub zone: Vec<(Millis, i32)>,
    /// Channels that the site speaks through.
    pub channels: Vec<String>,
    /// Who asks for consent, what its categories mean, and whether a rule asks in a slot, for the page's own eyes:
    /// JSON `{authority, map, asks}`; empty where the file says none of it.
    pub consent: String,
    /// An operator has switched the SDK off on every page.
    pub stopped: bool,
}

/// An event that the site collects.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct EventDecl {
    /// Its name.
    pub name: String,
    /// `Personalization`: folded, and sent only under measurement; `Measurement`: sent, never folded.
    pub purpose: Purpose,
    /// Its properties; others are dropped and counted.
    pub properties: Vec<PropertyDecl>,
}

/// A declared property.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct PropertyDecl {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: PropertyKind,
}

/// Types of declared properties and traits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum PropertyKind {
    /// Anything.
    Any,
    /// Text.
    String,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A date, as text.
    Date,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A declared trait.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct TraitDecl {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: PropertyKind,
    /// Sources, the strongest first.
    pub source: Vec<String>,
}

/// A declared slot.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct SlotDecl {
    /// Its name.
    pub name: String,
    /// Reserved height while pending, as CSS; empty for none.
    pub reserve: String,
    /// Selector where the page has no attribute; empty for none.
    pub selector: String,
}

/// A segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its id.
    pub id: String,
    /// Who is in it: a condition as its record (`cond::encode`).
    pub when: Vec<u8>,
    /// Its name for people, by language.
    pub title: Vec<(String, String)>,
}

/// A score: a number about the visitor.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Its name; facts read it as `scores.<name>`, of a family as `scores.<name>.<member>`.
    pub name: String,
    /// How it is computed.
    pub kind: ScoreKind,
}

/// How a score is computed.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone, PartialEq)]
pub enum ScoreKind {
    /// One number per value at `by` of the events named in `weights`: the sum of their weights, halved every
    /// `half_life` milliseconds (0 is never).
    Family { by: String, weights: Vec<(String, f64)>, half_life: i64 },
    /// The sum of the weights whose conditions (records) hold, within `min` and `max`.
    Sum { parts: Vec<(Vec<u8>, f64)>, min: Option<f64>, max: Option<f64> },
    /// From a newer compiler: has no value.
    Unknown,
}

/// Published cut points. Empty lists give no class.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct CutPoints {
    /// Recency, days since the last order, rising: 5 is below the first.
    pub recency: Vec<f64>,
    /// Frequency, orders, rising: 1 is below the first.
    pub frequency: Vec<f64>,
    /// Monetary, value of orders, rising: 1 is below the first.
    pub monetary: Vec<f64>,
    /// Value of orders at which medium, big and very big begin.
    pub size: Vec<f64>,
}

/// Thresholds of `lifecycle`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Lifecycle {
    /// `lost`: at least this churn,
    pub lost_churn: f64,
    /// and no order for this many of the visitor's own median intervals.
    pub lost_intervals: f64,
    /// `at-risk`: at least this churn.
    pub risk_churn: f64,
    /// `inactive`: no event for this long, milliseconds.
    pub inactive: i64,
    /// `loyal`: this many orders
    pub loyal_orders: u32,
    /// in this time, milliseconds.
    pub loyal_within: i64,
    /// `prospect`: this many sessions.
    pub prospect_sessions: u32,
}

impl Default for Lifecycle {
    fn default() -> Self {
        const DAY: i64 = 86_400_000;
        Lifecycle {
            lost_churn: 0.8,
            lost_intervals: 2.0,
            risk_churn: 0.5,
            inactive: 90 * DAY,
            loyal_orders: 3,
            loyal_within: 365 * DAY,
            prospect_sessions: 2,
        }
    }
}

/// What the history keeps of an event: what some rule may ask of it, and no longer than it may be asked.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Need {
    /// The event's name, or its kind (`page`, `identify` …) behind a colon; empty for every event.
    pub event: String,
    /// For how long, milliseconds; 0 is as long as there is room, [`Need::PAGE`] as long as the page is open that it happened on.
    pub keep: i64,
    /// Which properties; none for all.
    pub properties: Option<Vec<String>>,
    /// Which parts of the context.
    pub context: Vec<String>,
}

impl Need {
    /// Of [`Need::keep`]: until the next page event.
    pub const PAGE: i64 = -1;
}

/// An offer and what ends it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its id.
    pub id: String,
    /// An event that matches consumes the offer.
    pub consumed_by: Option<Cond>,
    /// Time from shown to expired, milliseconds; 0 is never.
    pub expires: i64,
}

/// Local days during which an experience runs, both included; days since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Schedule {
    /// First day.
    pub from: Option<i32>,
    /// Last day.
    pub to: Option<i32>,
}

/// What starts an experience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// The page.
    Load,
    /// A condition that comes to hold: its record.
    When(Vec<u8>),
    /// Something that happens on this page view, by its name: `exit`, `idle`, `scroll <percent>`, `timer <ms>`,
    /// `inactivity <ms>`, `visible <selector>`, `entered <segment>`, `left <segment>`.
    Signal(String),
    /// From a newer compiler: never fires.
    Unknown,
}
