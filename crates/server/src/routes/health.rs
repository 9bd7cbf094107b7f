//! `/healthz`: the process lives. `/readyz`: it can do its work. `/metrics`: what it counts.

use std::sync::OnceLock;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::{Value, json};
use vitrine_wire::Code;

use crate::app::Shared;
use crate::error::{HttpError, HttpResult};

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "The process lives")))]
pub async fn alive() -> Json<Value> {
    Json(json!({"alive": true}))
}

/// The database writes and the site is published.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses((status = 200, description = "Ready"), (status = 503, description = "The database fails, or nothing is published")))]
pub async fn ready(State(app): State<Shared>) -> HttpResult<Json<Value>> {
    app.db.ping().await?;
    let sequence = app.bundle.borrow().as_ref().map(|published| published.sequence);
    let sequence = sequence.ok_or_else(|| HttpError::new(StatusCode::SERVICE_UNAVAILABLE, Code::BundleUnavailable))?;
    Ok(Json(json!({"ready": true, "site": app.site().id, "bundle": sequence})))
}

/// Counters and histograms in Prometheus' text form.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, description = "Prometheus text", content_type = "text/plain")))]
pub async fn metrics(State(app): State<Shared>) -> impl IntoResponse {
    ::metrics::gauge!("vitrine_streams_open").set(app.hub.open() as f64);
    let text = recorder().map(|recorder| {
        recorder.run_upkeep();
        recorder.render()
    });
    text.unwrap_or_default()
}

/// The process's one recorder; installed at the first call.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}

/// When what [`global_privacy_control`] says was last changed.
const GPC_SINCE: &str = "2026-11-22";

/// That this site takes a Global Privacy Control signal for a refusal.
#[utoipa::path(get, path = "/.well-known/gpc.json", tag = "consent", responses((status = 200, description = "Global Privacy Control is honoured", content_type = "application/json")))]
pub async fn global_privacy_control() -> Json<serde_json::Value> {
    Json(serde_json::json!({"gpc": true, "lastUpdate": GPC_SINCE}))
}
