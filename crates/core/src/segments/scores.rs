//! Scores: families that fade by halves, sums of conditions, and who ranks where (docs/rules.md).

use super::leaf;
use super::program::TRUE;
use super::world::Here;
use crate::profile::Key;
use vitrine_wire::bundle::ScoreKind;
use vitrine_wire::{Map, Millis, Test};

/// What is left of one after a time: `2^(-age / half)`. The same on every machine: a library's power need not be.
pub fn left(age: i64, half: i64) -> f64 {
    if half <= 0 || age <= 0 {
        return 1.0;
    }
    let whole = age / half;
    if whole > 1_000 {
        return 0.0;
    }
    // e^x by its series: x is in (-ln 2, 0], where 18 terms are exact to the last bit but rounding.
    let x = -((age % half) as f64) / half as f64 * std::f64::consts::LN_2;
    let mut sum = 1.0;
    for n in (1u32..=18).rev() {
        sum = 1.0 + sum * x / f64::from(n);
    }
    // A power of two by its exponent.
    sum * f64::from_bits(((1_023 - whole) as u64) << 52)
}

fn total(list: &[(Key, f64)], half: i64, now: Millis) -> f64 {
    list.iter().filter(|((at, _), _)| *at <= now).map(|((at, _), weight)| weight * left(now - at, half)).sum()
}

fn half(score: u32, here: &Here) -> i64 {
    match here.site.rules().scores.get(score as usize).map(|score| &score.kind) {
        Some(ScoreKind::Family { half_life, .. }) => *half_life,
        _ => 0,
    }
}

/// The value of a family's member at an instant; 0 where nothing counted.
pub fn member(score: u32, name: &str, now: Millis, here: &Here) -> f64 {
    if here.known.is_none() {
        return 0.0;
    }
    total(counted(score, name, here), half(score, here), now)
}

fn counted<'a>(score: u32, name: &str, here: &Here<'a>) -> &'a [(Key, f64)] {
    here.matches.members(score).iter().find(|(member, _)| member == name).map_or(&[], |(_, list)| list)
}

/// The value of a sum.
pub fn sum(score: u32, here: &Here) -> Option<f64> {
    here.known?;
    let Some(ScoreKind::Sum { parts, min, max }) = here.site.rules().scores.get(score as usize).map(|s| &s.kind) else {
        return None;
    };
    let mut sum = 0.0;
    for ((_, weight), node) in parts.iter().zip(here.site.program().parts_of(score)) {
        match here.values.get(*node as usize) {
            Some(&TRUE) => sum += weight,
            Some(&super::program::OPEN) => here.leave_open(),
            _ => {}
        }
    }
    Some(min.map_or(sum, |min| sum.max(min))).map(|sum| max.map_or(sum, |max| sum.min(max)))
}

/// The value of a sum by its name.
pub fn named(name: &str, here: &Here) -> Option<f64> {
    let score = here.site.rules().scores.iter().position(|score| score.name == name)?;
    sum(score as u32, here)
}

/// The members of a family whose value at an instant is not 0, strongest first; equal ones by name.
fn ranking(score: u32, now: Millis, here: &Here) -> Vec<(f64, String)> {
    let half = half(score, here);
    let mut list: Vec<(f64, String)> = Vec::new();
    for (name, counted) in here.matches.members(score) {
        let value = total(counted, half, now);
        if value != 0.0 && here.known.is_some() {
            let after = |(other, known): &(f64, String)| {
                *other > value || *other == value && crate::rules::js::utf16_order(known, name).is_lt()
            };
            list.insert(list.partition_point(after), (value, name.clone()));
        }
    }
    list
}

/// The strongest members, as `$rank` has them. They are compared at the newest event that counted: all fade alike, and
/// later on rounding, or having faded to 0, would change their order without an event.
pub fn strongest(score: u32, here: &Here) -> Vec<(f64, String)> {
    let counted = here.matches.members(score).iter().flat_map(|(_, list)| list);
    let newest = counted.map(|((at, _), _)| *at).max().unwrap_or(here.now);
    ranking(score, newest, here)
}

/// Whether a member is among the strongest.
pub fn rank(score: u32, top: u32, is: &str, here: &Here) -> bool {
    strongest(score, here).iter().take(top as usize).any(|(_, name)| name == is)
}

/// The next instant at which a fading value passes a bound of its tests.
pub fn next(score: u32, name: &str, tests: &[Test], here: &Here) -> Option<Millis> {
    let half = half(score, here);
    if half == 0 || here.known.is_none() {
        return None;
    }
    let counted = counted(score, name, here);
    let at =
        |now: Millis, test: &Test| leaf::passes(std::slice::from_ref(test), &total(counted, half, now).into(), here);
    let flip = |test: &Test| {
        let before = at(here.now, test);
        // After 1,001 halves nothing is left (see `left`): a test that has not changed by then never will.
        let mut apart = (here.now, here.now.checked_add(half.checked_mul(1_001)?)?);
        if at(apart.1, test) == before {
            return None;
        }
        while apart.1 - apart.0 > 1 {
            let middle = apart.0 + (apart.1 - apart.0) / 2;
            if at(middle, test) == before {
                apart.0 = middle;
            } else {
                apart.1 = middle;
            }
        }
        Some(apart.1)
    };
    tests.iter().filter_map(flip).min()
}

/// Every score that has a value, by name; members of families as `family.member`.
pub fn all(here: &Here) -> Map {
    let mut map = Map::new();
    for (number, score) in (0u32..).zip(&here.site.rules().scores) {
        if let Some(value) = sum(number, here) {
            map.insert(&score.name, value);
        }
        for (value, member) in ranking(number, here.now, here) {
            map.insert([score.name.as_str(), ".", &member].concat(), value);
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::left;
    use proptest::prelude::*;

    #[test]
    fn halves_are_exact() {
        for (age, half, expected) in [(0, 10, 1.0), (10, 10, 0.5), (20, 10, 0.25), (-5, 10, 1.0), (5, 0, 1.0)] {
            assert_eq!(left(age, half).to_bits(), f64::to_bits(expected));
        }
        assert_eq!(left(i64::MAX, 1), 0.0);
    }

    proptest! {
        #[test]
        fn fades_as_the_power_does(age in 0i64..10_000_000_000, half in 1i64..5_000_000_000) {
            let expected = (-(age as f64) / half as f64).exp2();
            prop_assert!((left(age, half) - expected).abs() <= expected * 1e-13 + 1e-300);
            prop_assert!(left(age + 1, half) <= left(age, half));
        }
    }
}
