//! Time: the next instant that matters, and the visitor's own zone.

use crate::js;
use crate::runtime::Rt;
use vitrine_core::Input;
use vitrine_wire::Millis;

/// A timer for that instant; a farther one than a browser can wait for wakes earlier and is asked for again.
pub fn wake(rt: Rt, at: Millis) -> f64 {
    js::timer(
        at - rt.now(),
        Box::new(move |_| {
            // The timer that runs is no longer one to cancel.
            rt.sources.wake.take();
            rt.input(Input::Tick { at: rt.now() });
        }),
    )
}

/// Offset changes of the visitor's zone over ±13 months: from an instant, seconds east of UTC.
pub fn zone(now: Millis) -> Vec<(Millis, i32)> {
    let mut changes = vec![(now - REACH, offset(now - REACH))];
    let mut from = now - REACH;
    while from < now + REACH {
        let to = from + STEP;
        if offset(from) != offset(to) {
            let (mut before, mut after) = (from, to);
            while after - before > MINUTE {
                let middle = before.midpoint(after);
                if offset(middle) == offset(from) { before = middle } else { after = middle }
            }
            // Zones change on whole minutes.
            changes.push((after - after.rem_euclid(MINUTE), offset(to)));
        }
        from = to;
    }
    changes
}

fn offset(at: Millis) -> i32 {
    -(js::zone(at as f64) * 60.0) as i32
}

const MINUTE: Millis = 60_000;
/// Shorter than any two changes of a zone are apart.
const STEP: Millis = 14 * 86_400_000;
/// 13 months.
const REACH: Millis = 396 * 86_400_000;
