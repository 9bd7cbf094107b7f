//! What the site owes to people: who answers for it, who else receives data, what is read before a choice, and through which
//! channels it speaks about what.

use super::Shape::{Either, Flag, Id, List, Named, Object as Inner, Text, Words};
use super::{Key, Object, Shape, TITLE, may, must};

/// `notices`: version, then language, then text.
pub(crate) const NOTICES: Shape = Named(&Named(&Text));

/// `controller`.
pub(crate) const CONTROLLER: Object = Object {
    what: "`controller`",
    keys: &[
        must("name", Text, "the company or body that answers for the processing"),
        may("address", Text, "its postal address"),
        may("email", Text, "where people write to use their rights"),
        may("representative", Text, "who speaks for it, if somebody does"),
        may("dpo", Text, "how to reach the data protection officer"),
        may("authority", Text, "the supervisory authority to complain to; the CNIL if absent"),
    ],
    later: &[],
};

/// What a recipient may be.
pub(crate) const ROLES: &[&str] = &["processor", "joint", "recipient"];
/// What personal data is used for.
pub(crate) const PURPOSES: &[&str] = &["measurement", "personalization", "experiments", "marketing"];
/// A recipient.
pub(crate) const RECIPIENT: Object = Object {
    what: "a recipient",
    keys: &[
        must("name", TITLE, "its name"),
        may("role", Words(ROLES), "processor if absent"),
        may("purposes", List(&Words(PURPOSES)), "what it receives data for; all of them if absent"),
        may("country", Text, "where it keeps the data"),
        may("safeguard", Text, "what protects a transfer out of the European Economic Area"),
    ],
    later: &[],
};

/// Why a message may be sent.
pub(crate) const BASES: &[&str] = &["opt-in", "customer-similar", "contract-ongoing", "interest", "service"];
const BASIS: Key = may("basis", Words(BASES), "why a message may be sent");
/// A channel.
pub(crate) const CHANNEL: Object = Object {
    what: "a channel",
    keys: &[
        BASIS,
        may("title", TITLE, "its name for people"),
        may("notice", Id, "the text under `notices` that says so to people"),
        may("told", Flag, "the form that took the address said so and let people refuse; needed for customer-similar"),
    ],
    later: &[],
};

/// A topic.
pub(crate) const TOPIC: Object = Object {
    what: "a topic",
    keys: &[BASIS, may("title", TITLE, "its name for people"), may("notice", Id, "the text under `notices`")],
    later: &[],
};

/// `topics`: names, or names with what is said of them.
pub(crate) const TOPICS: Shape = Either(&[List(&Id), Named(&Inner(&TOPIC))]);
