//! Facts that the profile keeps.

use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_wire::bundle::{Offer, TraitDecl};
use vitrine_wire::cond::Within;
use vitrine_wire::{Bundle, Cond, EventKind, Map, Purpose, Test, Value};

fn map(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// A page whose facts can be read by path: one segment a row.
fn facts(page: &Page, rows: &[(&str, &str)]) {
    let profile = page.engine.profile();
    for (path, expected) in rows {
        let found = profile.at(path).cloned().unwrap_or_default();
        assert_eq!(found, map(expected), "{path}");
    }
}

#[test]
fn the_cart_follows_the_events() {
    let mut page = Page::granted(&shop());
    let item = |sku: &str, price: f64, quantity: f64| {
        [("sku", sku.into()), ("price", price.into()), ("quantity", quantity.into()), ("category", "winter".into())]
    };
    page.track("Product Added", &item("a", 20.0, 2.0));
    page.track("Product Added", &item("b", 5.0, 1.0));
    facts(&page, &[("cart.value", "45"), ("cart.items", "3"), ("cart.categories", r#"["winter"]"#)]);
    page.track("Product Removed", &item("a", 20.0, 1.0));
    page.track("Product Removed", &item("c", 1.0, 9.0));
    facts(&page, &[("cart.value", "25"), ("cart.items", "2")]);
    page.track("Cart Viewed", &[("products", map(r#"[{"sku": "z", "price": 3, "quantity": 2}]"#))]);
    facts(&page, &[("cart.value", "6"), ("cart.items", "2")]);
    page.track("Cart Viewed", &[("price", 1.0.into())]);
    facts(&page, &[("cart.items", "2")]);
    page.track("Order Completed", &[("order_id", "o1".into()), ("revenue", 6.0.into())]);
    facts(&page, &[("cart.value", "0"), ("cart.items", "0"), ("orders.value", "6")]);
}

#[test]
fn orders_unite_by_id() {
    let mut page = Page::granted(&shop());
    let order = |id: &str, revenue: f64| [("order_id", id.into()), ("revenue", revenue.into())];
    page.track("Order Completed", &order("o1", 100.0));
    page.track("Order Completed", &order("o1", 100.0));
    page.track("Order Completed", &order("o2", 50.0));
    page.track("Order Cancelled", &order("o2", 50.0));
    facts(&page, &[("orders.count", "1"), ("orders.value", "100"), ("orders.average", "100")]);
    page.facts(Facts::Profile(map(r#"{"version": 3, "unit": "older", "traits": {},
            "orders": [{"id": "o1", "at": 5, "value": 90, "state": "completed"},
                       {"id": "o9", "at": 6, "value": 410, "state": "completed"},
                       {"id": "o8", "at": 6, "value": 1, "state": "refunded"}], "offers": []}"#)));
    facts(&page, &[("orders.count", "2"), ("orders.value", "500")]);
    assert_eq!(page.inside(), ["big"]);
    page.facts(Facts::Profile(map(r#"{"version": 2, "orders": []}"#)));
    assert_eq!(page.inside(), ["big"], "older rows change nothing");
    page.facts(Facts::Profile(map(
        r#"{"version": 4, "orders": [{"id": "o1", "at": 5, "value": 90, "state": "refunded"}]}"#,
    )));
    facts(&page, &[("orders.count", "0"), ("orders.value", "0")]);
}

#[test]
fn traits_follow_their_source_then_time() {
    let mut bundle = shop();
    let decl = |name: &str, source: &[&str]| TraitDecl {
        name: name.into(),
        kind: vitrine_wire::bundle::PropertyKind::Any,
        source: source.iter().map(|s| (*s).into()).collect(),
    };
    bundle.traits = vec![decl("city", &["crm", "form"]), decl("plan", &[])];
    let mut page = Page::granted(&bundle);
    let identify = |page: &mut Page, traits: &str, proof: bool| {
        let Value::Map(data) = map(traits) else { panic!("traits") };
        let proof = proof.then(|| map(r#"{"iat": 1, "mac": "x"}"#));
        let draft = page.draft("", &[]);
        page.send(Draft { kind: Some(EventKind::Identify), id: "u1".into(), data, proof, ..draft });
    };
    identify(&mut page, r#"{"city": "Lyon", "plan": "silver", "secret": 1}"#, false);
    facts(
        &page,
        &[("traits.city.value", r#""Lyon""#), ("traits.city.provenance", r#""declared""#), ("traits.secret", "null")],
    );
    facts(&page, &[("identity.level", r#""anonymous""#), ("identity.user", r#""u1""#)]);
    page.tick(1);
    identify(&mut page, r#"{"plan": "gold"}"#, true);
    facts(&page, &[("traits.plan.value", r#""gold""#), ("identity.level", r#""anonymous""#)]);
    page.facts(Facts::Profile(map(
        r#"{"version": 1, "traits": {"city": {"value": "Paris", "source": "crm", "at": 1}}}"#,
    )));
    facts(&page, &[("traits.city.value", r#""Paris""#), ("traits.city.provenance", r#""imported""#)]);
    facts(&page, &[("identity.level", r#""authenticated""#)]);
    page.track("Product Viewed", &[]);
    assert_eq!(page.device.events().last().unwrap().event.user_id, "u1", "identity is bound when it happens");
}

#[test]
fn sessions_break_at_thirty_minutes_and_join_when_a_late_event_comes() {
    let mut page = Page::granted(&shop());
    page.page_view("/first");
    page.tick(30 * MIN);
    facts(&page, &[("session.number", "2"), ("session.pages", "0")]);
    page.page_view("/second");
    page.tick(29 * MIN);
    page.page_view("/third");
    facts(&page, &[("session.number", "2"), ("session.pages", "2"), ("session.duration", "1740")]);
    let late = Draft { timestamp: Some(T0 + 10 * MIN), ..page.draft("Product Viewed", &[]) };
    page.send(late);
    facts(&page, &[("session.number", "1"), ("session.pages", "3"), ("session.duration", "3540")]);
    let server = Draft { server_side: true, ..page.draft("Order Completed", &[("order_id", "s".into())]) };
    page.tick(29 * MIN);
    page.send(server);
    page.tick(MIN);
    facts(&page, &[("session.number", "2"), ("orders.count", "1")]);
}

#[test]
fn first_and_last_touch_survive() {
    let mut page = Page::granted(&shop());
    let arrive = |page: &mut Page, context: &str| {
        page.facts(Facts::Context(map(context)));
        let draft = page.draft("", &[]);
        page.send(Draft { kind: Some(EventKind::Page), ..draft });
        page.tick(DAY);
    };
    arrive(
        &mut page,
        r#"{"page": {"path": "/"}, "query": {"utm_campaign": "spring", "utm_medium": "Email", "token": "x"}}"#,
    );
    arrive(&mut page, r#"{"page": {"path": "/"}, "referrer": {"host": "blog.example"}}"#);
    arrive(&mut page, r#"{"page": {"path": "/"}}"#);
    facts(
        &page,
        &[("first.campaign", r#""spring""#), ("first.channel", r#""email""#), ("last.channel", r#""referral""#)],
    );
    facts(&page, &[("first.seen", &T0.to_string()), ("last.seen", &(T0 + 2 * DAY).to_string())]);
    let first = &page.device.events()[0].event.context;
    assert_eq!(
        first.get("campaign"),
        Some(&map(r#"{"name": "spring", "medium": "Email"}"#)),
        "only utm leaves the query"
    );
}

#[test]
fn offers_end_once_and_by_time() {
    let mut bundle = shop();
    let consumed = Cond::And(vec![is("event", "Order Completed"), is("properties.coupon", "TEN")]);
    bundle.offers = vec![
        Offer { id: "ten".into(), consumed_by: Some(consumed), expires: 2 * DAY },
        Offer { id: "other".into(), consumed_by: None, expires: 0 },
    ];
    let state = |page: &Page, id: &str, expected: &str| facts(page, &[(&format!("offers.{id}.state"), expected)]);
    let mut page = Page::granted(&bundle);
    page.track("Offer Shown", &[("offer", "ten".into())]);
    state(&page, "ten", r#""shown""#);
    assert_eq!(page.wake, Some(T0 + 30 * MIN), "the session ends first");
    page.tick(30 * MIN);
    assert_eq!(page.wake, Some(T0 + 2 * DAY), "then the offer");
    page.track("Offer Clicked", &[("offer", "ten".into())]);
    state(&page, "ten", r#""clicked""#);
    let before = page.device.clone();
    page.track("Order Completed", &[("coupon", "TEN".into()), ("order_id", "o".into())]);
    state(&page, "ten", r#""consumed""#);
    page.tick(9 * DAY);
    page.track("Offer Dismissed", &[("offer", "ten".into())]);
    state(&page, "ten", r#""consumed""#);
    let mut idle = Page::on(before, &bundle, T0 + 2 * DAY);
    state(&idle, "ten", r#""expired""#);
    idle.track("Order Completed", &[("coupon", "TEN".into())]);
    state(&idle, "ten", r#""expired""#);
    state(&idle, "other", "null");
}

#[test]
fn forms_and_counters() {
    let mut page = Page::granted(&shop());
    page.track("Form Started", &[("form", "newsletter".into())]);
    facts(&page, &[("forms.newsletter", r#""started""#)]);
    page.track("Form Submitted", &[("form", "newsletter".into())]);
    facts(&page, &[("forms.newsletter", r#""submitted""#), ("counters.Form Started.count", "1")]);
}

#[test]
fn conditions_read_them() {
    let rows = [
        is("session.number", 1.0),
        is("session.landing.path", "/start"),
        is("consent.personalization", "granted"),
        is("context.page.path", "/start"),
        is("context.consent.unasked", false),
        is("identity.level", "anonymous"),
        is("cart.items", 0.0),
        is("orders.count", 0.0),
        fact("orders.last", Test::Exists(false)),
        is("first.channel", "direct"),
        is("context.time.day", "thu"),
        is("context.time.date", "2025-10-09"),
        is("context.time.minute", 53.0),
    ];
    let segments = rows.iter().enumerate().map(|(at, when)| segment(&format!("{at:02}"), when.clone()));
    let bundle = Bundle { segments: segments.collect(), experiences: vec![], ..shop() };
    let mut page = Page::granted(&bundle);
    page.page_view("/start");
    let missing: Vec<_> = (0..rows.len()).filter(|at| !page.inside().contains(&format!("{at:02}"))).collect();
    assert_eq!(missing, Vec::<usize>::new());
}

#[test]
fn what_is_not_declared_stays_out() {
    let mut page = Page::granted(&shop());
    let rows: Vec<(Draft, &str)> = vec![
        (page.draft("Nonsense", &[]), "VT-EVENT-UNDECLARED"),
        (page.draft("", &[]), "VT-EVENT-NAME"),
        (Draft { message_id: "x".repeat(100), ..page.draft("Product Viewed", &[]) }, "VT-ID"),
        (Draft { message_id: String::new(), ..page.draft("Product Viewed", &[]) }, "VT-ID"),
        (page.draft("Product Viewed", &[("sku", "x".repeat(40_000).into())]), "VT-EVENT-TOO-LARGE"),
        (page.draft("Product Viewed", &[("sku", vec![0.0; 5_000].into())]), "VT-EVENT-TOO-DEEP"),
        (page.draft("Product Viewed", &[("sku", f64::NAN.into())]), "VT-EVENT-VALUE"),
    ];
    for (draft, code) in rows {
        match page.send(draft) {
            Some(Tracked::Dropped(found)) => assert_eq!(found.as_str(), code),
            other => panic!("{code}: {other:?}"),
        }
    }
    page.told();
    page.track("Product Viewed", &[("sku", "1".into()), ("ssn", "secret".into())]);
    assert!(page.told().contains(&"diagnostic VT-PROPERTY-UNDECLARED Product Viewed.ssn".into()));
    let kept: Map = page.device.events()[0].event.properties.clone();
    assert_eq!(kept, [("sku", "1")].into_iter().collect());
    assert!(page.device.events()[0].purposes.has(Purpose::Measurement));
}

#[test]
fn a_text_too_long_for_a_pattern_never_matches_and_is_told_once() {
    let any = || Test::Regex(vec![vitrine_wire::regex::MATCH]);
    let of_event = count("Product Viewed", Within::Last(MIN), at_least(1.0));
    let Cond::Events(mut events) = of_event else { unreachable!() };
    events.matching = Cond::And(vec![events.matching, fact("properties.sku", any())]);
    let rows = [Cond::Events(events), fact("context.data.text", any())];
    for (when, (length, expected)) in
        rows.into_iter().flat_map(|when| [(when.clone(), (8_192, true)), (when, (8_193, false))])
    {
        let mut page = Page::granted(&Bundle { segments: vec![segment("it", when)], ..shop() });
        let text = Value::from("x".repeat(length));
        for _ in 0..2 {
            page.track("Product Viewed", &[("sku", text.clone())]);
            page.facts(Facts::Context(Value::Map(
                [("data", Value::Map([("text", text.clone())].into_iter().collect()))].into_iter().collect(),
            )));
        }
        let told = page.told().iter().filter(|told| told.starts_with("diagnostic VT-PATTERN-LENGTH")).count();
        assert_eq!((page.inside() == ["it"], told), (expected, usize::from(!expected)), "{length}");
    }
}
