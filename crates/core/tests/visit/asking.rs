//! Asking in a slot: once a visit, not within six months of a refusal, and put off for the visit.

use crate::page::*;
use crate::rules::*;
use vitrine_core::Input;
use vitrine_core::io::*;
use vitrine_wire::bundle::Bundle;
use vitrine_wire::paint::{Choice, ChoiceRecord};
use vitrine_wire::{Code, ConsentState, Purpose};

const ASKS: &str = "contextual hero ask a";

/// A site that asks in its slot.
fn site() -> Bundle {
    let mut bundle = Bundle { segments: vec![], ..shop() };
    bundle.meta.contextual = true;
    let mut ask = experience("ask", is("context.consent.unasked", true));
    ask.contextual = true;
    bundle.experiences = vec![ask];
    bundle
}

/// Puts the slot in the page; whether it asks there, as the page then says.
fn asks(page: &mut Page) -> bool {
    page.told();
    page.facts(Facts::Slots(vec!["hero".into()]));
    let asks = page.told().contains(&ASKS.into());
    if asks {
        page.give(|at| Input::DomResult { at, slot: "hero".into(), result: DomResult::Applied });
        assert!(asking(page), "being shown does not end it");
    }
    asks
}

/// Whether the slot shows the ask now.
fn asking(page: &Page) -> bool {
    page.engine.decide("hero").experience.as_deref() == Some("ask")
}

/// The next page on the same device, that long after.
fn next(page: &Page, ms: i64) -> Page {
    Page::on(page.device.clone(), &site(), page.now + ms)
}

/// The first page of a visitor whose choice on personalization is recorded so.
fn chosen(state: ConsentState, source: &str, until: i64) -> Page {
    let day = T0.div_euclid(DAY);
    let choice =
        Choice { purpose: Purpose::Personalization, state, source: source.into(), day, until_day: day + until };
    let choice = Some(ChoiceRecord { choices: vec![choice], ..ChoiceRecord::default() });
    Page::on(Device { next: 1, choice, ..Device::default() }, &site(), T0)
}

#[test]
fn nobody_is_asked_within_six_months_of_a_refusal_however_short_it_holds() {
    use ConsentState::{Denied, Withdrawn};
    let midnight = T0.div_euclid(DAY) * DAY;
    let rows = [
        (Denied, "preference", 182, 183),
        (Withdrawn, "preference", 182, 183),
        // Shorter choices of the site: over after a month, not asked again for all that.
        (Denied, "preference", 30, 183),
        (Withdrawn, "preference", 0, 183),
        // A manager's refusal stands for as long as it says.
        (Denied, "klaro", 395, 396),
    ];
    for (state, source, until, days) in rows {
        let mut page = chosen(state, source, until);
        assert!(!asks(&mut page), "{state:?} {source} {until}");
        page.now = midnight + days * DAY - 1;
        page.facts(Facts::PageView);
        assert!(!asking(&page), "{state:?} {source} {until}: a millisecond too early");
        let due = page.wake;
        page.tick(1);
        page.facts(Facts::PageView);
        assert!(asking(&page), "{state:?} {source} {until}: on the day");
        assert_eq!(due, Some(page.now), "the engine asks to be woken");
        page.set(&[Purpose::Personalization], Denied);
        assert!(!asking(&page), "refused again");
    }
}

#[test]
fn a_grant_is_asked_for_again_once_it_is_over() {
    for days in [182, 30] {
        let mut page = chosen(ConsentState::Granted, "preference", days);
        assert!(!asks(&mut page));
        page.now = (T0.div_euclid(DAY) + days + 1) * DAY - 1;
        assert!(!asks(&mut next(&page, 0)), "a millisecond too early");
        let mut over = next(&page, 1);
        assert!(asks(&mut over), "it is over");
        assert!(asks(&mut next(&over, 0)), "and forgotten");
    }
}

#[test]
fn what_is_granted_elsewhere_and_not_confirmed_yet_is_not_asked() {
    assert!(!asks(&mut chosen(ConsentState::Granted, "klaro", 395)));
}

#[test]
fn one_ask_a_visit_while_nothing_may_be_kept() {
    let mut page = Page::new(&site());
    assert!(asks(&mut page));
    page.facts(Facts::Hidden);
    assert!(page.told().iter().all(|told| told != "asked"), "nothing is kept");
    page.page_view("/next");
    assert!(!asking(&page), "not on the next route");
    page.tick(30 * MIN - 1);
    page.page_view("/again");
    assert!(!asking(&page), "the visit goes on");
    page.tick(30 * MIN);
    assert!(!asking(&page), "nor by time alone");
    page.page_view("/later");
    assert!(asking(&page), "another visit");

    // A document of its own knows only where it was come from.
    let mut walked = Page::new(&site());
    walked.facts(Facts::Asked { guess: true });
    assert!(!asks(&mut walked));
    assert!(asks(&mut Page::new(&site())));
}

#[test]
fn one_ask_a_visit_is_kept_under_any_grant() {
    let mut page = Page::new(&site());
    page.grant(&[Purpose::Measurement]);
    assert!(asks(&mut page));
    assert_eq!(page.device.asked, Some(T0));
    let mut second = next(&page, 30 * MIN - 1);
    assert!(!asks(&mut second));
    assert_eq!(second.device.asked, Some(second.now), "the visit went on");
    second.tick(20 * MIN);
    second.facts(Facts::Hidden);
    let mut third = next(&second, 30 * MIN - 1);
    assert!(!asks(&mut third), "so long as it does");
    let mut other = next(&second, 30 * MIN);
    assert!(asks(&mut other), "another visit");
    // The page was reached from this site, but no page there has asked: the store knows.
    let mut known = Page::new(&site());
    known.grant(&[Purpose::Measurement]);
    let mut walked = Page::on(known.device.clone(), &site(), known.now);
    walked.facts(Facts::Asked { guess: true });
    assert!(asks(&mut walked), "whichever comes first");
    // A store that begins on this page knows nothing of the page before.
    let mut fresh = Page::new(&site());
    fresh.facts(Facts::Asked { guess: true });
    fresh.grant(&[Purpose::Measurement]);
    assert!(!asks(&mut fresh), "asked before the grant");
    assert_eq!(fresh.device.asked, Some(T0), "and kept under it");
}

#[test]
fn an_ask_before_the_first_grant_is_remembered_with_it() {
    let mut page = Page::new(&site());
    assert!(asks(&mut page));
    page.grant(&[Purpose::Measurement]);
    assert!(asking(&page), "the grant of another purpose leaves it");
    assert_eq!(page.device.asked, Some(T0));
    assert!(!asks(&mut next(&page, MIN)));
    page.withdraw(&[Purpose::Measurement]);
    assert_eq!(page.device.asked, None, "with the store");
}

#[test]
fn put_off_is_put_off_for_the_visit() {
    let mut page = Page::new(&site());
    page.grant(&[Purpose::Measurement]);
    assert!(asks(&mut page));
    page.facts(Facts::Asked { guess: false });
    assert!(page.told().contains(&"own hero".into()));
    assert!(!asks(&mut next(&page, MIN)));
    assert!(asks(&mut next(&page, 30 * MIN)));
}

#[test]
fn a_store_that_cannot_be_used_leaves_what_the_page_knows() {
    let mut engine = vitrine_core::Engine::new("shop");
    let change = |purposes| ConsentChange {
        purposes,
        act: Act::Visitor { notice: String::new(), locale: String::new() },
        fresh: Some(identity("x")),
        receipt: None,
    };
    engine.handle(Input::Facts { at: T0, facts: Facts::Asked { guess: true } });
    let granted = vec![(Purpose::Measurement, ConsentState::Granted)];
    engine.handle(Input::Consent { at: T0, change: change(granted) });
    let loaded = Loaded { failed: Some(Code::StoreDenied), ..Loaded::default() };
    engine.handle(Input::Loaded { at: T0, loaded });
    let payload = vitrine_wire::bundle::encode(&site());
    engine.handle(Input::Bundle { at: T0, sequence: 1, payload });
    assert_eq!(engine.decide("hero").experience, None);
}

#[test]
fn only_what_is_in_the_page_and_asks_is_an_ask() {
    let mut bundle = site();
    let mut sale = experience("sale", is("context.query.utm_campaign", "sale"));
    sale.contextual = true;
    bundle.experiences.insert(0, sale);
    let mut page = Page::new(&bundle);
    assert!(asking(&page), "decided, in no page");
    page.facts(Facts::Slots(vec!["hero".into()]));
    page.give(|at| Input::DomResult { at, slot: "hero".into(), result: DomResult::Failed(Code::Reverted) });
    page.page_view("/next");
    assert!(asking(&page), "it could not be shown");
}
