//! `POST /v1/sites/{site}/decide`: what the engine answers to the site's own server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Value;

/// Whom to decide for, and where they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideRequest {
    /// The `anonymousId` of the visitor's events. Absent: decided by `context` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
    /// `context.*` as the page says it: page, query, referrer, device, language, data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub context: Option<Value>,
    /// The instant, RFC 3339. Absent: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Segments and slots to explain, 20 at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explain: Vec<String>,
}

/// The answer to [`DecideRequest`]: a read of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecideAnswer {
    /// The instant, RFC 3339.
    pub at: String,
    /// Ids of the segments that hold, sorted.
    pub segments: Vec<String>,
    /// Scores by name.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub scores: Value,
    /// Slot to what it shows.
    pub decisions: BTreeMap<String, DecidedSlot>,
    /// Experiences that did not win, sorted by id.
    pub rejected: Vec<RejectedExperience>,
    /// The sequence of the bundle that decided.
    pub bundle: u64,
    /// What was asked to be explained: the tree of each id, null for one that the bundle does not have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub explain: BTreeMap<String, Value>,
}

/// What a slot shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecidedSlot {
    /// The experience that owns the slot; none: the page's own content.
    pub experience: Option<String>,
    /// The variant; none: the page's own content.
    pub variant: Option<String>,
    /// `matched`, `holdout`, `site_holdout` or `none`.
    pub reason: String,
}

/// An experience that did not win.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RejectedExperience {
    /// Its id.
    pub experience: String,
    /// The first reason that applies: `paused`, `schedule`, `consent`, `trigger`, `when`, `unless`, `group`, `cap`, `pressure` or
    /// `outranked`.
    pub reason: String,
}
