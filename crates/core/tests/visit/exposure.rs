//! What was really seen: once a page view, held back or shown, never without a grant.

use crate::page::*;
use crate::rules::*;
use vitrine_core::Input;
use vitrine_core::io::*;
use vitrine_wire::bundle::{Bundle, Experience};
use vitrine_wire::{Cond, Purpose, Value};

use Purpose::{Measurement, Personalization};

fn site(experiences: Vec<Experience>) -> Bundle {
    Bundle { segments: vec![], experiences, ..shop() }
}

fn always(id: &str) -> Experience {
    experience(id, Cond::And(vec![]))
}

fn granted(bundle: &Bundle, purposes: &[Purpose]) -> Page {
    let mut page = Page::new(bundle);
    page.facts(Facts::Slots(vec!["hero".into()]));
    page.grant(purposes);
    page
}

/// Whether the slot is looked at.
fn watches(page: &mut Page) -> bool {
    page.told().contains(&"watch hero".into())
}

/// The slot is seen; what is told of it.
fn see(page: &mut Page) -> Vec<String> {
    page.told();
    page.give(|at| Input::Seen { at, reference: 700, slot: "hero".into(), message_id: format!("seen-{at}") });
    page.told().into_iter().filter(|told| told.starts_with("exposure") || told.starts_with("tracked")).collect()
}

#[test]
fn what_is_seen_is_an_event_once_a_page_view() {
    let mut page = granted(&site(vec![always("a")]), &[Personalization, Measurement]);
    assert!(watches(&mut page));
    assert_eq!(see(&mut page), ["exposure hero Some(\"a\") Some(\"a\")", "tracked Stored"]);
    let event = page.device.events().last().unwrap().event.clone();
    assert_eq!((event.name.as_str(), event.message_id.starts_with("seen-")), ("Experience Viewed", true));
    let properties = [("experience", "a"), ("variant", "a"), ("slot", "hero")];
    assert!(properties.iter().all(|(name, value)| event.properties.get(name) == Some(&Value::from(*value))));
    assert_eq!(event.properties.get("bundle"), Some(&Value::from(1.0)));
    assert_eq!(event.properties.get("unit"), None, "the visitor id is");
    assert!(see(&mut page).is_empty(), "seen is seen");
    page.facts(Facts::Context(Value::Null));
    assert!(!watches(&mut page));
    page.facts(Facts::PageView);
    assert!(watches(&mut page), "another page view");
    assert_eq!(see(&mut page).len(), 2);
}

#[test]
fn who_is_held_out_counts_like_others() {
    let own = site(vec![Experience { holdout: 1.0, ..always("a") }]);
    let mut all = site(vec![always("a")]);
    all.meta.holdout = 1.0;
    for bundle in [own, all] {
        let mut page = granted(&bundle, &[Personalization, Measurement, Purpose::Experiments]);
        assert!(watches(&mut page));
        assert_eq!(see(&mut page), ["exposure hero Some(\"a\") None", "tracked Stored"]);
        let stored = page.device.events().pop().unwrap();
        assert_eq!(stored.event.properties.get("variant"), Some(&Value::from("holdout")));
    }
}

#[test]
fn without_a_grant_nothing_is_looked_at() {
    let mut before = always("a");
    before.contextual = true;
    let mut bundle = site(vec![before]);
    bundle.meta.contextual = true;
    let mut page = Page::new(&bundle);
    page.facts(Facts::Slots(vec!["hero".into()]));
    assert_eq!(page.engine.decide("hero").experience.as_deref(), Some("a"), "shown, on the page's own facts");
    assert!(!watches(&mut page) && see(&mut page).is_empty());
    page.grant(&[Measurement]);
    assert!(!watches(&mut page) && see(&mut page).is_empty(), "nor where something else was granted");
    page.grant(&[Personalization]);
    assert!(watches(&mut page));
    page.withdraw(&[Personalization]);
    assert!(see(&mut page).is_empty(), "what was seen after it was taken back is not");
}

#[test]
fn an_exposure_is_sent_under_measurement_and_kept_under_personalization() {
    for (purposes, sent) in [(&[Personalization][..], false), (&[Personalization, Measurement], true)] {
        let mut page = granted(&site(vec![always("a")]), purposes);
        page.lead();
        page.heard();
        assert_eq!(see(&mut page).len(), 2);
        page.tick(1_000);
        let told = page.told();
        assert_eq!(told.iter().any(|told| told.starts_with("send 1 events")), sent, "{told:?}");
    }
}

#[test]
fn another_content_is_looked_at_anew_and_another_person_sees_it_anew() {
    let mut offer = experience("offer", fact("cart.items", at_least(1.0)));
    (offer.live, offer.priority) = (true, 5);
    let mut page = granted(&site(vec![offer, always("a")]), &[Personalization, Measurement]);
    assert!(watches(&mut page));
    page.track("Product Added", &[("sku", "s".into())]);
    assert!(watches(&mut page), "the second that had begun is of what was shown before");
    assert_eq!(see(&mut page)[0], "exposure hero Some(\"offer\") Some(\"a\")");
    page.facts(Facts::Reset { fresh: identity("second") });
    assert!(watches(&mut page));
    assert_eq!(see(&mut page)[0], "exposure hero Some(\"a\") Some(\"a\")");
}

#[test]
fn what_may_still_be_seen_is_looked_at_after_another_purpose_was_taken_back() {
    let mut page = granted(&site(vec![always("a")]), &[Personalization, Measurement, Purpose::Marketing]);
    assert!(watches(&mut page));
    page.withdraw(&[Purpose::Marketing]);
    assert!(watches(&mut page), "the page has stopped looking with that grant");
    assert_eq!(see(&mut page).len(), 2);
}
