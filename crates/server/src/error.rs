//! The one HTTP error. What a caller did wrong is said; what the server did wrong is logged and never shown.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use vitrine_wire::Code;
use vitrine_wire::http::{Failure, FailureDetail};

use crate::db::DbError;

/// An answer that is not a success.
#[derive(Debug)]
pub struct HttpError {
    status: StatusCode,
    code: Code,
    message: String,
    retry_after_s: Option<u64>,
}

/// What handlers answer.
pub type HttpResult<T> = Result<T, HttpError>;

impl HttpError {
    /// An error with its code's own sentence.
    pub fn new(status: StatusCode, code: Code) -> HttpError {
        HttpError { status, code, message: code.message().to_owned(), retry_after_s: None }
    }

    /// The same, saying more exactly what was wrong.
    #[must_use]
    pub fn because(mut self, what: impl std::fmt::Display) -> HttpError {
        self.message = format!("{}: {what}", self.message);
        self
    }

    /// The same, saying when to come back, in whole seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> HttpError {
        self.retry_after_s = Some(seconds.max(1));
        self
    }

    /// 400: the body does not parse.
    pub fn malformed(what: impl std::fmt::Display) -> HttpError {
        HttpError::new(StatusCode::BAD_REQUEST, Code::BodyMalformed).because(what)
    }

    /// 400: the body is over a limit.
    pub fn too_large(what: impl std::fmt::Display) -> HttpError {
        HttpError::new(StatusCode::BAD_REQUEST, Code::BodyTooLarge).because(what)
    }

    /// 401: the key is not one of the site's, or may not be used so.
    pub fn key() -> HttpError {
        HttpError::new(StatusCode::UNAUTHORIZED, Code::Key)
    }

    /// 403: a page sends a key that everybody could read there.
    pub fn secret_in_page() -> HttpError {
        HttpError::new(StatusCode::FORBIDDEN, Code::Origin)
            .because("a secret key is for the site's own server, never for a page")
    }

    /// 404: unknown and foreign visitors look the same.
    pub fn visitor() -> HttpError {
        HttpError::new(StatusCode::NOT_FOUND, Code::VisitorUnknown)
    }
}

impl From<DbError> for HttpError {
    fn from(error: DbError) -> Self {
        if let DbError::Failed(what) = &error {
            tracing::error!(what, "the database failed");
        }
        HttpError::new(StatusCode::SERVICE_UNAVAILABLE, Code::Busy).retry_after(1)
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        metrics::counter!("vitrine_refusals_total", "code" => self.code.as_str()).increment(1);
        let error = FailureDetail { code: self.code.as_str().to_owned(), message: self.message };
        let mut response = (self.status, Json(Failure { success: false, error })).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
