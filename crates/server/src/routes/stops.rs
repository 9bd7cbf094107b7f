//! `/v1/sites/{site}/stops`: an operator stops one experience, all of them or the SDK; open pages hear of it at once.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use vitrine_wire::Code;
use vitrine_wire::http::{Failure, Stop, StopRequest, Stops};

use super::visitor::read;
use crate::app::{App, Shared};
use crate::error::{HttpError, HttpResult};

/// Longest reason, in bytes.
const REASON: usize = 500;
/// Longest id, in bytes.
const ID: usize = 400;

/// What is stopped.
#[utoipa::path(get, path = "/v1/sites/{site}/stops", tag = "stops", security(("key" = [])), params(("site" = String, Path)),
    responses((status = 200, body = Stops), (status = 401, body = Failure), (status = 403, body = Failure), (status = 404, body = Failure),
        (status = 429, body = Failure)))]
pub async fn list(
    State(app): State<Shared>,
    Path(site): Path<String>,
    headers: HeaderMap,
) -> HttpResult<impl IntoResponse> {
    app.secret(&site, &headers)?;
    stops(&app).await
}

/// Stops something, or lets it go on.
#[utoipa::path(post, path = "/v1/sites/{site}/stops", tag = "stops", security(("key" = [])),
    description = "Open pages whose visitors allowed personalization hear of it through their stream and put their own content back; others when \
        they ask for the bundle again. Only with a secret key.",
    params(("site" = String, Path)), request_body = StopRequest,
    responses((status = 200, description = "Everything that is stopped now", body = Stops), (status = 400, body = Failure),
        (status = 401, body = Failure), (status = 403, body = Failure), (status = 404, body = Failure), (status = 429, body = Failure)))]
pub async fn change(
    State(app): State<Shared>,
    Path(site): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> HttpResult<impl IntoResponse> {
    app.secret(&site, &headers)?;
    let asked: StopRequest = read(&headers, sent).await?;
    let (what, experience) = match (asked.experience, asked.all, asked.sdk) {
        (Some(id), false, false) if !id.is_empty() && id.len() <= ID => ("experience", Some(id)),
        (None, true, false) => ("all", None),
        (None, false, true) => ("sdk", None),
        _ => return Err(HttpError::malformed("name one of `experience`, `all` and `sdk`")),
    };
    let known = app.experiences().await;
    if let Some(id) = experience.as_ref().filter(|id| !asked.resume && !known.contains(id)) {
        return Err(HttpError::malformed(format!(
            "no experience `{id}` is published; there are: {}",
            known.join(", ")
        )));
    }
    if asked.reason.len() > REASON {
        return Err(HttpError::too_large(format!("`reason` is longer than {REASON} bytes")));
    }
    let stop = Stop { what: what.into(), experience, reason: asked.reason, since: app.now() };
    tracing::warn!(what = stop.what, experience = stop.experience, resume = asked.resume, "an operator's stop");
    app.stop(stop, !asked.resume).await.map_err(|error| {
        tracing::error!(%error, "the stop was not published");
        HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal)
    })?;
    stops(&app).await
}

async fn stops(app: &App) -> HttpResult<impl IntoResponse + use<>> {
    let sequence = app.bundle.borrow().as_ref().map_or(0, |published| published.sequence);
    let stops = app.db.stops(app.site).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Stops { stops, sequence })))
}
