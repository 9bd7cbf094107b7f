//! Which pages may call: an exact list of origins, never `null`, never `*`. And how often one address may.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use vitrine_wire::Code;

use super::Peer;
use crate::app::Shared;
use crate::error::HttpError;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses pages of other origins, answers preflights, and lets allowed pages read the answer.
pub async fn guard(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        // Browsers say where a request comes from even where they send no Origin.
        let foreign = request.headers().get(FETCH_SITE).is_some_and(|site| site == "cross-site");
        let mut response = if foreign && !request.method().is_safe() { refuse() } else { next.run(request).await };
        response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
        return response;
    };
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let allowed = origin.to_str().is_ok_and(|origin| app.allows(origin, host));
    let mut response = match (allowed, request.method()) {
        (false, _) => refuse(),
        (true, &Method::OPTIONS) => preflight(request.headers()),
        (true, _) => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        // The choice cookie; a call that changes anything needs a token in its body all the same.
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, etag"));
    }
    response
}

/// Counts each call by the address it comes from.
pub async fn limit(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let from = request.extensions().get::<Peer>().map(|peer| app.gauge.address(peer.0));
    match from {
        Some(Err(refused)) => refused.into_response(),
        _ => next.run(request).await,
    }
}

fn refuse() -> Response {
    HttpError::new(StatusCode::FORBIDDEN, Code::Origin).into_response()
}

fn preflight(asked: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PATCH, DELETE"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    // Foreign clients bring headers of their own; the origin is known, so what it asks for is allowed.
    let wanted = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let wanted = wanted.unwrap_or(HeaderValue::from_static("authorization, content-type, content-encoding"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    headers.append(header::VARY, HeaderValue::from_static("access-control-request-headers"));
    response
}
