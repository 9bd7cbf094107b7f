//! Facts inside texts.

use crate::page::*;
use crate::rules::*;
use vitrine_core::io::*;
use vitrine_wire::action::Place;
use vitrine_wire::{Action, Bundle, Cond, EventKind, Experience, Purpose, Value, Variant};

const NAME: &str = r#"Hello {{profile.first_name | "there"}}!"#;

fn saying(actions: Vec<Action>) -> Bundle {
    let variant = Variant { actions, ..variant("a", 1.0) };
    let mut bundle = shop();
    bundle.experiences = vec![Experience { variants: vec![variant], ..experience("e", Cond::And(vec![])) }];
    bundle
}

fn text(to: &str) -> Action {
    Action::Text { at: None, to: to.into() }
}

/// A page that shows it.
fn page(actions: Vec<Action>) -> Page {
    let mut page = Page::new(&saying(actions));
    page.facts(Facts::Slots(vec!["hero".into()]));
    page.grant(&Purpose::ALL);
    page
}

/// The newest plan.
fn planned(page: &Page) -> Vec<Action> {
    let plan = |effect: &Effect| match effect {
        Effect::Render(SlotPlan::Show { actions, .. }) => Some(actions.clone()),
        _ => None,
    };
    page.effects.iter().rev().find_map(plan).expect("a plan")
}

fn plans(page: &Page) -> usize {
    page.effects.iter().filter(|effect| matches!(effect, Effect::Render(SlotPlan::Show { .. }))).count()
}

fn identify(page: &mut Page, traits: &str, proof: bool) {
    let Value::Map(data) = serde_json::from_str(traits).unwrap() else { panic!("traits") };
    let proof = proof.then(|| serde_json::from_str(r#"{"iat": 1, "mac": "x"}"#).unwrap());
    let draft = page.draft("", &[]);
    page.send(Draft { kind: Some(EventKind::Identify), id: "u1".into(), data, proof, ..draft });
}

/// The backend answers to a proof.
fn proven(page: &mut Page, traits: &str) {
    identify(page, "{}", true);
    let rows = format!(r#"{{"version": 1, "traits": {traits}}}"#);
    page.facts(Facts::Profile(serde_json::from_str(&rows).unwrap()));
}

#[test]
fn who_they_are_is_said_only_to_whom_has_proven_it() {
    let mut page = page(vec![text(NAME)]);
    assert_eq!(planned(&page), [text("Hello there!")]);
    identify(&mut page, r#"{"first_name": "Ada"}"#, false);
    assert_eq!((planned(&page), plans(&page)), (vec![text("Hello there!")], 1), "anybody can say a name");
    let later = T0 + DAY;
    proven(&mut page, &format!(r#"{{"first_name": {{"value": "Zoë", "source": "crm", "at": {later}}}}}"#));
    assert_eq!(planned(&page), [text("Hello Zoë!")]);
    page.facts(Facts::Reset { fresh: identity("second") });
    assert_eq!(planned(&page), [text("Hello there!")], "and to nobody else on this device");
}

#[test]
fn what_is_told_beside_it_is_told_once_a_view() {
    let emit = Action::Emit { name: "hello".into(), detail: Value::Null };
    let mut page = page(vec![text(r#"{{cart.items|"no"}}"#), emit]);
    let told = |page: &Page| page.effects.iter().filter(|e| matches!(e, Effect::Notify(Notify::Emit { .. }))).count();
    assert_eq!(told(&page), 1);
    page.track("Product Added", &[("sku", "a".into()), ("price", 5.0.into())]);
    assert_eq!((told(&page), plans(&page)), (1, 2));
    page.page_view("/other");
    assert_eq!(told(&page), 2);
}

#[test]
fn what_is_said_follows_the_fact() {
    let mut page = page(vec![text(r#"{{cart.items|"no"}} in your basket"#)]);
    assert_eq!(planned(&page), [text("0 in your basket")]);
    for n in 1..3 {
        page.track("Product Added", &[("sku", n.to_string().into()), ("price", 5.0.into())]);
        assert_eq!(planned(&page), [text(&format!("{n} in your basket"))]);
    }
    let before = plans(&page);
    page.track("Product Viewed", &[]);
    assert_eq!(plans(&page), before, "nothing is done where it says the same");
}

#[test]
fn whatever_a_fact_holds_is_text() {
    let evil = r#"<img src=x onerror="alert(1)">&'"#;
    let safe = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&apos;";
    let tag = r#"<b>{{profile.first_name | "&"}}</b>"#;
    let html = |html: &str| {
        let (at, html) = (None, html.to_owned());
        [
            Action::Html { at: at.clone(), to: html.clone() },
            Action::Insert { at: at.clone(), place: Place::Append, html: html.clone() },
            Action::Replace { at, html },
        ]
    };
    let plain = |text: &str| {
        let (src, alt) = ("/x.png".into(), text.to_owned());
        [
            Action::Attribute { at: None, name: "title".into(), to: Some(text.to_owned()) },
            Action::Image { at: None, src, alt },
        ]
    };
    for (known, written, as_html, as_text) in [
        ("null", tag, "<b>&amp;</b>", "<b>&</b>"),
        (&serde_json::to_string(evil).unwrap(), tag, &format!("<b>{safe}</b>"), &format!("<b>{evil}</b>")),
        (r#""""#, tag, "<b>&amp;</b>", "<b>&</b>"),
        (r#"["a"]"#, tag, "<b>&amp;</b>", "<b>&</b>"),
        ("4.5", tag, "<b>4.5</b>", "<b>4.5</b>"),
        ("true", r#"{{profile.first_name|""}}{{ profile.first_name | "" }}"#, "truetrue", "truetrue"),
        (
            r#""{{profile.first_name | \"x\"}}""#,
            tag,
            "<b>{{profile.first_name | &quot;x&quot;}}</b>",
            r#"<b>{{profile.first_name | "x"}}</b>"#,
        ),
    ] {
        let mut page = page([&html(written)[..], &plain(written)[..]].concat());
        proven(&mut page, &format!(r#"{{"first_name": {{"value": {known}, "source": "crm", "at": 1}}}}"#));
        assert_eq!(planned(&page), [&html(as_html)[..], &plain(as_text)[..]].concat(), "{known} in {written}");
    }
    let mut page = page(vec![text(tag)]);
    proven(&mut page, &format!(r#"{{"first_name": {{"value": "{}", "source": "crm", "at": 1}}}}"#, "é".repeat(5_000)));
    assert_eq!(planned(&page), [text(&format!("<b>{}</b>", "é".repeat(200)))], "a bounded one");
}

#[test]
fn the_record_for_the_next_page_holds_nothing_of_it() {
    let mut page = page(vec![text(NAME)]);
    proven(&mut page, r#"{"first_name": {"value": "Zoë", "source": "crm", "at": 1}}"#);
    page.heard();
    page.facts(Facts::Hidden);
    let record = page.effects.iter().rev().find_map(|effect| match effect {
        Effect::Persist(Persist::Paint { record, .. }) => Some(record.clone()),
        _ => None,
    });
    let rows = record.expect("a record");
    assert!(rows.same.iter().chain(&rows.fresh).all(|row| row.ops.is_none()), "{rows:?}");
    assert!(!format!("{rows:?}").contains("Zo"), "{rows:?}");
}
