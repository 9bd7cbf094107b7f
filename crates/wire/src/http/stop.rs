//! `/v1/sites/{site}/stops`: what an operator has stopped.

use serde::{Deserialize, Serialize};

/// What is to be stopped, or to go on. Exactly one of `experience`, `all` and `sdk`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StopRequest {
    /// One experience, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experience: Option<String>,
    /// Every experience: pages show their own content.
    #[serde(default)]
    pub all: bool,
    /// The SDK: pages show their own content and nothing is collected.
    #[serde(default)]
    pub sdk: bool,
    /// It goes on instead.
    #[serde(default)]
    pub resume: bool,
    /// Why, for whoever reads it later; 500 bytes at most.
    #[serde(default)]
    pub reason: String,
}

/// Something that is stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stop {
    /// `experience`, `all` or `sdk`.
    pub what: String,
    /// Which experience; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experience: Option<String>,
    /// Why.
    pub reason: String,
    /// Since when, ms since the Unix epoch.
    pub since: i64,
}

/// Everything that is stopped, and under which sequence pages hear of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stops {
    /// What is stopped.
    pub stops: Vec<Stop>,
    /// The bundle's sequence.
    pub sequence: u64,
}
