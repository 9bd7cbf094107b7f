//! What must hold of every visit.

use crate::page::*;
use crate::rules::*;
use crate::steps::{input, step};
use proptest::prelude::*;
use vitrine_core::io::*;
use vitrine_core::{Effect, Engine, Input};
use vitrine_wire::bundle::{Offer, encode};
use vitrine_wire::cond::Within;
use vitrine_wire::{Bundle, Code, ConsentState, EventKind, Map, Purpose, Value};

pub fn rich() -> Bundle {
    let mut bundle = shop();
    let consumed = vitrine_wire::Cond::And(vec![is("event", "Order Completed"), is("properties.coupon", "TEN")]);
    bundle.offers = vec![Offer { id: "ten".into(), consumed_by: Some(consumed), expires: DAY }];
    bundle.segments.push(segment("busy", count("Product Added", Within::Session, at_least(2.0))));
    bundle
        .segments
        .push(segment("idle", count("Product Viewed", Within::Last(MIN), vitrine_wire::Test::Bare(0.0.into()))));
    bundle
}

/// One event of a shop's visitor, with few enough names that they meet.
pub fn draft() -> impl Strategy<Value = Draft> {
    let names = [
        "Product Viewed",
        "Product Added",
        "Product Removed",
        "Cart Viewed",
        "Order Completed",
        "Order Refunded",
        "Order Cancelled",
        "Offer Shown",
        "Offer Clicked",
        "Offer Dismissed",
        "Form Started",
        "Form Submitted",
        "Product Clicked",
        "page",
        "identify",
    ];
    // Gaps around the half hour that makes and breaks sessions.
    let offset = (-6i64..7, prop::sample::select(vec![-1i64, 0, 1])).prop_map(|(half, ms)| half * 15 * MIN + ms);
    (prop::sample::select(names.to_vec()), 0..3u8, 0..4u8, offset, 0..40u32).prop_map(|(name, key, n, offset, id)| {
        let key = format!("k{key}");
        let mut data: Map = [("sku", key.as_str()), ("order_id", &key), ("form", &key)].into_iter().collect();
        data.insert("price", f64::from(n));
        data.insert("revenue", f64::from(n));
        data.insert("offer", "ten");
        data.insert("coupon", if n == 3 { "TEN" } else { "" });
        if name == "Cart Viewed" {
            let line: Map = [("sku", key.as_str())].into_iter().collect();
            data.insert("products", vec![line]);
        }
        let kind = match name {
            "page" => EventKind::Page,
            "identify" => EventKind::Identify,
            _ => EventKind::Track,
        };
        let (name, id_of) = if kind == EventKind::Track { (name, "") } else { ("", key.as_str()) };
        Draft {
            message_id: format!("m{id}"),
            kind: Some(kind),
            name: name.into(),
            timestamp: Some(T0 + offset),
            id: if kind == EventKind::Identify { id_of.into() } else { String::new() },
            data,
            proof: None,
            server_side: n == 2,
            corrects: false,
        }
    })
}

fn record(draft: &Draft) -> Vec<u8> {
    let mut page = Page::granted(&rich());
    page.send(draft.clone());
    page.device.records.pop().expect("a record").1
}

fn open(bundle: &Bundle, loaded: Loaded) -> Engine {
    opened(Engine::new("shop"), Some(bundle), loaded)
}

fn opened(mut engine: Engine, bundle: Option<&Bundle>, loaded: Loaded) -> Engine {
    let granted = |purpose| vitrine_wire::paint::Choice {
        purpose,
        state: ConsentState::Granted,
        source: "preference".into(),
        day: 0,
        until_day: 99_999,
    };
    let choices = Purpose::ALL.into_iter().map(granted).collect();
    let choices = vitrine_wire::paint::ChoiceRecord { choices, ..Default::default() };
    let change =
        ConsentChange { purposes: vec![], act: Act::Record(choices), fresh: Some(identity("x")), receipt: None };
    engine.handle(Input::Consent { at: T0, change });
    if let Some(bundle) = bundle {
        engine.handle(Input::Bundle { at: T0, sequence: 1, payload: encode(bundle) });
    }
    engine.handle(Input::Loaded { at: T0, loaded });
    while engine.poll().is_some() {}
    engine
}

fn numbered(records: &[Vec<u8>]) -> Vec<(u64, Vec<u8>)> {
    records.iter().cloned().zip(1..).map(|(bytes, sequence)| (sequence, bytes)).collect()
}

fn grown(engine: &mut Engine, events: Vec<(u64, Vec<u8>)>) {
    let loaded = Loaded { grown: true, events, ..Loaded::default() };
    engine.handle(Input::Loaded { at: T0, loaded });
    while engine.poll().is_some() {}
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Keys that arrive in any order, in any pieces, make the state that they make in order.
    #[test]
    fn arrival_does_not_matter(drafts in prop::collection::vec(draft(), 1..14), order in any::<prop::sample::Index>(), cut in 1..5usize) {
        let records: Vec<_> = drafts.iter().map(record).collect();
        let events = numbered(&records);
        let whole = open(&rich(), Loaded { events: events.clone(), ..Loaded::default() });
        let mut shuffled = events;
        let turn = order.index(shuffled.len());
        shuffled.rotate_left(turn);
        shuffled.reverse();
        let mut pieces = open(&rich(), Loaded::default());
        for piece in shuffled.chunks(cut) {
            grown(&mut pieces, piece.to_vec());
        }
        prop_assert_eq!(whole.profile(), pieces.profile());
        prop_assert_eq!(whole.read(T0 + DAY), pieces.read(T0 + DAY));
    }

    /// A site that engines share is to each of them what a bundle of its own is.
    #[test]
    fn a_shared_site_is_as_good_as_a_bundle(visitors in prop::collection::vec(prop::collection::vec(draft(), 1..8), 2..4)) {
        let site = std::rc::Rc::new(vitrine_core::site::Site::new(encode(&rich()), 1));
        for drafts in visitors {
            let events = numbered(&drafts.iter().map(record).collect::<Vec<_>>());
            let loaded = || Loaded { events: events.clone(), ..Loaded::default() };
            let (own, shared) = (open(&rich(), loaded()), opened(Engine::of(site.clone()), None, loaded()));
            prop_assert_eq!(own.profile(), shared.profile());
            prop_assert_eq!(own.segments(), shared.segments());
            prop_assert_eq!(own.read(T0 + DAY), shared.read(T0 + DAY));
        }
    }

    /// A snapshot anywhere and the fold of what follows is the fold of everything.
    #[test]
    fn a_snapshot_changes_nothing(drafts in prop::collection::vec(draft(), 2..14), at in any::<prop::sample::Index>()) {
        let records: Vec<_> = drafts.iter().map(record).collect();
        let events = numbered(&records);
        let split = at.index(events.len());
        let (before, after) = events.split_at(split);
        let all = events.len() as u64;
        let whole = open(&rich(), Loaded { events: events.clone(), sent_up_to: all, ..Loaded::default() });
        let mut first = open(&rich(), Loaded { events: before.to_vec(), sent_up_to: all, ..Loaded::default() });
        first.handle(Input::Facts { at: T0, facts: Facts::Lead(true) });
        first.handle(Input::Facts { at: T0, facts: Facts::Hidden });
        let snapshot = std::iter::from_fn(|| first.poll()).find_map(|effect| match effect {
            Effect::Persist(Persist::Snapshot { bytes, .. }) => Some(bytes),
            _ => None,
        });
        prop_assert_eq!(snapshot.is_some(), split > 0);
        let second = open(&rich(), Loaded { events: after.to_vec(), snapshot, sent_up_to: all, ..Loaded::default() });
        prop_assert_eq!(whole.profile(), second.profile());
        prop_assert_eq!(whole.read(T0 + DAY), second.read(T0 + DAY));
    }

    /// An aborted transaction leaves the state that would be without the event.
    #[test]
    fn what_was_aborted_never_happened(drafts in prop::collection::vec(draft(), 1..10), fate in prop::collection::vec(any::<bool>(), 10)) {
        let mut page = Page::granted(&rich());
        page.slow = true;
        let mut kept = Page::granted(&rich());
        for (draft, fate) in drafts.iter().zip(&fate) {
            page.send(draft.clone());
            if *fate {
                kept.send(draft.clone());
            }
        }
        // Identity is bound when an event happens: what an aborted identify said of later ones stays said.
        for (_, fate) in drafts.iter().zip(&fate) {
            page.persist(if *fate { Ok(()) } else { Err(Code::StoreFailed) });
        }
        prop_assert_eq!(page.engine.profile(), kept.engine.profile());
    }

    /// Withdrawal leaves what a device has that never granted.
    #[test]
    fn withdrawal_leaves_nothing(drafts in prop::collection::vec(draft(), 1..10), slow in any::<bool>()) {
        let mut page = Page::granted(&rich());
        page.lead();
        page.slow = slow;
        for draft in drafts {
            page.send(draft);
        }
        page.withdraw(&[Purpose::Personalization, Purpose::Measurement, Purpose::Experiments]);
        prop_assert!(page.device.records.is_empty() && page.device.identity.is_none() && page.device.snapshot.is_none());
        prop_assert_eq!(page.engine.profile(), Value::Null);
        page.slow = false;
        page.waiting.clear();
        page.grant(&[Purpose::Personalization, Purpose::Measurement, Purpose::Experiments]);
        let fresh = Page::granted(&rich());
        prop_assert_eq!(page.engine.profile(), fresh.engine.profile());
        prop_assert_eq!(page.engine.read(T0), fresh.engine.read(T0));
    }

    /// The same inputs give the same effects; no input makes the engine stop.
    #[test]
    fn any_inputs_are_survived_and_repeatable(steps in prop::collection::vec(step(), 1..40)) {
        let run = || {
            let mut engine = Engine::new("shop");
            let mut effects = Vec::new();
            for step in &steps {
                engine.handle(input(step));
                while let Some(effect) = engine.poll() {
                    effects.push(format!("{effect:?}"));
                }
                engine.profile();
                engine.consent();
                engine.read(step.at);
                engine.explain(step.at, "fan");
                engine.explain(step.at, "hero");
            }
            effects
        };
        prop_assert_eq!(run(), run());
    }
}

pub fn stored(draft: &Draft, timestamp: i64) -> vitrine_wire::Event {
    vitrine_wire::Event {
        message_id: draft.message_id.clone(),
        kind: draft.kind.unwrap_or(EventKind::Track),
        name: draft.name.clone(),
        timestamp,
        anonymous_id: String::new(),
        user_id: draft.id.clone(),
        other_id: String::new(),
        properties: draft.data.clone(),
        traits: draft.data.clone(),
        context: Map::new(),
        origin: vitrine_wire::event::Origin::Page,
    }
}
