//! One question at an instant: its answer, and when time alone may change it.

use super::matches::Matches;
use super::program::{FALSE, OPEN, TRUE, Truth, UNKNOWN};
use super::world::{EventWorld, Here};
use super::{calendar, scores, sequence, windows};
use crate::profile::history::Past;
use crate::rules;
use std::borrow::Cow;
use std::cell::Cell;
use vitrine_wire::cond::{Anniversary, Cond, Events, TimeWindow};
use vitrine_wire::{EventKind, Millis, Test, Value};

/// A question.
#[expect(missing_docs, reason = "fields are those of the condition")]
#[derive(Debug)]
pub enum Leaf {
    /// A fact passes tests.
    Fact { fact: u32, tests: Vec<Test> },
    /// A member of a score family passes tests.
    Score { score: u32, member: String, tests: Vec<Test> },
    /// `$events`.
    Events { matcher: u32, events: Box<Events> },
    /// `$since`.
    Since { matcher: u32, first: bool, tests: Vec<Test> },
    /// `$sequence`.
    Sequence { steps: Vec<(u32, i64)>, within: i64, inside: i64 },
    /// `$rank`.
    Rank { score: u32, top: u32, is: String },
    /// `$time`.
    Time(TimeWindow),
    /// `$anniversary`.
    Anniversary { fact: u32, day: Anniversary },
}

/// Which events count.
#[derive(Debug)]
pub struct Matcher {
    /// The condition.
    pub cond: Cond,
    /// What an event must be called to match, if that is known (see [`label`]).
    pub labels: Option<Vec<String>>,
}

impl Matcher {
    /// Of a condition.
    pub fn new(cond: Cond) -> Self {
        Matcher { labels: labels(&cond), cond }
    }

    /// Whether an event counts.
    pub fn holds(&self, past: &Past, overlong: &Cell<bool>) -> bool {
        rules::holds(&self.cond, &EventWorld::past(past, overlong))
    }
}

/// What an event is found by: a track's name, or another call's kind behind a colon.
pub fn label(kind: EventKind, name: &str) -> String {
    if matches!(kind, EventKind::Track) { name.into() } else { [":", kind.as_str()].concat() }
}

/// What an event must be called to match a condition, if that is known.
pub fn labels(cond: &Cond) -> Option<Vec<String>> {
    match cond {
        Cond::And(list) => list.iter().find_map(labels),
        Cond::Fact { path, tests } => {
            let of = |value: &Value| match (path.as_str(), value) {
                ("event", Value::Str(name)) => Some(name.clone()),
                ("type", Value::Str(kind)) if kind != "track" => Some([":", kind].concat()),
                _ => None,
            };
            tests.iter().find_map(|test| match test {
                Test::Bare(value) | Test::Eq(value) => Some(vec![of(value)?]),
                Test::In(Some(list)) => list.iter().map(of).collect(),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The answer of a leaf.
pub fn truth(leaf: &Leaf, here: &Here) -> Truth {
    let Some(probe) = here.probe else { return answer(leaf, here) };
    probe.open.set(false);
    let truth = answer(leaf, here);
    if probe.open.replace(false) { OPEN } else { truth }
}

fn answer(leaf: &Leaf, here: &Here) -> Truth {
    let holds = match leaf {
        Leaf::Fact { fact, tests } => return passes(tests, &fact_value(*fact, here), here),
        Leaf::Score { score, member, tests } => {
            return passes(tests, &scores::member(*score, member, here.now, here).into(), here);
        }
        Leaf::Events { matcher, events } => {
            next_page(*matcher, here);
            match windows::value(events, here.matches.of(*matcher), here) {
                Some(value) => return passes(&events.tests, &value, here),
                None => false,
            }
        }
        Leaf::Since { matcher, first, tests } => {
            next_page(*matcher, here);
            return passes(tests, &since(here.matches, *matcher, *first, here.now).into(), here);
        }
        Leaf::Sequence { steps, within, inside } => {
            steps.iter().for_each(|(step, _)| next_page(*step, here));
            let start = sequence::newest(steps, *within, here);
            start.is_some_and(|start| *inside == 0 || start > here.now.saturating_sub(*inside))
        }
        Leaf::Rank { score, top, is } => scores::rank(*score, *top, is, here),
        Leaf::Time(window) => calendar::within(window, here.now, here),
        Leaf::Anniversary { fact, day } => calendar::near(day, &fact_value(*fact, here), here.now, here),
    };
    if holds { TRUE } else { FALSE }
}

/// A fact's value: as it was last read, or read now where nothing is kept.
fn fact_value<'a>(fact: u32, here: &'a Here) -> Cow<'a, Value> {
    match here.facts.get(fact as usize) {
        Some(value) => Cow::Borrowed(value),
        None => Cow::Owned(here.site.program().facts.get(fact as usize).map_or(Value::Null, |fact| fact.read(here))),
    }
}

/// Whether a value passes every test.
pub fn passes(tests: &[Test], value: &Value, here: &Here) -> Truth {
    match rules::all(tests, value, here) {
        Some(true) => TRUE,
        Some(false) => FALSE,
        None => UNKNOWN,
    }
}

/// The next page brings a page event of its own: whether it counts may not be known yet.
fn next_page(matcher: u32, here: &Here) {
    if here.probe.is_none() {
        return;
    }
    let Some(matcher) = here.site.program().matchers.get(matcher as usize) else { return };
    let open = Cell::new(false);
    if rules::holds(&matcher.cond, &EventWorld::next_page(&open)) || open.get() {
        here.leave_open();
    }
}

/// Milliseconds since the newest or oldest match; infinite where there is none.
pub fn since(matches: &Matches, matcher: u32, first: bool, now: Millis) -> f64 {
    let keys = matches.of(matcher);
    let key = if first { keys.first() } else { keys.last() };
    key.map_or(f64::INFINITY, |(at, _)| (now - at) as f64)
}

/// The next instant after now at which the answer may change by time alone. Facts are the facts' own matter.
pub fn next(leaf: &Leaf, here: &Here) -> Option<Millis> {
    match leaf {
        Leaf::Fact { .. } => None,
        Leaf::Events { matcher, events } => windows::next_flip(events, here.matches.of(*matcher), here),
        Leaf::Since { matcher, first, tests } => {
            let keys = here.matches.of(*matcher);
            let (from, _) = if *first { keys.first() } else { keys.last() }?;
            let edge = |test: &Test| {
                let (bound, after) = match test {
                    Test::Gte(bound) | Test::Lt(bound) => (bound.as_num()?, 0),
                    Test::Gt(bound) | Test::Lte(bound) => (bound.as_num()?, 1),
                    _ => return None,
                };
                Some(from.saturating_add(bound as i64).saturating_add(after)).filter(|at| *at > here.now)
            };
            tests.iter().filter_map(edge).min()
        }
        Leaf::Sequence { inside: 0, .. } => None,
        Leaf::Sequence { steps, within, inside } => {
            let start = sequence::newest(steps, *within, here)?;
            Some(start.saturating_add(*inside)).filter(|at| *at > here.now)
        }
        Leaf::Score { score, member, tests } => scores::next(*score, member, tests, here),
        // All members of a family fade alike: their order changes with events alone.
        Leaf::Rank { .. } => None,
        Leaf::Time(window) => calendar::next_window(window, here),
        Leaf::Anniversary { fact, day } => calendar::next_day(day, &fact_value(*fact, here), here),
    }
}
