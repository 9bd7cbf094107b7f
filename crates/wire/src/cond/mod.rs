//! Compiled conditions: the tree that the compiler writes and the engine evaluates (docs/rules.md).
//!
//! On the wire every node is a tagged record; a node of a newer compiler decodes as [`Cond::Unknown`], which never
//! matches, and is counted.

mod codec;

pub use codec::{FACT, Inner, decode, encode, fact_tests, inner, leaf};

use crate::Value;

/// A condition: true or false for a visitor at an instant.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone, PartialEq)]
pub enum Cond {
    /// All hold; an empty list is true.
    And(Vec<Cond>),
    /// One holds; an empty list is true (published semantics).
    Or(Vec<Cond>),
    /// None holds; an empty list is false (the negation of `$or: []`).
    Nor(Vec<Cond>),
    /// It does not hold.
    Not(Box<Cond>),
    /// The fact at a dotted path passes every test.
    Fact { path: String, tests: Vec<Test> },
    /// The visitor is in the segment of this id.
    Segment(String),
    /// An aggregate over the event history.
    Events(Box<Events>),
    /// Events happened in this order.
    Sequence(Box<Sequence>),
    /// Time since an event passes every test.
    Since(Box<Since>),
    /// A name is among the `top` strongest of a score family.
    Rank { score: String, top: u32, is: String },
    /// A calendar window.
    Time(TimeWindow),
    /// A yearly day is near.
    Anniversary(Anniversary),
    /// From a newer compiler: never matches.
    Unknown,
}

/// A test of one value. Names follow the published operators.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// A bare value: compares with JavaScript coercion.
    Bare(Value),
    /// `$eq`.
    Eq(Value),
    /// `$ne`.
    Ne(Value),
    /// `$lt`.
    Lt(Value),
    /// `$lte`.
    Lte(Value),
    /// `$gt`.
    Gt(Value),
    /// `$gte`.
    Gte(Value),
    /// `$in`; none when the operand is not an array: false.
    In(Option<Vec<Value>>),
    /// `$nin`; none when the operand is not an array: false.
    Nin(Option<Vec<Value>>),
    /// `$ini`: `$in` ignoring case.
    Ini(Option<Vec<Value>>),
    /// `$nini`: `$nin` ignoring case.
    Nini(Option<Vec<Value>>),
    /// `$all`; none when the operand is not an array: false.
    All(Option<Vec<Value>>),
    /// `$alli`: `$all` ignoring case.
    Alli(Option<Vec<Value>>),
    /// `$elemMatch` with operators: an item passes every test.
    ElemTests(Vec<Test>),
    /// `$elemMatch` with a condition: it holds for an item.
    ElemCond(Box<Cond>),
    /// `$size`: the array's length passes the tests.
    Size(Vec<Test>),
    /// `$exists`, with its operand's truth.
    Exists(bool),
    /// `$type`: `null boolean number string array object undefined`, or another name: false.
    Type(String),
    /// `$veq`.
    Veq(Value),
    /// `$vne`.
    Vne(Value),
    /// `$vgt`.
    Vgt(Value),
    /// `$vgte`.
    Vgte(Value),
    /// `$vlt`.
    Vlt(Value),
    /// `$vlte`.
    Vlte(Value),
    /// `$inGroup`.
    InGroup(Value),
    /// `$notInGroup`.
    NotInGroup(Value),
    /// `$regex` and `$regexi`: the text, converted as `String` does, matches somewhere; a program of [`crate::regex`].
    Regex(Vec<u32>),
    /// `$not`: the inner tests do not all pass.
    Not(Vec<Test>),
    /// An operator that the compiler knows to be false.
    Never,
    /// From a newer compiler: never matches, even negated.
    Unknown,
}

/// `$events`: how often, or how much, in an exact window.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    /// Which events count: a condition on `event type properties.* context.*`.
    pub matching: Cond,
    /// The window.
    pub within: Within,
    /// Shifts the window back, milliseconds; 0 is none.
    pub before: i64,
    /// What is computed.
    pub aggregate: Aggregate,
    /// The path that `sum avg min max distinct` read; empty for `count`.
    pub of: String,
    /// The result passes every test.
    pub tests: Vec<Test>,
}

/// `$sequence`: some events e1 < e2 < … match the steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// What each step matches, and how long after the one before at most, milliseconds; 0 is any time.
    pub steps: Vec<(Cond, i64)>,
    /// From the first to the last at most, milliseconds; 0 is any time.
    pub within: i64,
    /// All of it after `now - ms`; 0 is ever.
    pub inside: i64,
}

/// `$since`: milliseconds since the newest or oldest match at or before now; infinite where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Since {
    /// Which events count.
    pub matching: Cond,
    /// Counted from the oldest match instead of the newest.
    pub first: bool,
    /// `Gte Gt Lt Lte` of milliseconds; the time passes every one.
    pub tests: Vec<Test>,
}

/// Whose clock a calendar window is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Zone {
    /// The site's.
    Site,
    /// The visitor's; the site's where it is not known.
    Visitor,
    /// UTC.
    Utc,
}

/// `$time`: local wall clock from `from` to `to`, the end excluded. From later than to runs past midnight and belongs to
/// the day it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeWindow {
    /// Days of the week, Monday is bit 0.
    pub days: u8,
    /// Minutes after midnight, 0 to 1439.
    pub from: u32,
    /// Minutes after midnight, 1 to 1440.
    pub to: u32,
    /// Whose clock.
    pub zone: Zone,
}

/// `$anniversary` of a date such as a birthday, in local days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anniversary {
    /// The fact that holds `YYYY-MM-DD` or `--MM-DD`.
    pub of: String,
    /// At most so many days ahead.
    pub ahead: u32,
    /// At most so many days ago.
    pub behind: u32,
    /// Whose days.
    pub zone: Zone,
}

/// The span of `$events`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Within {
    /// All of history.
    Ever,
    /// `(now - ms, now]`.
    Last(i64),
    /// The current session.
    Session,
    /// Since the newest page event, that one included.
    Page,
}

/// What `$events` computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Aggregate {
    /// How many.
    Count,
    /// Sum of numbers.
    Sum,
    /// Mean of numbers.
    Avg,
    /// Least number.
    Min,
    /// Greatest number.
    Max,
    /// How many different values.
    Distinct,
}
