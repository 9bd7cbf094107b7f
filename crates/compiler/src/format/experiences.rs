//! Experiences, their variants and actions.

use super::Shape::{
    Any, AnyText, Condition, Date, Days, Duration, Either, Flag, Id, List, Named, Null, Number, Object as Inner, Text,
    Whole,
};
use super::{Key, Object, Scope, Shape, TITLE, may, must};

/// An experience.
pub(crate) const EXPERIENCE: Object = Object {
    what: "an experience",
    keys: &[
        must("id", Id, "its name in reports"),
        may("title", TITLE, "its name for people"),
        must("slot", Id, "which slot it changes"),
        may("when", Condition(Scope::Visitor), "who sees it; everybody if absent"),
        may("unless", Condition(Scope::Visitor), "who does not, looked at again in the instant of showing"),
        may("priority", Whole(-1_000_000, 1_000_000), "the highest wins the slot; 0 if absent"),
        may("purpose", Shape::Words(&PURPOSES), "the purpose that must be granted; personalization if absent"),
        may("trigger", Inner(&TRIGGER), "when it starts"),
        may("schedule", Inner(&SCHEDULE), "on which days it runs"),
        may("version", Whole(0, i32::MAX), "a new version draws again"),
        may("seed", Text, "experiences with the same seed draw alike"),
        may("holdout", Number(0.0, 1.0), "the share that keeps the page's own content"),
        may("split", Shape::Words(&["required"]), "nobody sees it without consent to experiments"),
        may("live", Flag, "may replace what is on screen"),
        may("contextual", Flag, "runs before the choice, on what the page says alone"),
        may("paused", Flag, "nobody sees it"),
        may("justified", Text, "why a special category of personal data may be used"),
        may("group", Id, "of all with the same one only the strongest of the page is shown"),
        may("cap", Shape::Some(&Inner(&CAP), 1, 10), "how often one person sees it at most"),
        may("pressure", Number(0.0, 1_000.0), "what being seen once takes of the site's budget of solicitations"),
        must("variants", Shape::Some(&Inner(&VARIANT), 1, usize::MAX), "what is shown"),
    ],
    later: &["goal"],
};

/// Purposes, as `vitrine_wire` has them; a test holds the two together.
pub(crate) const PURPOSES: [&str; 4] = ["measurement", "personalization", "experiments", "marketing"];

/// What starts an experience.
pub(crate) const TRIGGERS: [&str; 10] =
    ["load", "event", "segment", "date", "idle", "inactivity", "exit", "scroll", "visible", "timer"];

/// `trigger`.
pub(crate) const TRIGGER: Object = Object {
    what: "a trigger",
    keys: &[
        must("on", Shape::Words(&TRIGGERS), "what starts it"),
        may("where", Condition(Scope::Event), "of `event`: which event of this page view"),
        may("segment", Id, "of `segment`: which one is entered"),
        may("left", Flag, "of `segment`: it is left instead"),
        may("of", Text, "of `date`: a fact that holds YYYY-MM-DD or --MM-DD"),
        may("within", Days, "of `date`: so many days ahead"),
        may("around", Days, "of `date`: so many days ahead and past"),
        may("after", Duration, "of `inactivity` and `timer`: after so long"),
        may("percent", Whole(1, 100), "of `scroll`: so much of the page"),
        may("at", Text, "of `visible`: a selector"),
    ],
    later: &[],
};

/// One item of `cap`.
pub(crate) const CAP: Object = Object {
    what: "a cap",
    keys: &[
        must("max", Whole(1, 1_000), "so often"),
        may("per", Either(&[Shape::Words(&["session", "page"]), Duration]), "in this window; ever if absent"),
    ],
    later: &[],
};

/// `schedule`.
pub(crate) const SCHEDULE: Object = Object {
    what: "a schedule",
    keys: &[may("from", Date, "the first day"), may("to", Date, "the last day")],
    later: &[],
};

/// A variant.
pub(crate) const VARIANT: Object = Object {
    what: "a variant",
    keys: &[
        must("id", Id, "its name in reports"),
        may("title", TITLE, "its name for people"),
        may("weight", Number(0.0, 1e9), "its share among the weights of all; 1 if absent"),
        may("actions", List(&Shape::OneOf(ACTIONS)), "what it does to the slot"),
    ],
    later: &[],
};

const AT: Key = may("at", Text, "a selector inside the slot; the slot itself if absent");

const fn action(what: &'static str, keys: &'static [Key]) -> Object {
    Object { what, keys, later: &[] }
}

const HTML: Key = must("html", AnyText, "HTML, made into checked nodes");
/// Every action with its operands. `content` takes the slot's own.
pub(crate) const ACTIONS: &[(&str, Object)] = &[
    ("text", action("the action `text`", &[AT, must("to", AnyText, "the text")])),
    (
        "attribute",
        action(
            "the action `attribute`",
            &[AT, must("name", Text, "which"), must("to", Either(&[AnyText, Null]), "its value; null takes it away")],
        ),
    ),
    (
        "class",
        action(
            "the action `class`",
            &[AT, may("add", List(&Text), "classes to add"), may("remove", List(&Text), "classes to take away")],
        ),
    ),
    (
        "style",
        action(
            "the action `style`",
            &[AT, must("set", Named(&AnyText), "properties and values; an empty value takes one away")],
        ),
    ),
    ("html", action("the action `html`", &[AT, must("to", AnyText, "HTML, made into checked nodes")])),
    (
        "image",
        action(
            "the action `image`",
            &[
                AT,
                must("src", Text, "the image's address"),
                must("alt", AnyText, "what it shows, for who does not see it; empty where it only decorates"),
            ],
        ),
    ),
    ("insertBefore", action("the action `insertBefore`", &[AT, HTML])),
    ("insertAfter", action("the action `insertAfter`", &[AT, HTML])),
    ("prepend", action("the action `prepend`", &[AT, HTML])),
    ("append", action("the action `append`", &[AT, HTML])),
    ("replace", action("the action `replace`", &[AT, HTML])),
    ("remove", action("the action `remove`", &[AT])),
    ("hide", action("the action `hide`", &[AT])),
    (
        "reorder",
        action("the action `reorder`", &[AT, must("order", List(&Text), "selectors of children, first to last")]),
    ),
    (
        "move",
        action(
            "the action `move`",
            &[
                must("at", Text, "a selector inside the slot"),
                may("before", Text, "the element that it goes before"),
                may("after", Text, "the element that it goes after"),
                may("into", Text, "the element whose last child it becomes"),
            ],
        ),
    ),
    (
        "template",
        action("the action `template`", &[must("use", Id, "the `data-variant` of a `<template>` in the slot")]),
    ),
    ("redirect", action("the action `redirect`", &[must("to", Text, "the address of the page to show instead")])),
    (
        "emit",
        action(
            "the action `emit`",
            &[must("name", Id, "what the page is told"), may("detail", Any, "and what goes with it")],
        ),
    ),
    ("list", LIST),
    (CONTENT, action("typed data for a slot that renders itself", &[])),
];
/// The action whose operands the slot declares.
pub(crate) const CONTENT: &str = "content";
/// Most items that a list shows.
pub(crate) const LISTED_AT_MOST: i32 = 50;
/// Of `exclude`: what somebody has bought.
pub(crate) const BOUGHT: &str = "bought";
/// `list`.
pub(crate) const LIST: Object = action(
    "the action `list`",
    &[
        AT,
        may("each", Text, "selector of the page's `<template>` for one item; absent, the page renders them"),
        may("where", Condition(Scope::Event), "what an item must be: a condition on its members"),
        may(
            "rank",
            List(&Text),
            "score families by a property of items, or `together`; the first that tells two items apart",
        ),
        may("exclude", List(&Shape::Words(&[BOUGHT, "cart"])), "what is never shown"),
        may("max", Whole(1, LISTED_AT_MOST), "so many at most; 8 if absent"),
    ],
);

/// A slot's content: names and types.
pub(crate) const CONTENT_TYPES: Shape = Named(&super::site::TYPE);

#[cfg(test)]
mod tests {
    #[test]
    fn purposes_are_those_of_the_wire() {
        assert_eq!(super::PURPOSES, vitrine_wire::Purpose::ALL.map(vitrine_wire::Purpose::as_str));
    }
}
