//! Caps and pressure are conditions on what was seen: the engine has no counters of their own.

use vitrine_wire::cond::{Aggregate, Cond, Events, Test, Within};

/// The event of an exposure.
const SEEN: &str = "Experience Viewed";

fn fact(path: &str, value: &str) -> Cond {
    Cond::Fact { path: path.into(), tests: vec![Test::Bare(value.into())] }
}

fn seen(matching: Cond, within: Within, sum: bool, test: Test) -> Cond {
    Cond::Events(Box::new(Events {
        matching,
        within,
        before: 0,
        aggregate: if sum { Aggregate::Sum } else { Aggregate::Count },
        of: if sum { "properties.pressure".into() } else { String::new() },
        tests: vec![test],
    }))
}

/// An experience was seen at least so often in one of these windows.
pub(crate) fn capped(experience: &str, caps: Vec<(i32, Within)>) -> Cond {
    let of = || Cond::And(vec![fact("event", SEEN), fact("properties.experience", experience)]);
    Cond::Or(caps.into_iter().map(|(max, per)| seen(of(), per, false, Test::Gte(f64::from(max).into()))).collect())
}

/// What was seen in a window leaves no room for another `own` in the budget.
pub(crate) fn pressed((budget, per): (f64, i64), own: f64) -> Cond {
    seen(fact("event", SEEN), Within::Last(per), true, Test::Gt((budget - own).into()))
}

/// Reads `pressure.used` as what it is: the sum of what was seen in the budget's window.
pub(crate) fn used(cond: Cond, per: i64) -> Cond {
    let all = |list: Vec<Cond>| list.into_iter().map(|one| used(one, per)).collect();
    match cond {
        Cond::And(list) => Cond::And(all(list)),
        Cond::Or(list) => Cond::Or(all(list)),
        Cond::Nor(list) => Cond::Nor(all(list)),
        Cond::Not(inner) => Cond::Not(Box::new(used(*inner, per))),
        Cond::Fact { path, tests } if path == "pressure.used" => Cond::Events(Box::new(Events {
            matching: fact("event", SEEN),
            within: Within::Last(per),
            before: 0,
            aggregate: Aggregate::Sum,
            of: "properties.pressure".into(),
            tests,
        })),
        other => other,
    }
}
