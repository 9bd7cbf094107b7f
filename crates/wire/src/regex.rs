//! What a regular expression is compiled to: a Thompson program over UTF-16 code units, one word a state
//! (docs/rules.md). The compiler writes it, the core runs it.
//!
//! A word is an operation in its low three bits and an argument above them. After the states stand the classes that
//! [`CLASS`] points at: how many bounds, then the bounds, ascending. A unit is in a class if an odd number of bounds is not
//! above it: `97 123` is `a` to `z`, and `0` alone is every unit.

/// Passes a unit equal to the argument.
pub const UNIT: u32 = 0;
/// Passes a unit that is in the class at the argument's word.
pub const CLASS: u32 = 1;
/// Goes on both with the next state and with the argument's.
pub const FORK: u32 = 2;
/// Goes on with the argument's state.
pub const JUMP: u32 = 3;
/// Goes on if one of the argument's places is here.
pub const PLACE: u32 = 4;
/// The text matches.
pub const MATCH: u32 = 5;

/// Before the first unit.
pub const START: u32 = 1;
/// After the last unit.
pub const END: u32 = 2;
/// Between a word's unit (`A-Z a-z 0-9 _`) and one that is none, or the text's edge.
pub const EDGE: u32 = 4;
/// Anywhere but at an edge of a word.
pub const INSIDE: u32 = 8;

/// Bits below a word's argument.
pub const SHIFT: u32 = 3;

/// Whether a unit belongs to words, as `\w` and `\b` have it.
pub fn is_word(unit: u32) -> bool {
    u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
