//! The site file itself and what it declares.

use super::Shape::{
    Any, Condition, Duration, Either, Exactly, Flag, Id, List, Named, Number, Object as Inner, Retention, Some, Text,
    Whole, Words,
};
use super::experiences::{CONTENT_TYPES, EXPERIENCE};
use super::people::{CHANNEL, CONTROLLER, NOTICES, RECIPIENT, TOPICS};
use super::tests::CASE;
use super::{Object, Scope, Shape, TITLE, may, must};

/// The whole file.
pub(crate) const FILE: Object = Object {
    what: "the site file",
    keys: &[
        may("$schema", Text, "the schema that editors read"),
        must("vitrine", Exactly(1), "the version of the format"),
        must("site", Id, "the site's id"),
        may("locales", List(&Id), "languages of titles and notices"),
        may("timezone", Text, "an IANA name such as Europe/Paris; UTC if absent"),
        may("origins", List(&Text), "where pages may call from: scheme and host"),
        may("consent", Inner(&CONSENT), "how the choice is asked and kept"),
        may("purposes", Inner(&PURPOSE_LIST), "what visitors are asked to allow"),
        may("notices", NOTICES, "what visitors read before they choose: version, then language, then text"),
        may("controller", Inner(&CONTROLLER), "who answers for the processing"),
        may("recipients", Named(&Inner(&RECIPIENT)), "who else receives personal data"),
        may("events", Named(&Inner(&EVENT)), "the events that are collected; those of e-commerce if absent"),
        may("traits", Named(&TRAIT), "what people say of themselves; anything if absent"),
        may("slots", Named(&Inner(&SLOT)), "named places in the page"),
        may("offers", Named(&Inner(&OFFER)), "what is given once and never pushed again"),
        may("holdout", Number(0.0, 1.0), "the share of visitors that sees nothing at all of this"),
        may("pressure", Inner(&PRESSURE), "how many solicitations one person gets at most"),
        may("cutPoints", Inner(&CUT_POINTS), "where classes of customers begin"),
        may("lifecycle", Inner(&LIFECYCLE), "where phases of the life cycle begin"),
        may("groups", Named(&List(&Any)), "lists of values for $inGroup"),
        may("channels", Named(&Inner(&CHANNEL)), "through which the site speaks"),
        may("topics", TOPICS, "what the site writes about"),
        may("catalog", Inner(&CATALOG), "what the site sells or tells of, for lists"),
        may("scores", Named(&Either(&[Inner(&SUM), Inner(&FAMILY)])), "numbers made of behaviour"),
        may("segments", Named(&Inner(&SEGMENT)), "conditions with a name"),
        may("experiences", List(&Inner(&EXPERIENCE)), "who sees what in which slot"),
        may("tests", List(&Inner(&CASE)), "given these events, expect these segments"),
    ],
    later: &["goals"],
};

/// `catalog`.
pub(crate) const CATALOG: Object = Object {
    what: "`catalog`",
    keys: &[
        must("from", Text, "where pages get it: the address of a file of JSON Lines"),
        must("key", Id, "the member that names an item, as the property of events does"),
    ],
    later: &[],
};

/// `pressure`.
pub(crate) const PRESSURE: Object = Object {
    what: "`pressure`",
    keys: &[
        must("budget", Number(0.0, MOST), "what the experiences that one person sees may add up to"),
        must("per", Duration, "in this window"),
        may("counts", List(&Words(&["site"])), "which solicitations count: those of the site"),
    ],
    later: &[],
};

/// `consent`.
pub(crate) const CONSENT: Object = Object {
    what: "`consent`",
    keys: &[
        may("authority", Text, "who asks: auto, manual, or the one consent source that does"),
        may("map", Named(&Either(&[PURPOSE_NAME, List(&PURPOSE_NAME)])), "which purposes its categories stand for"),
        may("beforeChoice", Words(&["discard", "hold"]), "what becomes of events before the choice"),
        may("contextual", Flag, "whether contextual experiences may run before the choice"),
    ],
    later: &[],
};
const PURPOSE_NAME: Shape = Words(&["measurement", "personalization", "experiments", "marketing"]);
/// Who may be asked. `tcf:755` asks TCF for one vendor rather than for the publisher's own consents.
pub(crate) const AUTHORITIES: &[&str] = &[
    "auto",
    "manual",
    "vanilla-cookieconsent",
    "klaro",
    "tarteaucitron",
    "osano",
    "onetrust",
    "didomi",
    "commanders-act",
    "axeptio",
    "transcend",
    "tcf",
    "gpp",
    "consent-mode",
];

/// `purposes`.
pub(crate) const PURPOSE_LIST: Object = Object {
    what: "`purposes`",
    keys: &[
        may("measurement", Inner(&PURPOSE), "sending events"),
        may("personalization", Inner(&PURPOSE), "profile, segments and content on the device"),
        may("experiments", Inner(&PURPOSE), "a stable id for splits"),
        may("marketing", Inner(&PURPOSE), "messages outside the page"),
    ],
    later: &[],
};

/// One purpose.
pub(crate) const PURPOSE: Object = Object {
    what: "a purpose",
    keys: &[may("basis", Words(&["consent"]), "why it is lawful"), may("notice", Id, "the version of the notice")],
    later: &[],
};

/// Declared types.
pub(crate) const TYPES: &[&str] = &["any", "string", "number", "boolean", "date", "array", "object"];
/// A declared type.
pub(crate) const TYPE: Shape = Words(TYPES);

/// A declared event.
pub(crate) const EVENT: Object = Object {
    what: "an event",
    keys: &[
        may("purpose", Words(EVENT_PURPOSES), "what it serves; personalization if absent"),
        may("properties", Named(&TYPE), "what it carries: everything else is dropped"),
        may("keep", Retention, "how long the device keeps it"),
    ],
    later: &[],
};
/// What events may serve.
pub(crate) const EVENT_PURPOSES: &[&str] = &["personalization", "measurement"];

/// Where traits come from.
pub(crate) const SOURCES: &[&str] = &["account", "crm", "form", "server", "page", "import"];
const TRAIT: Shape = Either(&[TYPE, Inner(&TRAIT_OBJECT)]);
/// A declared trait.
pub(crate) const TRAIT_OBJECT: Object = Object {
    what: "a trait",
    keys: &[
        may("type", TYPE, "its type"),
        may("source", List(&Words(SOURCES)), "the strongest source first"),
        may("justified", Text, "why a special category of personal data may be used"),
    ],
    later: &[],
};

/// A slot.
pub(crate) const SLOT: Object = Object {
    what: "a slot",
    keys: &[
        may("reserve", Text, "the height that is kept free, a CSS length"),
        may("selector", Text, "where it is, if the page does not say so itself"),
        may("content", CONTENT_TYPES, "the data that a slot which renders itself takes"),
    ],
    later: &[],
};

/// An offer.
pub(crate) const OFFER: Object = Object {
    what: "an offer",
    keys: &[
        may("consumedBy", Condition(Scope::Event), "the event that uses it up"),
        may("expires", Duration, "how long after it was shown"),
    ],
    later: &["cost"],
};

const CUTS_OF_FIVE: Shape = Either(&[Some(&Number(-MOST, MOST), 0, 0), Some(&Number(-MOST, MOST), 4, 4)]);
const CUTS_OF_FOUR: Shape = Either(&[Some(&Number(-MOST, MOST), 0, 0), Some(&Number(-MOST, MOST), 3, 3)]);
/// Weights and cut points are at most this, either side of 0.
pub(crate) const MOST: f64 = 1e12;

/// `cutPoints`.
pub(crate) const CUT_POINTS: Object = Object {
    what: "`cutPoints`",
    keys: &[
        may("rfm", Inner(&RFM), "recency in days, number and value of orders: five classes each"),
        may("size", CUTS_OF_FOUR, "value of orders: small, medium, big, very big"),
    ],
    later: &[],
};

/// `cutPoints.rfm`.
pub(crate) const RFM: Object = Object {
    what: "`rfm`",
    keys: &[
        may("r", CUTS_OF_FIVE, "days since the last order"),
        may("f", CUTS_OF_FIVE, "orders"),
        may("m", CUTS_OF_FIVE, "value of orders"),
    ],
    later: &[],
};

/// `lifecycle`.
pub(crate) const LIFECYCLE: Object = Object {
    what: "`lifecycle`",
    keys: &[
        may("lostChurn", Number(0.0, 1.0), "the churn score from which somebody is lost; 0.8"),
        may("lostIntervals", Number(0.0, 1_000.0), "so many times the own median interval without order; 2"),
        may("atRiskChurn", Number(0.0, 1.0), "the churn score from which somebody is at risk; 0.5"),
        may("inactive", Duration, "without any event for so long; 90d"),
        may("loyalOrders", Whole(1, 1_000), "so many orders; 3"),
        may("loyalWithin", Duration, "within so long; 365d"),
        may("prospectSessions", Whole(1, 1_000), "so many visits; 2"),
    ],
    later: &[],
};

const PART: Shape = Some(&Either(&[Condition(Scope::Visitor), Number(-MOST, MOST)]), 2, 2);
/// A score that sums conditions.
pub(crate) const SUM: Object = Object {
    what: "a score",
    keys: &[
        must("sum", List(&PART), "pairs of a condition and what it adds"),
        may("min", Number(-MOST, MOST), "never less"),
        may("max", Number(-MOST, MOST), "never more"),
        may("justified", Text, "why a special category of personal data may be used"),
    ],
    later: &[],
};
/// A score for each value of a property.
pub(crate) const FAMILY: Object = Object {
    what: "a score",
    keys: &[
        must("by", Text, "which part of the event names the score, such as properties.category"),
        must("weights", Named(&Number(-MOST, MOST)), "what each event adds"),
        may("halfLife", Duration, "how soon half of it is forgotten; never if absent"),
        may("justified", Text, "why a special category of personal data may be used"),
    ],
    later: &[],
};

/// A segment.
pub(crate) const SEGMENT: Object = Object {
    what: "a segment",
    keys: &[
        must("when", Condition(Scope::Visitor), "who is in it"),
        may("title", TITLE, "its name for people"),
        may("justified", Text, "why a special category of personal data may be used"),
    ],
    later: &[],
};
