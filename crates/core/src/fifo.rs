//! A queue for a handful of items.

/// First in, first out, over a plain vector: a ring buffer's code weighs more than what moving a few items costs.
#[derive(Debug)]
pub struct Fifo<T>(Vec<T>);

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Fifo(Vec::new())
    }
}

impl<T> Fifo<T> {
    /// Adds the last.
    pub fn push_back(&mut self, item: T) {
        self.0.push(item);
    }

    /// Takes the first.
    pub fn pop_front(&mut self) -> Option<T> {
        if self.0.is_empty() { None } else { Some(self.0.remove(0)) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, in order, to change.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.0.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_comes_first() {
        let mut queue = Fifo::default();
        (0..3).for_each(|n| queue.push_back(n));
        queue.iter_mut().for_each(|n| *n *= 2);
        assert_eq!(queue.len(), 3);
        let all: Vec<i32> = std::iter::from_fn(|| queue.pop_front()).collect();
        assert_eq!(all, [0, 2, 4]);
        assert!(queue.is_empty());
    }
}
