//! The page's time: the wall clock once, then the monotonic one, so that a clock set back by hand changes nothing.

use crate::js;
use std::cell::Cell;
use vitrine_wire::Millis;

/// Milliseconds since the Unix epoch that never run backwards.
#[derive(Debug)]
pub struct Clock {
    /// Wall clock minus monotonic clock.
    origin: Cell<f64>,
}

impl Clock {
    /// Anchored at the wall clock's now.
    pub fn new() -> Self {
        Clock { origin: Cell::new(wall() - monotonic()) }
    }

    /// Now.
    pub fn now(&self) -> Millis {
        (self.origin.get() + monotonic()) as Millis
    }

    /// Catches up after sleep: some systems stop the monotonic clock. Only forwards.
    pub fn wake(&self) {
        self.raise(wall() as Millis);
    }

    /// Not before this instant, which the device has already seen.
    pub fn raise(&self, at: Millis) {
        let late = at - self.now();
        if late > 0 {
            self.origin.set(self.origin.get() + late as f64);
        }
    }
}

fn wall() -> f64 {
    js::now(true)
}

fn monotonic() -> f64 {
    js::now(false)
}
