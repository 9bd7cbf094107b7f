//! What ends after the conditions: exclusion groups, caps and pressure; and what a preview link forces.

use super::{Person, test as admitted};
use crate::segments::program::Nodes;
use crate::segments::world::Here;
use vitrine_wire::bundle::{Experience, Variant};
use vitrine_wire::{ConsentState, Rejection};

/// The first limit that rules an experience out which passed every test before. What is on screen, or held back, since the
/// page view began goes by no cap.
pub fn test(experience: &Experience, nodes: Nodes, person: Person, here: &Here) -> Option<Rejection> {
    let holds = |node: Option<u32>| node.is_some_and(|node| here.holds(node));
    let kept = || person.stage.keeps(experience);
    if !experience.group.is_empty() && leader(&experience.group, person, here) != Some(experience.id.as_str()) {
        Some(Rejection::Group)
    } else if holds(nodes.cap) && !kept() {
        Some(Rejection::Cap)
    } else if holds(nodes.pressed) && !kept() {
        Some(Rejection::Pressure)
    } else {
        None
    }
}

/// Who wins in a group: the strongest in the slots of the page, unless a weaker one is on screen already and the strongest may
/// not replace what is. Where none of them is in the page, the strongest anywhere.
fn leader<'a>(group: &str, person: Person, here: &Here<'a>) -> Option<&'a str> {
    let stage = person.stage;
    let (mut strongest, mut elsewhere): (Option<&Experience>, _) = (None, None);
    for (experience, nodes, _) in here.site.group(group) {
        if admitted(experience, nodes, person, here).is_some() {
            continue;
        }
        if !stage.present.contains(&experience.slot) {
            elsewhere = elsewhere.or(Some(experience.id.as_str()));
        } else if strongest.is_none_or(|first| !first.live && stage.keeps(experience)) {
            strongest = Some(experience);
        }
    }
    strongest.map(|experience| experience.id.as_str()).or(elsewhere)
}

/// The variant that a preview link forces. A refusal and `unless` are stronger than a preview.
pub fn forced<'a>(experience: &'a Experience, nodes: Nodes, person: Person, here: &Here) -> Option<&'a Variant> {
    let (id, variant) = person.stage.preview.as_ref()?;
    let refused = matches!(here.gate.state(experience.purpose), ConsentState::Denied | ConsentState::Withdrawn);
    let over = nodes.unless.is_some_and(|unless| here.holds(unless));
    let variant = experience.variants.iter().find(|v| v.id == *variant);
    variant.filter(|_| experience.id == *id && !refused && !over)
}
