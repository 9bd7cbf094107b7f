//! An experience, and its record.

use super::{Schedule, Trigger};
use crate::codec::{Put, Reader, put_bytes, put_varint};
use crate::records::{self, write};
use crate::{Action, Purpose, action};

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
    /// Who sees it: a condition as its record.
    pub when: Vec<u8>,
    /// Who does not, checked again in the instant of showing.
    pub unless: Option<Vec<u8>>,
    /// What is shown.
    pub variants: Vec<Variant>,
    /// Of all with the same one, only the strongest of the page wins; empty for none.
    pub group: String,
    /// Shown often enough: a condition as its record.
    pub cap: Option<Vec<u8>>,
    /// What being seen once adds to the visitor's pressure.
    pub pressure: f64,
    /// The site's budget leaves no room for it: a condition as its record.
    pub pressed: Option<Vec<u8>>,
}

impl Experience {
    /// Whether some variant leaves nothing of the slot to look at: whether it is seen is told by what is around it, for all.
    pub fn unseen(&self) -> bool {
        self.variants.iter().flat_map(|variant| &variant.actions).any(|action| match action {
            Action::Hide { at: None } | Action::Remove { at: None } | Action::Replace { at: None, .. } => true,
            Action::Text { at: None, to } | Action::Html { at: None, to } => to.trim().is_empty(),
            Action::Style { at: None, set } => set.iter().any(|(name, value, _)| name == "display" && value == "none"),
            _ => false,
        })
    }

    /// Whether being shown is an act that is over at once: it leaves for another page, or tells the page something.
    pub fn acts(&self) -> bool {
        self.variants.iter().flat_map(|variant| &variant.actions).any(Action::acts)
    }
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

const SPLIT_REQUIRED: u8 = 1;
const LIVE: u8 = 2;
const CONTEXTUAL: u8 = 4;
const PAUSED: u8 = 8;

pub(super) fn put_experience(e: &Experience, body: &mut Vec<u8>) {
    let mut trigger = Vec::new();
    match &e.trigger {
        Trigger::Load => write(&mut trigger, 1, &[]),
        Trigger::When(condition) => write(&mut trigger, 2, condition),
        Trigger::Signal(signal) => write(&mut trigger, 3, signal.as_bytes()),
        Trigger::Unknown => write(&mut trigger, u16::MAX, &[]),
    }
    let flag = |on: bool, bit: u8| if on { bit } else { 0 };
    let flags = flag(e.split_required, SPLIT_REQUIRED)
        | flag(e.live, LIVE)
        | flag(e.contextual, CONTEXTUAL)
        | flag(e.paused, PAUSED);
    (&e.id, &e.slot, e.priority, e.purpose).put(body);
    (e.version, e.holdout, &e.seed).put(body);
    (flags, e.schedule).put(body);
    put_bytes(body, &trigger);
    (&e.when, &e.unless).put(body);
    put_varint(body, e.variants.len() as u64);
    for v in &e.variants {
        (&v.id, v.weight).put(body);
        put_bytes(body, &action::encode(&v.actions));
    }
    (&e.group, &e.cap, e.pressure, &e.pressed).put(body);
}

pub(super) fn experience(r: &mut Reader<'_>, skipped: &mut u32) -> Experience {
    let (id, slot, priority, purpose, version) = (r.take(), r.take(), r.take(), r.take(), r.take());
    let (holdout, seed, flags, schedule) = (r.take(), r.take(), r.byte(), r.take());
    let trigger = match records::read(r.bytes()).next() {
        Some((1, _)) => Trigger::Load,
        Some((2, condition)) => Trigger::When(condition.to_vec()),
        Some((3, signal)) => Trigger::Signal(String::from_utf8_lossy(signal).into_owned()),
        _ => {
            *skipped += 1;
            Trigger::Unknown
        }
    };
    Experience {
        id,
        slot,
        priority,
        purpose,
        version,
        holdout,
        seed,
        split_required: flags & SPLIT_REQUIRED != 0,
        live: flags & LIVE != 0,
        contextual: flags & CONTEXTUAL != 0,
        paused: flags & PAUSED != 0,
        schedule,
        trigger,
        when: r.take(),
        unless: r.take(),
        variants: variants(r, skipped),
        group: r.take(),
        cap: r.take(),
        pressure: r.take(),
        pressed: r.take(),
    }
}

fn variants(r: &mut Reader<'_>, skipped: &mut u32) -> Vec<Variant> {
    let mut left = r.count();
    let mut list = Vec::new();
    while r.another(&mut left) {
        list.push(Variant { id: r.take(), weight: r.take(), actions: action::decode(r.bytes(), skipped) });
    }
    list
}
