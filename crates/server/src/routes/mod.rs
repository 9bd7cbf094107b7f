//! Every endpoint: one file per resource, one line each here.

mod bundle;
mod consents;
mod cors;
mod decide;
mod demo;
mod files;
mod health;
mod ingest;
mod observe;
mod openapi;
mod preferences;
mod proof;
mod stops;
mod stream;
mod visitor;

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use vitrine_wire::Code;
use vitrine_wire::EventKind::{Alias, Group, Identify, Page, Screen, Track};

use crate::app::Shared;
use crate::error::HttpError;
use crate::ingest::Door::{Batch, One};

pub use health::recorder;
pub use openapi::document;

/// How long a request may take to arrive and be answered. Streams are answered at once and go on.
const PATIENCE: Duration = Duration::from_secs(30);

/// The address of whoever is connected.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub std::net::IpAddr);

/// The whole server.
pub fn router(app: Shared) -> Router {
    let api = Router::new()
        .merge(events())
        .route("/v1/projects/{key}/settings", get(ingest::settings))
        .route("/v1/sites/{site}/bundle/{format}", get(bundle::newest))
        .route("/v1/sites/{site}/bundle/{format}/{hash}", get(bundle::by_hash))
        .route("/v1/sites/{site}/decide", post(decide::decide))
        .route("/v1/sites/{site}/stops", get(stops::list).post(stops::change))
        .route("/v1/visitor", post(visitor::register).delete(visitor::erase))
        .route("/v1/visitor/profile", get(visitor::profile))
        .route("/v1/visitor/preferences", get(preferences::show).patch(preferences::change))
        .route("/v1/preferences/confirm", post(preferences::confirm))
        .route("/v1/sites/{site}/outbox", post(preferences::outbox))
        .route("/v1/visitor/export", get(visitor::export))
        .route("/v1/visitor/stream", post(stream::open))
        .route("/v1/visitor/choice", get(consents::choice))
        .route("/v1/visitor/consents", post(consents::record).get(consents::history))
        .merge(if app.demo { demo::routes() } else { Router::new() })
        .layer(from_fn_with_state(app.clone(), cors::limit))
        // Before the guard, so that it sees preflights of every path.
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), cors::guard));
    Router::new()
        .merge(api)
        .route("/.well-known/gpc.json", get(health::global_privacy_control))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(openapi::serve))
        .merge(proof::routes(&app))
        .merge(files::routes(&app))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a handler panicked");
            axum::response::IntoResponse::into_response(HttpError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::Internal,
            ))
        }))
        .layer(from_fn(observe::observe))
        .with_state(app)
}

async fn method_not_allowed() -> HttpError {
    HttpError::new(StatusCode::METHOD_NOT_ALLOWED, Code::Method)
}

/// The Segment HTTP tracking API, each path with and without one trailing slash.
fn events() -> Router<Shared> {
    let doors = [
        ("/v1/batch", Batch { historical: false }),
        ("/v1/b", Batch { historical: false }),
        ("/v1/import", Batch { historical: true }),
        ("/beacon/v1/batch", Batch { historical: false }),
        ("/v1/track", One(Track)),
        ("/v1/t", One(Track)),
        ("/v1/identify", One(Identify)),
        ("/v1/i", One(Identify)),
        ("/v1/page", One(Page)),
        ("/v1/p", One(Page)),
        ("/v1/screen", One(Screen)),
        ("/v1/s", One(Screen)),
        ("/v1/group", One(Group)),
        ("/v1/g", One(Group)),
        ("/v1/alias", One(Alias)),
        ("/v1/a", One(Alias)),
    ];
    doors.into_iter().fold(Router::new(), |router, (path, door)| {
        let beacon = path.starts_with("/beacon");
        let handler =
            post(async move |app, uri, headers, body| ingest::events(app, uri, headers, body, door, beacon).await);
        router.route(path, handler.clone()).route(&format!("{path}/"), handler)
    })
}
