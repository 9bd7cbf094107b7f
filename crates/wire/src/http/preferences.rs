//! What people want to receive: `/v1/visitor/preferences` and the confirmation of addresses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Millis, Value};

/// How often messages of a topic may come through a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Frequency {
    /// As they come.
    Each,
    /// Once a day at most.
    Daily,
    /// Once a week at most.
    Weekly,
    /// Once a month at most.
    Monthly,
    /// Never.
    Off,
}

/// `GET /v1/visitor/preferences`: channel × topic × frequency, each with its basis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preferences {
    /// Whether everything was stopped and nothing allowed since.
    pub stopped: bool,
    /// The channel that the person likes best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred: Option<String>,
    /// By id, as the site file declares them.
    pub channels: BTreeMap<String, ChannelPreference>,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelPreference {
    /// Its name for people: text, or text by language. Null: none given.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub title: Value,
    /// Why a message may be sent: `opt-in`, `customer-similar`, `contract-ongoing`, `interest` or `service`.
    pub basis: String,
    /// The notice that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// What holds for the channel as a whole.
    pub frequency: Frequency,
    /// Where messages go, all but a few characters hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Whether the address waits to be confirmed: nothing is sent until then.
    pub pending: bool,
    /// By id.
    pub topics: BTreeMap<String, TopicPreference>,
}

/// One topic in one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopicPreference {
    /// Its name for people: text, or text by language. Null: none given.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub title: Value,
    /// Why a message may be sent: the topic's own basis, else the channel's.
    pub basis: String,
    /// The notice that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// What holds.
    pub frequency: Frequency,
}

/// `PATCH /v1/visitor/preferences`: what the person changes. What is absent stays.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreferencesChange {
    /// The site's id.
    pub site: String,
    /// The site's `pk_` key.
    pub key: String,
    /// The visitor's public id.
    pub visitor: String,
    /// The visitor's token.
    pub token: String,
    /// Stops everything but service messages, at once. Before anything else here.
    #[serde(default)]
    pub stop: bool,
    /// Channel to what holds for it as a whole.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<String, Frequency>,
    /// Channel to topic to what holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub topics: BTreeMap<String, BTreeMap<String, Frequency>>,
    /// Channel to address; an empty one takes it back. Of somebody who is not logged in it must be confirmed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub addresses: BTreeMap<String, String>,
    /// The channel that the person likes best; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred: Option<String>,
    /// The page's language, for the message that asks to confirm.
    #[serde(default)]
    pub locale: String,
}

/// `POST /v1/preferences/confirm`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Confirm {
    /// The site's id.
    pub site: String,
    /// The token of the message.
    pub token: String,
}

/// The answer of `POST /v1/sites/{site}/outbox`: messages for the site's own server to send. Each is given out once.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outbox {
    /// Oldest first.
    pub messages: Vec<OutboxMessage>,
}

/// A message to send.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutboxMessage {
    /// Always `confirm-address`.
    pub kind: String,
    /// Through which channel.
    pub channel: String,
    /// To whom.
    pub address: String,
    /// In which language.
    pub locale: String,
    /// What the link in it must bring to `POST /v1/preferences/confirm`.
    pub token: String,
    /// When the token ends.
    pub expires: Millis,
}
