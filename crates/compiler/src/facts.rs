//! The facts that a condition can read (docs/rules.md), with their types.

use vitrine_wire::bundle::PropertyKind as Kind;

/// Facts of the visitor. A name that ends in `.*` is open: anything below it is a fact.
const VISITOR: &[(&str, Kind)] = &[
    ("context.page.path", Kind::String),
    ("context.page.type", Kind::String),
    ("context.page.*", Kind::Any),
    ("context.data.*", Kind::Any),
    ("context.query.*", Kind::Any),
    ("context.channel", Kind::String),
    ("context.campaign.*", Kind::Any),
    ("context.referrer.host", Kind::String),
    ("context.referrer.*", Kind::Any),
    ("context.device.class", Kind::String),
    ("context.device.*", Kind::Any),
    ("context.language", Kind::String),
    ("context.locale", Kind::String),
    ("context.time.hour", Kind::Number),
    ("context.time.minute", Kind::Number),
    ("context.time.day", Kind::String),
    ("context.time.date", Kind::String),
    ("context.consent.unasked", Kind::Boolean),
    ("session.number", Kind::Number),
    ("session.pages", Kind::Number),
    ("session.duration", Kind::Number),
    ("session.landing.path", Kind::String),
    ("session.entry.campaign", Kind::String),
    ("session.entry.source", Kind::String),
    ("session.entry.channel", Kind::String),
    ("first.campaign", Kind::String),
    ("first.source", Kind::String),
    ("first.channel", Kind::String),
    ("first.seen", Kind::Any),
    ("last.campaign", Kind::String),
    ("last.source", Kind::String),
    ("last.channel", Kind::String),
    ("last.seen", Kind::Any),
    ("cart.value", Kind::Number),
    ("cart.items", Kind::Number),
    ("cart.updated", Kind::Any),
    ("cart.categories", Kind::Array),
    ("orders.count", Kind::Number),
    ("orders.value", Kind::Number),
    ("orders.average", Kind::Number),
    ("orders.last", Kind::Any),
    ("forms.*", Kind::String),
    ("consent.measurement", Kind::String),
    ("consent.personalization", Kind::String),
    ("consent.experiments", Kind::String),
    ("consent.marketing", Kind::String),
    ("identity.level", Kind::String),
    ("rfm.r", Kind::Number),
    ("rfm.f", Kind::Number),
    ("rfm.m", Kind::Number),
    ("lifecycle", Kind::String),
    ("size", Kind::String),
    ("channels.preferred", Kind::String),
    ("channels.*", Kind::Any),
    ("pressure.used", Kind::Number),
    ("touches.*", Kind::Any),
    ("contact.*", Kind::Any),
    ("household.*", Kind::Any),
    ("loyalty.*", Kind::Any),
    ("service.*", Kind::Any),
    ("satisfaction.*", Kind::Any),
    ("lost.*", Kind::Any),
];

/// Facts of one event, inside `$events` and `consumedBy`. `name` is a page's.
const EVENT: &[(&str, Kind)] =
    &[("event", Kind::String), ("type", Kind::String), ("name", Kind::String), ("context.*", Kind::Any)];

/// Roots of facts that later versions bring.
const LATER: &[&str] = &[];

/// What is known of a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fact {
    /// A fact of this type.
    Known(Kind),
    /// A fact of a later version.
    Later,
    /// No fact; the nearest ones are in [`names`].
    Unknown,
}

/// A fact of the visitor that the site file does not declare itself.
pub(crate) fn visitor(path: &str) -> Fact {
    let root = path.split('.').next().unwrap_or_default();
    if LATER.contains(&root) { Fact::Later } else { look(VISITOR, path) }
}

/// A fact of an event that the site file does not declare itself.
pub(crate) fn event(path: &str) -> Fact {
    look(EVENT, path)
}

fn look(table: &[(&str, Kind)], path: &str) -> Fact {
    let exact = table.iter().find(|(name, _)| *name == path);
    let open = || {
        table.iter().find(|(name, _)| {
            name.strip_suffix('*').and_then(|stem| path.strip_prefix(stem)).is_some_and(|rest| !rest.is_empty())
        })
    };
    exact.or_else(open).map_or(Fact::Unknown, |(_, kind)| Fact::Known(*kind))
}

/// Names to suggest for a mistyped fact.
pub(crate) fn names(of_event: bool) -> impl Iterator<Item = &'static str> {
    let table = if of_event { EVENT } else { VISITOR };
    table.iter().map(|(name, _)| *name).filter(|name| !name.ends_with('*'))
}

/// Whether a fact comes from the page alone, so that a contextual experience may read it before the choice.
pub(crate) fn is_contextual(path: &str) -> bool {
    ["context.page.", "context.data.", "context.query.utm_", "context.time.", "context.consent."]
        .iter()
        .any(|root| path.starts_with(root))
}
