//! How grants end: by withdrawal of one purpose, by time, by erasing, by switching off.

use crate::consent::{ALL, no_quiet};
use crate::page::*;
use crate::rules::*;
use vitrine_core::Effect;
use vitrine_core::io::*;
use vitrine_wire::{Code, ConsentState, Purpose, Value};

#[test]
fn a_grant_ends_with_its_last_day_and_is_forgotten_once() {
    let mut page = Page::granted(&shop());
    page.views(3);
    let day_after = (T0.div_euclid(DAY) + 183) * DAY;
    assert_eq!(page.engine.consent().at("personalization.expiresAt").and_then(Value::as_num), Some(day_after as f64));
    page.now = day_after - 1;
    page.tick(0);
    assert_eq!(page.engine.mode(), Some(Mode::Full));
    page.told();
    page.tick(1);
    let told = page.told();
    assert!(told.contains(&"purge measurement+personalization+experiments all".into()), "{told:?}");
    assert!(!told.iter().any(|t| t.starts_with("send")), "{told:?}");
    let next = Page::on(page.device.clone(), &shop(), page.now + DAY);
    assert!(next.effects.iter().all(|e| !matches!(e, Effect::Persist(_))));
}

#[test]
fn withdrawing_one_purpose_keeps_what_serves_another() {
    let mut page = Page::granted(&shop());
    page.lead();
    page.track("Product Viewed", &[]);
    page.track("Product Clicked", &[]);
    page.told();
    page.withdraw(&[Purpose::Personalization]);
    assert_eq!(page.device.events().len(), 2);
    assert!(page.device.events().iter().all(|e| e.purposes == [Purpose::Measurement].into_iter().collect()));
    let told = page.told();
    assert!(told.contains(&"purge personalization".into()), "{told:?}");
    page.tick(1_000);
    let batches = page.batches();
    assert_eq!(batches.len(), 1, "what is measured is still sent");
    page.answer(batches[0].0, Outcome::Done);
    page.grant(&[Purpose::Personalization]);
    assert_eq!(page.engine.profile().at("history").and_then(Value::as_list).map(<[_]>::len), Some(0));
}

#[test]
fn erasing_takes_everything_and_the_consent_with_it() {
    let mut page = Page::granted(&shop());
    page.lead();
    page.track("Product Viewed", &[]);
    page.told();
    page.give(|at| Input::Erase { at });
    let told = page.told();
    let order = ["send erase visitor-first", "purge measurement+personalization+experiments all", "broadcast Lost"];
    let places: Vec<_> = order.iter().map(|o| told.iter().position(|t| t == o)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{told:?}");
    assert!(page.engine.gate().granted().is_empty() && page.device.records.is_empty());
}

#[test]
fn off_is_off_and_the_page_is_its_own() {
    let mut page = Page::granted(&shop());
    page.views(3);
    page.told();
    page.facts(Facts::Off { reason: "incident".into() });
    assert_eq!(no_quiet(&page.told()), ["own hero", "diagnostic VT-OFF incident"]);
    assert_eq!(page.track("Product Viewed", &[]), Some(Tracked::Dropped(Code::Off)));
    assert_eq!(page.engine.decide("hero").reason.as_str(), "off");
    page.withdraw(&ALL);
    assert!(page.told().iter().any(|t| t.starts_with("purge")), "withdrawal works all the same");
}

/// A device as a page leaves it that dies while it withdraws: the choice is written, nothing is purged.
fn died_withdrawing(lost: &[Purpose]) -> Device {
    let mut page = Page::granted(&shop());
    page.lead();
    page.views(3);
    page.facts(Facts::Hidden);
    page.views(1);
    let mut left = page.device.clone();
    assert!(left.snapshot.is_some() && !left.records.is_empty());
    page.withdraw(lost);
    left.choice = page.device.choice.clone();
    left
}

#[test]
fn what_a_dying_page_could_not_purge_is_purged_by_the_next() {
    let mut page = Page::on(died_withdrawing(&[Purpose::Personalization]), &shop(), T0 + MIN);
    assert!(page.told().contains(&"purge personalization+marketing".into()));
    assert!(page.device.events().iter().all(|e| !e.purposes.has(Purpose::Personalization)));
    assert!(page.device.events().iter().any(|e| e.purposes.has(Purpose::Measurement)), "what is measured stays");
    page.grant(&[Purpose::Personalization]);
    assert_eq!(page.engine.profile().at("history").and_then(Value::as_list).map(<[_]>::len), Some(0));
    let whole = Page::on(page.device.clone(), &shop(), T0 + 2 * MIN);
    assert!(whole.effects.iter().all(|e| !matches!(e, Effect::Persist(Persist::Purge { .. }))), "once");
}

#[test]
fn a_new_grant_does_not_bring_back_what_was_withdrawn() {
    let all = [Purpose::Personalization, Purpose::Measurement, Purpose::Experiments];
    let mut page = Page::on(died_withdrawing(&all), &shop(), T0 + MIN);
    assert!(page.effects.iter().all(|e| !matches!(e, Effect::Persist(_))), "nothing granted: nothing read");
    page.tick(MIN);
    let act = Act::Visitor { notice: "n1".into(), locale: "fr".into() };
    page.choose(&all.map(|p| (p, ConsentState::Granted)), act, "second");
    assert_eq!(page.engine.profile().at("history").and_then(Value::as_list).map(<[_]>::len), Some(0));
    assert_eq!(page.device.identity, Some(identity("second")), "a stranger");
    assert!(page.device.events().is_empty(), "nor is any of it sent");
    page.track("Product Viewed", &[]);
    assert_eq!(page.device.events().len(), 1);
}
