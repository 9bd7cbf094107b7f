//! Any input at all, for what every visit must survive.

use crate::page::*;
use crate::properties::{draft, rich, stored};
use proptest::prelude::*;
use vitrine_core::Input;
use vitrine_core::io::*;
use vitrine_wire::bundle::encode;
use vitrine_wire::event::{StoredEvent, store};
use vitrine_wire::{Code, ConsentState, Purpose, PurposeSet, Value};

/// Raw material of any input.
#[derive(Debug, Clone)]
pub struct Step {
    pub at: i64,
    pub what: u8,
    pub small: u32,
    pub big: i64,
    pub bits: u8,
    pub bytes: Vec<u8>,
    pub draft: Draft,
}

pub fn step() -> impl Strategy<Value = Step> {
    let at = prop_oneof![Just(T0), T0..T0 + DAY, any::<i64>()];
    let big = prop_oneof![0..5i64, T0..T0 + DAY, any::<i64>()];
    let bytes = prop::collection::vec(any::<u8>(), 0..24);
    (at, 0..22u8, 0..5u32, big, any::<u8>(), bytes, draft())
        .prop_map(|(at, what, small, big, bits, bytes, draft)| Step { at, what, small, big, bits, bytes, draft })
}

pub fn input(step: &Step) -> Input {
    let Step { at, small, big, bits, .. } = *step;
    let text = String::from_utf8_lossy(&step.bytes).into_owned();
    let outcome = || match bits % 3 {
        0 => Outcome::Done,
        1 => Outcome::Refused(Code::Key),
        _ => Outcome::Retry { after: Some(big) },
    };
    let state = |n: u8| [ConsentState::Granted, ConsentState::Denied, ConsentState::Withdrawn][usize::from(n % 3)];
    let loaded = || {
        let event = StoredEvent { purposes: PurposeSet::from_bits(bits), event: stored(&step.draft, big) };
        let snapshot = (bits & 1 == 0).then(|| step.bytes.clone());
        let events = vec![(u64::from(small), store(&event)), (big as u64, step.bytes.clone())];
        let identity = (bits & 2 == 0).then(|| Identity { created: big, ..identity("i") });
        let failed = (bits & 12 == 12).then_some(Code::StoreDenied);
        Loaded {
            snapshot,
            events,
            identity,
            failed,
            grown: bits & 4 == 0,
            sent_up_to: u64::from(small),
            ..Loaded::default()
        }
    };
    let facts = |facts| Input::Facts { at, facts };
    match step.what {
        0 => Input::Loaded { at, loaded: loaded() },
        1..=6 => {
            let timestamp = if bits & 1 == 0 { step.draft.timestamp } else { Some(big) };
            Input::Event { at, reference: small, event: Draft { timestamp, ..step.draft.clone() } }
        }
        7 => Input::Persisted {
            at,
            reference: small,
            result: if bits & 1 == 0 { Ok(big as u64) } else { Err(Code::StoreFailed) },
        },
        8 | 9 => {
            let purposes = Purpose::ALL.into_iter().map(|p| (p, state(bits >> p as u8))).collect();
            let act = match bits >> 6 {
                0 => Act::Restored { decided: vec![big], notice: text, ours: bits & 1 == 0 },
                1 if bits & 32 == 0 => Act::Signal,
                1 => Act::Source { source: text, acted: bits & 1 == 0, notice: "n".into(), cookie: "c".into() },
                _ => Act::Visitor { notice: text, locale: "fr".into() },
            };
            let change = ConsentChange { purposes, act, fresh: Some(identity("f")), receipt: None };
            Input::Consent { at, change }
        }
        10 => Input::Bundle { at, sequence: u64::from(small), payload: encode(&rich()) },
        11 => Input::Bundle { at, sequence: u64::from(small), payload: step.bytes.clone() },
        12 => facts(Facts::Context(Value::Map(step.draft.data.clone()))),
        13 => facts(Facts::PageView),
        14 => facts(Facts::Profile(Value::Map([("version", big)].into_iter().collect()))),
        15 => facts(Facts::Lead(bits & 1 == 0)),
        16 => facts(if bits & 1 == 0 { Facts::Hidden } else { Facts::Flush }),
        17 => facts(Facts::Slots(vec!["hero".into(), text])),
        18 => facts(Facts::Reset { fresh: identity("r") }),
        19 => Input::SyncResult { at, reference: small, outcome: outcome() },
        20 if bits < 8 => Input::Erase { at },
        20 if bits < 12 => facts(Facts::Off { reason: text }),
        20 => Input::DomResult { at, slot: "hero".into(), result: DomResult::Missing },
        _ => Input::Tick { at },
    }
}
