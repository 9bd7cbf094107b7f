//! The device's log: provisional sequences, other tabs, failed transactions, snapshots.

use crate::names::name;
use crate::page::*;
use crate::rules::*;
use vitrine_core::Input;
use vitrine_core::io::*;
use vitrine_wire::cond::Within;
use vitrine_wire::event::store;
use vitrine_wire::{Bundle, Code, Purpose, Value};

fn three() -> Bundle {
    Bundle { segments: vec![segment("it", count("Product Viewed", Within::Ever, at_least(3.0)))], ..shop() }
}

#[test]
fn an_event_counts_at_once_and_is_answered_when_durable() {
    let mut page = Page::granted(&three());
    page.slow = true;
    for _ in 0..3 {
        assert_eq!(page.track("Product Viewed", &[]), None);
    }
    assert_eq!(page.inside(), ["it"]);
    page.told();
    page.persist(Ok(()));
    assert_eq!(page.told(), ["tracked Stored", "broadcast Grew"]);
}

#[test]
fn an_aborted_transaction_never_happened() {
    let mut page = Page::granted(&three());
    page.track("Product Viewed", &[]);
    page.track("Product Viewed", &[]);
    let before = page.engine.profile();
    page.slow = true;
    page.track("Product Viewed", &[("sku", "x".into())]);
    assert_eq!(page.inside(), ["it"]);
    page.told();
    page.persist(Err(Code::StoreFailed));
    assert!(page.told().contains(&"tracked Dropped(StoreFailed)".into()));
    assert_eq!(page.engine.profile(), before);
}

#[test]
fn what_waits_for_a_store_that_fails_is_held() {
    let mut page = Page::granted(&three());
    page.slow = true;
    for _ in 0..3 {
        page.track("Product Viewed", &[]);
    }
    page.told();
    let failed = Loaded { grown: true, failed: Some(Code::StoreFailed), ..Loaded::default() };
    page.give(|at| Input::Loaded { at, loaded: failed });
    let told = page.told();
    assert_eq!(told.iter().filter(|t| *t == "tracked Held").count(), 3, "{told:?}");
    assert_eq!(told.iter().filter(|t| t.contains("VT-STORE-FAILED")).count(), 1);
    page.persist(Err(Code::StoreFailed));
    assert!(page.told().iter().all(|t| !t.contains("VT-STORE")), "its transaction says nothing new");
    assert_eq!((page.engine.mode(), page.inside()), (Some(Mode::Memory), vec!["it".into()]));
    page.lead();
    page.tick(1_000);
    assert_eq!(page.batches().first().map(|(_, ids, _)| ids.len()), Some(3), "and sent from memory");
}

#[test]
fn another_tabs_key_may_fall_before() {
    let mut page = Page::granted(&three());
    let mut other = Page::on(page.device.clone(), &three(), T0);
    other.tag = "o";
    page.slow = true;
    page.track("Product Viewed", &[("sku", "mine".into())]);
    other.track("Product Viewed", &[("sku", "theirs".into())]);
    let theirs = other.device.records.last().unwrap().1.clone();
    let first = page.append(theirs.clone());
    page.told();
    page.persist(Ok(()));
    assert!(page.told().contains(&format!("read {}", first - 1)), "a gap is read at once");
    page.give(|at| Input::Loaded {
        at,
        loaded: Loaded { grown: true, events: vec![(first, theirs)], ..Loaded::default() },
    });
    let skus: Vec<_> = page.engine.profile().at("history").and_then(Value::as_list).unwrap().to_vec();
    let skus: Vec<_> = skus.iter().map(|p| p.at("properties.sku").unwrap().clone()).collect();
    assert_eq!(skus, ["theirs".into(), "mine".into()], "equal instants keep the log's order");
}

#[test]
fn nothing_is_sent_or_kept_beyond_a_gap() {
    let mut page = Page::granted(&three());
    page.lead();
    page.device.next += 1;
    page.track("Product Viewed", &[]);
    page.told();
    page.tick(10_000);
    page.facts(Facts::Hidden);
    assert!(page.batches().is_empty() && page.device.snapshot.as_ref().unwrap().0 == 0);
    let records = page.device.records.clone();
    page.give(|at| Input::Loaded { at, loaded: Loaded { grown: true, events: records, ..Loaded::default() } });
    page.tick(10_000);
    assert_eq!(page.batches().len(), 1);
}

#[test]
fn a_page_goes_on_where_the_last_one_was() {
    let bundle = three();
    let mut page = Page::granted(&bundle);
    page.lead();
    for n in 0..100 {
        page.track("Product Viewed", &[("price", f64::from(n).into())]);
        page.tick(300);
        if let Some((reference, ..)) = page.batches().last() {
            let reference = *reference;
            page.answer(reference, Outcome::Done);
        }
        page.effects.retain(|e| !name(e).contains(" events"));
    }
    assert!(page.device.snapshot.is_some(), "enough for a snapshot");
    let next = Page::on(page.device.clone(), &bundle, page.now);
    assert_eq!(next.engine.profile(), page.engine.profile());
    assert!(next.device.records.len() < 100, "older records went");
}

#[test]
fn unsent_events_outlive_the_page() {
    let bundle = three();
    let mut page = Page::granted(&bundle);
    page.views(5);
    page.facts(Facts::Lead(true));
    page.facts(Facts::Hidden);
    let mut next = Page::on(page.device.clone(), &bundle, page.now + DAY);
    next.lead();
    next.tick(1_000);
    assert_eq!(next.batches().first().map(|(_, ids, _)| ids.len()), Some(5));
}

#[test]
fn damaged_and_newer_records_are_told_apart() {
    let mut page = Page::granted(&three());
    page.track("Product Viewed", &[]);
    let mut corrupt = page.device.clone();
    for sequence in 7..10 {
        corrupt.records.push((sequence, vec![3, 255]));
    }
    let mut damaged = Page::on(corrupt, &three(), T0);
    assert_eq!(damaged.engine.mode(), Some(Mode::Full));
    let told = damaged.told();
    let of = |word: &str| told.iter().filter(|t| t.contains(word)).count();
    assert_eq!((of("VT-STORE-CORRUPT"), of("purge")), (1, 1), "said once: {told:?}");
    assert_eq!(damaged.device.records.len(), 1, "and taken away");
    let mut newer = page.device.clone();
    newer.snapshot = Some((1, vec![200, 1, 2]));
    let mut page = Page::on(newer.clone(), &three(), T0);
    assert_eq!(page.engine.mode(), Some(Mode::Memory));
    assert!(page.told().iter().any(|t| t.contains("VT-STORE-NEWER")));
    assert_eq!(page.track("Product Viewed", &[]), Some(Tracked::Held));
    assert_eq!(page.device.records.len(), newer.records.len(), "what a newer version wrote is left alone");
}

#[test]
fn a_device_without_storage_goes_on_in_memory() {
    let mut page = Page::new(&three());
    let change = ConsentChange {
        purposes: vec![(Purpose::Personalization, vitrine_wire::ConsentState::Granted)],
        act: Act::Visitor { notice: String::new(), locale: String::new() },
        fresh: Some(identity("m")),
        receipt: None,
    };
    page.engine.handle(Input::Consent { at: T0, change });
    while page.engine.poll().is_some() {}
    let loaded = Loaded { failed: Some(Code::StoreDenied), identity: Some(identity("m")), ..Loaded::default() };
    page.give(|at| Input::Loaded { at, loaded });
    assert_eq!(page.engine.mode(), Some(Mode::Memory));
    for _ in 0..200 {
        assert_eq!(page.track("Product Viewed", &[]), Some(Tracked::Held), "nothing of it is durable");
    }
    assert_eq!(page.inside(), ["it"]);
    assert!(page.device.records.is_empty());
}

#[test]
fn events_wait_for_bundle_and_store_in_order() {
    let mut page = Page::granted(&three());
    let device = page.device.clone();
    let mut engine = vitrine_core::Engine::new("shop");
    let drafts: Vec<_> = (0..3).map(|_| page.draft("Product Viewed", &[])).collect();
    let change = ConsentChange {
        purposes: vec![],
        act: Act::Record(device.choice.clone().unwrap()),
        fresh: Some(identity("late")),
        receipt: None,
    };
    engine.handle(Input::Consent { at: T0, change });
    for (at, event) in drafts.into_iter().enumerate() {
        engine.handle(Input::Event { at: T0 + at as i64, reference: at as u32, event });
    }
    engine.handle(Input::Loaded { at: T0 + 10, loaded: Loaded { identity: device.identity, ..Loaded::default() } });
    let quiet = std::iter::from_fn(|| engine.poll()).map(|e| name(&e)).collect::<Vec<_>>();
    assert!(!quiet.contains(&"append".into()), "{quiet:?}");
    let payload = vitrine_wire::bundle::encode(&three());
    engine.handle(Input::Bundle { at: T0 + 20, sequence: 1, payload });
    let appended: Vec<_> = std::iter::from_fn(|| engine.poll()).filter(|e| name(e) == "append").collect();
    assert_eq!(appended.len(), 3);
    let times = engine.profile().at("history").and_then(Value::as_list).unwrap().to_vec();
    let times: Vec<_> = times.iter().map(|p| p.get("at").unwrap().as_num().unwrap() as i64 - T0).collect();
    assert_eq!(times, [0, 1, 2], "their time is their own");
}

#[test]
fn logging_out_starts_over_but_sends_what_was_measured() {
    let mut page = Page::granted(&shop());
    page.lead();
    page.views(3);
    assert_eq!(page.inside(), ["fan"]);
    page.told();
    page.facts(Facts::Reset { fresh: identity("second") });
    let told: Vec<_> = page.effects.iter().map(crate::names::name).collect();
    let said = |what: &str| told.iter().position(|told| told == what);
    assert!(
        said("logged out visitor-first").is_some() && said("logged out visitor-first") < said("purge personalization"),
        "{told:?}"
    );
    assert!(page.inside().is_empty());
    assert_eq!(page.engine.visitor_id(), Some("visitor-second".into()));
    assert_eq!(page.device.identity, Some(identity("second")));
    page.lead();
    page.track("Product Viewed", &[]);
    page.tick(1_000);
    assert_eq!(page.batches().len(), 1);
    let (reference, ids, _) = page.batches()[0].clone();
    assert_eq!(ids.len(), 3, "one visitor id a batch");
    page.answer(reference, Outcome::Done);
    page.tick(1_000);
    assert_eq!(page.batches()[1].1.len(), 1);
    let ids: Vec<_> = page.device.events().iter().map(|e| e.event.anonymous_id.clone()).collect();
    assert_eq!(ids, ["visitor-first", "visitor-first", "visitor-first", "visitor-second"]);
}

#[test]
fn identifiers_live_thirteen_months() {
    let bundle = three();
    let mut page = Page::granted(&bundle);
    page.lead();
    page.views(1);
    page.facts(Facts::Hidden);
    let mut device = page.device.clone();
    let mut choice = device.choice.take().unwrap();
    choice.choices.iter_mut().for_each(|c| c.until_day += 400);
    device.choice = Some(choice);
    let young = Page::on(device.clone(), &bundle, T0 + 395 * DAY - 1);
    assert_eq!(young.engine.visitor_id(), Some("visitor-first".into()));
    let mut old = Page::on(device, &bundle, T0 + 395 * DAY);
    assert_eq!(old.engine.visitor_id(), Some("visitor-start".into()));
    old.facts(Facts::Lead(true));
    assert!(old.sent("send register").is_some(), "the backend knows the former one");
}

#[test]
fn a_bundle_never_rolls_back() {
    let mut page = Page::granted(&three());
    page.bundle(&three(), 7);
    assert_eq!(page.device.bundle, 7);
    page.told();
    page.bundle(&shop(), 6);
    assert!(page.told().contains(&"diagnostic VT-BUNDLE-OLD ".into()));
    let mut other = shop();
    other.meta.site = "elsewhere".into();
    page.bundle(&other, 8);
    assert!(page.told().contains(&"diagnostic VT-BUNDLE-SITE elsewhere".into()));
    let rolled = Page::on(page.device.clone(), &three(), T0);
    assert_eq!(rolled.engine.mode(), None, "an old bundle is not used");
}

#[test]
fn records_are_as_they_are_stored() {
    let mut page = Page::granted(&three());
    page.track("Product Viewed", &[]);
    let (_, bytes) = &page.device.records[0];
    assert_eq!(*bytes, store(&page.device.events()[0]));
}
