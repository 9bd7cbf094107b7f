//! Where the device's store cannot be used: sequences come from a counter, the rest is what the engine holds anyway.

use std::cell::Cell;

/// A store that forgets with the page.
#[derive(Default)]
pub struct Memory {
    last: Cell<u64>,
}

impl Memory {
    /// The sequence of one more record.
    pub fn append(&self) -> u64 {
        self.last.set(self.last.get() + 1);
        self.last.get()
    }
}
