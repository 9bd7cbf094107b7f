//! What was decided for a slot, and why.

use crate::Value;
use serde::{Deserialize, Serialize};

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$vdoc:meta])* $name:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $type { $($(#[$vdoc])* #[serde(rename = $text)] $name,)* }
        impl $type {
            /// The name in answers and reports.
            pub const fn as_str(self) -> &'static str { match self { $($type::$name => $text,)* } }
        }
    };
}

names! {
    /// Why a slot shows what it shows: a closed list.
    Reason {
        /// An experience won.
        Matched = "matched",
        /// A preview link forced it.
        Preview = "preview",
        /// Something else is on screen and stays until the next page.
        Locked = "locked",
        /// The winner holds this visitor out.
        Holdout = "holdout",
        /// The site holds this visitor out.
        SiteHoldout = "site_holdout",
        /// No experience is left.
        None = "none",
        /// Not yet known; own content shows at the deadline.
        Pending = "pending",
        /// Asked before the engine was ready.
        NotReady = "not_ready",
        /// The SDK is off.
        Off = "off",
    }
}

names! {
    /// Why an experience did not win, the first that applies, in this order.
    Rejection {
        /// Stopped by an operator.
        Paused = "paused",
        /// Outside its dates.
        Schedule = "schedule",
        /// Its purpose is not granted.
        Consent = "consent",
        /// Its trigger has not fired.
        Trigger = "trigger",
        /// Its condition does not hold.
        When = "when",
        /// Its exception holds.
        Unless = "unless",
        /// Another of its group won.
        Group = "group",
        /// Shown often enough.
        Cap = "cap",
        /// The visitor has been solicited enough.
        Pressure = "pressure",
        /// Another of higher priority won the slot.
        Outranked = "outranked",
    }
}

/// The decision for one slot. Held out is an experience without a variant; no winner is neither.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The slot.
    pub slot: String,
    /// The experience that owns the slot.
    pub experience: Option<String>,
    /// The variant shown; none when held out.
    pub variant: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Typed data for slots that render themselves (`content` action).
    pub content: Option<Value>,
}

impl Decision {
    /// The page's own content, for this reason.
    pub fn own(slot: &str, reason: Reason) -> Self {
        Decision { slot: slot.into(), experience: None, variant: None, reason, content: None }
    }

    /// Whether the visitor is held out of what they would have seen.
    pub fn holdout(&self) -> bool {
        matches!(self.reason, Reason::Holdout | Reason::SiteHoldout)
    }
}

/// An experience that did not win.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The experience.
    pub experience: String,
    /// The first reason that applied.
    pub reason: Rejection,
}
