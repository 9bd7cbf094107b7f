//! Message ids of events that were folded and not kept: enough to know them again.

use super::Key;
use vitrine_wire::codec::{Put, Reader, Take};

/// Ids kept, the newest: a repetition comes soon after.
const KEPT: usize = 256;

/// Keys and hashes of message ids, by key.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Recent(Vec<(Key, u64)>);

impl Put for Recent {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }
}

impl Take for Recent {
    fn take(r: &mut Reader<'_>) -> Self {
        // Schema 1 had none.
        if r.schema() == 1 { Recent::default() } else { Recent(r.take()) }
    }
}

impl Recent {
    /// Remembers an event.
    pub fn put_in(&mut self, key: Key, id: u64) {
        let place = self.0.partition_point(|(other, _)| *other < key);
        self.0.insert(place, (key, id));
        if self.0.len() > KEPT {
            self.0.remove(0);
        }
    }

    /// Whether an event of this message id was folded.
    pub fn knows(&self, id: u64) -> bool {
        self.0.iter().any(|(_, known)| *known == id)
    }
}
