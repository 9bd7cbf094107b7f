//! JavaScript's patterns (ECMA-262 §22.2, without the `u` and `v` flags, Annex B included) to the programs that the core
//! runs. Only whether a text matches is asked, so groups need no numbers, laziness means nothing, and letters are made
//! to ignore case here, where the tables may be large.

mod case;
mod emit;
mod escape;
mod parse;
mod set;
#[cfg(test)]
mod tests;

use vitrine_wire::limits::{REGEX_PATTERN, REGEX_STATES};

/// Programs of more words are worth a warning: over the longest text they take some ten million steps, what a page does
/// in about a tenth of a second.
pub(crate) const SLOW: usize = 1_000;

/// Why a pattern has no program; places count UTF-16 units from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is none in JavaScript either: what is wrong and where.
    Invalid(&'static str, usize),
    /// Valid, but it needs more than a walk over the text.
    Unsupported(&'static str, usize),
    /// Longer than a pattern may be: its units.
    Long(usize),
    /// More states than a program may have.
    Large,
}

impl Refused {
    /// What is wrong, to follow "the value ".
    pub fn problem(self) -> String {
        match self {
            Refused::Invalid(what, at) => format!("is no regular expression: {what}, at character {at}"),
            Refused::Unsupported(what, at) => format!("uses {what}, at character {at}: patterns run in linear time"),
            Refused::Long(units) => format!("is a pattern of {units} characters, at most {REGEX_PATTERN} are read"),
            Refused::Large => {
                format!("is a pattern of more than {REGEX_STATES} steps once its repeats are written out")
            }
        }
    }

    /// What to do about it.
    pub const fn fix(self) -> &'static str {
        match self {
            Refused::Invalid(..) => "write it as JavaScript's RegExp reads it; a backslash is doubled in JSON",
            Refused::Unsupported(..) => "say it with `$and`, `$or`, `$not` and several patterns",
            Refused::Long(_) => "split it with `$or`",
            Refused::Large => "use smaller counts, or `+` and `*`",
        }
    }
}

/// Compiles a pattern as `new RegExp(pattern, ignore_case ? "i" : "")` reads it.
pub(crate) fn program(pattern: &str, ignore_case: bool) -> Result<Vec<u32>, Refused> {
    let units: Vec<u16> = pattern.encode_utf16().collect();
    if units.len() > REGEX_PATTERN {
        return Err(Refused::Long(units.len()));
    }
    emit::emit(&parse::parse(&units, ignore_case)?)
}
