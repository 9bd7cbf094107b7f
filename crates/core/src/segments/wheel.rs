//! Who is to be looked at when: the earliest first.

use vitrine_wire::Millis;

/// A heap of instants, at most one for each number.
#[derive(Debug, Default)]
pub struct Wheel {
    heap: Vec<(Millis, u32)>,
    /// Where each number is in the heap, plus one; 0 is nowhere.
    place: Vec<u32>,
}

impl Wheel {
    /// An empty one for numbers below `count`.
    pub fn new(count: usize) -> Self {
        Wheel { heap: Vec::new(), place: vec![0; count] }
    }

    /// The earliest instant.
    pub fn next(&self) -> Option<Millis> {
        self.heap.first().map(|(at, _)| *at)
    }

    /// Takes one that is due out.
    pub fn due(&mut self, now: Millis) -> Option<u32> {
        let (_, number) = self.heap.first().copied().filter(|(at, _)| *at <= now)?;
        self.set(number, None);
        Some(number)
    }

    /// Sets, moves or takes out the instant of a number.
    pub fn set(&mut self, number: u32, at: Option<Millis>) {
        let held = self.place.get(number as usize).map_or(0, |place| *place as usize);
        match (held, at) {
            (0, None) => {}
            (0, Some(at)) => {
                self.heap.push((at, number));
                self.rise(self.heap.len() - 1);
            }
            (place, Some(at)) => {
                if let Some(entry) = self.heap.get_mut(place - 1) {
                    entry.0 = at;
                }
                self.settle(place - 1);
            }
            (place, None) => {
                let last = self.heap.len() - 1;
                self.swap(place - 1, last);
                self.heap.pop();
                self.put(number, 0);
                self.settle(place - 1);
            }
        }
    }

    fn settle(&mut self, at: usize) {
        let at = self.rise(at);
        self.sink(at);
    }

    fn rise(&mut self, mut at: usize) -> usize {
        while at > 0 && self.before(at, (at - 1) / 2) {
            self.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
        if let Some((_, number)) = self.heap.get(at).copied() {
            self.put(number, at as u32 + 1);
        }
        at
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let (left, right) = (at * 2 + 1, at * 2 + 2);
            let least = if right < self.heap.len() && self.before(right, left) { right } else { left };
            if least >= self.heap.len() || !self.before(least, at) {
                return;
            }
            self.swap(at, least);
            at = least;
        }
    }

    fn before(&self, a: usize, b: usize) -> bool {
        matches!((self.heap.get(a), self.heap.get(b)), (Some((a, _)), Some((b, _))) if a < b)
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        for at in [a, b] {
            if let Some((_, number)) = self.heap.get(at).copied() {
                self.put(number, at as u32 + 1);
            }
        }
    }

    fn put(&mut self, number: u32, place: u32) {
        if let Some(held) = self.place.get_mut(number as usize) {
            *held = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn the_earliest_comes_first(acts in prop::collection::vec((0u32..12, prop::option::of(0i64..50), 0i64..50), 0..200)) {
            let (mut wheel, mut model) = (Wheel::new(12), BTreeMap::new());
            for (number, at, now) in acts {
                wheel.set(number, at);
                match at {
                    Some(at) => model.insert(number, at),
                    None => model.remove(&number),
                };
                prop_assert_eq!(wheel.next(), model.values().min().copied());
                if now % 7 == 0 {
                    while let Some(number) = wheel.due(now) {
                        prop_assert!(model.remove(&number).is_some_and(|at| at <= now));
                    }
                    prop_assert!(model.values().all(|at| *at > now));
                }
            }
        }
    }
}
