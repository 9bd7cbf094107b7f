//! Bundles are tagged records whose bodies are postcard tuples.

use super::postcard;
use crate::action::{self, Action, Place};
use crate::bundle::{self, Meta, Schedule};
use crate::cond::{self, Aggregate, Cond, Events, Test, Within};
use crate::{Bundle, Experience, Purpose, Segment, Value, Variant, records};
use serde::Serialize;

fn record(tag: u16, body: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::new();
    records::write(&mut out, tag, &postcard(body));
    out
}

#[test]
fn actions_are_records_of_postcard_tuples() {
    let at = Some("h2".to_owned());
    let text = || "é".to_owned();
    let list = vec![text(), String::new()];
    let styles = vec![(text(), text(), String::new())];
    let data: Value = vec![1.5, -2.0].into();
    let rows = [
        (record(1, &(&at, "é")), Action::Text { at: at.clone(), to: text() }),
        (record(2, &(&at, "é")), Action::Html { at: at.clone(), to: text() }),
        (record(3, &(&at, "é", &at)), Action::Attribute { at: at.clone(), name: text(), to: at.clone() }),
        (record(4, &(&at, &list, &list)), Action::Class { at: at.clone(), add: list.clone(), remove: list.clone() }),
        (record(5, &(&at, Place::Append, "é")), Action::Insert { at: at.clone(), place: Place::Append, html: text() }),
        (record(6, &(&at,)), Action::Remove { at: at.clone() }),
        (record(7, &(None::<String>,)), Action::Hide { at: None }),
        (record(8, &(&at, &list)), Action::Reorder { at: at.clone(), order: list.clone() }),
        (record(9, &(&data,)), Action::Content { data: data.clone() }),
        (record(10, &(&at, &styles)), Action::Style { at: at.clone(), set: styles.clone() }),
        (record(11, &(&at, "é", "")), Action::Image { at: at.clone(), src: text(), alt: String::new() }),
        (record(12, &(&at, "é")), Action::Replace { at: at.clone(), html: text() }),
        (record(13, &(&at, Place::After, &at)), Action::Move { at: at.clone(), place: Place::After, to: at.clone() }),
        (record(14, &(None::<String>, "é")), Action::Template { name: text() }),
    ];
    for (record, action) in rows {
        assert_eq!(action::encode(std::slice::from_ref(&action)), record);
        assert_eq!(action::decode(&record, &mut 0), [action]);
    }
}

#[test]
fn tests_of_values_keep_their_tags() {
    let v = || Value::from("x");
    let of_value = [
        (1, Test::Bare(v())),
        (2, Test::Eq(v())),
        (3, Test::Ne(v())),
        (4, Test::Lt(v())),
        (5, Test::Lte(v())),
        (6, Test::Gt(v())),
        (7, Test::Gte(v())),
        (19, Test::Veq(v())),
        (20, Test::Vne(v())),
        (21, Test::Vgt(v())),
        (22, Test::Vgte(v())),
        (23, Test::Vlt(v())),
        (24, Test::Vlte(v())),
        (25, Test::InGroup(v())),
        (26, Test::NotInGroup(v())),
    ];
    let l = || Some(vec![v()]);
    let of_list = [
        (8, Test::In(l())),
        (9, Test::Nin(l())),
        (10, Test::Ini(l())),
        (11, Test::Nini(l())),
        (12, Test::All(l())),
        (13, Test::Alli(l())),
    ];
    let of_value = of_value.into_iter().map(|(tag, test)| (record(tag, &v()), test));
    let of_list = of_list.into_iter().map(|(tag, test)| (record(tag, &l()), test));
    let program = vec![8, 42, 5, 1, 300];
    let others = [
        (record(17, &true), Test::Exists(true)),
        (record(18, &"null"), Test::Type("null".into())),
        (record(29, &program), Test::Regex(program)),
    ];
    for (inner, test) in of_value.chain(of_list).chain(others) {
        let cond = Cond::Fact { path: "a.b".into(), tests: vec![test] };
        let written = record(5, &("a.b", inner));
        assert_eq!(cond::encode(&cond), written);
        assert_eq!(cond::decode(&written, &mut 0), cond);
    }
}

#[test]
fn conditions_and_experiences_are_records_of_postcard_tuples() {
    let vip = Cond::Segment("vip".into());
    assert_eq!(cond::encode(&vip), record(6, &("vip",)));
    let within = Within::Last(-5);
    let events = Cond::Events(Box::new(Events {
        matching: vip.clone(),
        within,
        before: 7,
        aggregate: Aggregate::Distinct,
        of: "a".into(),
        tests: vec![Test::Exists(true)],
    }));
    let body = (cond::encode(&vip), within, 7i64, Aggregate::Distinct, "a", record(17, &true));
    assert_eq!(cond::encode(&events), record(7, &body));
    assert_eq!(cond::decode(&cond::encode(&events), &mut 0), events);

    let schedule = Some(Schedule { from: Some(-3), to: None });
    let variant = Variant { id: "v".into(), weight: 0.5, actions: vec![Action::Remove { at: None }] };
    let experience = Experience {
        id: "e".into(),
        slot: "s".into(),
        priority: -300,
        purpose: Purpose::Experiments,
        version: 700,
        holdout: 0.1,
        seed: "seed".into(),
        split_required: true,
        live: false,
        contextual: true,
        paused: true,
        schedule,
        trigger: bundle::Trigger::Load,
        when: cond::encode(&events),
        unless: Some(cond::encode(&vip)),
        variants: vec![variant.clone(), variant],
        group: "g".into(),
        cap: Some(vec![1]),
        pressure: 2.0,
        pressed: None,
    };
    let arm = ("v", 0.5, record(6, &(None::<String>,)));
    let mut trigger = Vec::new();
    records::write(&mut trigger, 1, &[]);
    let body = record(
        1,
        &(
            ("e", "s", -300i32, Purpose::Experiments, 700u32, 0.1, "seed", 13u8, schedule),
            (trigger, cond::encode(&events), Some(cond::encode(&vip)), vec![arm.clone(), arm]),
            ("g", Some(vec![1u8]), 2.0, None::<Vec<u8>>),
        ),
    );
    let offer = bundle::Offer { id: "o".into(), consumed_by: Some(vip.clone()), expires: 9 };
    let whole = Bundle {
        segments: vec![Segment {
            id: "vip".into(),
            when: cond::encode(&vip),
            title: vec![("en".into(), "VIP".into())],
        }],
        experiences: vec![experience],
        offers: vec![offer],
        groups: vec![("g".into(), vec![1.0.into()])],
        ..Bundle::default()
    };
    let payload = bundle::encode(&whole);
    let sections: Vec<_> = records::read(&payload).map(|(_, bytes)| bytes.to_vec()).collect();
    assert_eq!(sections[0], postcard(&Meta::default()));
    assert_eq!(sections[3], record(1, &("vip", cond::encode(&vip), vec![("en", "VIP")])));
    assert_eq!(sections[4], body);
    assert_eq!(sections[5], record(1, &("o", Some(cond::encode(&vip)), 9i64)));
    assert_eq!(sections[6], postcard(&whole.groups));
    assert_eq!(bundle::decode(&payload), whole);
}
