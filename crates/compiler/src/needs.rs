//! What a device must keep of past events so that every rule can be answered: by event, for how long, which parts.

use std::collections::{BTreeMap, HashSet};

use vitrine_core::segments::leaf::labels;
use vitrine_wire::bundle::{Bundle, Need, ScoreKind, Trigger};
use vitrine_wire::cond::{self, Cond, Since, Test, Within};

/// A session that lasts longer than this is none: a week.
const RUN: i64 = 7 * 86_400_000;

#[derive(Default)]
struct Needs {
    /// By event, and whether only while its page is open.
    by_event: BTreeMap<(String, bool), Need>,
    /// Counts only how far back answers depend on events, not what explanations tell besides.
    answers: bool,
}

/// The needs of a bundle's conditions and scores. `kept` are declared retentions: event and milliseconds.
pub(crate) fn of(bundle: &Bundle, kept: &[(String, i64)]) -> Vec<Need> {
    let mut needs = Needs::default().read(bundle);
    let declared: HashSet<&str> = kept.iter().map(|(event, _)| event.as_str()).collect();
    needs.retain(|need| !declared.contains(need.event.as_str()));
    for (event, length) in kept {
        let context = ["page", "campaign", "referrer", "data"].map(str::to_owned).into();
        needs.push(Need { event: event.clone(), keep: *length, properties: None, context });
    }
    needs
}

/// How far back each event matters to an answer (0 is ever).
pub(crate) fn reach(bundle: &Bundle) -> Vec<Need> {
    Needs { answers: true, ..Needs::default() }.read(bundle)
}

impl Needs {
    fn read(mut self, bundle: &Bundle) -> Vec<Need> {
        let segments = bundle.segments.iter().map(|segment| &segment.when);
        let shown = bundle.experiences.iter().flat_map(|e| {
            let trigger = match &e.trigger {
                Trigger::When(condition) => Some(condition),
                _ => None,
            };
            std::iter::once(&e.when).chain(&e.unless).chain(trigger).chain(&e.cap).chain(&e.pressed)
        });
        let parts = bundle.scores.iter().flat_map(|score| match &score.kind {
            ScoreKind::Sum { parts, .. } => parts.as_slice(),
            _ => &[],
        });
        for bytes in segments.chain(shown).chain(parts.map(|(when, _)| when)) {
            self.condition(&cond::decode(bytes, &mut 0));
        }
        for score in &bundle.scores {
            if let ScoreKind::Family { by, weights, half_life } = &score.kind {
                // After ten halves a thousandth is left: an explanation shows it, an answer hardly hangs on it.
                let length = if self.answers { half_life.saturating_mul(10) } else { 0 };
                for (event, _) in weights {
                    self.add(event, length, &[by, "properties.products"]);
                }
            }
        }
        self.by_event.into_values().collect()
    }

    fn condition(&mut self, cond: &Cond) {
        match cond {
            Cond::And(list) | Cond::Or(list) | Cond::Nor(list) => list.iter().for_each(|c| self.condition(c)),
            Cond::Not(inner) => self.condition(inner),
            Cond::Events(events) => {
                let length = match events.within {
                    Within::Ever => 0,
                    Within::Last(length) => length.saturating_add(events.before),
                    Within::Session => RUN,
                    Within::Page => {
                        // The page itself is where the window begins.
                        self.add(":page", Need::PAGE, &[]);
                        Need::PAGE
                    }
                };
                self.matching(&events.matching, length, &[&events.of]);
            }
            Cond::Since(since) => {
                self.matching(&since.matching, if self.answers { since_reach(since) } else { 0 }, &[])
            }
            Cond::Sequence(sequence) => {
                for (step, _) in &sequence.steps {
                    self.matching(step, sequence.inside, &[]);
                }
            }
            _ => {}
        }
    }

    fn matching(&mut self, matching: &Cond, length: i64, also: &[&str]) {
        let mut paths: Vec<&str> = also.to_vec();
        read(matching, &mut paths);
        for label in labels(matching).unwrap_or_else(|| vec![String::new()]) {
            self.add(&label, length, &paths);
        }
    }

    /// Events of this label are needed for so long (0 is ever), with these paths.
    fn add(&mut self, label: &str, length: i64, paths: &[&str]) {
        let new = Need { event: label.into(), keep: length, properties: Some(Vec::new()), context: Vec::new() };
        let need = self.by_event.entry((label.into(), length == Need::PAGE)).or_insert(new);
        need.keep = if need.keep == 0 || length == 0 { 0 } else { need.keep.max(length) };
        for path in paths {
            let mut parts = path.split('.');
            let list = match parts.next() {
                Some("properties") => need.properties.get_or_insert_default(),
                Some("context") => &mut need.context,
                _ => continue,
            };
            if let Some(name) = parts.next().filter(|name| !list.iter().any(|known| known == name)) {
                list.push(name.into());
            }
        }
    }
}

/// An event older than every bound is as good as one that never happened; the first one has no such bound.
fn since_reach(since: &Since) -> i64 {
    let bound = |test: &Test| match test {
        Test::Gte(n) | Test::Gt(n) | Test::Lte(n) | Test::Lt(n) => n.as_num(),
        _ => None,
    };
    let bounds: Option<Vec<f64>> = since.tests.iter().map(bound).collect();
    let longest = bounds.filter(|_| !since.first).and_then(|bounds| bounds.into_iter().reduce(f64::max));
    longest.map_or(0, |ms| ms as i64)
}

/// The paths that a condition on events reads.
fn read<'a>(cond: &'a Cond, paths: &mut Vec<&'a str>) {
    match cond {
        Cond::And(list) | Cond::Or(list) | Cond::Nor(list) => list.iter().for_each(|c| read(c, paths)),
        Cond::Not(inner) => read(inner, paths),
        // What a test asks of an array's items comes along with the array.
        Cond::Fact { path, .. } => paths.push(path),
        _ => {}
    }
}
