//! What another consent source says: a manager in the page, TCF, the browser itself.

use crate::consent::{ALL, no_quiet};
use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_core::{Effect, Input};
use vitrine_wire::ConsentState::{Denied, Granted, Unknown, Withdrawn};
use vitrine_wire::{ConsentState, Purpose, Value};

fn says(page: &mut Page, source: &str, acted: bool, state: ConsentState) {
    tells(page, source, acted, &ALL.map(|purpose| (purpose, state)));
}

fn tells(page: &mut Page, source: &str, acted: bool, purposes: &[(Purpose, ConsentState)]) {
    let act = Act::Source { source: source.into(), acted, notice: "n1".into(), cookie: "klaro=1".into() };
    page.choose(purposes, act, "first");
}

fn state(page: &Page) -> ConsentState {
    page.engine.gate().state(Purpose::Personalization)
}

fn at_klaro() -> Page {
    let mut page = Page::new(&shop());
    page.facts(Facts::Slots(vec!["hero".into()]));
    says(&mut page, "klaro", true, Granted);
    page.lead();
    page
}

/// The next page on the same device.
fn then(page: &Page) -> Page {
    let mut next = Page::on(page.device.clone(), &shop(), page.now + DAY);
    next.facts(Facts::Lead(true));
    next
}

#[test]
fn each_source_and_what_it_may_change() {
    // What was said before on this device, what is said now: by whom, whether the visitor acts, what; and what follows.
    type Row = (&'static str, &'static [(&'static str, bool, ConsentState)], ConsentState);
    let rows: &[Row] = &[
        ("it may grant", &[("klaro", false, Granted)], Granted),
        ("it may refuse", &[("klaro", false, Denied)], Denied),
        ("never asked is unknown", &[("klaro", false, Unknown)], Unknown),
        ("a refusal takes a grant back", &[("klaro", true, Granted), ("klaro", true, Denied)], Withdrawn),
        ("asked again is not granted", &[("klaro", true, Granted), ("klaro", false, Unknown)], Withdrawn),
        ("it may change its mind", &[("klaro", true, Denied), ("klaro", false, Granted)], Granted),
        ("a veto takes a grant back", &[("klaro", true, Granted), ("tcf", true, Denied)], Withdrawn),
        (
            "who repeats itself does not undo a veto",
            &[("klaro", true, Granted), ("tcf", true, Denied), ("klaro", false, Granted)],
            Withdrawn,
        ),
        (
            "a new act of the visitor does",
            &[("klaro", true, Granted), ("tcf", true, Denied), ("klaro", true, Granted)],
            Granted,
        ),
        (
            "another that was never asked takes nothing back",
            &[("klaro", true, Granted), ("tcf", false, Unknown)],
            Granted,
        ),
    ];
    for (title, said, expected) in rows {
        let mut page = Page::new(&shop());
        for (source, acted, state) in *said {
            says(&mut page, source, *acted, *state);
        }
        assert_eq!(state(&page), *expected, "{title}");
    }
}

#[test]
fn what_the_visitor_withdrew_here_stays_so_until_they_act_again() {
    let mut page = at_klaro();
    page.withdraw(&ALL);
    says(&mut page, "klaro", false, Granted);
    assert_eq!(state(&page), Withdrawn);
    let mut next = then(&page);
    says(&mut next, "klaro", false, Granted);
    assert_eq!(state(&next), Withdrawn, "also on the next page");
    says(&mut next, "klaro", true, Granted);
    assert_eq!(state(&next), Granted);
}

#[test]
fn a_grant_of_another_page_is_in_force_only_once_its_source_says_so_again() {
    let page = at_klaro();
    let mut next = then(&page);
    assert_eq!((state(&next), next.engine.visitor_id()), (Unknown, None));
    assert!(next.effects.iter().all(|e| !matches!(e, Effect::Persist(_))), "the store stays shut");
    assert_eq!(next.engine.consent().at("personalization.source").and_then(Value::as_str), Some("klaro"));
    next.told();
    says(&mut next, "klaro", false, Granted);
    assert_eq!(state(&next), Granted);
    assert!(next.engine.visitor_id().is_some());
    assert!(!next.told().iter().any(|t| t.starts_with("send consents") || t.starts_with("choice")), "nothing is new");
}

#[test]
fn taken_back_where_this_sdk_does_not_run_is_purged_and_told_by_ticket() {
    for (title, now) in [("refused", Denied), ("asked again, or over", Unknown)] {
        let page = at_klaro();
        assert_eq!(page.device.choice.as_ref().unwrap().ticket.as_deref(), Some("~ticket"), "{title}");
        let mut next = then(&page);
        next.told();
        says(&mut next, "klaro", false, now);
        let told = next.told();
        let told = no_quiet(&told);
        let consents = "send consents nobody: personalization withdrawn, measurement withdrawn, experiments withdrawn \
                        with ticket";
        assert!(told.contains(&consents), "{title}: {told:?}");
        assert!(told.contains(&"purge measurement+personalization+experiments all"), "{title}: {told:?}");
        assert!(next.device.identity.is_none() && next.device.records.is_empty(), "{title}");
        let third = then(&next);
        let reference = third.sent(consents).expect("told again until the backend has heard");
        let sources = third.effects.iter().filter_map(|e| match e {
            Effect::Send { send: Send::Consents(c), .. } => Some(c.source.clone()),
            _ => None,
        });
        assert_eq!(sources.collect::<Vec<_>>(), ["klaro"], "{title}: as who said it");
        let mut third = third;
        third.answer(reference, Outcome::Done);
        assert_eq!(third.device.choice.as_ref().unwrap().ticket, None, "{title}");
    }
}

#[test]
fn what_nobody_has_confirmed_yet_can_be_withdrawn_and_erased() {
    for erases in [false, true] {
        let mut page = then(&at_klaro());
        page.told();
        if erases {
            page.give(|at| Input::Erase { at });
        } else {
            page.withdraw(&ALL);
        }
        let told = page.told();
        assert!(told.iter().any(|t| t == "purge measurement+personalization+experiments all"), "{told:?}");
        says(&mut page, "klaro", false, Granted);
        assert_eq!(state(&page), Withdrawn);
    }
}

#[test]
fn a_ticket_that_only_stands_by_is_not_sent() {
    let mut page = at_klaro();
    tells(&mut page, "klaro", true, &[(Purpose::Experiments, Denied)]);
    let told = "send consents visitor-first: experiments withdrawn";
    let reference = page.sent(told).expect("the withdrawal");
    page.facts(Facts::Ticket("second".into()));
    page.answer(reference, Outcome::Done);
    assert_eq!(page.device.choice.as_ref().unwrap().ticket.as_deref(), Some("~second"));
    let next = then(&page);
    assert!(next.effects.iter().all(|e| !matches!(e, Effect::Send { send: Send::Consents(_), .. })));
}

#[test]
fn a_ticket_is_not_spent_on_a_grant() {
    let mut page = then(&at_klaro());
    let mixed = [(Purpose::Personalization, Denied), (Purpose::Measurement, Granted), (Purpose::Marketing, Granted)];
    page.told();
    tells(&mut page, "klaro", true, &mixed);
    let told = page.told();
    let sent: Vec<_> = told.iter().filter(|t| t.starts_with("send consents")).collect();
    assert_eq!(
        sent,
        [
            "send consents nobody: personalization withdrawn with ticket",
            "send consents nobody: measurement granted, marketing granted receipt"
        ]
    );
}

#[test]
fn the_browser_refuses_where_nothing_is_decided_and_writes_nothing() {
    let mut page = Page::new(&shop());
    page.told();
    page.choose(&[], Act::Signal, "first");
    assert_eq!(state(&page), Denied);
    let told = page.told();
    assert!(!told.iter().any(|t| t.starts_with("choice") || t.starts_with("send")), "{told:?}");
    says(&mut page, "klaro", false, Unknown);
    assert_eq!(state(&page), Denied);
    says(&mut page, "klaro", false, Granted);
    assert_eq!(state(&page), Granted, "an explicit choice on this site comes first");
    let mut own = Page::granted(&shop());
    own.choose(&[], Act::Signal, "first");
    assert_eq!(state(&own), Granted);
}

#[test]
fn a_foreign_grant_lasts_as_its_source_says_up_to_thirteen_months() {
    let page = at_klaro();
    let choice = page.device.choice.clone().unwrap();
    assert!(choice.choices.iter().all(|c| c.source == "klaro" && c.until_day - c.day == 395), "{choice:?}");
    let mut late = Page::on(page.device.clone(), &shop(), page.now + 396 * DAY);
    assert!(late.told().iter().any(|t| t.starts_with("purge")));
}

#[test]
fn refusals_and_repetitions_are_told_once() {
    let mut page = Page::new(&shop());
    page.told();
    for _ in 0..10_000 {
        says(&mut page, "klaro", false, Denied);
    }
    assert_eq!(page.told().iter().filter(|t| t.starts_with("send consents") || t.starts_with("choice")).count(), 2);
    page.now += 2 * DAY;
    says(&mut page, "klaro", false, Denied);
    assert_eq!(no_quiet(&page.told()), Vec::<&str>::new(), "not again on another day");
}

#[test]
fn the_paint_record_holds_with_the_sources_own_record_and_without_one_there_is_none() {
    use Purpose::{Marketing, Personalization};
    for (what, said, proof) in [
        ("a manager with a cookie", &[("klaro=1", &Purpose::ALL[..], Granted)][..], Some("klaro=1")),
        ("one without", &[("", &Purpose::ALL, Granted)], None),
        ("it writes anew", &[("klaro=1", &Purpose::ALL, Granted), ("klaro=2", &[Marketing], Denied)], Some("klaro=2")),
        (
            "one without a cookie refuses else",
            &[("klaro=1", &Purpose::ALL, Granted), ("", &[Marketing], Denied)],
            Some("klaro=1"),
        ),
        (
            "one with a cookie grants else",
            &[("", &[Personalization], Granted), ("klaro=1", &[Marketing], Granted)],
            None,
        ),
        (
            "another one with a cookie of its own speaks of else",
            &[("cc_cookie=1", &[Personalization], Granted), ("klaro=1", &[Marketing], Granted)],
            Some("cc_cookie=1"),
        ),
        (
            "one without grants else",
            &[("klaro=1", &[Personalization], Granted), ("", &[Marketing], Granted)],
            Some("klaro=1"),
        ),
    ] {
        let mut page = Page::new(&shop());
        for (cookie, purposes, state) in said {
            page.effects.clear();
            let states: Vec<_> = purposes.iter().map(|purpose| (*purpose, *state)).collect();
            let act =
                Act::Source { source: "klaro".into(), acted: true, notice: String::new(), cookie: (*cookie).into() };
            page.choose(&states, act, "first");
        }
        page.facts(Facts::Hidden);
        let painted = page.effects.iter().rev().find_map(|e| match e {
            Effect::Persist(Persist::Paint { record, .. }) => Some(record.cookie.as_str()),
            _ => None,
        });
        assert_eq!(painted, proof, "{what}");
    }
}
