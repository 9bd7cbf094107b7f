//! What the demo shop's own server would do: prove who is logged in, and send an order made elsewhere. Only with `--demo`.

use std::process::Stdio;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use vitrine_wire::Code;
use vitrine_wire::http::Proof;

use super::visitor::read;
use crate::app::Shared;
use crate::error::{HttpError, HttpResult};
use crate::ingest::proof::{Claim, mac};

/// How long the order's script may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The demo's routes.
pub fn routes() -> Router<Shared> {
    Router::new().route("/demo/login", post(login)).route("/demo/order", post(order))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Login {
    user: String,
    visitor_id: String,
}

async fn login(State(app): State<Shared>, headers: HeaderMap, sent: Body) -> HttpResult<Json<Proof>> {
    let asked: Login = read(&headers, sent).await?;
    let site = app.site();
    let iat = app.now().div_euclid(1_000);
    let claim = Claim { site: &site.id, user: &asked.user, visitor: &asked.visitor_id, now_s: iat };
    Ok(Json(Proof { iat, mac: mac(&app.keys.proof, &claim, iat) }))
}

async fn order(State(app): State<Shared>, headers: HeaderMap, sent: Body) -> HttpResult<Json<Value>> {
    let mut order: Map<String, Value> = read(&headers, sent).await?;
    order.insert("endpoint".into(), app.address().into());
    order.insert("key".into(), app.keys.secret.clone().into());
    let script = app.file.with_file_name("order.mjs");
    let failed = |what: String| {
        tracing::warn!(what, "the demo's order was not sent");
        HttpError::new(StatusCode::BAD_GATEWAY, Code::Internal).because(what)
    };
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| failed(format!("node does not start: {e}")))?;
    if let Some(mut stdin) = node.stdin.take() {
        let text = Value::Object(order).to_string();
        stdin.write_all(text.as_bytes()).await.map_err(|e| failed(format!("the order's script does not read: {e}")))?;
    }
    let done = tokio::time::timeout(PATIENCE, node.wait_with_output()).await;
    let done =
        done.map_err(|_| failed("the order's script takes too long".into()))?.map_err(|e| failed(e.to_string()))?;
    let said: Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
    if !done.status.success() {
        return Err(failed(
            said.get("message").and_then(Value::as_str).unwrap_or("the order's script failed").to_owned(),
        ));
    }
    Ok(Json(said))
}
