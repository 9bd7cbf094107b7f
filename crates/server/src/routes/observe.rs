//! One log line and one measurement a request: method, route, status, time. Never an address, query, header or body.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

/// Logs and measures a request.
pub async fn observe(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("static", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let begun = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    tracing::debug!(%method, route, status, ms = took.as_secs_f64() * 1_000.0, "request");
    metrics::histogram!("vitrine_http_seconds", "route" => route, "status" => status.to_string()).record(took);
    response
}
