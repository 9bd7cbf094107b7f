//! `/v1/visitor`: made known, profile, export, erasure. Unknown and foreign visitors look the same.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use vitrine_wire::Code;
use vitrine_wire::http::{
    ConsentRow, Failure, IdentityRow, ProfileRows, RegisterVisitor, VisitorExport, VisitorRegistered, VisitorRequest,
};

use crate::app::App;
use crate::app::Shared;
use crate::db::{ConsentEntry, Holder, Node, Registration, hash};
use crate::error::{HttpError, HttpResult};
use crate::ingest::{body, uuid_v7};
use crate::requests::{Kind, Request};
use crate::{keys, preferences, profile};

/// Makes a visitor known by its token.
#[utoipa::path(post, path = "/v1/visitor", tag = "visitor", request_body = RegisterVisitor,
    responses((status = 200, body = VisitorRegistered), (status = 400, body = Failure), (status = 401, body = Failure),
        (status = 404, description = "The id has another token, or was erased", body = Failure)))]
pub async fn register(
    State(app): State<Shared>,
    headers: HeaderMap,
    sent: Body,
) -> HttpResult<Json<VisitorRegistered>> {
    let asked: RegisterVisitor = read(&headers, sent).await?;
    app.page(&asked.site, &asked.key)?;
    let (visitor, token) = checked(&asked.visitor, &asked.token)?;
    let ticket = fresh_ticket();
    let new = Registration { visitor, token, ticket: hash(ticket.as_bytes()), receipt: asked.receipt };
    if !app.db.register(app.site, new, app.now()).await? {
        return Err(HttpError::visitor());
    }
    Ok(Json(VisitorRegistered { success: true, ticket }))
}

/// The person's facts.
#[utoipa::path(get, path = "/v1/visitor/profile", tag = "visitor", security(("token" = [])),
    responses((status = 200, body = ProfileRows), (status = 403, description = "Personalization is not allowed", body = Failure), (status = 404, body = Failure)))]
pub async fn profile(State(app): State<Shared>, headers: HeaderMap) -> HttpResult<Json<ProfileRows>> {
    let holder = bearer(&app, &headers).await?;
    if !holder.personalization {
        return Err(HttpError::new(StatusCode::FORBIDDEN, Code::NoConsent));
    }
    let person = app.db.person(app.site, holder.node).await?.ok_or_else(HttpError::visitor)?;
    Ok(Json(profile::fold(&person, &app.site())))
}

/// Everything kept about the visitor.
#[utoipa::path(get, path = "/v1/visitor/export", tag = "visitor", security(("token" = [])),
    responses((status = 200, body = VisitorExport), (status = 404, body = Failure)))]
pub async fn export(State(app): State<Shared>, headers: HeaderMap) -> HttpResult<Json<VisitorExport>> {
    let holder = bearer(&app, &headers).await?;
    let person = app.db.person(app.site, holder.node).await?.ok_or_else(HttpError::visitor)?;
    let events = app.db.events(app.site, holder.node).await?;
    let consents = app.db.consents(app.site, holder.node).await?;
    app.db.log_request(app.site, Request::answered(Kind::Access, app.now())).await?;
    let site = app.site();
    let identities = person.identities.iter().map(|login| IdentityRow {
        user: login.user.clone(),
        evidence: login.evidence.clone(),
        at: login.at,
        active: login.active,
    });
    Ok(Json(VisitorExport {
        site: site.id.clone(),
        visitor: holder.visitor,
        identities: identities.collect(),
        profile: profile::fold(&person, &site),
        events: events.iter().filter_map(|body| serde_json::from_slice(body).ok()).collect(),
        consents: consents.into_iter().map(row).collect(),
        preferences: preferences::fold(&site, &person.preferences),
        addresses: person.preferences.addresses.into_iter().map(|(channel, (address, _))| (channel, address)).collect(),
    }))
}

/// Forgets the visitor for good.
#[utoipa::path(delete, path = "/v1/visitor", tag = "visitor", request_body = VisitorRequest,
    responses((status = 200, description = "Erased; later events of this visitor are dropped"), (status = 404, body = Failure)))]
pub async fn erase(State(app): State<Shared>, headers: HeaderMap, sent: Body) -> HttpResult<Json<Value>> {
    let asked: VisitorRequest = read(&headers, sent).await?;
    let holder = named(&app, &asked).await?;
    let woken = app.db.erase(app.site, holder.node, app.now()).await?;
    app.db.log_request(app.site, Request::answered(Kind::Erasure, app.now())).await?;
    app.hub.end(holder.node);
    app.hub.profiles(&woken);
    Ok(Json(json!({"success": true})))
}

/// A small JSON body, whatever its Content-Type.
pub async fn read<T: DeserializeOwned>(headers: &HeaderMap, sent: Body) -> HttpResult<T> {
    let text = body::text(headers, sent, body::OTHER).await?;
    serde_json::from_str(&vitrine_compiler::mend(&text)).map_err(HttpError::malformed)
}

/// A well-formed visitor id, and the hash of a well-formed token.
pub fn checked(visitor: &str, token: &str) -> HttpResult<(String, [u8; 32])> {
    if uuid_v7(visitor).is_none() {
        return Err(HttpError::malformed("`visitor` is not a UUIDv7"));
    }
    if !(43..=128).contains(&token.len()) {
        return Err(HttpError::malformed("`token` is not 256 bits of base64url or hex"));
    }
    Ok((visitor.to_owned(), hash(token.as_bytes())))
}

/// The visitor that a body names and whose token it brings.
pub async fn named(app: &App, asked: &VisitorRequest) -> HttpResult<Holder> {
    app.page(&asked.site, &asked.key)?;
    let found = holder(app, &asked.token).await?;
    // By its hash: who withdrew everything has no id here any more, and may still erase.
    let same: bool = found.node.0.ct_eq(&Node::visitor(&asked.visitor).0).into();
    if same { Ok(found) } else { Err(HttpError::visitor()) }
}

/// The visitor whose token the `Authorization` header brings.
pub async fn bearer(app: &App, headers: &HeaderMap) -> HttpResult<Holder> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header.and_then(|value| value.split_once(' ')).ok_or_else(HttpError::visitor)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(HttpError::visitor());
    }
    holder(app, token.trim()).await
}

async fn holder(app: &App, token: &str) -> HttpResult<Holder> {
    let hashed = hash(token.as_bytes());
    let found = app.db.holder(app.site, hashed).await?;
    // The look-up is by a hash that nobody can steer; the comparison takes the same time whatever it finds.
    found.filter(|held| held.token.ct_eq(&hashed).into()).ok_or_else(HttpError::visitor)
}

/// 256 random bits as text.
pub fn fresh_ticket() -> String {
    BASE64URL.encode(keys::random::<32>())
}

/// A recorded act, as it is answered.
pub fn row(entry: ConsentEntry) -> ConsentRow {
    ConsentRow {
        at: entry.at,
        purposes: entry.record.processing.into_iter().map(|(purpose, of)| (purpose, of.status)).collect(),
        notice: entry.record.notice,
        locale: entry.record.locale,
        source: entry.record.source,
        receipt: entry.record.receipt,
    }
}
