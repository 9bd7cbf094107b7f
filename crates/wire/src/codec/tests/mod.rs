//! The format is postcard's: both directions, on sound bytes and on any others.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod records;

use super::{Put, Take, read};
use crate::action::{self, Place};
use crate::bundle::{self, EventDecl, Meta, Schedule, SlotDecl, TraitDecl};
use crate::cond::{self, Aggregate, Within};
use crate::event::{Origin, restore, store};
use crate::records as tagged;
use crate::{Event, EventKind, Map, Purpose, PurposeSet, StoredEvent, Value};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

fn bytes(value: &(impl Put + ?Sized)) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

fn postcard(value: &(impl Serialize + ?Sized)) -> Vec<u8> {
    postcard::to_allocvec(value).unwrap()
}

/// A value: written alike, read back from the other's bytes, and refused once it is cut.
fn same<T: Put + Take + Serialize>(value: &T) {
    let written = postcard(value);
    assert_eq!(bytes(value), written);
    // Compared as bytes: a NaN is no equal of itself.
    assert_eq!(bytes(&read::<T>(&written).unwrap()), written);
    for cut in 0..written.len() {
        assert!(read::<T>(&written[..cut]).is_none(), "{cut} of {}", written.len());
    }
}

/// Any bytes: both read the same, or neither reads; the lenient reader agrees with postcard over added zeroes.
fn agree<T: Put + Take + Serialize + DeserializeOwned>(any: &[u8]) {
    let ours = read::<T>(any).map(|v| bytes(&v));
    let theirs = postcard::from_bytes::<T>(any).ok().map(|v| postcard(&v));
    assert_eq!(ours, theirs);
    let mut padded = any.to_vec();
    padded.resize(any.len() + 10_000, 0);
    if let Some(ours) = tagged::body::<T>(any) {
        assert_eq!(bytes(&ours), postcard(&postcard::from_bytes::<T>(&padded).unwrap()));
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<u64>().prop_map(|bits| Value::Num(f64::from_bits(bits))),
        any::<String>().prop_map(Value::Str),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            prop::collection::vec((any::<String>(), inner), 0..5).prop_map(|m| Value::Map(m.into_iter().collect())),
        ]
    })
}

fn maps() -> impl Strategy<Value = Map> {
    prop::collection::vec((any::<String>(), values()), 0..3).prop_map(|m| m.into_iter().collect())
}

const KINDS: [EventKind; 6] =
    [EventKind::Track, EventKind::Page, EventKind::Screen, EventKind::Identify, EventKind::Group, EventKind::Alias];

fn events() -> impl Strategy<Value = StoredEvent> {
    let texts = (any::<String>(), any::<String>(), any::<String>(), any::<String>(), any::<String>());
    let rest = (0usize..6, any::<i64>(), any::<bool>(), 0u8..16);
    (texts, maps(), maps(), maps(), rest).prop_map(|(texts, properties, traits, context, rest)| {
        let (message_id, name, anonymous_id, user_id, other_id) = texts;
        let (kind, timestamp, page, bits) = rest;
        let origin = if page { Origin::Page } else { Origin::Server };
        let kind = KINDS[kind];
        let event = Event {
            message_id,
            kind,
            name,
            timestamp,
            anonymous_id,
            user_id,
            other_id,
            properties,
            traits,
            context,
            origin,
        };
        StoredEvent { purposes: PurposeSet::from_bits(bits), event }
    })
}

/// Bytes that often mean something: mostly small numbers.
fn likely() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![6 => 0u8..=2, 2 => 0u8..=6, 1 => any::<u8>()];
    prop::collection::vec(byte, 0..160)
}

proptest! {
    #[test]
    fn values_are_written_and_read_as_postcard_does(value in values()) {
        same(&value);
    }

    #[test]
    fn events_are_written_and_read_as_postcard_does(stored in events()) {
        same(&stored);
        let kept = store(&stored);
        prop_assert_eq!(store(&restore::<StoredEvent>(&kept).unwrap()), kept);
    }

    #[test]
    fn numbers_are_written_and_read_as_postcard_does(a: u64, b: i64, c: u32, d: i32, e: usize, f: u64, shift in 0u32..64) {
        same(&((a, b, c), (d, e, f64::from_bits(f))));
        same(&((a >> shift, b >> shift, c.wrapping_shr(shift)), (d.wrapping_shr(shift), e.wrapping_shr(shift))));
        same(&(a as u8, Some(c), Option::<u8>::None, vec![b, b >> shift]));
    }

    #[test]
    fn any_bytes_read_as_postcard_reads_them(any in likely()) {
        agree::<(u64, u32, i64)>(&any);
        agree::<(i32, usize, bool, u8)>(&any);
        agree::<(f64, String, Option<i64>)>(&any);
        agree::<Value>(&any);
        agree::<Map>(&any);
        agree::<StoredEvent>(&any);
        agree::<Meta>(&any);
        agree::<Vec<EventDecl>>(&any);
        agree::<Vec<SlotDecl>>(&any);
        agree::<Vec<TraitDecl>>(&any);
        agree::<Vec<(String, Vec<Value>)>>(&any);
        agree::<(Option<Schedule>, Within, Aggregate)>(&any);
        agree::<(Place, Purpose, EventKind, Origin)>(&any);
    }

    #[test]
    fn any_varint_reads_as_postcard_reads_it(any in prop::collection::vec(prop_oneof![Just(0x80u8), Just(0xff), any::<u8>()], 0..14)) {
        agree::<u64>(&any);
        agree::<u32>(&any);
        agree::<i64>(&any);
        agree::<i32>(&any);
        agree::<usize>(&any);
    }

    #[test]
    fn any_bytes_are_a_bundle_without_a_panic(any in prop::collection::vec(any::<u8>(), 0..300)) {
        for kind in 1..=8 {
            let mut payload = Vec::new();
            let mut inner = Vec::new();
            tagged::write(&mut inner, 1, &any);
            tagged::write(&mut payload, kind, if (4..=6).contains(&kind) { &inner } else { &any });
            bundle::decode(&payload);
        }
        for tag in 0..30 {
            let mut one = Vec::new();
            tagged::write(&mut one, tag, &any);
            cond::decode(&one, &mut 0);
            action::decode(&one, &mut 0);
        }
    }
}

#[test]
fn a_length_is_only_a_claim() {
    // Four gigabytes, and as much as a machine can address: refused before anything is reserved.
    for claim in [u64::from(u32::MAX), u64::MAX >> 1] {
        let mut claimed = Vec::new();
        super::put_varint(&mut claimed, claim);
        claimed.extend([0; 100]);
        assert_eq!(read::<String>(&claimed), None);
        assert_eq!(read::<Vec<Value>>(&claimed), None);
        assert_eq!(tagged::body::<Vec<(String, Vec<Value>)>>(&claimed), None);
        assert_eq!(read::<Value>(&[&[4], claimed.as_slice()].concat()), None);
    }
}

#[test]
fn deep_values_are_refused_not_followed() {
    let nested = |depth: usize| [[4, 1].repeat(depth), vec![0]].concat();
    assert_eq!(read::<Value>(&nested(64)).unwrap().depth(), 64);
    assert_eq!(read::<Value>(&nested(65)), None);
    assert_eq!(read::<Value>(&nested(1_000_000)), None);
    // Side by side is not deep.
    let wide = Value::List(vec![Value::List(vec![Value::Null]); 200]);
    assert_eq!(read::<Value>(&bytes(&wide)), Some(wide));
}
