//! Bodies of the HTTP API. Unknown members are ignored, so that a newer page may talk to an older server.

mod decide;
mod ingest;
mod preferences;
mod profile;
mod proof;
mod stop;
mod visitor;

pub use decide::*;
pub use ingest::*;
pub use preferences::*;
pub use profile::*;
pub use proof::*;
pub use stop::*;
pub use visitor::*;

use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// Always `false`.
    pub success: bool,
    /// What was wrong.
    pub error: FailureDetail,
}

/// What was wrong with a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FailureDetail {
    /// A [`crate::Code`] in its text form.
    pub code: String,
    /// One sentence for people.
    pub message: String,
}
