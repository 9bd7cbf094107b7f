//! Bodies of `/v1/visitor…`. The token travels as `Authorization: Bearer` on GET and as `token` in the body elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ConsentReceipt;
use crate::Millis;

/// `POST /v1/visitor`: makes a visitor known, so that its token opens what is kept about it. Idempotent.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisterVisitor {
    /// The site's id.
    pub site: String,
    /// The site's `pk_` key.
    pub key: String,
    /// The visitor's public id, a UUIDv7; the `anonymousId` of its events.
    pub visitor: String,
    /// 256 random bits as text (base64url or hex); only its hash is kept.
    pub token: String,
    /// The one-use receipt id sent with the grant, to tie that grant to this visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// The answer to [`RegisterVisitor`].
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitorRegistered {
    /// Always `true`.
    pub success: bool,
    /// The one-use revocation ticket: good only for withdrawing.
    pub ticket: String,
}

/// A body that says who asks: `POST /v1/visitor/stream` and `DELETE /v1/visitor`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitorRequest {
    /// The site's id.
    pub site: String,
    /// The site's `pk_` key.
    pub key: String,
    /// The visitor's public id.
    pub visitor: String,
    /// The visitor's token.
    pub token: String,
    /// The stream alone: the `id` of the last message received, to hear only of what changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
}

/// What a visitor chose for one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Choice {
    /// Allowed.
    Granted,
    /// Refused.
    Denied,
    /// Taken back: what lived only on this purpose is purged.
    Withdrawn,
}

impl Choice {
    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Choice::Granted => "granted",
            Choice::Denied => "denied",
            Choice::Withdrawn => "withdrawn",
        }
    }
}

/// `POST /v1/visitor/consents`: one act of choice.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentAct {
    /// The site's id.
    pub site: String,
    /// The site's `pk_` key.
    pub key: String,
    /// A random id, used once, sent with a grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The visitor's public id, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
    /// The visitor's token, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Purpose id to choice.
    pub purposes: BTreeMap<String, Choice>,
    /// Which notice the visitor read.
    #[serde(default)]
    pub notice: String,
    /// The language it was read in.
    #[serde(default)]
    pub locale: String,
    /// Who reports the choice: `banner`, `site`, `gpc`, …
    #[serde(default)]
    pub source: String,
    /// When it was made, in ms since the Unix epoch; absent, or to come: now. The cookie's choice lasts from that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Millis>,
    /// The revocation ticket: stands in for visitor and token when withdrawing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// The answer to [`ConsentAct`].
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRecorded {
    /// Always `true`.
    pub success: bool,
    /// A fresh ticket, when one was used and something can still be withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// `GET /v1/visitor/choice`: what the choice cookie says, in the shape that `consent.restore` takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChoiceAnswer {
    /// Purpose id to choice; empty when there is no cookie.
    pub purposes: BTreeMap<String, Choice>,
    /// Purpose id to the start of the day of its own act, UTC, in ms since the Unix epoch.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decided: BTreeMap<String, Millis>,
    /// The earliest of these; absent when there is no cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Millis>,
    /// The notice read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_version: Option<String>,
}

/// One row of `GET /v1/visitor/consents`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRow {
    /// When the server learnt of it.
    pub at: Millis,
    /// Purpose id to choice.
    pub purposes: BTreeMap<String, Choice>,
    /// Which notice.
    pub notice: String,
    /// Which language.
    pub locale: String,
    /// Who reported it.
    pub source: String,
    /// The receipt id, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// `GET /v1/visitor/consents`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentHistory {
    /// Oldest first.
    pub consents: Vec<ConsentRow>,
    /// The receipt of each, in the same order.
    pub receipts: Vec<ConsentReceipt>,
}
