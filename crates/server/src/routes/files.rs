//! Static files: the SDK under `/sdk/<version>/`, pages under `/`.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;
use vitrine_wire::Code;

use crate::app::Shared;
use crate::error::HttpError;

/// The static routes that the configuration asks for.
pub fn routes(app: &Shared) -> Router<Shared> {
    let missing = async || HttpError::new(StatusCode::NOT_FOUND, Code::NotFound);
    let mut router = Router::new();
    if let Some(sdk) = &app.sdk {
        let files = Router::new()
            .fallback_service(
                ServeDir::new(sdk).precompressed_br().precompressed_gzip().call_fallback_on_method_not_allowed(false),
            )
            .layer(from_fn_with_state(app.clone(), sdk_headers));
        router = router.nest("/sdk/{version}", files);
    }
    match &app.www {
        Some(www) => {
            let files = Router::new().fallback_service(ServeDir::new(www).precompressed_br().precompressed_gzip());
            router.fallback_service(files.layer(from_fn(page_headers)))
        }
        None => router.fallback(missing),
    }
}

/// Files that carry a hash of their content never change; others are asked for again, unless their version is published.
async fn sdk_headers(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let forever = hashed(request.uri().path()) || !app.demo;
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return HttpError::new(StatusCode::NOT_FOUND, Code::NotFound).into_response();
    }
    let headers = response.headers_mut();
    let caching = if forever { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

async fn page_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Whether a file is named after its content: `name-<8 or more hex or base32 digits>.ext`.
fn hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let hex = |hash: &str| hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let base32 = |hash: &str| hash.bytes().all(|b| matches!(b, b'2'..=b'7' | b'A'..=b'Z'));
    stem.rsplit_once('-').is_some_and(|(_, hash)| hash.len() >= 8 && (hex(hash) || base32(hash)))
}

/// Whether the client accepts an encoding.
pub fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|part| {
        let (name, quality) = part.split_once(';').unwrap_or((part, "q=1"));
        let refused = quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q == 0.0);
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_names_that_hold_a_hash() {
        let rows = [
            ("/core-0a1b2c3d4e.wasm", true),
            ("/core-77F4XK4D.js", true),
            ("/core-77f4xk4d.js", false),
            ("/vitrine.js", false),
            ("/my-file.js", false),
            ("/manifest.json", false),
        ];
        for (path, expected) in rows {
            assert_eq!(hashed(path), expected, "{path}");
        }
    }

    #[test]
    fn a_quality_of_zero_refuses() {
        let rows = [("gzip, br", true), ("gzip", false), ("br;q=0, gzip", false), ("br;q=0.5", true), ("", false)];
        for (value, expected) in rows {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(accepts(&headers, "br"), expected, "{value}");
        }
    }
}
