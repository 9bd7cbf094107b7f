//! The record of what the next page would show.

use crate::page::*;
use crate::rules::*;
use vitrine_core::Effect;
use vitrine_core::io::*;
use vitrine_wire::action::Place;
use vitrine_wire::bundle::{Experience, Schedule, Variant};
use vitrine_wire::cond::Within;
use vitrine_wire::paint::{PaintRecord, PaintRow};
use vitrine_wire::{Action, Bundle, Cond, Purpose, Test, Value};

fn site(experiences: Vec<Experience>) -> Bundle {
    Bundle { experiences, ..shop() }
}

fn newest(page: &Page) -> PaintRecord {
    let record = |e: &Effect| match e {
        Effect::Persist(Persist::Paint { record, .. }) => Some(record.clone()),
        _ => None,
    };
    page.effects.iter().rev().find_map(record).expect("a paint record")
}

fn painted(bundle: &Bundle, steps: impl FnOnce(&mut Page)) -> PaintRecord {
    let mut page = Page::new(bundle);
    page.grant(&[Purpose::Personalization]);
    steps(&mut page);
    page.facts(Facts::Hidden);
    newest(&page)
}

fn short(row: &PaintRow) -> String {
    let path = row.path.as_deref().unwrap_or("*");
    let what = match &row.ops {
        None => "pending".to_owned(),
        Some(ops) if ops.is_empty() => "own".to_owned(),
        Some(_) => format!("{} {}", row.experience, row.variant),
    };
    let time = |at: Option<i64>| at.map_or("-".into(), |at| ((at - T0) / MIN).to_string());
    format!("{path} {}..{} {what}", time(row.not_before), time(row.not_after))
}

fn rows(rows: &[PaintRow]) -> Vec<String> {
    rows.iter().map(short).collect()
}

#[test]
fn decisions_are_kept_for_this_session_and_the_next() {
    let in_session = count("Product Viewed", Within::Session, at_least(1.0));
    let record = painted(&site(vec![experience("now", in_session)]), |page| page.views(1));
    assert_eq!(record.session_ends_at, T0 + 30 * MIN);
    assert_eq!(rows(&record.same), ["* -..30 now a"]);
    assert_eq!(rows(&record.fresh), Vec::<String>::new());
    assert_eq!((record.bundle, record.choice.as_str()), (1, "personalization"));
}

#[test]
fn windows_flip_in_the_record_as_they_will() {
    let recent = count("Product Viewed", Within::Last(10 * MIN), at_least(1.0));
    let idle = count("Product Viewed", Within::Last(10 * MIN), Test::Bare(0.0.into()));
    let record = painted(&site(vec![experience("recent", recent), experience("idle", idle)]), |page| page.views(1));
    assert_eq!(rows(&record.same), ["* -..10 recent a", "* 10..30 idle a"]);
    assert_eq!(rows(&record.fresh), ["* -..- idle a"]);
}

#[test]
fn paths_stay_open_and_all_else_of_the_next_page_is_pending() {
    let home = |live| Experience { live, ..experience("home", is("context.page.path", "/")) };
    let not_cart = experience("rest", fact("context.page.path", Test::Ne("/cart/".into())));
    let record = painted(&site(vec![home(false), not_cart]), |_| ());
    assert_eq!(rows(&record.fresh), ["/ -..- home a", "/cart/ -..- own", "* -..- rest a"]);
    for open in [
        is("context.query.utm_campaign", "x"),
        fact("context.page.path", Test::Gt("/a".into())),
        is("session.pages", 1.0),
        is("last.channel", "email"),
        Cond::Events(Box::new(vitrine_wire::cond::Events {
            matching: is("type", "page"),
            within: Within::Ever,
            before: 0,
            aggregate: vitrine_wire::cond::Aggregate::Count,
            of: String::new(),
            tests: vec![at_least(1.0)],
        })),
    ] {
        let record = painted(&site(vec![experience("e", open.clone())]), |_| ());
        assert_eq!(rows(&record.fresh), ["* -..- pending"], "{open:?}");
    }
    let on_page = count("Product Viewed", Within::Page, Test::Bare(0.0.into()));
    let record = painted(&site(vec![experience("reminder", on_page)]), |page| page.views(1));
    assert_eq!(rows(&record.same), ["* -..30 reminder a"], "the next page begins empty");
}

#[test]
fn segments_are_looked_through() {
    let mut bundle = site(vec![experience("winter", Cond::Segment("fan".into()))]);
    let record = painted(&bundle, |page| page.views(3));
    assert_eq!(rows(&record.fresh), [format!("* -..{} winter a", 7 * 24 * 60)]);
    bundle.segments = vec![segment("fan", is("context.data.vip", true))];
    assert_eq!(rows(&painted(&bundle, |_| ()).fresh), ["* -..- pending"]);
}

#[test]
fn schedules_bound_rows() {
    let day = T0.div_euclid(DAY);
    let tomorrow = Some(Schedule { from: Some(day as i32 + 1), to: Some(day as i32 + 1) });
    let record = painted(&site(vec![Experience { schedule: tomorrow, ..experience("e", Cond::And(vec![])) }]), |_| ());
    let (from, to) = (((day + 1) * DAY - T0) / MIN, ((day + 2) * DAY - T0) / MIN);
    assert_eq!(rows(&record.fresh), [format!("* {from}..{to} e a")]);
}

#[test]
fn operations_are_what_the_boot_knows() {
    let at = Some("h1".to_owned());
    let actions = vec![
        Action::Text { at: at.clone(), to: "hi".into() },
        Action::Attribute { at: None, name: "href".into(), to: None },
        Action::Attribute { at: None, name: "title".into(), to: Some("t".into()) },
        Action::Class { at: None, add: vec!["x".into()], remove: vec![] },
        Action::Hide { at: at.clone() },
        Action::Style { at: None, set: vec![("color".into(), "red".into(), String::new())] },
        Action::Reorder { at: None, order: vec!["[data-a]".into()] },
        Action::Template { name: "t".into() },
        Action::Content { data: Value::Null },
    ];
    let variant = |actions| Variant { actions, ..variant("a", 1.0) };
    let one =
        |actions| site(vec![Experience { variants: vec![variant(actions)], ..experience("e", Cond::And(vec![])) }]);
    let record = painted(&one(actions), |_| ());
    let ops = serde_json::to_string(record.fresh[0].ops.as_ref().unwrap()).unwrap();
    let expected = concat!(
        r#"[["","h1","replaceChildren","hi"],["",null,"removeAttribute","href"],["",null,"setAttribute","title","t"],"#,
        r#"["classList",null,"add","x"],["style","h1","setProperty","display","none","important"],"#,
        r#"["style",null,"setProperty","color","red",""],["an order",null,"prepend","[data-a]"],"#,
        r#"["a template",null,"replaceChildren","t"]]"#,
    );
    assert_eq!(ops, expected);
    for waits in [
        Action::Html { at: None, to: "<b>x</b>".into() },
        Action::Image { at: None, src: "/x.png".into(), alt: "x".into() },
        Action::Replace { at: None, html: "<b>x</b>".into() },
        Action::Move { at: Some("b".into()), place: Place::After, to: Some("i".into()) },
    ] {
        let record = painted(&one(vec![waits.clone()]), |_| ());
        assert_eq!(rows(&record.fresh), ["* -..- pending"], "{waits:?}");
    }
}

#[test]
fn the_record_fits_and_holds_no_trait() {
    let long = |n: usize| Experience {
        slot: format!("slot{n}"),
        variants: vec![Variant { actions: vec![Action::Text { at: None, to: "x".repeat(900) }], ..variant("a", 1.0) }],
        ..experience(&format!("e{n:02}"), Cond::And(vec![]))
    };
    let record = painted(&site((0..40).map(long).collect()), |_| ());
    assert!((5..=8).contains(&record.fresh.len()), "{}", record.fresh.len());
}

#[test]
fn it_is_written_after_a_decision_and_only_then() {
    let mut page = Page::granted(&shop());
    page.track("Product Clicked", &[]);
    assert!(!page.told().contains(&"paint".into()));
    page.views(3);
    assert!(page.told().contains(&"paint".into()));
    page.facts(Facts::Hidden);
    page.told();
    page.facts(Facts::Hidden);
    assert!(!page.told().contains(&"paint".into()));
    let mut plain = Page::new(&shop());
    plain.grant(&[Purpose::Measurement]);
    plain.facts(Facts::Hidden);
    assert!(!plain.told().contains(&"paint".into()));
}
