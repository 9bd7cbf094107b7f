//! Exclusion groups, caps, pressure, triggers and previews: what decides besides conditions.

use crate::page::*;
use crate::rules::*;
use vitrine_core::Input;
use vitrine_core::io::*;
use vitrine_wire::bundle::{Bundle, Experience, Segment, Trigger, Variant};
use vitrine_wire::cond::{Aggregate, Events, Within, encode};
use vitrine_wire::{Action, Cond, ConsentState, Purpose, Rejection, Test, Value};

fn site(experiences: Vec<Experience>) -> Bundle {
    Bundle { experiences, ..shop() }
}

fn always(id: &str) -> Experience {
    experience(id, Cond::And(vec![]))
}

fn at(slot: &str, experience: Experience) -> Experience {
    Experience { slot: slot.into(), ..experience }
}

fn page(experiences: Vec<Experience>, slots: &[&str]) -> Page {
    let mut page = Page::granted(&site(experiences));
    page.facts(Facts::Slots(slots.iter().map(|slot| (*slot).into()).collect()));
    page.told();
    page
}

fn owner(page: &Page, slot: &str) -> String {
    page.engine.decide(slot).experience.unwrap_or_default()
}

fn see(page: &mut Page, slot: &str) {
    page.tick(1_000);
    page.give(|at| Input::Seen { at, reference: 700, slot: slot.into(), message_id: format!("seen-{slot}-{at}") });
}

fn reason(page: &Page, id: &str) -> Option<Rejection> {
    let explained = page.engine.explain(page.now, "hero").unwrap();
    let list = explained.get("experiences").and_then(Value::as_list).unwrap().to_vec();
    let found = list.iter().find(|e| e.get("experience").and_then(Value::as_str) == Some(id)).unwrap();
    let name = found.get("rejected").and_then(Value::as_str)?;
    let all = [Rejection::Trigger, Rejection::Group, Rejection::Cap, Rejection::Pressure, Rejection::Outranked];
    all.into_iter().find(|reason| reason.as_str() == name)
}

fn viewed(experience: &str, within: Within, times: f64) -> Vec<u8> {
    let matching = Cond::And(vec![is("event", "Experience Viewed"), is("properties.experience", experience)]);
    let (aggregate, of) = (Aggregate::Count, String::new());
    encode(&Cond::Events(Box::new(Events { matching, within, before: 0, aggregate, of, tests: vec![at_least(times)] })))
}

fn spent(more_than: f64) -> Option<Vec<u8>> {
    let (matching, within) = (is("event", "Experience Viewed"), Within::Last(7 * DAY));
    let (aggregate, of) = (Aggregate::Sum, "properties.pressure".into());
    let tests = vec![Test::Gt(more_than.into())];
    Some(encode(&Cond::Events(Box::new(Events { matching, within, before: 0, aggregate, of, tests }))))
}

#[test]
fn a_cap_ends_it_on_the_next_page_and_never_on_screen() {
    let capped = Experience { cap: Some(viewed("a", Within::Last(7 * DAY), 2.0)), priority: 1, ..always("a") };
    let mut page = page(vec![capped, always("b")], &["hero"]);
    for _ in 0..2 {
        assert_eq!(owner(&page, "hero"), "a");
        see(&mut page, "hero");
        assert_eq!(owner(&page, "hero"), "a", "what is on screen stays");
        page.page_view("/next");
    }
    assert_eq!((owner(&page, "hero").as_str(), reason(&page, "a")), ("b", Some(Rejection::Cap)));
    page.tick(7 * DAY);
    page.page_view("/later");
    assert_eq!(owner(&page, "hero"), "a");
}

#[test]
fn caps_bind_who_is_held_out_too() {
    let capped = Experience { cap: Some(viewed("a", Within::Session, 1.0)), holdout: 1.0, priority: 1, ..always("a") };
    let mut page = page(vec![capped, always("b")], &["hero"]);
    page.page_view("/");
    assert_eq!(page.engine.decide("hero").reason.as_str(), "holdout");
    see(&mut page, "hero");
    assert_eq!(page.engine.decide("hero").reason.as_str(), "holdout");
    page.page_view("/next");
    assert_eq!(owner(&page, "hero"), "b");
}

#[test]
fn pressure_is_one_budget_for_all() {
    let pressing = |id: &str, slot: &str, pressure: f64| {
        at(slot, Experience { pressure, pressed: spent(5.0 - pressure), ..always(id) })
    };
    let mut page = page(
        vec![pressing("a", "hero", 3.0), pressing("b", "side", 3.0), at("foot", always("c"))],
        &["hero", "side", "foot"],
    );
    assert_eq!([owner(&page, "hero"), owner(&page, "side")], ["a", "b"]);
    see(&mut page, "hero");
    let event = page.device.events().pop().unwrap().event;
    assert_eq!(event.properties.get("pressure"), Some(&Value::from(3.0)));
    assert_eq!([owner(&page, "hero"), owner(&page, "side")], ["a", "b"], "what is on screen stays");
    page.page_view("/next");
    assert_eq!([owner(&page, "hero"), owner(&page, "side"), owner(&page, "foot")], ["", "", "c"]);
    assert_eq!(reason(&page, "a"), Some(Rejection::Pressure));
    page.tick(7 * DAY);
    page.page_view("/later");
    assert_eq!([owner(&page, "hero"), owner(&page, "side")], ["a", "b"]);
}

#[test]
fn of_a_group_the_strongest_of_the_page_wins() {
    let one =
        |id: &str, slot: &str, priority: i32| at(slot, Experience { group: "promo".into(), priority, ..always(id) });
    let all = || vec![one("a", "hero", 9), one("b", "side", 5), one("c", "foot", 5), at("foot", always("d"))];
    let rows: [(&[&str], [&str; 3]); 4] = [
        (&["hero", "side", "foot"], ["a", "", "d"]),
        (&["side", "foot"], ["", "b", "d"]),
        (&["foot"], ["", "", "c"]),
        (&[], ["a", "", "d"]),
    ];
    for (slots, expected) in rows {
        let page = page(all(), slots);
        assert_eq!(["hero", "side", "foot"].map(|slot| owner(&page, slot)), expected, "{slots:?}");
    }
}

#[test]
fn a_group_s_winner_that_is_capped_leaves_nothing_to_the_others() {
    let cap = Some(viewed("a", Within::Last(DAY), 1.0));
    let a = Experience { group: "promo".into(), priority: 9, cap, ..always("a") };
    let b = at("side", Experience { group: "promo".into(), ..always("b") });
    let mut page = page(vec![a, b], &["hero", "side"]);
    see(&mut page, "hero");
    page.page_view("/next");
    assert_eq!([owner(&page, "hero"), owner(&page, "side")], ["", ""]);
    assert_eq!(reason(&page, "a"), Some(Rejection::Cap));
}

#[test]
fn what_a_group_shows_stays_unless_the_stronger_one_is_live() {
    for live in [false, true] {
        let cart = experience("strong", fact("cart.items", at_least(1.0)));
        let strong = Experience { group: "promo".into(), priority: 9, live, ..cart };
        let weak = at("side", Experience { group: "promo".into(), ..always("weak") });
        let mut page = page(vec![strong, weak], &["hero", "side"]);
        assert_eq!([owner(&page, "hero"), owner(&page, "side")], ["", "weak"]);
        page.track("Product Added", &[("sku", "s".into())]);
        let expected = if live { ["strong", ""] } else { ["", "weak"] };
        assert_eq!([owner(&page, "hero"), owner(&page, "side")], expected, "live: {live}");
        page.page_view("/next");
        assert_eq!([owner(&page, "hero"), owner(&page, "side")], ["strong", ""], "live: {live}");
    }
}

#[test]
fn a_trigger_fires_on_its_page_view_alone() {
    let exit = Experience { trigger: Trigger::Signal("exit".into()), priority: 1, ..always("exit") };
    let mut page = Page::new(&site(vec![exit]));
    page.facts(Facts::Slots(vec!["hero".into()]));
    assert!(!page.told().iter().any(|told| told.starts_with("arm")), "nothing is looked out for without a grant");
    page.grant(&[Purpose::Personalization]);
    assert!(page.told().contains(&"arm exit".into()));
    assert_eq!((owner(&page, "hero").as_str(), reason(&page, "exit")), ("", Some(Rejection::Trigger)));
    page.facts(Facts::Fired("exit".into()));
    assert_eq!(owner(&page, "hero"), "exit", "it takes the place of the page's own content");
    assert!(page.told().contains(&"show hero exit a".into()));
    page.page_view("/next");
    let told = page.told();
    assert!(told.contains(&"own hero".into()), "{told:?}");
    assert!(told.contains(&"arm ".into()) && told.contains(&"arm exit".into()), "{told:?}");
    page.withdraw(&[Purpose::Personalization]);
    assert!(page.told().contains(&"arm ".into()), "nor after it was taken back");
}

#[test]
fn other_content_that_is_on_screen_stays_when_a_trigger_fires() {
    let exit = Experience { trigger: Trigger::Signal("exit".into()), priority: 1, ..always("exit") };
    let mut page = page(vec![exit, always("a")], &["hero"]);
    page.facts(Facts::Fired("exit".into()));
    let decision = page.engine.decide("hero");
    assert_eq!((decision.experience.as_deref(), decision.reason.as_str()), (Some("a"), "locked"));
}

#[test]
fn an_event_is_a_trigger_on_the_page_it_happens_on() {
    let added = count("Product Added", Within::Page, at_least(1.0));
    let mut page = page(vec![Experience { trigger: Trigger::When(encode(&added)), ..always("a") }], &["hero"]);
    page.page_view("/cart");
    assert_eq!(reason(&page, "a"), Some(Rejection::Trigger));
    page.track("Product Added", &[("sku", "s".into())]);
    assert_eq!(owner(&page, "hero"), "a");
    page.page_view("/next");
    assert_eq!(owner(&page, "hero"), "");
}

#[test]
fn segments_are_entered_and_left_by_what_happens_on_the_page() {
    let waits = |signal: &str| Experience { trigger: Trigger::Signal(signal.into()), ..always(signal) };
    let fan: Segment = segment("fan", count("Product Viewed", Within::Last(DAY), at_least(1.0)));
    let bundle =
        Bundle { segments: vec![fan], ..site(vec![at("in", waits("entered fan")), at("out", waits("left fan"))]) };
    let mut page = Page::granted(&bundle);
    page.facts(Facts::Slots(vec!["in".into(), "out".into()]));
    assert_eq!([owner(&page, "in"), owner(&page, "out")], ["", ""]);
    page.views(1);
    assert_eq!([owner(&page, "in"), owner(&page, "out")], ["entered fan", ""]);
    page.page_view("/next");
    assert_eq!([owner(&page, "in"), owner(&page, "out")], ["", ""], "in it already");
    page.tick(DAY);
    assert_eq!([owner(&page, "in"), owner(&page, "out")], ["", "left fan"]);
    page.views(1);
    let again = Page::on(page.device.clone(), &bundle, page.now);
    assert_eq!(owner(&again, "in"), "", "whom a page gets to know has entered nothing");
    let read = again.engine.read(again.now);
    let decided = |slot: &str| read.decisions.iter().find(|d| d.slot == slot).unwrap().experience.clone();
    assert_eq!(
        [decided("in").as_deref(), decided("out").as_deref()],
        [Some("entered fan"), None],
        "where nothing happens"
    );
}

#[test]
fn a_preview_shows_what_it_is_for_and_counts_nothing() {
    let variants = ["a", "b"].map(|id| Variant { weight: f64::from(id == "a"), ..variant(id, 1.0) });
    let off = Experience {
        variants: variants.into(),
        paused: true,
        unless: Some(encode(&is("cart.items", 9.0))),
        ..always("x")
    };
    let preview = || Facts::Preview { experience: "x".into(), variant: "b".into() };
    let mut page = Page::new(&site(vec![always("y"), off]));
    page.facts(Facts::Slots(vec!["hero".into()]));
    page.facts(preview());
    let told = page.told();
    assert!(told.contains(&"contextual hero x b".into()), "before a choice nobody is read: {told:?}");
    page.grant(&[Purpose::Personalization, Purpose::Measurement]);
    let told = page.told();
    assert_eq!(page.engine.decide("hero").reason.as_str(), "preview");
    assert!(!told.iter().any(|told| told.starts_with("watch")), "{told:?}");
    see(&mut page, "hero");
    assert!(page.device.events().iter().all(|stored| stored.event.name != "Experience Viewed"));
    page.set(&[Purpose::Personalization], ConsentState::Withdrawn);
    assert_eq!(owner(&page, "hero"), "", "a refusal is stronger");
}

#[test]
fn a_stop_empties_what_the_next_page_would_paint_though_this_one_made_nothing() {
    let mut first = page(vec![always("a")], &["hero"]);
    first.facts(Facts::Hidden);
    let mut stopped = site(vec![Experience { paused: true, ..always("a") }]);
    stopped.meta.stopped = true;
    let mut next = Page::on(first.device.clone(), &stopped, first.now);
    let rows = next.effects.iter().find_map(|effect| match effect {
        vitrine_core::Effect::Persist(Persist::Paint { record, .. }) => Some(record.same.len() + record.fresh.len()),
        _ => None,
    });
    assert_eq!(rows, Some(0));
    assert!(next.told().contains(&"stopped".into()));
}

#[test]
fn acts_are_exposures_at_once_for_all_arms_and_done_again_on_the_next_view() {
    for holdout in [0.0, 1.0] {
        let emit = Action::Emit { name: "open-chat".into(), detail: Value::from(7.0) };
        let arm = Variant { actions: vec![emit], ..variant("v", 1.0) };
        let mut page = Page::new(&site(vec![Experience { variants: vec![arm], holdout, ..always("x") }]));
        page.facts(Facts::Slots(vec!["hero".into()]));
        page.grant(&[Purpose::Personalization, Purpose::Measurement, Purpose::Experiments]);
        for _ in 0..2 {
            let told = page.told();
            assert!(told.contains(&"watch hero at once".into()), "{told:?}");
            let emitted = told.iter().filter(|told| *told == "emit hero x v open-chat").count();
            assert_eq!(emitted, usize::from(holdout == 0.0), "{told:?}");
            see(&mut page, "hero");
            page.views(1);
            page.page_view("/next");
        }
    }
}

#[test]
fn what_leaves_nothing_to_look_at_is_seen_by_what_is_around_it() {
    let rows = [
        (vec![Action::Hide { at: None }], true),
        (vec![Action::Remove { at: None }], true),
        (vec![Action::Replace { at: None, html: "<p>x".into() }], true),
        (vec![Action::Text { at: None, to: " ".into() }], true),
        (vec![Action::Hide { at: Some("p".into()) }], false),
        (vec![Action::Text { at: None, to: "x".into() }], false),
    ];
    for (actions, around) in rows {
        // The arm that is looked at is another one: all are looked at alike.
        let arms = vec![variant("plain", 9.0), Variant { actions, ..variant("other", 1.0) }];
        let mut page = Page::new(&site(vec![Experience { variants: arms, ..always("x") }]));
        page.facts(Facts::Slots(vec!["hero".into()]));
        page.grant(&[Purpose::Personalization]);
        let told = page.told();
        assert!(told.contains(&format!("watch hero{}", if around { " around" } else { "" })), "{told:?}");
    }
}

#[test]
fn a_page_that_nobody_looks_at_leaves_the_cap_to_the_tab_that_was_seen() {
    let capped = |holdout| {
        let cap = Some(viewed("a", Within::Last(DAY), 1.0));
        vec![Experience { cap, holdout, priority: 1, ..always("a") }, always("b")]
    };
    // Held out or not; how the second tab is meanwhile; who owns its slot then.
    let rows: [(f64, &[Facts], &str); 5] = [
        (0.0, &[], "a"),
        (0.0, &[Facts::Hidden], "b"),
        (0.0, &[Facts::Hidden, Facts::Visible], "a"),
        (1.0, &[], "a"),
        (1.0, &[Facts::Hidden], "b"),
    ];
    for (holdout, facts, owned) in rows {
        let mut first = page(capped(holdout), &["hero"]);
        let mut second = Page::on(first.device.clone(), &site(capped(holdout)), T0);
        second.facts(Facts::Slots(vec!["hero".into()]));
        second.opened();
        facts.iter().for_each(|fact| second.facts(fact.clone()));
        assert_eq!(owner(&second, "hero"), "a");
        see(&mut first, "hero");
        let events = first.device.records.clone();
        second.tick(1_000);
        second.give(|at| Input::Loaded { at, loaded: Loaded { grown: true, events, ..Loaded::default() } });
        assert_eq!(owner(&second, "hero"), owned, "{holdout} {facts:?}");
    }
    // What was seen there stays there.
    let mut page = page(capped(0.0), &["hero"]);
    see(&mut page, "hero");
    page.facts(Facts::Hidden);
    page.give(|at| Input::Loaded { at, loaded: Loaded { grown: true, ..Loaded::default() } });
    assert_eq!(owner(&page, "hero"), "a");
}
