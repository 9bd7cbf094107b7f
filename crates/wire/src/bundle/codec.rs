//! The payload's sections and records.

use super::{
    Bundle, CutPoints, EventDecl, Experience, Lifecycle, Meta, Need, Offer, PropertyDecl, PropertyKind, Schedule,
    Score, ScoreKind, Segment, SlotDecl, TraitDecl, Trigger, Variant,
};
use crate::codec::{Put, Reader, Take, put_bytes, put_varint};
use crate::records::{self, put, write};
use crate::{action, cond};

crate::codec!(struct Meta { site, timezone, locales, holdout, hold, contextual, notices, zone, channels });
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
crate::codec!(struct Segment { id, when });

/// Writes the payload.
pub fn encode(bundle: &Bundle) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, 1, &bundle.meta);
    put(&mut out, 2, &bundle.events);
    put(&mut out, 3, &bundle.slots);
    section(&mut out, 4, &bundle.segments, Put::put);
    section(&mut out, 5, &bundle.experiences, put_experience);
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
    out
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

/// Reads a payload. What a newer compiler added is passed over and counted in `skipped`; nothing is fatal.
pub fn decode(payload: &[u8]) -> Bundle {
    let mut bundle = Bundle::default();
    let mut skipped = 0;
    for (kind, bytes) in records::read(payload) {
        match kind {
            1 => assign(&mut bundle.meta, bytes, &mut skipped),
            2 => assign(&mut bundle.events, bytes, &mut skipped),
            3 => assign(&mut bundle.slots, bytes, &mut skipped),
            4 => bundle.segments = each(bytes, &mut skipped, |r, _| r.take()),
            5 => bundle.experiences = each(bytes, &mut skipped, experience),
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
            _ => skipped += 1,
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
    for (tag, bytes) in records::read(bytes) {
        let mut r = Reader::open(bytes);
        let mut inner = 0;
        let one = read(&mut r, &mut inner);
        if tag == 1 && r.sound() {
            list.push(one);
            *skipped += inner;
        } else {
            *skipped += 1;
        }
    }
    list
}

fn offer(r: &mut Reader<'_>, skipped: &mut u32) -> Offer {
    let id = r.take();
    let consumed_by = if r.flag() { Some(cond::decode(r.bytes(), skipped)) } else { None };
    Offer { id, consumed_by, expires: r.take() }
}

const SPLIT_REQUIRED: u8 = 1;
const LIVE: u8 = 2;
const CONTEXTUAL: u8 = 4;
const PAUSED: u8 = 8;

fn put_experience(e: &Experience, body: &mut Vec<u8>) {
    let mut trigger = Vec::new();
    write(&mut trigger, if e.trigger == Trigger::Load { 1 } else { u16::MAX }, &[]);
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
}

fn experience(r: &mut Reader<'_>, skipped: &mut u32) -> Experience {
    let (id, slot, priority, purpose, version) = (r.take(), r.take(), r.take(), r.take(), r.take());
    let (holdout, seed, flags, schedule) = (r.take(), r.take(), r.byte(), r.take());
    let trigger = match records::read(r.bytes()).next() {
        Some((1, _)) => Trigger::Load,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Action, Cond, Purpose};
    use proptest::prelude::*;

    fn bundle() -> Bundle {
        Bundle {
            segments: vec![Segment { id: "vip".into(), when: cond::encode(&Cond::And(vec![])) }],
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
