//! The bundle's payload: what a site file becomes. Sections `{u16 kind, u32 length, bytes}`; unknown sections are skipped.

mod codec;

pub use codec::{decode, encode};

use crate::{Action, Cond, Millis, Purpose, Value};

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
    /// Who is in it.
    pub when: Cond,
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
    /// From a newer compiler: never fires.
    Unknown,
}

/// An experience: who sees what in which slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Experience {
    /// Its id.
    pub id: String,
    /// The slot it wants.
    pub slot: String,
    /// Higher wins.
    pub priority: i32,
    /// The purpose that lets it render.
    pub purpose: Purpose,
    /// Raised to draw splits anew.
    pub version: u32,
    /// Share held out, 0 to 1.
    pub holdout: f64,
    /// Seed of the split where it is not the id; empty for the id.
    pub seed: String,
    /// Without consent to experiments: dropped instead of showing the heaviest variant.
    pub split_required: bool,
    /// May replace content that is already on screen.
    pub live: bool,
    /// May run before the choice: reads only the page's own facts.
    pub contextual: bool,
    /// Stopped in the site file.
    pub paused: bool,
    /// Days.
    pub schedule: Option<Schedule>,
    /// What starts it.
    pub trigger: Trigger,
    /// Who sees it.
    pub when: Cond,
    /// Who does not, checked again in the instant of showing.
    pub unless: Option<Cond>,
    /// What is shown.
    pub variants: Vec<Variant>,
}

/// One arm of an experience.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its id.
    pub id: String,
    /// Its share, relative to the others.
    pub weight: f64,
    /// What it does to the slot.
    pub actions: Vec<Action>,
}
