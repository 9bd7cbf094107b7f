//! Where the visitor came from: the first and the last contact.

use super::{Item, Key};
use vitrine_wire::{Millis, Value};

/// One contact. Empty texts are unknown.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Touch {
    /// Campaign name.
    pub campaign: String,
    /// Campaign source.
    pub source: String,
    /// The campaign's medium, else `referral` for a foreign referrer, else `direct`.
    pub channel: String,
}

vitrine_wire::codec!(struct Touch { campaign, source, channel });

/// The first and the last contact, and when the visitor was seen.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Touches {
    first: Option<(Key, Touch)>,
    /// The newest contact that was not direct.
    last: Option<(Key, Touch)>,
    seen: Option<Millis>,
}

vitrine_wire::codec!(struct Touches { first, last, seen });

impl Touch {
    /// What an event's context says.
    #[inline(never)]
    pub fn of(item: &Item) -> Self {
        let read = |key: &str, name: &str| {
            let found = item.context.get(key).and_then(|part| part.get(name)).and_then(Value::as_str);
            found.unwrap_or_default().to_owned()
        };
        let (medium, host) = (read("campaign", "medium"), read("referrer", "host"));
        let channel = match (medium.as_str(), host.as_str()) {
            ("", "") => "direct",
            ("", _) => "referral",
            (medium, _) => medium,
        };
        let channel = channel.to_ascii_lowercase();
        Touch { campaign: read("campaign", "name"), source: read("campaign", "source"), channel }
    }

    /// A member by the name that conditions use.
    pub fn get(&self, name: &str) -> Option<Value> {
        let text = match name {
            "campaign" => &self.campaign,
            "source" => &self.source,
            "channel" => &self.channel,
            _ => return None,
        };
        (!text.is_empty()).then(|| text.as_str().into())
    }
}

impl Touches {
    /// Takes a page-side event in.
    pub fn take(&mut self, item: &Item) {
        if !item.page {
            return;
        }
        let touch = Touch::of(item);
        self.seen = self.seen.max(Some(item.key.0));
        let direct = touch.channel == "direct" && touch.campaign.is_empty();
        if !direct && self.last.as_ref().is_none_or(|(key, _)| *key < item.key) {
            self.last = Some((item.key, touch.clone()));
        }
        if self.first.as_ref().is_none_or(|(key, _)| item.key < *key) {
            self.first = Some((item.key, touch));
        }
    }

    /// When the visitor was last seen.
    pub const fn seen(&self) -> Option<Millis> {
        self.seen
    }

    /// `first.*`.
    pub fn first(&self, name: &str) -> Option<Value> {
        let (key, touch) = self.first.as_ref()?;
        if name == "seen" { Some(key.0.into()) } else { touch.get(name) }
    }

    /// `last.*`.
    pub fn last(&self, name: &str) -> Option<Value> {
        if name == "seen" {
            return Some(self.seen?.into());
        }
        // Someone who only ever came directly: their last channel is their first.
        self.last.as_ref().or(self.first.as_ref())?.1.get(name)
    }
}
