//! Exact windows, at the millisecond.

use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_wire::bundle::Need;
use vitrine_wire::cond::{Aggregate, Within};
use vitrine_wire::{Bundle, Cond, Purpose, Test, Value};

/// Milliseconds to wait, then an event and its price; no name is none.
type Steps<'a> = &'a [(i64, &'a str, f64)];

fn with(when: Cond) -> Bundle {
    Bundle { segments: vec![segment("it", when)], experiences: vec![], ..shop() }
}

/// Whether the segment holds after these steps: `+ms` passes, a name is tracked with a price.
fn holds(when: Cond, steps: Steps) -> bool {
    let mut page = Page::granted(&with(when));
    for (after, name, price) in steps {
        page.tick(*after);
        match *name {
            "" => {}
            "page" => page.page_view("/"),
            name => drop(page.track(name, &[("price", (*price).into())])),
        }
    }
    page.tick(0);
    page.inside() == ["it"]
}

#[test]
fn windows_are_half_open() {
    let last = |ms, test| count("Product Viewed", Within::Last(ms), test);
    let rows: Vec<(&str, Cond, Steps, bool)> = vec![
        ("now is inside", last(MIN, at_least(1.0)), &[(0, "Product Viewed", 0.0)], true),
        ("the last instant", last(MIN, at_least(1.0)), &[(0, "Product Viewed", 0.0), (MIN - 1, "", 0.0)], true),
        (
            "its own length ago is outside",
            last(MIN, at_least(1.0)),
            &[(0, "Product Viewed", 0.0), (MIN, "", 0.0)],
            false,
        ),
        (
            "inaction counts nothing",
            last(MIN, Test::Bare(0.0.into())),
            &[(0, "Product Viewed", 0.0), (MIN, "", 0.0)],
            true,
        ),
        (
            "before shifts",
            aggregate("Product Viewed", Within::Last(MIN), MIN, Aggregate::Count, "", at_least(1.0)),
            &[(0, "Product Viewed", 0.0), (MIN, "", 0.0)],
            true,
        ),
        (
            "before is not yet there",
            aggregate("Product Viewed", Within::Last(MIN), MIN, Aggregate::Count, "", at_least(1.0)),
            &[(0, "Product Viewed", 0.0), (MIN - 1, "", 0.0)],
            false,
        ),
        (
            "a session ends after half an hour",
            count("Product Viewed", Within::Session, at_least(1.0)),
            &[(0, "Product Viewed", 0.0), (30 * MIN - 1, "", 0.0)],
            true,
        ),
        (
            "and is empty then",
            count("Product Viewed", Within::Session, at_least(1.0)),
            &[(0, "Product Viewed", 0.0), (30 * MIN, "", 0.0)],
            false,
        ),
        (
            "a page begins with its page event",
            count("Product Viewed", Within::Page, at_least(1.0)),
            &[(0, "Product Viewed", 0.0), (1, "page", 0.0)],
            false,
        ),
        (
            "what follows it counts",
            count("Product Viewed", Within::Page, at_least(1.0)),
            &[(0, "page", 0.0), (1, "Product Viewed", 0.0)],
            true,
        ),
    ];
    for (what, when, steps, expected) in rows {
        assert_eq!(holds(when, steps), expected, "{what}");
    }
}

#[test]
fn aggregates_read_numbers() {
    let over = |a, test| aggregate("Product Viewed", Within::Ever, 0, a, "properties.price", test);
    let two: Steps = &[(0, "Product Viewed", 10.0), (0, "Product Viewed", 30.0)];
    let eq = |n: f64| Test::Bare(n.into());
    let rows: Vec<(Cond, Steps, bool)> = vec![
        (over(Aggregate::Sum, eq(40.0)), two, true),
        (over(Aggregate::Avg, eq(20.0)), two, true),
        (over(Aggregate::Min, eq(10.0)), two, true),
        (over(Aggregate::Max, eq(30.0)), two, true),
        (over(Aggregate::Distinct, eq(2.0)), two, true),
        (over(Aggregate::Sum, eq(0.0)), &[], true),
        (over(Aggregate::Distinct, eq(0.0)), &[], true),
        (over(Aggregate::Avg, Test::Ne(5.0.into())), &[], false),
        (over(Aggregate::Min, Test::Lt(5.0.into())), &[], false),
        (over(Aggregate::Max, Test::Exists(false)), &[], false),
    ];
    for (at, (when, steps, expected)) in rows.into_iter().enumerate() {
        assert_eq!(holds(when, steps), expected, "row {at}");
    }
}

#[test]
fn the_engine_asks_to_be_woken_at_the_very_flip() {
    let idle = count("Product Viewed", Within::Last(30_000), Test::Bare(0.0.into()));
    let mut page = Page::granted(&with(idle));
    page.track("Product Viewed", &[]);
    assert_eq!(page.inside(), Vec::<String>::new());
    let due = page.wake.expect("a wake-up");
    assert_eq!(due - page.now, 30_000);
    page.tick(29_999);
    assert!(page.inside().is_empty());
    page.tick(1);
    assert_eq!(page.inside(), ["it"]);
}

#[test]
fn late_events_land_in_place_and_future_ones_wait() {
    let mut page = Page::granted(&with(count("Product Viewed", Within::Last(MIN), at_least(1.0))));
    let late = Draft { timestamp: Some(page.now - 2 * MIN), ..page.draft("Product Viewed", &[]) };
    page.send(late);
    assert!(page.inside().is_empty());
    let future = Draft { timestamp: Some(page.now + 10_000), ..page.draft("Product Viewed", &[]) };
    assert_eq!(page.send(future), Some(Tracked::Stored));
    assert!(page.inside().is_empty());
    assert_eq!(page.wake, Some(page.now + 10_000));
    page.tick(10_000);
    assert_eq!(page.inside(), ["it"]);
}

#[test]
fn a_repeated_message_id_counts_once() {
    let mut page = Page::granted(&with(count("Product Viewed", Within::Ever, at_least(2.0))));
    let draft = page.draft("Product Viewed", &[]);
    page.send(draft.clone());
    page.send(draft);
    assert!(page.inside().is_empty());
    page.track("Product Viewed", &[]);
    assert_eq!(page.inside(), ["it"]);
}

#[test]
fn now_never_goes_back() {
    let mut page = Page::granted(&with(count("Product Viewed", Within::Last(MIN), at_least(1.0))));
    page.track("Product Viewed", &[]);
    page.tick(MIN);
    assert!(page.inside().is_empty());
    page.now -= DAY;
    page.tick(0);
    assert!(page.inside().is_empty());
    page.track("Product Viewed", &[]);
    let at = page.engine.profile().at("history").and_then(Value::as_list).unwrap()[1].get("at").unwrap().as_num();
    assert_eq!(at, Some((T0 + MIN) as f64));
}

#[test]
fn time_of_day_is_the_sites() {
    let mut bundle = with(is("context.time.hour", 2.0));
    bundle.meta.zone = vec![(0, 3_600)];
    let mut page = Page::granted(&bundle);
    // T0 is 2025-10-09T08:53:20Z: 09:53 at the site.
    assert_eq!(page.wake, Some(T0 + 400_000), "the next edge is ten o'clock");
    page.tick(DAY - (9 - 2) * 60 * MIN);
    assert_eq!(page.inside(), ["it"]);
}

/// What a rule that asks for a year of an event needs the device to keep.
fn need(event: &str, properties: &[&str]) -> Need {
    let properties = Some(properties.iter().map(|name| (*name).into()).collect());
    Need { event: event.into(), keep: 365 * DAY, properties, context: Vec::new() }
}

#[test]
fn a_rule_that_is_newer_than_what_was_kept_says_so() {
    let year = || count("Product Viewed", Within::Last(365 * DAY), at_least(1.0));
    let site = |needs: Vec<Need>| Bundle { needs: Some(needs), ..with(year()) };
    let viewed = |properties: &[&str]| need("Product Viewed", properties);
    let rows: Vec<(&str, Vec<Need>, Vec<Need>, bool)> = vec![
        ("the same", vec![viewed(&["sku"])], vec![viewed(&["sku"])], true),
        ("less", vec![viewed(&["sku", "price"])], vec![viewed(&["sku"])], true),
        ("of every event", vec![need("", &["sku"])], vec![viewed(&["sku"])], true),
        ("whole events", vec![Need { properties: None, ..viewed(&[]) }], vec![viewed(&["sku"])], true),
        ("another event", vec![need("Cart Viewed", &[])], vec![viewed(&[])], false),
        ("another property", vec![viewed(&["sku"])], vec![viewed(&["sku", "price"])], false),
        ("nothing was asked", vec![], vec![viewed(&[])], false),
        ("not for so long", vec![Need { keep: DAY, ..viewed(&[]) }], vec![viewed(&[])], false),
        ("ever was longer", vec![Need { keep: 0, ..viewed(&[]) }], vec![viewed(&[])], true),
        ("only while its page was open", vec![Need { keep: Need::PAGE, ..viewed(&[]) }], vec![viewed(&[])], false),
    ];
    for (name, before, after, exact) in rows {
        let mut page = Page::granted(&site(before));
        page.lead();
        page.views(2);
        page.tick(2 * DAY);
        page.bundle(&site(after.clone()), 1);
        // It is known from page to page, and stays as it was.
        let changed = page.now;
        page.tick(MIN);
        page.facts(Facts::Hidden);
        let mut next = Page::on(page.device.clone(), &site(after), page.now + MIN);
        for page in [&mut page, &mut next] {
            let tree = page.engine.explain(page.now, "it").expect("the segment");
            assert_eq!(tree.at("when.exact"), (!exact).then_some(&Value::Bool(false)), "{name}");
            if !exact && name != "not for so long" {
                assert_eq!(tree.at("when.since").and_then(Value::as_num), Some(changed as f64), "{name}");
            }
            page.tick(366 * DAY);
            let tree = page.engine.explain(page.now, "it").expect("the segment");
            assert_eq!(tree.at("when.exact"), None, "{name}: a year later all is there");
        }
    }
}

#[test]
fn what_happened_on_the_open_page_stays_until_the_next() {
    let when = || count("Product Viewed", Within::Page, at_least(1.0));
    let needs = [("Product Viewed", Need::PAGE), (":page", Need::PAGE), ("Cart Viewed", DAY)];
    let needs = needs.map(|(event, keep)| Need { keep, ..need(event, &[]) }).to_vec();
    let kept = |page: &Page| page.engine.profile().at("history").and_then(Value::as_list).map_or(0, <[Value]>::len);
    let bundle = Bundle { needs: Some(needs), ..with(when()) };
    let mut page = Page::granted(&bundle);
    for path in ["/a", "/b"] {
        page.page_view(path);
        page.views(1);
        page.track("Cart Viewed", &[]);
        page.tick(30 * DAY);
        page.bundle(&bundle, 1);
        // The page, and what was seen on it: the cart's day is over, and so is the page before.
        assert_eq!((page.inside() == ["it"], kept(&page)), (true, 2), "{path}");
    }
}

/// What `explain` says of the segment's exactness: since when, where it is not exact.
fn inexact(page: &Page) -> Option<i64> {
    let tree = page.engine.explain(page.now, "it").expect("the segment");
    tree.at("when.exact").map(|_| tree.at("when.since").and_then(Value::as_num).unwrap_or(0.0) as i64)
}

#[test]
fn every_window_says_where_its_past_is_missing() {
    let seen = |within| count("Product Viewed", within, at_least(1.0));
    let rows: Vec<(&str, Cond, i64, Option<i64>)> = vec![
        ("session", seen(Within::Session), 0, Some(MIN)),
        ("page", seen(Within::Page), 0, Some(MIN)),
        ("a window from before", seen(Within::Last(DAY)), 0, Some(MIN)),
        ("kept for less than it looks back", seen(Within::Last(DAY)), 30_000, Some(MIN + 30_000)),
        ("a window from after", seen(Within::Last(30_000)), 0, None),
    ];
    for (name, when, keep, since) in rows {
        let site = |needs: Vec<Need>| Bundle { needs: Some(needs), ..with(when.clone()) };
        let needs = [("Product Viewed", keep), (":page", 0)].map(|(event, keep)| Need { keep, ..need(event, &[]) });
        let mut page = Page::granted(&site(vec![need(":page", &[])]));
        page.lead();
        page.page_view("/");
        page.views(2);
        page.tick(MIN);
        page.bundle(&site(needs.to_vec()), 1);
        page.tick(MIN);
        assert_eq!(inexact(&page), since.map(|since| T0 + since), "{name}");
    }
}

#[test]
fn what_is_kept_is_known_from_the_first_snapshot_on() {
    let site =
        |needs: Vec<Need>| Bundle { needs: Some(needs), ..with(count("Product Viewed", Within::Ever, at_least(1.0))) };
    let mut page = Page::new(&site(vec![]));
    page.grant(&[Purpose::Experiments]);
    page.lead();
    page.tick(MIN);
    // The store is open already: nothing is folded anew.
    page.grant(&[Purpose::Personalization]);
    page.views(2);
    page.facts(Facts::Hidden);
    assert!(page.device.snapshot.is_some());
    let asked = Need { keep: 0, ..need("Product Viewed", &[]) };
    let next = Page::on(page.device.clone(), &site(vec![asked]), page.now + MIN);
    assert_eq!(inexact(&next), Some(next.now));
}
