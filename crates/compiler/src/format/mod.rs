//! The keys of the format, once: readers refuse what is not in these tables, and the published schema is written from
//! them, so that editors and the compiler cannot disagree about a name.

pub(crate) mod conditions;
pub(crate) mod experiences;
pub(crate) mod people;
pub(crate) mod site;
pub(crate) mod tests;

/// An object with fixed keys.
#[derive(Debug)]
pub(crate) struct Object {
    /// What messages call it.
    pub what: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// Keys that only a later version implements: accepted while they say nothing.
    pub later: &'static [&'static str],
}

/// One key.
#[derive(Debug)]
pub(crate) struct Key {
    pub name: &'static str,
    pub shape: Shape,
    /// Its absence is an error.
    pub needed: bool,
    /// What an editor says of it.
    pub about: &'static str,
}

/// What may stand at a key. As narrow as can be said without looking elsewhere in the file.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Anything.
    Any,
    Null,
    /// Text, possibly empty.
    AnyText,
    /// Text with something in it.
    Text,
    /// 1 to 100 characters.
    Id,
    Flag,
    /// From, to, both included.
    Number(f64, f64),
    /// From, to, both included.
    Whole(i32, i32),
    /// An instant as a number.
    Milliseconds,
    /// `30m`, `2h`, `7d`, `1w`.
    Duration,
    /// A duration, or months up to 13.
    Retention,
    /// Whole days or weeks.
    Days,
    /// `YYYY-MM-DD`.
    Date,
    /// `HH:MM`.
    Clock,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Exactly this number.
    Exactly(i32),
    List(&'static Shape),
    /// A list of at least so many and at most so many.
    Some(&'static Shape, usize, usize),
    /// Members under names of the author's own.
    Named(&'static Shape),
    Object(&'static Object),
    /// An object with exactly one of these, by name.
    OneOf(&'static [(&'static str, Object)]),
    Either(&'static [Shape]),
    /// A condition: on the visitor, on an event, or on anything.
    Condition(Scope),
    /// A number, or operators.
    Compared,
}

/// Which forms a condition may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Visitor,
    Event,
}

impl Object {
    /// The names of its keys.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }
}

/// A key that may be absent.
pub(crate) const fn may(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, needed: false, about }
}

/// A key that must be there.
pub(crate) const fn must(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, needed: true, about }
}

/// A name in one language or in several.
pub(crate) const TITLE: Shape = Shape::Either(&[Shape::AnyText, Shape::Named(&Shape::AnyText)]);
