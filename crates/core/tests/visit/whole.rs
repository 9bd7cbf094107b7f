//! A bundle that asks every kind of question, for what must hold of every network of conditions.

use crate::page::*;
use crate::rules::*;
use vitrine_wire::bundle::{Bundle, CutPoints, Experience, Lifecycle, Offer, Schedule, Score, ScoreKind, Segment};
use vitrine_wire::cond::*;
use vitrine_wire::{Purpose, Test, Value};

/// Lengths of windows: instants at which something may change are so far from an event.
pub const LENGTHS: [i64; 5] = [MIN, 20 * MIN, 30 * MIN, 6 * 60 * MIN, DAY];

fn below(n: f64) -> Test {
    Test::Lt(n.into())
}

fn over(aggregated: Aggregate, within: Within, before: i64, test: Test) -> Cond {
    aggregate("Product Viewed", within, before, aggregated, "properties.price", test)
}

fn sequence(within: i64, gap: i64, inside: i64) -> Cond {
    let steps = vec![(is("event", "Product Viewed"), 0), (is("event", "Product Added"), gap)];
    Cond::Sequence(Box::new(Sequence { steps, within, inside }))
}

fn since(event: &str, first: bool, test: Test) -> Cond {
    Cond::Since(Box::new(Since { matching: is("event", event), first, tests: vec![test] }))
}

fn rank(is: &str) -> Cond {
    Cond::Rank { score: "affinity".into(), top: 1, is: is.into() }
}

fn segments() -> Vec<(&'static str, Cond)> {
    let viewed = |within, test| count("Product Viewed", within, test);
    let time = TimeWindow { days: 0b111_1111, from: 9 * 60, to: 10 * 60, zone: Zone::Site };
    let night = TimeWindow { days: 0b001_1000, from: 23 * 60, to: 60, zone: Zone::Visitor };
    let birthday = Anniversary { of: "profile.birthday".into(), ahead: 1, behind: 0, zone: Zone::Site };
    let one =
        |path: &str, list: &[&str]| fact(path, Test::In(Some(list.iter().map(|name| Value::from(*name)).collect())));
    vec![
        ("recent", viewed(Within::Last(MIN), at_least(1.0))),
        ("idle", viewed(Within::Last(20 * MIN), Test::Bare(0.0.into()))),
        ("ever", viewed(Within::Ever, at_least(3.0))),
        ("session", viewed(Within::Session, at_least(2.0))),
        ("page", viewed(Within::Page, below(1.0))),
        ("before", over(Aggregate::Count, Within::Last(6 * 60 * MIN), 20 * MIN, at_least(1.0))),
        ("long-before", over(Aggregate::Count, Within::Ever, DAY, at_least(2.0))),
        ("sum", over(Aggregate::Sum, Within::Last(DAY), 0, at_least(4.0))),
        ("avg", over(Aggregate::Avg, Within::Last(30 * MIN), 0, at_least(2.0))),
        ("min", over(Aggregate::Min, Within::Last(DAY), MIN, below(1.0))),
        ("max", over(Aggregate::Max, Within::Session, 0, at_least(3.0))),
        ("distinct", over(Aggregate::Distinct, Within::Last(DAY), 0, at_least(3.0))),
        ("steps", sequence(0, 20 * MIN, 0)),
        ("steps-in", sequence(30 * MIN, 0, DAY)),
        ("quiet", since("Product Added", false, Test::Gte((20.0 * MIN as f64).into()))),
        ("new", since("Product Viewed", true, Test::Lte((DAY as f64).into()))),
        ("rank", rank("k0")),
        ("other-rank", Cond::Not(Box::new(rank("k1")))),
        ("family", fact("scores.affinity.k0", at_least(1.5))),
        ("trace", fact("scores.affinity.k1", Test::Gt(0.0.into()))),
        ("churn", fact("scores.churn", at_least(0.5))),
        ("stage", one("lifecycle", &["inactive", "at-risk", "lost"])),
        ("buyer", one("lifecycle", &["loyal", "customer"])),
        ("fresh", fact("rfm.r", at_least(4.0))),
        ("frequent", fact("rfm.f", at_least(2.0))),
        ("size", one("size", &["medium", "big"])),
        ("time", Cond::Time(time)),
        ("night", Cond::Time(night)),
        ("birthday", Cond::Anniversary(birthday)),
        ("expired", is("offers.ten.state", "expired")),
        ("visits", fact("session.number", at_least(3.0))),
        ("away", fact("session.pages", below(1.0))),
        ("value", fact("orders.value", at_least(3.0))),
        ("cart", fact("cart.items", at_least(2.0))),
        ("form", is("forms.k1.state", "submitted")),
        ("plan", is("profile.plan", "gold")),
        ("hour", fact("context.time.hour", below(10.0))),
        ("path", is("context.page.path", "/winter")),
        ("asked", is("consent.experiments", "granted")),
        ("preferred", is("channels.preferred", "sms")),
        ("known", is("identity.level", "authenticated")),
    ]
}

/// The bundle. `other`: the second half of the segments alone, in another order.
pub fn whole(other: bool) -> Bundle {
    let mut bundle = shop();
    let mut list = segments();
    if other {
        list = list.split_off(list.len() / 2);
        list.reverse();
    }
    let part = |name: &str, when: Cond| Segment { id: name.into(), when: encode(&when), title: Vec::new() };
    bundle.segments = list.into_iter().map(|(name, when)| part(name, when)).collect();
    let both = Cond::Nor(vec![Cond::Segment("churn".into()), Cond::Segment("time".into())]);
    bundle.segments.push(part("neither", if other { Cond::Segment("rank".into()) } else { both }));
    bundle.segments.push(part("nested", Cond::Not(Box::new(Cond::Segment("neither".into())))));
    let weights = vec![("Product Viewed".into(), 1.0), ("Product Added".into(), 3.0)];
    let parts = vec![
        (encode(&since("Product Viewed", false, Test::Gte((30.0 * MIN as f64).into()))), 0.4),
        (encode(&fact("cart.items", at_least(1.0))), 0.2),
        (encode(&count("Order Completed", Within::Last(DAY), Test::Bare(0.0.into()))), 0.3),
    ];
    bundle.scores = vec![
        Score {
            name: "affinity".into(),
            kind: ScoreKind::Family { by: "properties.sku".into(), weights, half_life: 20 * MIN },
        },
        Score { name: "churn".into(), kind: ScoreKind::Sum { parts, min: None, max: Some(0.8) } },
    ];
    bundle.cuts = CutPoints {
        recency: vec![0.01, 0.25, 1.0, 2.0],
        frequency: vec![2.0, 3.0, 4.0, 5.0],
        monetary: vec![1.0, 2.0, 3.0, 4.0],
        size: vec![2.0, 4.0, 8.0],
    };
    bundle.lifecycle = Lifecycle { inactive: DAY, loyal_orders: 2, loyal_within: DAY, ..Lifecycle::default() };
    bundle.offers = vec![Offer { id: "ten".into(), consumed_by: None, expires: 6 * 60 * MIN }];
    // Zones change by the quarter of an hour at the finest.
    bundle.meta.zone = vec![(0, 3_600), (T0 / DAY * DAY + 2 * DAY, 7_200)];
    bundle.meta.channels = vec!["sms".into()];
    bundle.experiences = vec![Experience {
        live: true,
        unless: Some(encode(&Cond::Segment("rank".into()))),
        schedule: Some(Schedule { from: None, to: Some(((T0 + DAY) / DAY) as i32) }),
        purpose: Purpose::Personalization,
        ..experience("winter", Cond::Segment("nested".into()))
    }];
    bundle
}
