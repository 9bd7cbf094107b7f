//! `POST /v1/sites/{site}/decide`: what the engine decides, for the site's own server.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use vitrine_wire::door::{ReplayInput, ReplayWhat};
use vitrine_wire::http::{DecideAnswer, DecideRequest, Failure};
use vitrine_wire::{Code, Millis};

use super::visitor::read;
use crate::app::{App, Shared};
use crate::db::Node;
use crate::error::{HttpError, HttpResult};
use crate::{decide, profile};

/// Most ids explained at once: each looks at every rule.
const EXPLAINED: usize = 20;
/// Longest visitor id, in bytes.
const VISITOR: usize = 200;

/// Decides for a visitor, or by context alone.
#[utoipa::path(post, path = "/v1/sites/{site}/decide", tag = "decide", security(("key" = [])),
    description = "What the engine decides, from the visitor's stored events that personalization was allowed for (the newest 2,000), the rows of \
        its profile, and its choice. Only with a secret key. Without a visitor, for an unknown one, and without a grant, by context alone.",
    params(("site" = String, Path)), request_body = DecideRequest,
    responses(
        (status = 200, body = DecideAnswer),
        (status = 400, body = Failure),
        (status = 401, description = "Not a secret key of the site", body = Failure),
        (status = 403, description = "A secret key in a page", body = Failure),
        (status = 404, description = "Another site, or nothing is published", body = Failure),
        (status = 429, description = "Too many requests; Retry-After says how long to wait", body = Failure)))]
pub async fn decide(
    State(app): State<Shared>,
    Path(site): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> HttpResult<impl IntoResponse> {
    app.secret(&site, &headers)?;
    let asked: DecideRequest = read(&headers, sent).await?;
    let at = check(&app, &asked)?;
    let bundle = app.bundle.borrow().clone();
    let bundle = bundle.ok_or_else(|| HttpError::new(StatusCode::NOT_FOUND, Code::BundleUnavailable))?;
    let past = match &asked.visitor {
        Some(visitor) => app.db.past(app.site, Node::visitor(visitor)).await?,
        None => Default::default(),
    };
    let (site, now) = (app.site(), app.now());
    let work = move || {
        let rows = past.person.as_ref().map(|person| profile::fold(person, &site));
        let mut inputs = decide::inputs(&past, rows.as_ref(), at, now);
        inputs.extend(asked.context.map(|context| ReplayInput { at, what: ReplayWhat::Context(context) }));
        decide::answer(&bundle, &asked.visitor.unwrap_or_default(), &inputs, at, asked.explain)
    };
    let internal = || HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal);
    // Thousands of events take a while: other requests must not wait for them.
    let answer = tokio::task::spawn_blocking(work).await.map_err(|_| internal())?.ok_or_else(internal)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)))
}

/// The instant asked for.
fn check(app: &App, asked: &DecideRequest) -> HttpResult<Millis> {
    if asked.visitor.as_ref().is_some_and(|id| id.is_empty() || id.len() > VISITOR) {
        return Err(HttpError::malformed(format!("`visitor` is empty or longer than {VISITOR} bytes")));
    }
    if asked.context.as_ref().is_some_and(|context| context.as_map().is_none()) {
        return Err(HttpError::malformed("`context` is not an object"));
    }
    if asked.explain.len() > EXPLAINED {
        return Err(HttpError::too_large(format!("more than {EXPLAINED} ids to explain")));
    }
    let Some(at) = &asked.at else { return Ok(app.now()) };
    let at = at.parse::<jiff::Timestamp>().map_err(|_| HttpError::malformed("`at` is not an instant of RFC 3339"))?;
    Ok(at.as_millisecond())
}
