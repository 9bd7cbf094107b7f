//! Parts of the file beside each other: conditions that never hold, experiences that nobody sees, and experiences that
//! others always outrank.

use std::collections::{BTreeSet, HashMap};

use vitrine_wire::bundle::ScoreKind;
use vitrine_wire::cond::{Cond, decode};
use vitrine_wire::{Bundle, Experience};

use super::never::{self, Known};
use crate::finding::{Lint, Rule};
use crate::json::step;
use crate::node::Node;

/// Of the experiences above, not more are compared with one below.
const MOST: usize = 64;

/// Checks what the whole file says.
pub(crate) fn check(root: &Node<'_>, bundle: &Bundle, lint: &mut Lint) {
    let conds: Vec<Cond> = bundle.segments.iter().map(|segment| decode(&segment.when, &mut 0)).collect();
    let known = never::segments(root.value, bundle, &conds, lint);
    sums(root, bundle, &known, lint);
    offers(root, bundle, &known, lint);
    let list = root.value.get("experiences").and_then(|e| e.as_array());
    let places: HashMap<&str, usize> =
        list.into_iter().flatten().enumerate().filter_map(|(at, e)| Some((e.get("id")?.as_str()?, at))).collect();
    if bundle.meta.holdout >= 1.0 && !bundle.experiences.is_empty() && bundle.experiences.iter().all(only_split) {
        let message = "nobody sees an experience: each needs a split, and everybody is held out of the whole site";
        lint.warning(Rule::Unreachable, "/holdout", message, "hold out less than 1");
    }
    let mut above = Above::default();
    for experience in &bundle.experiences {
        let Some(at) = places.get(experience.id.as_str()) else { continue };
        let Some(value) = list.and_then(|list| list.get(*at)) else { continue };
        let node = Node { value, pointer: format!("/experiences/{at}") };
        let when = decode(&experience.when, &mut 0);
        if !nobody(&node, experience, &when, &known, lint) {
            above.add(experience, &when, &known, &node.pointer, lint);
        }
    }
}

/// Parts of scores that never count.
fn sums(root: &Node<'_>, bundle: &Bundle, known: &Known<'_>, lint: &mut Lint) {
    let Some(scores) = root.value.get("scores") else { return };
    for score in &bundle.scores {
        let ScoreKind::Sum { parts, .. } = &score.kind else { continue };
        let written = scores.get(&score.name).and_then(|score| score.get("sum")?.as_array());
        for (at, (json, (when, _))) in written.into_iter().flatten().zip(parts).enumerate() {
            let pointer = || format!("{}/sum/{at}/0", step("/scores", &score.name));
            if let Some(json) = json.get(0) {
                known.check(json, &decode(when, &mut 0), &pointer, lint);
            }
        }
    }
}

/// Offers that nothing can consume.
fn offers(root: &Node<'_>, bundle: &Bundle, known: &Known<'_>, lint: &mut Lint) {
    let Some(offers) = root.value.get("offers") else { return };
    for offer in &bundle.offers {
        let written = offers.get(&offer.id).and_then(|offer| offer.get("consumedBy"));
        if let (Some(json), Some(cond)) = (written, &offer.consumed_by) {
            known.check(json, cond, &|| step(&step("/offers", &offer.id), "consumedBy"), lint);
        }
    }
}

/// Whether nobody can see an experience; says why.
fn nobody(node: &Node<'_>, experience: &Experience, when: &Cond, known: &Known<'_>, lint: &mut Lint) -> bool {
    let id = &experience.id;
    let at = |key: &str| step(&node.pointer, key);
    let never = node.value.get("when").is_some_and(|json| known.check(json, when, &|| at("when"), lint));
    if never {
        let message = format!("nobody sees `{id}`: its `when` never holds");
        lint.warning(Rule::Unreachable, &node.pointer, message, "correct the condition, or remove the experience");
    }
    let mut dropped = false;
    if let (Some(json), Some(unless)) = (node.value.get("unless"), &experience.unless) {
        let unless = decode(unless, &mut 0);
        known.check(json, &unless, &|| at("unless"), lint);
        dropped = !never && known.clash(when, Some(&unless)).is_some();
        if dropped {
            let message = format!("nobody sees `{id}`: whoever meets `when` meets `unless` too");
            lint.warning(Rule::Unreachable, &at("unless"), message, "correct one of the two conditions");
        }
    }
    if experience.holdout >= 1.0 && only_split(experience) {
        let message = format!("nobody sees `{id}`: it needs a split, and everybody is held out");
        lint.warning(Rule::Unreachable, &at("holdout"), message, "hold out less than 1, or remove the experience");
    }
    never || dropped
}

/// Whether it is seen in a split alone: who takes part in none, and who has not chosen yet, is never held out.
fn only_split(experience: &Experience) -> bool {
    experience.split_required && !experience.contextual
}

/// The experiences above the one that is looked at, by slot and by one test that each asks for.
#[derive(Default)]
struct Above<'a> {
    slots: HashMap<&'a str, HashMap<Vec<u8>, Vec<High<'a>>>>,
}

/// An experience that shows something whenever its tests hold.
struct High<'a> {
    experience: &'a Experience,
    tests: BTreeSet<Vec<u8>>,
}

impl<'a> Above<'a> {
    /// Compares an experience with those above it, then counts it among them.
    fn add(&mut self, low: &'a Experience, when: &Cond, known: &Known<'_>, pointer: &str, lint: &mut Lint) {
        let asked = known.atoms(when, true);
        let above = self.slots.entry(&low.slot).or_default();
        let hides = |high: &&High<'_>| {
            high.experience.id != low.id
                && high.experience.purpose == low.purpose
                && (high.experience.contextual || !low.contextual)
                && high.tests.is_subset(&asked)
        };
        let everyone = Vec::new();
        let near = [&everyone].into_iter().chain(&asked).filter_map(|test| above.get(test)).flatten();
        if let Some(high) = near.take(MOST).find(hides) {
            let (high, everyone) = (high.experience, high.tests.is_empty());
            let to = if everyone { "to everyone" } else { "to everyone who meets this `when`" };
            let message = format!("`{}` is shown {to} in this slot, so `{}` is never shown", high.id, low.id);
            let fix = "raise its priority, or narrow the other's `when`";
            lint.warning(Rule::Shadowed, pointer, message, fix);
            return;
        }
        if low.unless.is_none() && low.schedule.is_none() && !low.paused && !low.split_required {
            let tests = known.atoms(when, false);
            // Found by the test that the fewest are found by yet.
            let few = |test: &&Vec<u8>| above.get(*test).map_or(0, Vec::len);
            let key = tests.iter().min_by_key(few).cloned().unwrap_or_default();
            above.entry(key).or_default().push(High { experience: low, tests });
        }
    }
}
