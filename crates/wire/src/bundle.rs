//! The bundle's payload: what a site file becomes. Sections `{u16 kind, u32 length, bytes}`; unknown sections are skipped.

use crate::records::{self, body, put, write};
use crate::{Action, Cond, Millis, Purpose, Value, action, cond};
use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// The notice shown for each purpose.
    pub notices: Vec<(Purpose, String)>,
    /// Offset changes of the site's zone: from this instant, this many seconds east of UTC.
    pub zone: Vec<(Millis, i32)>,
}

/// An event that the site collects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventDecl {
    /// Its name.
    pub name: String,
    /// `Personalization`: folded, and sent only under measurement; `Measurement`: sent, never folded.
    pub purpose: Purpose,
    /// Its properties; others are dropped and counted.
    pub properties: Vec<PropertyDecl>,
}

/// A declared property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PropertyDecl {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: PropertyKind,
}

/// Types of declared properties and traits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraitDecl {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: PropertyKind,
    /// Sources, the strongest first.
    pub source: Vec<String>,
}

/// A declared slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// Writes the payload.
pub fn encode(bundle: &Bundle) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, 1, &bundle.meta);
    put(&mut out, 2, &bundle.events);
    put(&mut out, 3, &bundle.slots);
    let mut section = Vec::new();
    for s in &bundle.segments {
        put(&mut section, 1, &(&s.id, cond::encode(&s.when)));
    }
    write(&mut out, 4, &section);
    section.clear();
    for e in &bundle.experiences {
        put(&mut section, 1, &experience_body(e));
    }
    write(&mut out, 5, &section);
    section.clear();
    for o in &bundle.offers {
        put(&mut section, 1, &(&o.id, o.consumed_by.as_ref().map(cond::encode), o.expires));
    }
    write(&mut out, 6, &section);
    put(&mut out, 7, &bundle.groups);
    put(&mut out, 8, &bundle.traits);
    out
}

/// Reads a payload. What a newer compiler added is passed over and counted in `skipped`; nothing is fatal.
pub fn decode(payload: &[u8]) -> Bundle {
    let mut bundle = Bundle::default();
    let mut skipped = 0;
    for (kind, bytes) in records::read(payload) {
        match kind {
            1 => assign(&mut bundle.meta, bytes, &mut skipped),
            2 => assign(&mut bundle.events, bytes, &mut skipped),
            3 => assign(&mut bundle.slots, bytes, &mut skipped),
            4 => bundle.segments = each(bytes, &mut skipped, segment),
            5 => bundle.experiences = each(bytes, &mut skipped, experience),
            6 => bundle.offers = each(bytes, &mut skipped, offer),
            7 => assign(&mut bundle.groups, bytes, &mut skipped),
            8 => assign(&mut bundle.traits, bytes, &mut skipped),
            _ => skipped += 1,
        }
    }
    bundle.skipped = skipped;
    bundle
}

fn assign<T: for<'a> Deserialize<'a>>(to: &mut T, bytes: &[u8], skipped: &mut u32) {
    match body(bytes) {
        Some(value) => *to = value,
        None => *skipped += 1,
    }
}

fn each<T>(bytes: &[u8], skipped: &mut u32, read: fn(&[u8], &mut u32) -> Option<T>) -> Vec<T> {
    records::read(bytes)
        .filter_map(|(tag, bytes)| {
            let one = if tag == 1 { read(bytes, skipped) } else { None };
            *skipped += u32::from(one.is_none());
            one
        })
        .collect()
}

fn segment(bytes: &[u8], skipped: &mut u32) -> Option<Segment> {
    let (id, when): (String, Vec<u8>) = body(bytes)?;
    Some(Segment { id, when: cond::decode(&when, skipped) })
}

fn offer(bytes: &[u8], skipped: &mut u32) -> Option<Offer> {
    let (id, consumed, expires): (String, Option<Vec<u8>>, i64) = body(bytes)?;
    Some(Offer { id, consumed_by: consumed.map(|c| cond::decode(&c, skipped)), expires })
}

const SPLIT_REQUIRED: u8 = 1;
const LIVE: u8 = 2;
const CONTEXTUAL: u8 = 4;
const PAUSED: u8 = 8;

#[derive(Serialize, Deserialize)]
struct ExperienceBody {
    id: String,
    slot: String,
    priority: i32,
    purpose: Purpose,
    version: u32,
    holdout: f64,
    seed: String,
    flags: u8,
    schedule: Option<Schedule>,
    trigger: Vec<u8>,
    when: Vec<u8>,
    unless: Option<Vec<u8>>,
    variants: Vec<(String, f64, Vec<u8>)>,
}

fn experience_body(e: &Experience) -> ExperienceBody {
    let mut trigger = Vec::new();
    write(&mut trigger, if e.trigger == Trigger::Load { 1 } else { u16::MAX }, &[]);
    let flag = |on: bool, bit: u8| if on { bit } else { 0 };
    ExperienceBody {
        id: e.id.clone(),
        slot: e.slot.clone(),
        priority: e.priority,
        purpose: e.purpose,
        version: e.version,
        holdout: e.holdout,
        seed: e.seed.clone(),
        flags: flag(e.split_required, SPLIT_REQUIRED)
            | flag(e.live, LIVE)
            | flag(e.contextual, CONTEXTUAL)
            | flag(e.paused, PAUSED),
        schedule: e.schedule,
        trigger,
        when: cond::encode(&e.when),
        unless: e.unless.as_ref().map(cond::encode),
        variants: e.variants.iter().map(|v| (v.id.clone(), v.weight, action::encode(&v.actions))).collect(),
    }
}

fn experience(bytes: &[u8], skipped: &mut u32) -> Option<Experience> {
    let b: ExperienceBody = body(bytes)?;
    let trigger = match records::read(&b.trigger).next() {
        Some((1, _)) => Trigger::Load,
        _ => {
            *skipped += 1;
            Trigger::Unknown
        }
    };
    Some(Experience {
        id: b.id,
        slot: b.slot,
        priority: b.priority,
        purpose: b.purpose,
        version: b.version,
        holdout: b.holdout,
        seed: b.seed,
        split_required: b.flags & SPLIT_REQUIRED != 0,
        live: b.flags & LIVE != 0,
        contextual: b.flags & CONTEXTUAL != 0,
        paused: b.flags & PAUSED != 0,
        schedule: b.schedule,
        trigger,
        when: cond::decode(&b.when, skipped),
        unless: b.unless.map(|u| cond::decode(&u, skipped)),
        variants: b
            .variants
            .into_iter()
            .map(|(id, weight, actions)| Variant { id, weight, actions: action::decode(&actions, skipped) })
            .collect(),
    })
}
