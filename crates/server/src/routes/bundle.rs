//! `GET /v1/sites/{site}/bundle/{format}`: the newest bundle, by ETag; `…/{hash}`: one bundle for ever.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use vitrine_wire::Code;
use vitrine_wire::envelope::FORMAT;
use vitrine_wire::http::Failure;

use super::files::accepts;
use crate::app::Shared;
use crate::error::{HttpError, HttpResult};
use crate::publish::{Published, serve};

const REVALIDATE: &str = "no-cache";
const FOREVER: &str = "public, max-age=31536000, immutable";

/// The newest bundle.
#[utoipa::path(get, path = "/v1/sites/{site}/bundle/{format}", tag = "bundle",
    params(("site" = String, Path), ("format" = u8, Path, description = "The newest format that the SDK reads: 2")),
    responses((status = 200, description = "The signed envelope", content_type = "application/octet-stream"), (status = 304, description = "Not changed"),
        (status = 404, body = Failure)))]
pub async fn newest(
    State(app): State<Shared>,
    Path((site, format)): Path<(String, String)>,
    headers: HeaderMap,
) -> HttpResult<Response> {
    check(&app, &site, &format)?;
    let published = app.bundle.borrow().clone();
    let published = published.ok_or_else(|| HttpError::new(StatusCode::NOT_FOUND, Code::BundleUnavailable))?;
    Ok(answer(&published, &headers, REVALIDATE))
}

/// One bundle, by the hash that the stream announces.
#[utoipa::path(get, path = "/v1/sites/{site}/bundle/{format}/{hash}", tag = "bundle",
    params(("site" = String, Path), ("format" = u8, Path), ("hash" = String, Path)),
    responses((status = 200, description = "The signed envelope, immutable", content_type = "application/octet-stream"), (status = 404, body = Failure)))]
pub async fn by_hash(
    State(app): State<Shared>,
    Path((site, format, hash)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> HttpResult<Response> {
    check(&app, &site, &format)?;
    let current = app.bundle.borrow().clone().filter(|published| published.hash == hash);
    let published = match current {
        Some(published) => published,
        None => {
            let row = app.db.bundle(app.site, FORMAT, &hash).await?;
            let row = row.ok_or_else(|| HttpError::new(StatusCode::NOT_FOUND, Code::BundleUnavailable))?;
            let made = tokio::task::spawn_blocking(move || serve(row)).await;
            Arc::new(made.map_err(|_| HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal))?)
        }
    };
    Ok(answer(&published, &headers, FOREVER))
}

fn check(app: &Shared, site: &str, format: &str) -> HttpResult<()> {
    if site != app.site().id {
        return Err(HttpError::new(StatusCode::NOT_FOUND, Code::SiteUnknown));
    }
    if format != FORMAT.to_string() {
        return Err(
            HttpError::new(StatusCode::NOT_FOUND, Code::BundleUnavailable).because("no bundle of this format is made")
        );
    }
    Ok(())
}

fn answer(published: &Published, asked: &HeaderMap, caching: &'static str) -> Response {
    let brotli = accepts(asked, "br");
    let (plain, packed) = (format!("\"{}\"", published.hash), format!("\"{}-br\"", published.hash));
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == plain || tag == packed)
    });
    let mut response = match (known, brotli) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, true) => published.brotli.clone().into_response(),
        (false, false) => published.sealed.clone().into_response(),
    };
    let headers = response.headers_mut();
    if brotli && !known {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    if let Ok(tag) = HeaderValue::from_str(if brotli { &packed } else { &plain }) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}
