//! Who wins a slot, which arm, and what may replace what.

use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_wire::bundle::{Experience, Schedule, Variant};
use vitrine_wire::cond::Within;
use vitrine_wire::cond::encode;
use vitrine_wire::{Action, Bundle, Cond, Purpose, Rejection, Value};

fn site(experiences: Vec<Experience>) -> Bundle {
    Bundle { segments: vec![], experiences, ..shop() }
}

fn always(id: &str) -> Experience {
    experience(id, Cond::And(vec![]))
}

#[test]
fn the_first_reason_that_applies_is_the_one_given() {
    let never = || Cond::Or(vec![is("orders.count", -1.0)]);
    let day = T0.div_euclid(DAY) as i32;
    let over = Some(Schedule { from: None, to: Some(day - 1) });
    let rows: Vec<(Experience, Rejection)> = vec![
        (Experience { paused: true, schedule: over, ..always("a") }, Rejection::Paused),
        (Experience { schedule: over, purpose: Purpose::Marketing, ..always("b") }, Rejection::Schedule),
        (Experience { purpose: Purpose::Marketing, when: encode(&never()), ..always("c") }, Rejection::Consent),
        (
            Experience { trigger: vitrine_wire::bundle::Trigger::Unknown, when: encode(&never()), ..always("d") },
            Rejection::Trigger,
        ),
        (
            Experience { unless: Some(encode(&Cond::And(vec![]))), when: encode(&never()), ..always("e") },
            Rejection::When,
        ),
        (Experience { unless: Some(encode(&Cond::And(vec![]))), ..always("f") }, Rejection::Unless),
        (always("h"), Rejection::Outranked),
    ];
    let mut experiences: Vec<_> = rows.iter().map(|(e, _)| e.clone()).collect();
    experiences.insert(6, always("g"));
    let page = Page::granted(&site(experiences));
    let read = page.engine.read(page.now);
    let found: Vec<_> = read.rejected.iter().map(|r| (r.experience.as_str(), r.reason)).collect();
    let expected: Vec<_> = rows.iter().map(|(e, r)| (e.id.as_str(), *r)).collect();
    assert_eq!(found, expected);
    assert_eq!(read.decisions[0].experience.as_deref(), Some("g"));
    assert_eq!(read.decisions[0].reason.as_str(), "matched");
}

#[test]
fn schedules_are_whole_local_days_and_wake_the_engine() {
    let day = T0.div_euclid(DAY);
    let mut bundle = site(vec![Experience {
        schedule: Some(Schedule { from: Some(day as i32 + 1), to: Some(day as i32 + 1) }),
        live: true,
        ..always("a")
    }]);
    bundle.meta.zone = vec![(0, 7_200)];
    let mut page = Page::granted(&bundle);
    let begins = (day + 1) * DAY - 7_200_000;
    assert_eq!(page.wake, Some(begins));
    page.tick(begins - page.now - 1);
    assert_eq!(page.engine.decide("hero").reason.as_str(), "none");
    page.tick(1);
    assert_eq!(page.engine.decide("hero").reason.as_str(), "matched");
    page.tick(DAY - 1);
    assert_eq!(page.engine.decide("hero").reason.as_str(), "matched");
    page.tick(1);
    assert_eq!(page.engine.decide("hero").reason.as_str(), "none");
}

#[test]
fn holdouts_own_their_slot() {
    let mut page = Page::granted(&site(vec![Experience { holdout: 1.0, ..always("a") }, always("b")]));
    let decision = page.engine.decide("hero");
    assert_eq!(
        (decision.experience.as_deref(), decision.variant, decision.reason.as_str()),
        (Some("a"), None, "holdout")
    );
    let mut bundle = site(vec![always("a")]);
    bundle.meta.holdout = 1.0;
    page.bundle(&bundle, 2);
    assert_eq!(page.engine.decide("hero").reason.as_str(), "site_holdout");
}

#[test]
fn splits_follow_the_unit_and_shares_hold() {
    let variants = vec![variant("a", 1.0), variant("b", 3.0)];
    let mut counts = [0; 2];
    for n in 0..400 {
        let mut page = Page::new(&site(vec![Experience { variants: variants.clone(), ..always("x") }]));
        let all = [Purpose::Personalization, Purpose::Experiments];
        let granted = all.map(|p| (p, vitrine_wire::ConsentState::Granted));
        page.choose(&granted, Act::Visitor { notice: String::new(), locale: String::new() }, &n.to_string());
        let arm = page.engine.decide("hero").variant.unwrap();
        counts[usize::from(arm == "b")] += 1;
    }
    assert!((80..=120).contains(&counts[0]), "{counts:?}");
}

#[test]
fn without_experiments_the_heaviest_variant_runs() {
    let variants = vec![variant("light", 1.0), variant("heavy", 2.0), variant("also", 2.0)];
    let free = Experience { variants: variants.clone(), holdout: 1.0, ..always("free") };
    let strict = Experience { slot: "other".into(), split_required: true, variants, ..always("strict") };
    let mut page = Page::new(&site(vec![free, strict]));
    page.grant(&[Purpose::Personalization]);
    assert_eq!(page.engine.decide("hero").variant.as_deref(), Some("heavy"));
    assert_eq!(page.engine.decide("other").experience, None);
    let read = page.engine.read(page.now);
    assert_eq!(read.rejected[0].reason, Rejection::Consent);
}

#[test]
fn the_first_choice_is_kept_until_the_version_rises() {
    let split = |first: f64, version| Experience {
        variants: vec![variant("a", first), variant("b", 1.0 - first)],
        version,
        ..always("x")
    };
    let mut page = Page::granted(&site(vec![split(1.0, 1)]));
    page.lead();
    assert_eq!(page.engine.decide("hero").variant.as_deref(), Some("a"));
    let next = Page::on(page.device.clone(), &site(vec![split(0.0, 1)]), page.now);
    assert_eq!(next.engine.decide("hero").variant.as_deref(), Some("a"), "new weights move nobody");
    let next = Page::on(page.device.clone(), &site(vec![split(0.0, 2)]), page.now);
    assert_eq!(next.engine.decide("hero").variant.as_deref(), Some("b"));
}

#[test]
fn content_is_locked_after_reveal_unless_live() {
    let viewed = |n| count("Product Viewed", Within::Page, at_least(n));
    let low = experience("low", viewed(1.0));
    let high = |live| Experience { priority: 9, live, ..experience("high", viewed(2.0)) };
    for live in [false, true] {
        let mut page = Page::granted(&site(vec![high(live), Experience { live: true, ..low.clone() }]));
        page.track("Product Viewed", &[]);
        assert_eq!(page.engine.decide("hero").experience.as_deref(), Some("low"));
        page.track("Product Viewed", &[]);
        let decision = page.engine.decide("hero");
        let expected = if live { (Some("high"), "matched") } else { (Some("low"), "locked") };
        assert_eq!((decision.experience.as_deref(), decision.reason.as_str()), expected);
        page.told();
        page.page_view("/next");
        assert!(page.told().contains(&"own hero".into()), "removal always passes");
    }
    let mut page = Page::granted(&site(vec![low]));
    page.track("Product Viewed", &[]);
    let decision = page.engine.decide("hero");
    assert_eq!((decision.experience, decision.reason.as_str()), (None, "locked"));
}

#[test]
fn unless_takes_away_what_is_on_screen() {
    let mut reminder = experience("reminder", fact("cart.items", at_least(1.0)));
    (reminder.live, reminder.unless) = (true, Some(encode(&fact("orders.count", at_least(1.0)))));
    let mut page = Page::granted(&site(vec![reminder]));
    page.track("Product Added", &[("sku", "a".into())]);
    assert!(page.told().contains(&"show hero reminder a".into()));
    page.track("Order Completed", &[("order_id", "o".into())]);
    assert!(page.told().contains(&"own hero".into()));
}

#[test]
fn a_slot_that_fails_shows_its_own_content_until_the_next_page() {
    let mut page = Page::granted(&site(vec![always("a")]));
    page.give(|at| vitrine_core::Input::DomResult {
        at,
        slot: "hero".into(),
        result: DomResult::Failed(vitrine_wire::Code::ActionFailed),
    });
    assert_eq!(page.engine.decide("hero").experience, None);
    page.told();
    page.tick(1_000);
    assert!(page.told().iter().all(|told| told.starts_with("wake")), "it is not tried again and again");
    page.facts(Facts::PageView);
    assert!(page.told().contains(&"show hero a a".into()));
}

#[test]
fn slots_come_and_go() {
    let mut page = Page::granted(&site(vec![always("a")]));
    page.facts(Facts::Slots(vec![]));
    page.told();
    page.facts(Facts::Slots(vec!["hero".into(), "unknown".into()]));
    let told = page.told();
    for expected in ["show hero a a", "own unknown", "diagnostic VT-SLOT-UNKNOWN unknown"] {
        assert!(told.contains(&expected.into()), "{told:?}");
    }
}

#[test]
fn a_published_change_reaches_the_open_page() {
    let mut page = Page::granted(&site(vec![always("a")]));
    page.told();
    let data: Value = serde_json::from_str(r#"{"title": "new"}"#).unwrap();
    let new = Variant { actions: vec![Action::Content { data: data.clone() }], ..variant("a", 1.0) };
    page.bundle(&site(vec![Experience { variants: vec![new], ..always("a") }]), 2);
    assert!(page.told().contains(&"show hero a a".into()));
    assert_eq!(page.engine.decide("hero").content, Some(data));
    page.bundle(&site(vec![Experience { paused: true, ..always("a") }]), 3);
    assert!(page.told().contains(&"own hero".into()));
}

#[test]
fn reading_changes_nothing_and_explains() {
    let mut page = Page::granted(&shop());
    page.views(3);
    let later = page.engine.read(page.now + 8 * DAY);
    assert!(later.segments.is_empty() && later.decisions[0].experience.is_none());
    assert_eq!(page.inside(), ["fan"]);
    let tree = page.engine.explain(page.now, "fan").unwrap();
    assert_eq!(tree.at("when.value").and_then(Value::as_num), Some(3.0));
    assert_eq!(tree.get("result"), Some(&Value::Bool(true)));
    let slot = page.engine.explain(page.now, "hero").unwrap();
    assert_eq!(slot.get("experience").and_then(Value::as_str), Some("winter"));
    assert_eq!(page.engine.explain(page.now, "nothing"), None);
}

#[test]
fn a_slot_is_explained_by_what_ruled_an_experience_out() {
    let rows = [("when", is("context.page.path", "/a"), false), ("unless", is("context.page.path", "/b"), true)];
    for (reason, deciding, result) in rows {
        let other = is("context.page.path", "/c");
        let (when, unless) =
            if reason == "when" { (deciding, other) } else { (vitrine_wire::Cond::And(vec![]), deciding) };
        let unless = Some(vitrine_wire::cond::encode(&unless));
        let bundle = Bundle { experiences: vec![Experience { unless, ..experience("a", when) }], ..shop() };
        let mut page = Page::granted(&bundle);
        page.page_view("/b");
        let slot = page.engine.explain(page.now, "hero").unwrap();
        let one = slot.get("experiences").and_then(Value::as_list).unwrap().first().unwrap();
        assert_eq!(one.get("rejected").and_then(Value::as_str), Some(reason));
        assert_eq!(
            one.at("decided.operand").and_then(Value::as_str),
            Some(if result { "/b" } else { "/a" }),
            "{reason}"
        );
        assert_eq!(one.at("decided.result"), Some(&Value::Bool(result)), "{reason}");
    }
}

#[test]
fn parts_that_share_parts_beyond_all_measure_are_explained_at_once() {
    let name = |n: usize| format!("s{n:02}");
    // Each reads the two before it: over a million ways down.
    let of = |n: usize| match n {
        0 | 1 => is("profile.x", (n + 1) as f64),
        n => vitrine_wire::Cond::Or((1..3).map(|back| vitrine_wire::Cond::Segment(name(n - back))).collect()),
    };
    let bundle = Bundle { segments: (0..31).map(|n| segment(&name(n), of(n))).collect(), ..shop() };
    let page = Page::granted(&bundle);
    let tree = page.engine.explain(page.now, &name(30)).unwrap();
    assert_eq!(tree.get("result"), Some(&Value::Bool(false)));
    assert_eq!(tree.get("change").and_then(Value::as_list).map(<[Value]>::len), Some(1));
}

#[test]
fn a_preview_takes_a_place_that_nothing_else_may_and_gives_it_back() {
    let arm = |id: &str| Variant { id: id.into(), weight: 1.0, actions: vec![] };
    let strong = Experience { priority: 2, variants: vec![arm("a"), arm("b")], ..always("strong") };
    let weak = Experience { priority: 1, variants: vec![arm("w")], ..always("weak") };
    let mut page = Page::granted(&site(vec![strong, weak]));
    page.facts(Facts::Slots(vec!["hero".into()]));
    let shown = |page: &Page| {
        let decision = page.engine.decide("hero");
        (decision.experience.unwrap(), decision.variant.unwrap(), decision.reason.as_str())
    };
    let own = shown(&page);
    assert_eq!((own.0.as_str(), own.2), ("strong", "matched"));
    let other = if own.1 == "a" { "b" } else { "a" };
    for (experience, variant) in [("strong", other), ("weak", "w")] {
        page.facts(Facts::Preview { experience: experience.into(), variant: variant.into() });
        assert_eq!(shown(&page), (experience.into(), variant.into(), "preview"));
    }
    // Neither is live: without a preview between them the one would stay for the other.
    page.facts(Facts::Preview { experience: String::new(), variant: String::new() });
    assert_eq!(shown(&page), own);
}
