//! The payload's sections and records.

use super::{Bundle, Experience, Offer, Schedule, Segment, Trigger, Variant};
use crate::records::{self, body, put, write};
use crate::{Purpose, action, cond};
use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Action, Cond};
    use proptest::prelude::*;

    fn bundle() -> Bundle {
        Bundle {
            segments: vec![Segment { id: "vip".into(), when: Cond::And(vec![]) }],
            experiences: vec![Experience {
                id: "e".into(),
                slot: "hero".into(),
                priority: 3,
                purpose: Purpose::Personalization,
                version: 1,
                holdout: 0.1,
                seed: String::new(),
                split_required: false,
                live: true,
                contextual: false,
                paused: false,
                schedule: Some(Schedule { from: Some(1), to: None }),
                trigger: Trigger::Load,
                when: Cond::Segment("vip".into()),
                unless: None,
                variants: vec![Variant {
                    id: "a".into(),
                    weight: 1.0,
                    actions: vec![Action::Text { at: None, to: "x".into() }, Action::Unknown],
                }],
            }],
            offers: vec![Offer { id: "o".into(), consumed_by: None, expires: 5 }],
            ..Bundle::default()
        }
    }

    #[test]
    fn reads_what_it_wrote_and_counts_what_is_newer() {
        let bundle = bundle();
        let read = decode(&encode(&bundle));
        assert_eq!(read, Bundle { skipped: 1, ..bundle });
    }

    #[test]
    fn a_newer_section_is_passed_over() {
        let mut bytes = encode(&bundle());
        write(&mut bytes, 4000, &[1, 2, 3]);
        assert_eq!(decode(&bytes).skipped, 2);
    }

    proptest! {
        #[test]
        fn damage_never_panics(at in 0usize..400, byte: u8, cut in 0usize..400) {
            let mut bytes = encode(&bundle());
            let at = at % bytes.len();
            if let Some(b) = bytes.get_mut(at) {
                *b = byte;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            decode(&bytes);
        }
    }
}
