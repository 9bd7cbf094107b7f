//! Runs the programs of [`vitrine_wire::regex`]: does the text match anywhere? Every state is looked at once a unit at
//! most, whatever the program says, so the work is bounded by states times units. A program may come from damaged bytes:
//! what is not sound in it leads nowhere.

use vitrine_wire::limits::{REGEX_STATES, REGEX_SUBJECT};
use vitrine_wire::regex::{CLASS, EDGE, END, FORK, INSIDE, JUMP, MATCH, PLACE, SHIFT, START, UNIT, is_word};

/// The states that are alive at one place of the text, each once.
struct Alive {
    list: Vec<u32>,
    /// For each state the last place at which it was alive.
    last: Vec<u32>,
    place: u32,
}

impl Alive {
    fn add(&mut self, state: u32) {
        if let Some(last) = self.last.get_mut(state as usize)
            && *last != self.place
        {
            *last = self.place;
            self.list.push(state);
        }
    }
}

/// Whether a text matches somewhere; one over [`REGEX_SUBJECT`] does not, and `overlong` hears of it.
pub(super) fn matches(program: &[u32], text: &str, overlong: &dyn Fn()) -> bool {
    if text.len() > REGEX_SUBJECT {
        overlong();
        return false;
    }
    let mut alive = Alive { list: Vec::new(), last: vec![0; program.len().min(REGEX_STATES)], place: 0 };
    // The states behind those that passed a unit: no two pass to one, so each is here once.
    let mut passed: Vec<u32> = Vec::new();
    let mut units = text.encode_utf16();
    let mut word_before = false;
    loop {
        let unit = units.next().map(u32::from);
        let word = unit.is_some_and(is_word);
        let mut places = if word == word_before { INSIDE } else { EDGE };
        if alive.place == 0 {
            places |= START;
        }
        if unit.is_none() {
            places |= END;
        }
        alive.place += 1;
        alive.list.clear();
        // A match may begin at each place.
        alive.add(0);
        for state in passed.drain(..) {
            alive.add(state);
        }
        let mut at = 0;
        while let Some(state) = alive.list.get(at).copied() {
            at += 1;
            let code = program.get(state as usize).copied().unwrap_or_default();
            let (operation, argument) = (code & ((1 << SHIFT) - 1), code >> SHIFT);
            let goes_on = match operation {
                FORK | JUMP => {
                    alive.add(argument);
                    operation == FORK
                }
                PLACE => places & argument != 0,
                MATCH => return true,
                _ => {
                    let passes = unit.is_some_and(|unit| match operation {
                        UNIT => unit == argument,
                        CLASS => in_class(program, argument, unit),
                        _ => false,
                    });
                    if passes {
                        passed.push(state + 1);
                    }
                    false
                }
            };
            if goes_on {
                alive.add(state + 1);
            }
        }
        if unit.is_none() {
            return false;
        }
        word_before = word;
    }
}

fn in_class(program: &[u32], at: u32, unit: u32) -> bool {
    let class = program.get(at as usize..).and_then(<[u32]>::split_first);
    let bounds = class.and_then(|(count, rest)| rest.get(..*count as usize)).unwrap_or_default();
    bounds.partition_point(|bound| *bound <= unit) % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn word(operation: u32, argument: u32) -> u32 {
        operation | argument << SHIFT
    }

    #[test]
    fn runs_what_the_words_say() {
        // (?:ab|[0-9]+)$
        let program = [
            word(FORK, 4),
            word(UNIT, 0x61),
            word(UNIT, 0x62),
            word(JUMP, 6),
            word(CLASS, 8),
            word(FORK, 4),
            word(PLACE, END),
            word(MATCH, 0),
            2,
            0x30,
            0x3a,
        ];
        for (text, expected) in [("ab", true), ("x12", true), ("1a", false), ("abc", false), ("", false), ("ba1", true)]
        {
            assert_eq!(matches(&program, text, &|| {}), expected, "{text}");
        }
        let told = std::cell::Cell::new(0);
        let matches = |text: &str| matches(&[word(MATCH, 0)], text, &|| told.set(told.get() + 1));
        assert!(matches(&"x".repeat(REGEX_SUBJECT)));
        assert_eq!(told.get(), 0);
        assert!(!matches(&"x".repeat(REGEX_SUBJECT + 1)));
        assert_eq!(told.get(), 1);
    }

    #[test]
    fn damaged_programs_lead_nowhere() {
        let far = u32::MAX >> SHIFT;
        let programs: [&[u32]; 9] = [
            &[],
            &[word(UNIT, 0x78)],
            &[word(JUMP, 0)],
            &[word(FORK, 0), word(FORK, 0), word(JUMP, 1)],
            &[word(JUMP, far)],
            &[word(CLASS, far)],
            &[word(CLASS, 1), u32::MAX],
            &[word(6, 1), word(7, 1)],
            &[word(PLACE, far)],
        ];
        for program in programs {
            assert!(!matches(program, "xyz", &|| {}), "{program:?}");
        }
        // No state past the limit.
        let mut long = vec![word(FORK, 0); REGEX_STATES];
        long.push(word(MATCH, 0));
        assert!(!matches(&long, "xyz", &|| {}));
    }

    proptest! {
        #[test]
        fn any_words_end(program in prop::collection::vec(code(), 0..300), text in ".{0,80}") {
            matches(&program, &text, &|| {});
        }
    }

    /// Words that mostly point inside the program.
    fn code() -> impl Strategy<Value = u32> {
        prop_oneof![9 => (0_u32..8, 0_u32..310).prop_map(|(o, a)| word(o, a)), 1 => any::<u32>()]
    }
}
