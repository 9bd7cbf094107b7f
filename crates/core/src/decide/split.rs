//! Three independent hashes: out of everything, out of this experience, which variant.

use super::{Person, Verdict};
use crate::hash;
use crate::segments::world::Here;
use vitrine_wire::Reason;
use vitrine_wire::bundle::{Experience, Variant};

/// The arm of a winner that this visitor is in.
pub fn arm<'a>(experience: &'a Experience, contextual: bool, person: Person, here: &Here) -> Verdict<'a> {
    let shown =
        |variant: Option<&'a Variant>, reason| Verdict { winner: Some((experience, variant)), reason, contextual };
    let Some(unit) = person.unit.filter(|_| !contextual) else {
        return shown(heaviest(experience), Reason::Matched);
    };
    let meta = &here.site.bundle.meta;
    if below(&["holdout:", &meta.site], unit, meta.holdout) {
        return shown(None, Reason::SiteHoldout);
    }
    if below(&["holdout:", &experience.id], unit, experience.holdout) {
        return shown(None, Reason::Holdout);
    }
    let first = person.kept.choice(&experience.id, experience.version);
    let known = first.and_then(|id| experience.variants.iter().find(|v| v.id == id));
    shown(known.or_else(|| drawn(experience, unit)).or_else(|| heaviest(experience)), Reason::Matched)
}

fn below(seed: &[&str], unit: &str, share: f64) -> bool {
    share > 0.0 && hash::hash(&seed.concat(), unit, 2).is_some_and(|n| n < share)
}

fn drawn<'a>(experience: &'a Experience, unit: &str) -> Option<&'a Variant> {
    let seed = if experience.seed.is_empty() { &experience.id } else { &experience.seed };
    let sum: f64 = experience.variants.iter().map(|v| v.weight).sum();
    let weights: Vec<f64> = experience.variants.iter().map(|v| v.weight / sum).collect();
    let ranges = hash::bucket_ranges(weights.len() as f64, 1.0, Some(&weights));
    let chosen = hash::choose_variation(hash::hash(seed, unit, 2)?, &ranges);
    experience.variants.get(usize::try_from(chosen).ok()?)
}

/// The variant of the greatest weight, the first among equals.
fn heaviest(experience: &Experience) -> Option<&Variant> {
    experience.variants.iter().reduce(|best, v| if v.weight > best.weight { v } else { best })
}
