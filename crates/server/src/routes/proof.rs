//! `POST /v1/consents/verify` and the page `/receipt/`: anybody may check a receipt against the chain.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use vitrine_wire::http::{ConsentReceipt, Failure, NoticeText, Verified, Wording};

use super::cors;
use crate::app::{App, Shared};
use crate::db::ConsentEntry;
use crate::error::{HttpError, HttpResult};
use crate::ingest::body;
use crate::proof::receipt::{self, Made};

/// Largest receipt, in bytes: notices are long.
const RECEIPT: usize = 256 * 1_024;
/// The page asks this server alone, runs its own script alone, and stands in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

type File = (&'static str, &'static str, &'static str);
const PAGE: [File; 3] = [
    ("/receipt/", "text/html; charset=utf-8", include_str!("../../../../www/receipt/index.html")),
    ("/receipt/receipt.css", "text/css; charset=utf-8", include_str!("../../../../www/receipt/receipt.css")),
    ("/receipt/receipt.js", "text/javascript; charset=utf-8", include_str!("../../../../www/receipt/receipt.js")),
];

/// Outside the list of origins: nothing changes, nothing is told of anybody, and the page is this server's own.
pub fn routes(app: &Shared) -> Router<Shared> {
    let verify = Router::new().route("/v1/consents/verify", post(verify));
    let router = verify.layer(from_fn_with_state(app.clone(), cors::limit));
    PAGE.into_iter().fold(router, |router, file| router.route(file.0, get(async move || serve(file))))
}

fn serve((_, kind, text): File) -> impl IntoResponse {
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (StatusCode::OK, headers, text)
}

/// Checks a receipt: whether it is as this site gave it out, and whether the chain of consents still holds it.
#[utoipa::path(post, path = "/v1/consents/verify", tag = "consent", request_body = ConsentReceipt,
    responses((status = 200, description = "The verdict, also on a receipt that does not hold", body = Verified),
        (status = 400, description = "It is no receipt", body = Failure)))]
pub async fn verify(State(app): State<Shared>, headers: HeaderMap, sent: Body) -> HttpResult<impl IntoResponse> {
    let text = body::text(&headers, sent, RECEIPT).await?;
    let receipt: Value = vitrine_compiler::unique(&text).map_err(HttpError::malformed)?;
    let site = app.site().id.clone();
    let verified = receipt::verify(&*app.db, app.site, &site, &app.keys.verifying(), &receipt).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(verified)))
}

/// The receipts of recorded acts, in their order.
pub async fn receipts(app: &App, entries: &[ConsentEntry]) -> HttpResult<Vec<ConsentReceipt>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let head = app.db.chain_end(app.site).await?;
    let texts = app.db.wordings(app.site).await?;
    let texts: BTreeMap<&Wording, &NoticeText> = texts.iter().map(|text| (&text.wording, text)).collect();
    let (site, now) = (app.site(), app.now());
    let receipt = |entry: &ConsentEntry| {
        let mut read: Vec<&Wording> = entry.record.processing.values().filter_map(|of| of.wording.as_ref()).collect();
        read.sort();
        read.dedup();
        let notices = read.into_iter().filter_map(|wording| texts.get(wording).copied().cloned()).collect();
        let (kept, previous, controller) = (&entry.kept, entry.previous, site.controller.clone());
        receipt::make(Made { kept, previous, head, controller, notices, now }, &app.keys)
    };
    Ok(entries.iter().filter_map(receipt).collect())
}
