//! Answers of the ingest endpoints. Their requests are the Segment HTTP tracking API and are read from raw bytes.

use serde::{Deserialize, Serialize};

/// The answer after the events are durably stored. Every accepted request gets one, even when all its events were set aside.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IngestAnswer {
    /// Always `true`.
    pub success: bool,
    /// How many events are new and stored.
    pub stored: u32,
    /// How many were stored before.
    pub duplicates: u32,
    /// How many were dropped because the visitor withdrew or erased.
    pub dropped: u32,
    /// Events set aside, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarantined: Vec<SetAside>,
}

/// One event that was set aside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetAside {
    /// Its place in the request's batch, from 0.
    pub index: u32,
    /// Its `messageId`, where it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Why: `no_consent`, `number_range`, `too_large`, `too_deep`, `not_an_object`, `message_id`, `type`, `identity`,
    /// `timestamp`, `token`.
    pub reason: String,
}

/// Proof that the site knows who is logged in, as `context.vitrine.proof` of an `identify`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proof {
    /// When it was made, in Unix seconds. Good for 10 minutes.
    pub iat: i64,
    /// `base64url(HMAC-SHA256(secret, "vt1\n" + site + "\n" + userId + "\n" + visitorId + "\n" + iat))`, without padding.
    pub mac: String,
}
