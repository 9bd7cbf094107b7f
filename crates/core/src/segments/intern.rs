//! Equal things once: a table from bytes to numbers, and lists by number.

/// Numbers bytes in the order in which they are first seen.
#[derive(Debug, Default)]
pub struct Interner<'a> {
    /// Places into `keys`, one more than the number; 0 is free. Its length is a power of two.
    slots: Vec<u32>,
    keys: Vec<(u32, u16, &'a [u8])>,
}

impl<'a> Interner<'a> {
    /// The number of these bytes under a tag, and whether they are new.
    pub fn number(&mut self, tag: u16, bytes: &'a [u8]) -> (u32, bool) {
        if (self.keys.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = hash(tag, bytes);
        let mut at = hash as usize;
        loop {
            at &= self.slots.len() - 1;
            let Some(slot) = self.slots.get_mut(at) else { return (0, true) };
            if *slot == 0 {
                self.keys.push((hash, tag, bytes));
                *slot = self.keys.len() as u32;
                return (*slot - 1, true);
            }
            if self.keys.get(*slot as usize - 1).is_some_and(|key| *key == (hash, tag, bytes)) {
                return (*slot - 1, false);
            }
            at += 1;
        }
    }

    fn grow(&mut self) {
        let mask = (self.slots.len() * 2).max(64) - 1;
        self.slots = vec![0; mask + 1];
        for (number, (hash, ..)) in (1u32..).zip(&self.keys) {
            let mut at = *hash as usize;
            loop {
                at &= mask;
                match self.slots.get_mut(at) {
                    Some(slot) if *slot != 0 => at += 1,
                    Some(slot) => break *slot = number,
                    None => break,
                }
            }
        }
    }
}

/// FNV-1a over words: keys come from a signed bundle, nobody attacks the table.
fn hash(tag: u16, bytes: &[u8]) -> u32 {
    let step = |hash: u32, word: u32| (hash ^ word).wrapping_mul(0x0100_0193).rotate_left(15);
    let mut words = bytes.chunks_exact(4);
    let start = 0x811c_9dc5 ^ u32::from(tag);
    let hash = words.by_ref().filter_map(|word| Some(u32::from_le_bytes(word.try_into().ok()?))).fold(start, step);
    let hash = words.remainder().iter().fold(hash, |hash, byte| step(hash, u32::from(*byte)));
    hash ^ hash >> 15
}

/// Lists of numbers by number, in one piece.
#[derive(Debug, Default)]
pub struct Index {
    at: Vec<u32>,
    items: Vec<u32>,
}

impl Index {
    /// From pairs of a key below `keys` and an item; items keep their order.
    pub fn new(keys: usize, pairs: &[(u32, u32)]) -> Self {
        let mut at = vec![0u32; keys + 2];
        for (key, _) in pairs {
            if let Some(count) = at.get_mut(*key as usize + 2) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut at {
            sum += *start;
            *start = sum;
        }
        let mut items = vec![0; pairs.len()];
        for (key, item) in pairs {
            if let Some(next) = at.get_mut(*key as usize + 1)
                && let Some(place) = items.get_mut(*next as usize)
            {
                *place = *item;
                *next += 1;
            }
        }
        Index { at, items }
    }

    /// The items of a key.
    pub fn of(&self, key: u32) -> &[u32] {
        let edge = |at: u32| self.at.get(at as usize).map_or(0, |edge| *edge as usize);
        self.items.get(edge(key)..edge(key + 1)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equal_bytes_have_one_number(words in prop::collection::vec("[a-c]{0,3}", 0..300)) {
            let mut interner = Interner::default();
            let mut seen: Vec<&str> = Vec::new();
            for word in &words {
                let expected = seen.iter().position(|known| known == word);
                let (number, new) = interner.number(1, word.as_bytes());
                prop_assert_eq!((number as usize, new), expected.map_or((seen.len(), true), |at| (at, false)));
                if new {
                    seen.push(word);
                }
            }
            prop_assert_eq!(interner.number(2, b"a").1, true);
        }

        #[test]
        fn an_index_lists_what_was_paired(pairs in prop::collection::vec((0u32..9, any::<u32>()), 0..60)) {
            let index = Index::new(9, &pairs);
            for key in 0..10 {
                let expected: Vec<u32> = pairs.iter().filter(|(k, _)| *k == key).map(|(_, item)| *item).collect();
                prop_assert_eq!(index.of(key), expected);
            }
        }
    }
}
