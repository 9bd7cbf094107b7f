//! Where the device's store cannot be used: sequences come from a counter, the rest is what the engine holds anyway.

use std::cell::Cell;
use vitrine_core::io::{Identity, Loaded};
use vitrine_wire::Code;

/// A store that forgets with the page.
#[derive(Debug, Default)]
pub struct Memory {
    last: Cell<u64>,
}

impl Memory {
    /// Sequences for that many records.
    pub fn append(&self, records: usize) -> Vec<u64> {
        let first = self.last.get() + 1;
        self.last.set(self.last.get() + records as u64);
        (first..=self.last.get()).collect()
    }

    /// What an empty store holds, and why there is no better one.
    pub fn load(&self, fresh: Identity, why: Code) -> Loaded {
        Loaded { identity: Some(fresh), failed: Some(why), ..Loaded::default() }
    }
}
