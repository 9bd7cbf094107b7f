//! `$sequence`: events in an order.

use super::world::Here;
use crate::profile::Key;
use vitrine_wire::Millis;

/// The latest start among all chains that match the steps, each within its time of the one before and the whole within
/// its own; none where there is no chain.
///
/// One pass in order of the events is enough: of all chains up to a step the one that ended last is the best to go on
/// from, both for its end (the gap is the smallest) and for its start (later ends never have earlier starts).
pub fn newest(steps: &[(u32, i64)], within: i64, here: &Here) -> Option<Millis> {
    let keys: Vec<&[Key]> = steps.iter().map(|(step, _)| here.matches.of(*step)).collect();
    let mut next = vec![0usize; keys.len()];
    // Where the best chain up to each step ended, and where it began.
    let mut best: Vec<Option<(Millis, Millis)>> = vec![None; keys.len()];
    let mut found = None;
    loop {
        let heads = keys.iter().zip(&next).filter_map(|(keys, at)| keys.get(*at));
        let Some(key) = heads.min().copied().filter(|(at, _)| *at <= here.now) else { return found };
        // Backwards, so that one event is not two steps of a chain.
        for step in (0..keys.len()).rev() {
            let (Some(list), Some(place)) = (keys.get(step), next.get_mut(step)) else { continue };
            if list.get(*place) != Some(&key) {
                continue;
            }
            *place += 1;
            let start = match step.checked_sub(1) {
                None => Some(key.0),
                Some(before) => {
                    let gap = steps.get(step).map_or(0, |(_, gap)| *gap);
                    let before = best.get(before).copied().flatten();
                    before.filter(|(end, _)| gap == 0 || key.0 - end <= gap).map(|(_, start)| start)
                }
            };
            let Some(start) = start else { continue };
            if let Some(best) = best.get_mut(step) {
                *best = Some((key.0, start));
            }
            if step + 1 == keys.len() && (within == 0 || key.0 - start <= within) {
                found = found.max(Some(start));
            }
        }
    }
}
