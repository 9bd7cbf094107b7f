//! Purposes, their states, and sets of them (docs/consent.md "States and purposes").

use serde::{Deserialize, Serialize};

/// What a visitor can allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Queue and send events.
    Measurement,
    /// History, traits, scores and segments on the device; personalised variants.
    Personalization,
    /// A stable id for splits and holdouts.
    Experiments,
    /// Audiences, webhooks, messages.
    Marketing,
}

impl Purpose {
    /// Every purpose, in the order of their names' appearance in docs/consent.md.
    pub const ALL: [Purpose; 4] =
        [Purpose::Measurement, Purpose::Personalization, Purpose::Experiments, Purpose::Marketing];

    /// The name used in site files, records and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::Measurement => "measurement",
            Purpose::Personalization => "personalization",
            Purpose::Experiments => "experiments",
            Purpose::Marketing => "marketing",
        }
    }

    /// The purpose of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == name)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Where a visitor stands on one purpose. Only `Granted` permits a read or a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConsentState {
    /// Never asked, or not answered.
    #[default]
    Unknown,
    /// Refused.
    Denied,
    /// Allowed, and not yet expired.
    Granted,
    /// Was allowed; its time is over.
    Expired,
    /// Was allowed; taken back.
    Withdrawn,
}

impl ConsentState {
    /// The name used in records and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            ConsentState::Unknown => "unknown",
            ConsentState::Denied => "denied",
            ConsentState::Granted => "granted",
            ConsentState::Expired => "expired",
            ConsentState::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Unknown, Self::Denied, Self::Granted, Self::Expired, Self::Withdrawn]
            .into_iter()
            .find(|s| s.as_str() == name)
    }
}

/// A set of purposes, as small as a byte. Stored records carry the set that they serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(test, derive(Serialize, Deserialize))]
pub struct PurposeSet(u8);

crate::codec!(
    enum Purpose {
        Measurement,
        Personalization,
        Experiments,
        Marketing,
    }
);
crate::codec!(struct PurposeSet(bits));

impl PurposeSet {
    /// No purpose.
    pub const NONE: PurposeSet = PurposeSet(0);

    /// The set with `purpose` added.
    #[must_use]
    pub const fn with(self, purpose: Purpose) -> Self {
        PurposeSet(self.0 | purpose.bit())
    }

    /// The members of both sets.
    #[must_use]
    pub const fn and(self, other: PurposeSet) -> Self {
        PurposeSet(self.0 | other.0)
    }

    /// The set without the members of `other`.
    #[must_use]
    pub const fn without(self, other: PurposeSet) -> Self {
        PurposeSet(self.0 & !other.0)
    }

    /// Whether `purpose` is in the set.
    pub const fn has(self, purpose: Purpose) -> bool {
        self.0 & purpose.bit() != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, in order.
    pub fn iter(self) -> impl Iterator<Item = Purpose> {
        Purpose::ALL.into_iter().filter(move |p| self.has(*p))
    }

    /// The bits, for storage.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits; unknown bits are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        PurposeSet(bits & 0b1111)
    }
}

impl FromIterator<Purpose> for PurposeSet {
    fn from_iter<T: IntoIterator<Item = Purpose>>(iter: T) -> Self {
        iter.into_iter().fold(Self::NONE, Self::with)
    }
}
