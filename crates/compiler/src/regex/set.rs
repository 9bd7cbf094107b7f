//! Sets of UTF-16 units.

/// One past the last unit.
const ALL: u32 = 0x1_0000;

/// Spans `from .. to` of units, ascending and apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    /// What `\d \D \s \S \w \W` stand for.
    pub fn named(letter: u8) -> Set {
        let spans: &[(u32, u32)] = match letter.to_ascii_lowercase() {
            b'd' => &[(0x30, 0x3a)],
            b'w' => &[(0x30, 0x3a), (0x41, 0x5b), (0x5f, 0x60), (0x61, 0x7b)],
            _ => SPACES,
        };
        let set = Set(spans.to_vec());
        if letter.is_ascii_uppercase() { set.inverse() } else { set }
    }

    /// What `.` stands for: all but the ends of lines.
    pub fn dot() -> Set {
        Set(vec![(0x0a, 0x0b), (0x0d, 0x0e), (0x2028, 0x202a)]).inverse()
    }

    /// The set of these units.
    pub fn of(units: impl Iterator<Item = u16>) -> Set {
        let mut set = Set(units.map(|unit| (unit.into(), u32::from(unit) + 1)).collect());
        set.tidy();
        set
    }

    /// Adds `from` to `to`, both included.
    pub fn add(&mut self, from: u16, to: u16) {
        self.0.push((from.into(), u32::from(to) + 1));
        self.tidy();
    }

    /// Adds what another one has.
    pub fn join(&mut self, other: &Set) {
        self.0.extend(&other.0);
        self.tidy();
    }

    fn tidy(&mut self) {
        self.0.sort_unstable();
        self.0.dedup_by(|next, kept| {
            let joins = next.0 <= kept.1;
            if joins {
                kept.1 = kept.1.max(next.1);
            }
            joins
        });
    }

    /// All other units.
    pub fn inverse(&self) -> Set {
        let (mut spans, mut from) = (Vec::new(), 0);
        for (start, end) in &self.0 {
            if from < *start {
                spans.push((from, *start));
            }
            from = *end;
        }
        if from < ALL {
            spans.push((from, ALL));
        }
        Set(spans)
    }

    /// Whether it has this unit.
    pub fn has(&self, unit: u16) -> bool {
        let unit = u32::from(unit);
        let after = self.0.partition_point(|(from, _)| *from <= unit);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, to)| unit < *to)
    }

    /// The only unit it has.
    pub fn only(&self) -> Option<u32> {
        match self.0.as_slice() {
            [(from, to)] if from + 1 == *to => Some(*from),
            _ => None,
        }
    }

    /// Its bounds, as programs have them.
    pub fn bounds(&self) -> Vec<u32> {
        self.0.iter().flat_map(|(from, to)| [*from, *to]).filter(|bound| *bound < ALL).collect()
    }
}

/// White space and the ends of lines.
const SPACES: &[(u32, u32)] = &[
    (0x09, 0x0e),
    (0x20, 0x21),
    (0xa0, 0xa1),
    (0x1680, 0x1681),
    (0x2000, 0x200b),
    (0x2028, 0x202a),
    (0x202f, 0x2030),
    (0x205f, 0x2060),
    (0x3000, 0x3001),
    (0xfeff, 0xff00),
];
