//! What is counted, over time.

use vitrine_wire::Rejection;

/// By step: how many. While visitors are folded, how many more than at the step before (fewer: wrapped).
pub type Sizes = Vec<u64>;

/// What all visitors came to.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Visitors looked at.
    pub visitors: u64,
    /// All of the log, estimated.
    pub population: f64,
    /// Events folded.
    pub events: u64,
    /// Visitors known at each step.
    pub known: Sizes,
    /// By segment: how many are in it.
    pub sizes: Vec<Sizes>,
    /// By segment: how many were ever in it.
    pub ever: Vec<u64>,
    /// By experience.
    pub experiences: Vec<Shown>,
}

/// What an experience came to.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// By step: who would see a variant.
    pub sizes: Sizes,
    /// Who would have seen it at some time.
    pub ever: u64,
    /// At the last step: held out.
    pub held: u64,
    /// At the last step: reasons that ruled it out, with how many.
    pub rejected: Vec<(Rejection, u64)>,
}

/// Whether something holds, and whether it ever did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Run {
    now: bool,
    /// It did.
    pub ever: bool,
}

impl Run {
    /// It begins or ends to hold at a step.
    pub fn turn(&mut self, now: bool, step: usize, sizes: &mut Sizes) {
        if now != self.now {
            (self.now, self.ever) = (now, self.ever || now);
            let one = if now { 1 } else { u64::MAX };
            sizes.iter_mut().skip(step).take(1).for_each(|size| *size = size.wrapping_add(one));
        }
    }
}

impl Tally {
    /// Adds what another thread counted.
    pub fn add(&mut self, other: &Tally) {
        let sum = |to: &mut [u64], from: &[u64]| {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = to.wrapping_add(*from));
        };
        self.visitors += other.visitors;
        self.events += other.events;
        sum(&mut self.known, &other.known);
        sum(&mut self.ever, &other.ever);
        self.sizes.iter_mut().zip(&other.sizes).for_each(|(to, from)| sum(to, from));
        for (to, from) in self.experiences.iter_mut().zip(&other.experiences) {
            sum(&mut to.sizes, &from.sizes);
            to.ever += from.ever;
            to.held += from.held;
            from.rejected.iter().for_each(|(reason, count)| to.reject(*reason, *count));
        }
    }

    /// Differences become sizes.
    pub fn finish(&mut self) {
        let shown = self.experiences.iter_mut().map(|shown| &mut shown.sizes);
        for sizes in self.sizes.iter_mut().chain(shown).chain([&mut self.known]) {
            let mut size = 0u64;
            for more in sizes {
                size = size.wrapping_add(*more);
                *more = size;
            }
        }
    }
}

impl Shown {
    /// Notes why it is not shown.
    pub fn reject(&mut self, reason: Rejection, count: u64) {
        match self.rejected.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, known)) => *known += count,
            None => self.rejected.push((reason, count)),
        }
    }
}
