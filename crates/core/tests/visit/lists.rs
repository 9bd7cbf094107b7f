//! Items of the catalogue in a slot.

use crate::page::*;
use crate::rules::*;
use vitrine_core::Effect;
use vitrine_core::io::*;
use vitrine_wire::action::List;
use vitrine_wire::bundle::{Score, ScoreKind};
use vitrine_wire::codec::Put;
use vitrine_wire::cond::encode;
use vitrine_wire::{Action, Bundle, Cond, Experience, Purpose, Reason, Test, Value, Variant};

const CATALOG: &str = r#"[
    {"sku": "s1", "category": "scarves", "stock": 3, "together": ["h1", "g1"]},
    {"sku": "s2", "category": "scarves", "stock": 0},
    {"sku": "h1", "category": "hats", "stock": 5, "together": ["s1"]},
    {"sku": "h2", "category": "hats", "stock": 1},
    {"sku": "g1", "product_id": "p-g1", "category": "gloves", "stock": 2},
    {"category": "gloves", "stock": 2}]"#;

fn list() -> List {
    List {
        from: "/products.jsonl".into(),
        key: "sku".into(),
        each: Some("#card".into()),
        filter: encode(&Cond::And(vec![])),
        rank: vec![],
        exclude: vec![],
        max: 8,
    }
}

fn bundle(list: List, live: bool) -> Bundle {
    let mut bundle = shop();
    let family = |name: &str, by: &str, event: &str, weight| Score {
        name: name.into(),
        kind: ScoreKind::Family { by: by.into(), weights: vec![(event.into(), weight)], half_life: 0 },
    };
    bundle.events.retain(|event| event.name != "Order Completed");
    bundle.events.push(event("Order Completed", Purpose::Personalization, &["order_id", "revenue", "products"]));
    bundle.scores = vec![
        family("affinity", "properties.category", "Product Viewed", 1.0),
        family("bought", "properties.sku", "Order Completed", 1.0),
    ];
    let action = Action::List { at: None, list, items: vec![] };
    let variant = Variant { actions: vec![action], ..variant("a", 1.0) };
    bundle.experiences = vec![Experience { variants: vec![variant], live, ..experience("e", Cond::And(vec![])) }];
    bundle
}

/// A page that shows it.
fn page(list: List, live: bool) -> Page {
    let mut page = Page::new(&bundle(list, live));
    page.facts(Facts::Slots(vec!["hero".into()]));
    page.grant(&Purpose::ALL);
    page
}

fn arrives(page: &mut Page) {
    let mut bytes = Vec::new();
    serde_json::from_str::<Value>(CATALOG).unwrap().put(&mut bytes);
    comes(page, bytes);
}

fn comes(page: &mut Page, items: Vec<u8>) {
    page.facts(Facts::Catalog { from: "/products.jsonl".into(), items });
}

/// The keys that the newest plan shows; none for its own content.
fn shown(page: &Page) -> Vec<String> {
    let plan = |effect: &Effect| match effect {
        Effect::Render(SlotPlan::Show { actions, .. }) => Some(actions.clone()),
        Effect::Render(SlotPlan::Own { .. }) => Some(vec![]),
        _ => None,
    };
    let actions = page.effects.iter().rev().find_map(plan).expect("a plan");
    let keys = |action: &Action| match action {
        Action::List { items, .. } => {
            items.iter().map(|item| item.get("sku").unwrap().as_str().unwrap().into()).collect()
        }
        _ => vec![],
    };
    actions.iter().flat_map(keys).collect()
}

fn asked(page: &Page) -> usize {
    page.effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Catalog { from, .. } if from.ends_with(".jsonl")))
        .count()
}

fn product(sku: &str, category: &str) -> [(&'static str, Value); 2] {
    [("sku", sku.into()), ("category", category.into())]
}

fn say(page: &mut Page, name: &str, sku: &str) {
    page.track(name, &product(sku, "hats"));
}

fn order(page: &mut Page, sku: &str) {
    let products: Value = serde_json::from_str(&format!(r#"[{{"sku": "{sku}"}}]"#)).unwrap();
    page.track("Order Completed", &[("order_id", "o1".into()), ("products", products)]);
}

#[test]
fn what_is_listed_and_in_what_order() {
    let in_stock = Cond::Fact { path: "stock".into(), tests: vec![Test::Gt(0.0.into())] };
    let ranked =
        |names: &[(&str, &str)]| names.iter().map(|(name, by)| ((*name).into(), (*by).into())).collect::<Vec<_>>();
    type Before = fn(&mut Page);
    let rows: Vec<(&str, List, Before, &[&str])> = vec![
        ("the catalogue's order, whatever has a key", list(), |_| {}, &["s1", "s2", "h1", "h2", "g1"]),
        ("at most so many", List { max: 2, ..list() }, |_| {}, &["s1", "s2"]),
        ("what is in stock", List { filter: encode(&in_stock), ..list() }, |_| {}, &["s1", "h1", "h2", "g1"]),
        (
            "by affinity",
            List { rank: ranked(&[("affinity", "category")]), ..list() },
            |page| ["hats", "hats", "gloves"].iter().for_each(|of| _ = page.track("Product Viewed", &product("x", of))),
            &["h1", "h2", "g1", "s1", "s2"],
        ),
        (
            "by affinity, then together with what is in the cart, then the catalogue",
            List {
                rank: ranked(&[("affinity", "category"), ("together", "")]),
                exclude: vec!["cart".into()],
                ..list()
            },
            |page| {
                page.track("Product Viewed", &product("x", "scarves"));
                say(page, "Product Added", "s1");
            },
            &["s2", "h1", "g1", "h2"],
        ),
        (
            "together with what the page shows, which is not listed itself",
            List { rank: ranked(&[("together", "")]), ..list() },
            |page| page.facts(Facts::Context(serde_json::from_str(r#"{"data": {"sku": "s1"}}"#).unwrap())),
            &["h1", "g1", "s2", "h2"],
        ),
        (
            "without what was bought and what is in the cart, by any of its names",
            List { exclude: vec!["bought".into(), "cart".into()], ..list() },
            |page| {
                order(page, "h1");
                page.track("Product Added", &[("product_id", "p-g1".into()), ("sku", "other".into())]);
            },
            &["s1", "s2", "h2"],
        ),
    ];
    for (title, list, before, expected) in rows {
        let mut page = page(list, false);
        before(&mut page);
        arrives(&mut page);
        assert_eq!(shown(&page), expected, "{title}");
    }
}

#[test]
fn it_is_asked_for_once_and_only_where_a_list_wins() {
    let mut page = page(list(), false);
    assert_eq!((asked(&page), shown(&page)), (1, vec![]));
    assert_eq!(page.engine.decide("hero").reason, Reason::Pending);
    page.views(2);
    arrives(&mut page);
    page.page_view("/other");
    assert_eq!(asked(&page), 1);
    let decision = page.engine.decide("hero");
    assert_eq!((decision.reason, decision.experience.as_deref()), (Reason::Matched, Some("e")));
    assert_eq!(decision.content.unwrap().get("items").unwrap().as_list().unwrap().len(), 5);
    let mut refused = Page::new(&bundle(list(), false));
    refused.facts(Facts::Slots(vec!["hero".into()]));
    refused.withdraw(&[Purpose::Personalization]);
    assert_eq!(asked(&refused), 0);
}

#[test]
fn it_is_asked_for_again_where_it_is_old_did_not_come_or_is_another() {
    let items = |page: &Page| page.engine.decide("hero").content.is_some();
    type After = fn(&mut Page);
    let rows: [(&str, After, usize, bool); 7] = [
        ("within five minutes", |page| page.tick(299_000), 1, true),
        ("after that", |page| page.tick(300_000), 2, false),
        ("it did not come", |page| comes(page, vec![]), 2, false),
        ("it was empty", |page| comes(page, vec![4, 0]), 1, false),
        ("other rules, the same file", |page| page.bundle(&bundle(list(), false), 2), 1, true),
        (
            "it is elsewhere now",
            |page| page.bundle(&bundle(List { from: "/new.jsonl".into(), ..list() }, false), 2),
            2,
            false,
        ),
        (
            "the choice was taken back, and given again",
            |page| {
                page.withdraw(&Purpose::ALL);
                page.grant(&Purpose::ALL);
            },
            1,
            true,
        ),
    ];
    for (title, then, expected, there) in rows {
        let mut page = page(list(), false);
        arrives(&mut page);
        then(&mut page);
        page.page_view("/other");
        assert_eq!((asked(&page), items(&page)), (expected, there), "{title}");
    }
    // A grant that ended before anything came may have ended before it was asked.
    let mut page = page(list(), false);
    page.withdraw(&Purpose::ALL);
    page.grant(&Purpose::ALL);
    assert_eq!(asked(&page), 2);
    // What was asked of another place comes too late.
    page.bundle(&bundle(List { from: "/new.jsonl".into(), ..list() }, false), 2);
    arrives(&mut page);
    assert_eq!(page.engine.decide("hero").reason, Reason::Pending);
}

#[test]
fn on_screen_it_only_grows_shorter() {
    let of = |live| {
        let mut page = page(
            List { rank: vec![("affinity".into(), "category".into())], exclude: vec!["cart".into()], ..list() },
            live,
        );
        arrives(&mut page);
        assert_eq!(shown(&page), ["s1", "s2", "h1", "h2", "g1"]);
        page.views(1);
        page.track("Product Viewed", &product("x", "gloves"));
        page
    };
    let mut still = of(false);
    assert_eq!(shown(&still), ["s1", "s2", "h1", "h2", "g1"], "no other order under somebody's eyes");
    say(&mut still, "Product Added", "s2");
    assert_eq!(shown(&still), ["s1", "h1", "h2", "g1"], "what is in the cart is offered no more");
    say(&mut still, "Product Removed", "s2");
    assert_eq!(shown(&still), ["s1", "h1", "h2", "g1"], "and does not jump back");
    still.page_view("/other");
    assert_eq!(shown(&still), ["g1", "s1", "s2", "h1", "h2"], "on another page it is made anew");
    assert_eq!(shown(&of(true)), ["g1", "s1", "s2", "h1", "h2"], "as `live` says at once");
}

#[test]
fn who_comes_after_a_log_out_gets_their_own() {
    let mut page = page(List { rank: vec![("affinity".into(), "category".into())], ..list() }, false);
    page.track("Product Viewed", &product("x", "gloves"));
    arrives(&mut page);
    assert_eq!(shown(&page), ["g1", "s1", "s2", "h1", "h2"]);
    page.facts(Facts::Reset { fresh: identity("second") });
    assert_eq!(shown(&page), ["s1", "s2", "h1", "h2", "g1"]);
}

#[test]
fn while_it_is_waited_for_what_is_on_screen_stays() {
    let mut bundle = bundle(list(), false);
    let mut list = bundle.experiences.remove(0);
    (list.priority, list.when) = (9, encode(&Cond::Segment("fan".into())));
    bundle.experiences = vec![list, experience("text", Cond::And(vec![]))];
    let mut page = Page::new(&bundle);
    page.facts(Facts::Slots(vec!["hero".into()]));
    page.grant(&Purpose::ALL);
    let on_screen = |page: &Page| {
        let decision = page.engine.decide("hero");
        (decision.experience, decision.reason)
    };
    page.views(3);
    assert_eq!((asked(&page), on_screen(&page)), (1, (Some("text".into()), Reason::Locked)));
    arrives(&mut page);
    assert_eq!(on_screen(&page), (Some("text".into()), Reason::Locked));
    page.page_view("/other");
    assert_eq!((on_screen(&page).0.as_deref(), shown(&page).len()), (Some("e"), 5));
}

#[test]
fn nothing_for_somebody_is_the_pages_own_content() {
    let mut page =
        page(List { max: 1, exclude: vec!["cart".into()], filter: encode(&is("sku", "s1")), ..list() }, false);
    arrives(&mut page);
    assert_eq!(shown(&page), ["s1"]);
    say(&mut page, "Product Added", "s1");
    assert!(shown(&page).is_empty());
    assert_eq!(page.engine.decide("hero").experience, None);
    for damaged in [vec![], vec![255; 40]] {
        let mut page = self::page(list(), false);
        comes(&mut page, damaged);
        assert!(shown(&page).is_empty());
        assert_eq!(page.engine.decide("hero").reason, Reason::None);
    }
}
