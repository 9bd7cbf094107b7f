//! Time: the next instant that matters, and the visitor's own zone.

use crate::js;
use crate::runtime::Runtime;
use gloo_timers::callback::Timeout;
use js_sys::Date;
use std::rc::Rc;
use vitrine_core::Input;
use vitrine_wire::Millis;

/// A timer for that instant; a farther one than a browser can wait for wakes earlier and is asked for again.
pub fn wake(rt: &Rc<Runtime>, at: Millis) -> Timeout {
    let wait = (at - rt.now()).clamp(0, js::TIMER_MAX);
    let rt = Rc::downgrade(rt);
    Timeout::new(wait as u32, move || {
        if let Some(rt) = rt.upgrade() {
            // The timer that runs is no longer one to cancel.
            if let Some(timer) = rt.sources.wake.take() {
                timer.forget();
            }
            rt.input(Input::Tick { at: rt.now() });
        }
    })
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
    -(Date::new(&(at as f64).into()).get_timezone_offset() * 60.0) as i32
}

const MINUTE: Millis = 60_000;
/// Shorter than any two changes of a zone are apart.
const STEP: Millis = 14 * 86_400_000;
/// 13 months.
const REACH: Millis = 396 * 86_400_000;
