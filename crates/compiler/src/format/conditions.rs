//! Conditions: forms that combine, forms of our own, operators on a value.

use super::Shape::{Clock, Compared, Condition, Days, Duration, Either, Id, Object as Inner};
use super::{Key, Object, Scope, Shape, may, must};
use crate::lower::behaviour::{DAYS, STEPS, ZONE_NAMES};

/// Forms that combine conditions, each with what it takes.
pub(crate) const COMBINING: &[(&str, bool)] = &[("$and", true), ("$or", true), ("$nor", true), ("$not", false)];
/// Forms on the visitor's behaviour and the calendar.
pub(crate) const OURS: &[(&str, Shape)] = &[
    ("$segment", Id),
    ("$events", Inner(&EVENTS)),
    ("$sequence", Inner(&SEQUENCE)),
    ("$since", Inner(&SINCE)),
    ("$rank", Inner(&RANK)),
    ("$time", Inner(&TIME)),
    ("$anniversary", Inner(&ANNIVERSARY)),
];

/// What an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operand {
    Value,
    Values,
    Tests,
    ItemTests,
    NumberTests,
    Flag,
    Type,
    Text,
}

/// Operators on a value.
pub(crate) const OPERATORS: &[(&str, Operand)] = &[
    ("$eq", Operand::Value),
    ("$ne", Operand::Value),
    ("$lt", Operand::Value),
    ("$lte", Operand::Value),
    ("$gt", Operand::Value),
    ("$gte", Operand::Value),
    ("$in", Operand::Values),
    ("$nin", Operand::Values),
    ("$ini", Operand::Values),
    ("$nini", Operand::Values),
    ("$all", Operand::Values),
    ("$alli", Operand::Values),
    ("$elemMatch", Operand::ItemTests),
    ("$size", Operand::NumberTests),
    ("$exists", Operand::Flag),
    ("$type", Operand::Type),
    ("$veq", Operand::Text),
    ("$vne", Operand::Text),
    ("$vgt", Operand::Text),
    ("$vgte", Operand::Text),
    ("$vlt", Operand::Text),
    ("$vlte", Operand::Text),
    ("$inGroup", Operand::Text),
    ("$notInGroup", Operand::Text),
    ("$regex", Operand::Text),
    ("$regexi", Operand::Text),
    ("$not", Operand::Tests),
];
/// What `$type` knows.
pub(crate) const TYPES: &[&str] = &["null", "boolean", "number", "string", "array", "object", "undefined"];
/// Which calls events come from.
pub(crate) const KINDS: &[&str] = &["track", "page", "screen", "identify", "group", "alias"];

const ON_EVENT: Shape = Condition(Scope::Event);
const TZ: Key = may("tz", Shape::Words(&ZONE_NAMES), "whose clock: the site's if absent");

/// `$events`.
pub(crate) const EVENTS: Object = Object {
    what: "`$events`",
    keys: &[
        may("where", ON_EVENT, "which events count: a condition on event, type, name, properties.* and context.*"),
        may(
            "within",
            Either(&[Shape::Words(&["session", "page"]), Duration]),
            "the window that ends now; ever if absent",
        ),
        may("before", Duration, "shifts the window back"),
        may("of", Shape::Text, "what is summed and so on, such as properties.revenue"),
        may("count", Compared, "how many events"),
        may("sum", Compared, "the sum of `of`"),
        may("avg", Compared, "the mean of `of`"),
        may("min", Compared, "the least of `of`"),
        may("max", Compared, "the greatest of `of`"),
        may("distinct", Compared, "how many different values of `of`"),
    ],
    later: &[],
};

/// `$sequence`.
pub(crate) const SEQUENCE: Object = Object {
    what: "`$sequence`",
    keys: &[
        must("steps", Shape::Some(&Inner(&STEP), 1, STEPS), "what happened, in this order"),
        may("within", Duration, "from the first step to the last"),
        may("in", Duration, "the window that ends now and holds all of it"),
    ],
    later: &[],
};

/// A step of `$sequence`.
pub(crate) const STEP: Object = Object {
    what: "a step",
    keys: &[must("where", ON_EVENT, "which event"), may("within", Duration, "how soon after the step before")],
    later: &[],
};

/// `$since`.
pub(crate) const SINCE: Object = Object {
    what: "`$since`",
    keys: &[
        may("last", ON_EVENT, "since the newest event that matches"),
        may("first", ON_EVENT, "since the oldest event that matches"),
        may("gte", Duration, "so long ago or longer, or never"),
        may("gt", Duration, "longer ago, or never"),
        may("lte", Duration, "so long ago or less"),
        may("lt", Duration, "less long ago"),
    ],
    later: &[],
};

/// `$rank`.
pub(crate) const RANK: Object = Object {
    what: "`$rank`",
    keys: &[
        must("score", Shape::Text, "a score family"),
        may("top", Shape::Whole(1, 1_000), "among so many of the strongest; 1 if absent"),
        must("is", Shape::Text, "the name that must be among them"),
    ],
    later: &[],
};

/// `$time`.
pub(crate) const TIME: Object = Object {
    what: "`$time`",
    keys: &[
        may("days", Shape::Some(&Shape::Words(&DAYS), 1, usize::MAX), "on which days; all if absent"),
        may("from", Clock, "from this time of day"),
        may("to", Clock, "to this time of day, past midnight where it is earlier"),
        TZ,
    ],
    later: &[],
};

/// `$anniversary`.
pub(crate) const ANNIVERSARY: Object = Object {
    what: "`$anniversary`",
    keys: &[
        must("of", Shape::Text, "a fact that holds YYYY-MM-DD or --MM-DD"),
        may("within", Days, "so many days ahead"),
        may("around", Days, "so many days ahead and past"),
        TZ,
    ],
    later: &[],
};
