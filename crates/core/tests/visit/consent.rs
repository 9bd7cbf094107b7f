//! What a choice permits and what its end takes with it.

use crate::names::name;
use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_core::{Effect, Input};
use vitrine_wire::paint::ChoiceRecord;
use vitrine_wire::{Bundle, Code, ConsentState, Map, Purpose, Value};

pub const ALL: [Purpose; 3] = [Purpose::Personalization, Purpose::Measurement, Purpose::Experiments];

pub fn no_quiet(told: &[String]) -> Vec<&str> {
    told.iter().map(String::as_str).filter(|t| *t != "wake" && !t.starts_with("decision") && *t != "paint").collect()
}

#[test]
fn before_the_choice_nothing_is_kept_and_nothing_leaves() {
    let mut page = Page::new(&shop());
    page.facts(Facts::Lead(true));
    page.facts(Facts::Slots(vec!["hero".into()]));
    assert_eq!(page.track("Product Viewed", &[]), Some(Tracked::Dropped(Code::NoConsent)));
    page.tick(40 * DAY);
    assert_eq!(no_quiet(&page.told()), ["ready Contextual", "own hero", "tracked Dropped(NoConsent)"]);
    assert_eq!(page.engine.profile(), Value::Null);
    assert_eq!(page.engine.visitor_id(), None);
}

#[test]
fn a_grant_opens_the_store_and_events_reach_the_page() {
    let mut page = Page::new(&shop());
    page.facts(Facts::Lead(true));
    page.facts(Facts::Slots(vec!["hero".into()]));
    page.told();
    page.grant(&ALL);
    let act = "send consents nobody: personalization granted, measurement granted, experiments granted receipt";
    let grant = page.sent(act).unwrap();
    assert_eq!(
        no_quiet(&page.told()),
        [
            "consent measurement granted",
            "consent personalization granted",
            "consent experiments granted",
            act,
            "choice",
            "broadcast Choice",
            "open",
            "bundle 1",
        ]
    );
    page.answer(grant, Outcome::Done);
    assert_eq!(no_quiet(&page.told()), ["send register"]);
    assert_eq!(page.engine.mode(), Some(Mode::Full));
    for _ in 0..3 {
        assert_eq!(page.track("Product Viewed", &[("sku", "1".into())]), Some(Tracked::Stored));
    }
    let told = page.told();
    assert!(told.contains(&"segment fan true".into()) && told.contains(&"show hero winter a".into()), "{told:?}");
    assert_eq!(page.engine.decide("hero").variant.as_deref(), Some("a"));
}

#[test]
fn withdrawal_has_an_order_and_leaves_nothing() {
    let mut page = Page::granted(&shop());
    page.lead();
    page.views(3);
    page.facts(Facts::Hidden);
    assert!(page.device.snapshot.is_some() && page.device.records.len() == 3);
    page.told();
    let generation = page.engine.gate().generation();
    page.withdraw(&ALL);
    assert_ne!(page.engine.gate().generation(), generation);
    assert_eq!(
        no_quiet(&page.told()),
        [
            "consent measurement withdrawn",
            "consent personalization withdrawn",
            "consent experiments withdrawn",
            "send consents visitor-first: personalization withdrawn, measurement withdrawn, experiments withdrawn",
            "send stream close",
            "purge measurement+personalization+experiments all",
            "choice with ticket",
            "broadcast Lost",
            "segment fan false",
            "own hero",
        ]
    );
    assert!(page.device.records.is_empty() && page.device.identity.is_none());
    assert_eq!((page.engine.profile(), page.engine.visitor_id()), (Value::Null, None));
    assert_eq!(page.track("Product Viewed", &[]), Some(Tracked::Dropped(Code::NoConsent)));
}

#[test]
fn a_ticket_is_kept_until_the_backend_has_heard() {
    let mut page = Page::granted(&shop());
    page.lead();
    page.withdraw(&ALL);
    let reference = page
        .sent("send consents visitor-first: personalization withdrawn, measurement withdrawn, experiments withdrawn");
    page.answer(reference.unwrap(), Outcome::Retry { after: None });
    assert_eq!(page.device.choice.as_ref().unwrap().ticket.as_deref(), Some("ticket"));

    let mut next = Page::on(page.device.clone(), &shop(), page.now + DAY);
    let told =
        "send consents nobody: personalization withdrawn, measurement withdrawn, experiments withdrawn with ticket";
    let reference = next.sent(told).expect("a retry");
    next.answer(reference, Outcome::Done);
    assert_eq!(next.device.choice.as_ref().unwrap().ticket, None);
    let quiet = Page::on(next.device.clone(), &shop(), next.now + DAY);
    let mut beside = Page::granted(&shop());
    let withdrawn = page.device.choice.clone().unwrap();
    beside.choose(&[], Act::Record(withdrawn), "other");
    assert!(!beside.told().iter().any(|t| t.starts_with("send consents")), "the tab that withdrew says so, once");
    assert!(quiet.effects.iter().all(|e| !matches!(e, Effect::Send { .. } | Effect::Persist(_))));
}

#[test]
fn a_record_writes_and_sends_nothing_but_ends_what_it_refuses() {
    let mut page = Page::granted(&shop());
    page.track("Product Viewed", &[]);
    page.told();
    page.choose(&[], Act::Record(ChoiceRecord::default()), "other");
    let told = page.told();
    assert!(told.iter().any(|t| t.starts_with("purge")), "{told:?}");
    assert!(
        !told.iter().any(|t| t.starts_with("send consents") || t.starts_with("choice") || t.starts_with("broadcast"))
    );
    assert_eq!(page.engine.mode(), Some(Mode::Contextual));
}

#[test]
fn a_restored_choice_is_no_later_than_now_and_never_undoes_an_act() {
    let restored = |decided| Act::Restored { decided: vec![decided], notice: "n1".into(), ours: false };
    let granted = [(Purpose::Personalization, ConsentState::Granted)];
    let mut page = Page::new(&shop());
    page.choose(&granted, restored(T0 - 200 * DAY), "a");
    assert_eq!(page.engine.gate().state(Purpose::Personalization), ConsentState::Unknown);
    page.choose(&granted, restored(T0 + 9 * DAY), "a");
    assert_eq!(page.engine.gate().state(Purpose::Personalization), ConsentState::Granted);
    let today = (T0.div_euclid(DAY) * DAY) as f64;
    assert_eq!(page.engine.consent().at("personalization.decidedAt").and_then(Value::as_num), Some(today));
    page.told();
    page.choose(&granted, restored(T0), "a");
    assert_eq!(page.told(), Vec::<String>::new(), "the same again says nothing");
    page.withdraw(&[Purpose::Personalization]);
    page.choose(&granted, restored(T0), "a");
    assert_eq!(page.engine.gate().state(Purpose::Personalization), ConsentState::Withdrawn);
}

#[test]
fn a_choice_that_the_backend_kept_is_our_own_and_only_its_grants_are_told() {
    let days = [T0 - 100 * DAY, T0 - 40 * DAY];
    let kept = Act::Restored { decided: days.to_vec(), notice: "n1".into(), ours: true };
    let states = [(Purpose::Personalization, ConsentState::Granted), (Purpose::Marketing, ConsentState::Denied)];
    let mut page = Page::new(&shop());
    page.choose(&states, kept.clone(), "a");
    let told = page.told();
    assert!(told.contains(&"send consents nobody: personalization granted receipt".into()), "{told:?}");
    let answer = page.engine.consent();
    for ((purpose, state), at) in states.into_iter().zip(days) {
        let of = |member: &str| answer.at(&format!("{}.{member}", purpose.as_str())).cloned();
        assert_eq!(of("state").as_ref().and_then(Value::as_str), Some(state.as_str()));
        assert_eq!(of("source").as_ref().and_then(Value::as_str), Some("preference"));
        let day = at.div_euclid(DAY);
        assert_eq!(of("decidedAt").and_then(|v| v.as_num()), Some((day * DAY) as f64), "its own day");
        assert_eq!(of("expiresAt").and_then(|v| v.as_num()), Some(((day + 183) * DAY) as f64), "and no longer for it");
    }
    page.choose(&states, kept, "a");
    assert_eq!(page.told(), Vec::<String>::new(), "the same again says nothing");
    let mut refused = Page::new(&shop());
    let kept = Act::Restored { decided: vec![T0], notice: "n1".into(), ours: true };
    refused.choose(&[(Purpose::Personalization, ConsentState::Denied)], kept, "a");
    assert!(!refused.told().iter().any(|t| t.starts_with("send")), "no act, nothing to tell");
}

#[test]
fn refusals_carry_no_id() {
    let mut page = Page::new(&shop());
    page.set(&ALL, ConsentState::Denied);
    let told = page.told();
    assert!(
        told.contains(&"send consents nobody: personalization denied, measurement denied, experiments denied".into()),
        "{told:?}"
    );
    assert!(!told.iter().any(|t| t == "open"));
}

#[test]
fn held_events_keep_their_time_and_go_where_they_may() {
    let mut bundle = shop();
    bundle.meta.hold = true;
    let mut page = Page::new(&bundle);
    assert_eq!(page.track("Product Viewed", &[]), Some(Tracked::Held));
    assert_eq!(page.track("Product Clicked", &[]), Some(Tracked::Held));
    page.now += 5_000;
    page.grant(&[Purpose::Personalization]);
    let events = page.device.events();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].event.timestamp, events[0].event.anonymous_id.as_str()), (T0, "visitor-first"));
    assert_eq!(events[0].event.context.get("vitrine").and_then(|v| v.get("held")), Some(&Value::Bool(true)));
    page.set(&[Purpose::Measurement], ConsentState::Denied);
    assert_eq!(page.device.records.len(), 1, "refused, it is gone");
    let mut full = Page::new(&bundle);
    let held = (0..300).filter(|_| full.track("Product Viewed", &[]) == Some(Tracked::Held)).count();
    assert_eq!(held, 200);
}

#[test]
fn measurement_alone_has_an_id_that_nothing_joins() {
    let mut page = Page::new(&shop());
    page.facts(Facts::Lead(true));
    page.facts(Facts::Context(Value::Map(
        [("page", Value::Map([("path", "/")].into_iter().collect()))].into_iter().collect(),
    )));
    page.grant(&[Purpose::Measurement]);
    assert_eq!(page.track("Product Viewed", &[]), Some(Tracked::Dropped(Code::NoConsent)));
    assert_eq!(page.track("Product Clicked", &[]), Some(Tracked::Stored));
    let identify = Draft { kind: Some(vitrine_wire::EventKind::Identify), id: "u1".into(), ..page.draft("", &[]) };
    assert_eq!(page.send(identify), Some(Tracked::Dropped(Code::NoConsent)));
    page.page_view("/a");
    page.now += DAY;
    page.page_view("/b");
    let events = page.device.events();
    let ids: Vec<_> = events.iter().map(|e| e.event.anonymous_id.clone()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids[0] == ids[1] && ids[1] != ids[2] && !ids.iter().any(|id| id.contains("visitor")), "{ids:?}");
    assert!(page.engine.segments().is_empty() && page.engine.profile() == Value::Null);
    let told = page.told();
    assert!(!told.iter().any(|t| t == "send register" || t == "send stream"), "{told:?}");
    assert_eq!(page.engine.visitor_id(), Some(ids[2].clone()));
}

#[test]
fn the_store_is_the_stricter_of_two_records() {
    let mut page = Page::granted(&shop());
    page.track("Product Viewed", &[]);
    let mut denied = page.device.choice.clone().unwrap();
    denied.choices.iter_mut().for_each(|c| c.state = ConsentState::Withdrawn);
    let mut next = Page::new(&shop());
    next.choose(&[], Act::Record(page.device.choice.clone().unwrap()), "late");
    assert_eq!(next.engine.mode(), Some(Mode::Full));
    let mut strict = vitrine_core::Engine::new("shop");
    let change = ConsentChange {
        purposes: vec![],
        act: Act::Record(page.device.choice.clone().unwrap()),
        fresh: Some(identity("x")),
        receipt: None,
    };
    strict.handle(Input::Consent { at: T0, change });
    let loaded = Loaded { choice: Some(denied), identity: Some(identity("first")), ..Loaded::default() };
    strict.handle(Input::Loaded { at: T0, loaded });
    assert!(strict.gate().granted().is_empty());
    assert!(std::iter::from_fn(|| strict.poll()).any(|e| name(&e).starts_with("purge")));
}

#[test]
fn contextual_experiences_run_before_the_choice_only() {
    let mut bundle = Bundle { segments: vec![], ..shop() };
    bundle.meta.contextual = true;
    let mut sale = experience("sale", is("context.query.utm_campaign", "sale"));
    (sale.contextual, sale.holdout) = (true, 1.0);
    bundle.experiences = vec![sale];
    let mut page = Page::new(&bundle);
    let query: Map = [("utm_campaign", "sale")].into_iter().collect();
    page.facts(Facts::Context(Value::Map([("query", query)].into_iter().collect())));
    page.facts(Facts::Slots(vec!["hero".into()]));
    assert!(page.told().contains(&"contextual hero sale a".into()));
    page.set(&ALL, ConsentState::Denied);
    assert!(page.told().contains(&"own hero".into()));
}

#[test]
fn the_answer_lists_what_the_site_declares() {
    let names = |page: &Page| -> Vec<String> {
        page.engine.consent().as_map().map_or_else(Vec::new, |map| map.iter().map(|(name, _)| name.into()).collect())
    };
    assert_eq!(names(&Page::new(&shop())).len(), 4, "none declared");
    let mut bundle = shop();
    bundle.meta.notices = vec![(Purpose::Personalization, "n1".into()), (Purpose::Measurement, "n1".into())];
    let mut page = Page::new(&bundle);
    assert_eq!(names(&page), ["measurement", "personalization"]);
    let restored = Act::Restored { decided: vec![T0], notice: "n1".into(), ours: false };
    page.choose(&[(Purpose::Marketing, ConsentState::Denied)], restored, "a");
    assert_eq!(names(&page).last().map(String::as_str), Some("marketing"), "chosen all the same");
}

#[test]
fn a_refusal_is_over_after_its_last_day_in_a_page_that_stays_open() {
    let mut page = Page::new(&shop());
    page.set(&[Purpose::Personalization], ConsentState::Denied);
    assert_eq!(page.engine.gate().state(Purpose::Personalization), ConsentState::Denied);
    let over = page.wake.expect("the engine asks to be woken when the refusal is over");
    assert!((181 * DAY..=183 * DAY).contains(&(over - T0)), "{over}");
    page.tick(over - page.now);
    assert_eq!(page.engine.gate().state(Purpose::Personalization), ConsentState::Unknown);
}
