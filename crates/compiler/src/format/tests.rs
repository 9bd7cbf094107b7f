//! Tests beside segments: a visit and what must come of it.

use super::Shape::{
    Any, AnyText, Compared, Either, Flag, Id, List, Milliseconds, Named, Null, Object as Inner, Text, Whole, Words,
};
use super::conditions::KINDS;
use super::{Key, Object, Shape, may, must};

/// One case.
pub(crate) const CASE: Object = Object {
    what: "a test",
    keys: &[
        must("name", Text, "what it shows, in a few words"),
        may("visitor", Id, "the id that splits are drawn on; v1 if absent"),
        may("at", Text, "when it is looked: an instant; the newest one given, else Monday 2026-06-15 at noon UTC"),
        may(
            "consent",
            Either(&[Words(CONSENTS), Inner(&CHOICES)]),
            "the choice before everything else; granted if absent",
        ),
        may("given", List(&Inner(&INPUT)), "what happened, in this order"),
        must("expect", Inner(&EXPECT), "what must come of it"),
    ],
    later: &[],
};

/// Choices in a word.
pub(crate) const CONSENTS: &[&str] = &["granted", "unasked"];
/// What a choice may be.
pub(crate) const STATES: &[&str] = &["granted", "denied", "withdrawn"];
const STATE: Shape = Words(STATES);

/// A choice by purpose.
pub(crate) const CHOICES: Object = Object {
    what: "a choice",
    keys: &[
        may("measurement", STATE, "sending events"),
        may("personalization", STATE, "profile, segments and content on the device"),
        may("experiments", STATE, "a stable id for splits"),
        may("marketing", STATE, "messages outside the page"),
    ],
    later: &[],
};

const INSTANT: Shape = Either(&[Text, Milliseconds]);
const AT: Key = may("at", INSTANT, "an instant, or a time before the test's own such as -3d or -1h30m");

/// One input: exactly one of event, consent, context, profile.
pub(crate) const INPUT: Object = Object {
    what: "an input",
    keys: &[
        AT,
        may("event", Inner(&EVENT), "a Segment event"),
        may("consent", Inner(&CHOICES), "a change of the choice"),
        may("context", Named(&Any), "what the page says; replaces all of it"),
        may("profile", Named(&Any), "rows that the backend sends"),
        may("times", Whole(1, 1_000), "an event that happened so often at once"),
    ],
    later: &[],
};

/// A Segment event.
pub(crate) const EVENT: Object = Object {
    what: "an event",
    keys: &[
        may("type", Words(KINDS), "which call; track if absent"),
        may("event", Text, "the name of a tracked event"),
        may("name", Text, "the name of a page"),
        may("properties", Named(&Any), "what it carries"),
        may("traits", Named(&Any), "what an identify says"),
        may("context", Named(&Any), "page, campaign and referrer"),
        may("timestamp", INSTANT, "when it happened, if not when it arrived"),
        may("messageId", Id, "its own id: one that comes again is ignored"),
        may("userId", AnyText, "who was identified"),
        may("groupId", AnyText, "the group joined"),
        may("channel", Words(&["server", "browser", "mobile"]), "where it was seen"),
    ],
    later: &[],
};

/// What must come of it.
pub(crate) const EXPECT: Object = Object {
    what: "an expectation",
    keys: &[
        may("segments", List(&Id), "segments that hold"),
        may("not", List(&Id), "segments that do not"),
        may("only", Flag, "no segment holds but those of `segments`"),
        may("slots", Named(&SLOT), "who owns each slot; null: nobody"),
        may("scores", Named(&Compared), "scores by path"),
        may("rejected", Named(&Words(REJECTIONS)), "why experiences did not win"),
    ],
    later: &[],
};

const SLOT: Shape = Either(&[Id, Null, Inner(&DECISION)]);
/// A decision, as far as it matters.
pub(crate) const DECISION: Object = Object {
    what: "a decision",
    keys: &[
        may("experience", Either(&[Id, Null]), "which owns the slot"),
        may("variant", Either(&[Id, Null]), "what is shown; null: held out"),
        may("reason", Words(REASONS), "why"),
    ],
    later: &[],
};

/// Why a slot shows what it shows.
pub(crate) const REASONS: &[&str] =
    &["matched", "preview", "locked", "holdout", "site_holdout", "none", "pending", "not_ready", "off"];
/// Why an experience did not win.
pub(crate) const REJECTIONS: &[&str] =
    &["paused", "schedule", "consent", "trigger", "when", "unless", "group", "cap", "pressure", "outranked"];
