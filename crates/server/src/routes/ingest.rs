//! `POST /v1/batch` and its kin; `GET /v1/projects/{writeKey}/settings` for browser clients that ask first.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use serde_json::{Value, json};
use vitrine_wire::http::{Failure, IngestAnswer};

use crate::access;
use crate::app::Shared;
use crate::error::{HttpError, HttpResult};
use crate::ingest::{Caller, Door, body, ingest};

/// Stores events.
#[utoipa::path(post, path = "/v1/batch", tag = "ingest",
    description = "Stores a batch of events of the Segment HTTP tracking API; answers after a durable commit. Also /v1/b, /v1/import (historical), \
        /beacon/v1/batch?writeKey=, and for single events /v1/{track|t|identify|i|page|p|screen|s|group|g|alias|a}. The Content-Type is ignored; gzip is accepted.",
    request_body(content = Object, description = "{batch: [event], sentAt?, writeKey?, context?}"),
    responses(
        (status = 200, description = "Durably stored; bad events are set aside with a reason", body = IngestAnswer),
        (status = 400, description = "Not JSON, or over a limit", body = Failure),
        (status = 401, description = "No key, an unknown one, or keys that do not agree", body = Failure),
        (status = 403, description = "Origin not allowed, or a secret key in a page", body = Failure),
        (status = 429, description = "Too many requests; Retry-After says how long to wait", body = Failure),
        (status = 503, description = "The queue is full; nothing was stored", body = Failure)))]
pub async fn events(
    State(app): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    sent: Body,
    door: Door,
    beacon: bool,
) -> HttpResult<Json<IngestAnswer>> {
    let text = body::text(&headers, sent, body::INGEST).await?;
    let query = beacon.then(|| uri.query().and_then(|query| parameter(query, "writeKey"))).flatten();
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().map_err(|_| HttpError::key()));
    let caller = Caller {
        authorization: authorization.transpose()?,
        query_key: query.as_deref(),
        from_page: headers.contains_key(header::ORIGIN),
    };
    ingest(&app, door, &caller, &text).await.map(Json)
}

/// What browser clients ask before they send: only where to send.
#[utoipa::path(get, path = "/v1/projects/{key}/settings", tag = "ingest",
    params(("key" = String, Path, description = "A public write key")),
    responses((status = 200, description = "Settings in the form that Segment's browser client reads"), (status = 401, body = Failure)))]
pub async fn settings(
    State(app): State<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> HttpResult<Json<Value>> {
    if !access::public(&key) || app.access.policy(&key).is_none() {
        return Err(HttpError::key());
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    Ok(Json(json!({
        "integrations": {"Segment.io": {"apiKey": key, "apiHost": format!("{host}/v1")}},
        "plan": {"track": {"__default": {"enabled": true, "integrations": {}}}},
        "edgeFunction": {}, "enabledMiddleware": {}, "legacyVideoPluginsEnabled": false, "remotePlugins": [],
    })))
}

/// A parameter of a query, with `%` escapes resolved.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))?.1;
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = (*first == b'%').then(|| std::str::from_utf8(after.get(..2)?).ok()).flatten();
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}
