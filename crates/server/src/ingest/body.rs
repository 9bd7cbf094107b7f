//! Request bodies: read and inflated within bounds, whatever the Content-Type says.

use std::io::Read;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use flate2::read::MultiGzDecoder;
use vitrine_wire::limits::BATCH_BYTES;

use crate::error::{HttpError, HttpResult};

/// Largest ratio of inflated to sent bytes, beyond the first 64 KiB: batches of like events reach about 100.
const RATIO: usize = 256;
const SMALL: usize = 64 * 1_024;

/// The body's text, inflated where it is gzip.
///
/// # Errors
/// 400 when it is over a limit, cut short, of an unknown encoding, or not UTF-8.
pub async fn text(headers: &HeaderMap, body: Body, limit: usize) -> HttpResult<String> {
    let too_large = || HttpError::too_large(format!("more than {limit} bytes"));
    let declared =
        headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let bytes = axum::body::to_bytes(body, limit).await.map_err(|_| too_large())?;
    let encoding = headers.get(header::CONTENT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("identity").trim();
    let bytes = match encoding.to_ascii_lowercase().as_str() {
        "identity" | "" => bytes.into(),
        "gzip" | "x-gzip" => inflate(&bytes, limit)?,
        other => return Err(HttpError::malformed(format!("the content encoding `{other}` is not gzip"))),
    };
    String::from_utf8(bytes).map_err(|_| HttpError::malformed("it is not UTF-8"))
}

fn inflate(bytes: &[u8], limit: usize) -> HttpResult<Vec<u8>> {
    let allowed = limit.min(SMALL.max(bytes.len().saturating_mul(RATIO)));
    let mut out = Vec::new();
    let bound = u64::try_from(allowed).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(bytes).take(bound).read_to_end(&mut out);
    read.map_err(|_| HttpError::malformed("it is not sound gzip"))?;
    if out.len() > allowed {
        return Err(HttpError::too_large(format!("more than {allowed} bytes when inflated")));
    }
    Ok(out)
}

/// The limit of an ingest body, inflated.
pub const INGEST: usize = BATCH_BYTES;
/// The limit of any other body.
pub const OTHER: usize = 16 * 1_024;
