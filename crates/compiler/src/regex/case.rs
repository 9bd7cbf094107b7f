//! Ignoring case as JavaScript does without the `u` flag: two units are the same letter if they have one upper case,
//! provided that it is a single unit, and that ASCII comes from ASCII alone (ECMA-262 §22.2.2.7.3).

use std::collections::HashSet;
use std::sync::LazyLock;

use super::set::Set;

/// The units that share their upper case with another one, and that upper case; ascending.
static CASED: LazyLock<Vec<(u16, u16)>> = LazyLock::new(|| {
    let all: Vec<(u16, u16)> = (0..=u16::MAX).map(|unit| (unit, canonical(unit))).collect();
    let changed: HashSet<u16> = all.iter().filter(|(unit, upper)| unit != upper).map(|(_, upper)| *upper).collect();
    all.into_iter().filter(|(_, upper)| changed.contains(upper)).collect()
});

fn canonical(unit: u16) -> u16 {
    // Halves of pairs are no characters and stay as they are.
    let Some(letter) = char::from_u32(unit.into()) else { return unit };
    let mut upper = letter.to_uppercase();
    match (upper.next().map(|c| u16::try_from(u32::from(c))), upper.next()) {
        (Some(Ok(upper)), None) if unit < 0x80 || upper >= 0x80 => upper,
        _ => unit,
    }
}

/// Every unit that is the same letter as one in the set.
pub(super) fn close(set: &Set) -> Set {
    let letters: HashSet<u16> = CASED.iter().filter(|(unit, _)| set.has(*unit)).map(|(_, upper)| *upper).collect();
    let mut closed = Set::of(CASED.iter().filter(|(_, upper)| letters.contains(upper)).map(|(unit, _)| *unit));
    closed.join(set);
    closed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_javascript_s() {
        let same = |a: char, b: char| canonical(a as u16) == canonical(b as u16);
        assert!(same('a', 'A') && same('é', 'É') && same('σ', 'ς') && same('µ', 'μ') && same('ǆ', 'ǅ'));
        // Two units in upper case; ASCII from outside; a lower case alone.
        assert!(!same('ß', 'S') && !same('ſ', 's') && !same('\u{212a}', 'k') && !same('İ', 'i') && !same('ı', 'i'));
        assert!(!same('ß', 'ẞ') && same('1', '1') && canonical(0xd800) == 0xd800);
    }
}
