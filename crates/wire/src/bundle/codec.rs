//! The payload's sections and records.

use super::experience::put_experience;
use super::parts::{Early, experiences, segment_at, segments, title_at};
use super::{
    Bundle, CutPoints, EventDecl, Lifecycle, Meta, Need, Offer, PropertyDecl, PropertyKind, Schedule, Score, ScoreKind,
    Segment, SlotDecl, TraitDecl,
};
use crate::codec::{Put, Reader, Take};
use crate::cond;
use crate::records::{self, put, write};
use std::collections::BTreeSet;

crate::codec!(struct Meta { site, timezone, locales, holdout, hold, contextual, notices, zone, channels, consent, stopped });
crate::codec!(struct EventDecl { name, purpose, properties });
crate::codec!(struct PropertyDecl { name, kind });
crate::codec!(
    enum PropertyKind {
        Any,
        String,
        Number,
        Boolean,
        Date,
        Array,
        Object,
    }
);
crate::codec!(struct TraitDecl { name, kind, source });
crate::codec!(struct SlotDecl { name, reserve, selector });
crate::codec!(struct Schedule { from, to });
crate::codec!(struct CutPoints { recency, frequency, monetary, size });
crate::codec!(
    struct Lifecycle {
        lost_churn,
        lost_intervals,
        risk_churn,
        inactive,
        loyal_orders,
        loyal_within,
        prospect_sessions,
    }
);
crate::codec!(struct Need { event, keep, properties, context });

pub(super) const SEGMENTS: u16 = 4;
pub(super) const EXPERIENCES: u16 = 5;
pub(super) const EARLY: u16 = 13;
/// First rows, as JSON: `{site, rows}` with rows as in the paint record. Read by the loader, not by the engine.
pub const FIRST: u16 = 14;

/// Writes the payload.
pub fn encode(bundle: &Bundle) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, 1, &bundle.meta);
    put(&mut out, 2, &bundle.events);
    put(&mut out, 3, &bundle.slots);
    section(&mut out, SEGMENTS, &bundle.segments, |segment, body| {
        (&segment.id, &segment.when, &segment.title).put(body)
    });
    section(&mut out, EXPERIENCES, &bundle.experiences, put_experience);
    section(&mut out, 6, &bundle.offers, |o, body| {
        o.id.put(body);
        o.consumed_by.as_ref().map(cond::encode).put(body);
        o.expires.put(body);
    });
    put(&mut out, 7, &bundle.groups);
    put(&mut out, 8, &bundle.traits);
    // What a site does not use is not written: an engine from before would count it as newer.
    if !bundle.scores.is_empty() {
        let mut records = Vec::new();
        bundle.scores.iter().for_each(|score| put_score(score, &mut records));
        write(&mut out, 9, &records);
    }
    if bundle.cuts != CutPoints::default() {
        put(&mut out, 10, &bundle.cuts);
    }
    if bundle.lifecycle != Lifecycle::default() {
        put(&mut out, 11, &bundle.lifecycle);
    }
    if let Some(needs) = &bundle.needs {
        put(&mut out, 12, needs);
    }
    put(&mut out, EARLY, &early(bundle));
    out
}

fn early(bundle: &Bundle) -> Early {
    let wanted = bundle.experiences.iter().map(|e| &e.slot);
    let slots: BTreeSet<&String> = bundle.slots.iter().map(|s| &s.name).chain(wanted).collect();
    let contextual = (0..).zip(&bundle.experiences).filter(|(_, e)| e.contextual).map(|(place, _)| place);
    Early { slots: slots.into_iter().cloned().collect(), contextual: contextual.collect() }
}

fn put_score(score: &Score, out: &mut Vec<u8>) {
    match &score.kind {
        ScoreKind::Family { by, weights, half_life } => put(out, 1, &(&score.name, by, weights, *half_life)),
        ScoreKind::Sum { parts, min, max } => put(out, 2, &(&score.name, parts, *min, *max)),
        ScoreKind::Unknown => put(out, u16::MAX, &score.name),
    }
}

fn scores(bytes: &[u8], skipped: &mut u32) -> Vec<Score> {
    let mut list = Vec::new();
    for (tag, bytes) in records::read(bytes) {
        let mut r = Reader::open(bytes);
        let name = r.take();
        let kind = match tag {
            1 => ScoreKind::Family { by: r.take(), weights: r.take(), half_life: r.take() },
            2 => ScoreKind::Sum { parts: r.take(), min: r.take(), max: r.take() },
            _ => ScoreKind::Unknown,
        };
        let sound = r.sound();
        *skipped += u32::from(!sound || kind == ScoreKind::Unknown);
        if sound {
            list.push(Score { name, kind });
        }
    }
    list
}

fn section<T>(out: &mut Vec<u8>, kind: u16, list: &[T], put: fn(&T, &mut Vec<u8>)) {
    let mut records = Vec::new();
    for one in list {
        let mut body = Vec::new();
        put(one, &mut body);
        write(&mut records, 1, &body);
    }
    write(out, kind, &records);
}

/// The last kind of section that is known.
const LAST: u16 = FIRST;

/// Reads a payload. What a newer compiler added is passed over and counted in `skipped`; nothing is fatal.
pub fn decode(payload: &[u8]) -> Bundle {
    let mut bundle = read(payload, u16::MAX);
    let (experiences, newer) = experiences(payload, None);
    bundle.experiences = experiences;
    let (places, skipped) = segments(payload);
    bundle.skipped += skipped + newer;
    let segment = |place| {
        let (id, when) = segment_at(payload, place)?;
        Some(Segment { id: id.into(), when: when.into(), title: title_at(payload, place) })
    };
    bundle.segments = places.into_iter().filter_map(segment).collect();
    bundle
}

/// The sections whose kind is a bit of `wanted`, but segments and experiences.
pub(super) fn read(payload: &[u8], wanted: u16) -> Bundle {
    let mut bundle = Bundle::default();
    let mut skipped = 0;
    for (kind, bytes) in records::read(payload) {
        match kind {
            known @ 1..=LAST if wanted >> known & 1 == 0 => {}
            1 => assign(&mut bundle.meta, bytes, &mut skipped),
            2 => assign(&mut bundle.events, bytes, &mut skipped),
            3 => assign(&mut bundle.slots, bytes, &mut skipped),
            SEGMENTS | EXPERIENCES | EARLY | FIRST => {}
            6 => bundle.offers = each(bytes, &mut skipped, offer),
            7 => assign(&mut bundle.groups, bytes, &mut skipped),
            8 => assign(&mut bundle.traits, bytes, &mut skipped),
            9 => bundle.scores = scores(bytes, &mut skipped),
            10 => assign(&mut bundle.cuts, bytes, &mut skipped),
            11 => assign(&mut bundle.lifecycle, bytes, &mut skipped),
            12 => {
                let mut needs = Vec::new();
                assign(&mut needs, bytes, &mut skipped);
                bundle.needs = Some(needs);
            }
            // Who reads in parts counts what is newer once.
            _ => skipped += u32::from(wanted & 2 != 0),
        }
    }
    bundle.skipped = skipped;
    bundle
}

fn assign<T: Take>(to: &mut T, bytes: &[u8], skipped: &mut u32) {
    let mut r = Reader::open(bytes);
    let value = r.take();
    if r.sound() {
        *to = value;
    } else {
        *skipped += 1;
    }
}

fn each<T>(bytes: &[u8], skipped: &mut u32, read: fn(&mut Reader<'_>, &mut u32) -> T) -> Vec<T> {
    let mut list = Vec::new();
    records::read(bytes).for_each(|record| list.extend(one(record, skipped, read)));
    list
}

pub(super) fn one<T>(
    (tag, bytes): (u16, &[u8]),
    skipped: &mut u32,
    read: fn(&mut Reader<'_>, &mut u32) -> T,
) -> Option<T> {
    let (mut r, mut inner) = (Reader::open(bytes), 0);
    let one = read(&mut r, &mut inner);
    let sound = tag == 1 && r.sound();
    *skipped += if sound { inner } else { 1 };
    sound.then_some(one)
}

fn offer(r: &mut Reader<'_>, skipped: &mut u32) -> Offer {
    let id = r.take();
    let consumed_by = if r.flag() { Some(cond::decode(r.bytes(), skipped)) } else { None };
    Offer { id, consumed_by, expires: r.take() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bundle::{Experience, Trigger, Variant, parts};
    use crate::{Action, Cond, Purpose};
    use proptest::prelude::*;

    fn bundle() -> Bundle {
        Bundle {
            segments: vec![Segment {
                id: "vip".into(),
                when: cond::encode(&Cond::And(vec![])),
                title: vec![("en".into(), "VIP".into())],
            }],
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
                when: cond::encode(&Cond::Segment("vip".into())),
                unless: None,
                variants: vec![Variant {
                    id: "a".into(),
                    weight: 1.0,
                    actions: vec![Action::Text { at: None, to: "x".into() }, Action::Unknown],
                }],
                group: String::new(),
                cap: None,
                pressure: 0.0,
                pressed: None,
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
    fn what_is_early_stands_in_front() {
        let [mut late, mut soon, mut other] = [(); 3].map(|()| bundle().experiences.remove(0));
        (late.slot, soon.contextual, other.slot) = ("aside".into(), true, "hero".into());
        let slots = vec![SlotDecl { name: "top".into(), reserve: String::new(), selector: String::new() }];
        let bytes = encode(&Bundle { slots, experiences: vec![late, soon.clone(), other], ..Bundle::default() });
        let found = parts::early(&bytes).unwrap();
        assert_eq!((found.slots, &found.contextual), (["aside", "hero", "top"].map(String::from).into(), &vec![1]));
        assert_eq!(parts::experiences(&bytes, Some(&found.contextual)).0, [soon]);
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
            let whole = decode(&bytes);
            // Read in parts, it says the same.
            let (outline, rules) = (parts::outline(&bytes), parts::rules(&bytes));
            let (places, skipped) = segments(&bytes);
            let (experiences, newer) = parts::experiences(&bytes, None);
            prop_assert_eq!(outline.skipped + rules.skipped + skipped + newer, whole.skipped);
            prop_assert_eq!((outline.meta, outline.slots, places.len()), (whole.meta, whole.slots, whole.segments.len()));
            prop_assert_eq!((rules.events, rules.traits), (whole.events, whole.traits));
            let every: Vec<u32> = (0..400).collect();
            prop_assert_eq!(parts::experiences(&bytes, Some(&every)).0, &experiences[..]);
            prop_assert_eq!(experiences, whole.experiences);
        }
    }
}
