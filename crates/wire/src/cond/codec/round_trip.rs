//! Conditions survive their bytes.

use super::*;

#[test]
fn reads_what_it_wrote_and_skips_the_unknown() {
    let cond = Cond::And(vec![
        Cond::Fact { path: "orders.value".into(), tests: vec![Test::Gte(500.0.into()), Test::Not(vec![Test::Never])] },
        Cond::Not(Box::new(Cond::Segment("vip".into()))),
        Cond::Events(Box::new(Events {
            matching: Cond::Fact { path: "event".into(), tests: vec![Test::Bare("Product Viewed".into())] },
            within: Within::Last(86_400_000),
            before: 0,
            aggregate: Aggregate::Count,
            of: String::new(),
            tests: vec![Test::Gte(3.0.into())],
        })),
    ]);
    let mut skipped = 0;
    assert_eq!(decode(&encode(&cond), &mut skipped), cond);
    assert_eq!(skipped, 0);
    assert_eq!(decode(&encode(&Cond::And(vec![Cond::Unknown])), &mut skipped), Cond::And(vec![Cond::Unknown]));
    assert_eq!(skipped, 1);
}

#[test]
fn deep_nesting_is_cut_not_followed() {
    let mut cond = Cond::And(vec![]);
    for _ in 0..500 {
        cond = Cond::Not(Box::new(cond));
    }
    let mut skipped = 0;
    decode(&encode(&cond), &mut skipped);
    assert_eq!(skipped, 1);
}
