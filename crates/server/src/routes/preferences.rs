//! `/v1/visitor/preferences`: what people want to receive; the outbox of messages that ask to confirm an address.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use vitrine_wire::http::{Confirm, Failure, Outbox, Preferences, PreferencesChange, VisitorRequest};

use super::visitor::{bearer, fresh_ticket, named, read};
use crate::app::{App, Shared};
use crate::db::{Holder, hash};
use crate::error::{HttpError, HttpResult};
use crate::preferences::{Confirmation, Wish, fold, sound};
use crate::site::Site;

/// Most members of one change, and longest name, value or locale in bytes.
const MOST: (usize, usize) = (200, 1_000);

/// What the person wants to receive, each with its basis.
#[utoipa::path(get, path = "/v1/visitor/preferences", tag = "preferences", security(("token" = [])),
    responses((status = 200, body = Preferences), (status = 404, body = Failure)))]
pub async fn show(State(app): State<Shared>, headers: HeaderMap) -> HttpResult<Json<Preferences>> {
    let holder = bearer(&app, &headers).await?;
    answer(&app, &holder).await
}

/// Changes it. An objection holds when this is answered.
#[utoipa::path(patch, path = "/v1/visitor/preferences", tag = "preferences", request_body = PreferencesChange,
    responses((status = 200, body = Preferences),
        (status = 400, description = "A channel or topic that the site file does not have, or no address", body = Failure),
        (status = 404, body = Failure)))]
pub async fn change(State(app): State<Shared>, headers: HeaderMap, sent: Body) -> HttpResult<Json<Preferences>> {
    let asked: PreferencesChange = read(&headers, sent).await?;
    let holder = who(&app, (&asked.site, &asked.key, &asked.visitor, &asked.token)).await?;
    let wishes = wishes(&app.site(), asked)?;
    if !wishes.is_empty() {
        let woken = app.db.prefer(app.site, holder.node, wishes, app.keys.proof.clone(), app.now()).await?;
        app.hub.profiles(&woken);
    }
    answer(&app, &holder).await
}

/// Confirms an address by the token of the message that was sent to it.
#[utoipa::path(post, path = "/v1/preferences/confirm", tag = "preferences", request_body = Confirm,
    responses((status = 200, description = "The address is confirmed"), (status = 404, description = "The token is unknown, used or too old", body = Failure)))]
pub async fn confirm(State(app): State<Shared>, headers: HeaderMap, sent: Body) -> HttpResult<Json<Value>> {
    let asked: Confirm = read(&headers, sent).await?;
    let confirmed = match asked.site == app.site().id {
        true => app.db.confirm(app.site, hash(asked.token.as_bytes()), app.now()).await?,
        false => None,
    };
    app.hub.profiles(&confirmed.ok_or_else(HttpError::visitor)?);
    Ok(Json(json!({"success": true})))
}

/// Messages that the site's own server has to send. Each is given out once.
#[utoipa::path(post, path = "/v1/sites/{site}/outbox", tag = "preferences", security(("key" = [])),
    params(("site" = String, Path)),
    responses((status = 200, body = Outbox), (status = 401, body = Failure), (status = 403, body = Failure), (status = 404, body = Failure)))]
pub async fn outbox(
    State(app): State<Shared>,
    Path(site): Path<String>,
    headers: HeaderMap,
) -> HttpResult<impl IntoResponse> {
    app.secret(&site, &headers)?;
    let messages = app.db.claim(app.site, app.now()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Outbox { messages })))
}

async fn who(app: &App, (site, key, visitor, token): (&str, &str, &str, &str)) -> HttpResult<Holder> {
    let own = str::to_owned;
    named(app, &VisitorRequest { site: own(site), key: own(key), visitor: own(visitor), token: own(token), last: None })
        .await
}

async fn answer(app: &App, holder: &Holder) -> HttpResult<Json<Preferences>> {
    let rows = app.db.preferences(app.site, holder.node).await?;
    Ok(Json(fold(&app.site(), &rows)))
}

fn bounded(wishes: &[Wish]) -> HttpResult<()> {
    if wishes.len() > MOST.0 { Err(HttpError::too_large(format!("more than {} changes", MOST.0))) } else { Ok(()) }
}

/// What is asked, in the order in which it is done: a stop comes before what is allowed beside it.
fn wishes(site: &Site, asked: PreferencesChange) -> HttpResult<Vec<Wish>> {
    let known = |channel: &String| match site.channels.contains_key(channel) {
        true => Ok(()),
        false => Err(HttpError::malformed(format!("`{channel}` is no channel of the site file"))),
    };
    if asked.locale.len() > MOST.1 {
        return Err(HttpError::malformed("`locale` is too long"));
    }
    let mut wishes = Vec::new();
    if asked.stop {
        wishes.push(Wish::Stop(site.channels.keys().cloned().collect()));
    }
    for (channel, address) in asked.addresses {
        known(&channel)?;
        let confirmation = Confirmation { token: fresh_ticket(), locale: asked.locale.clone() };
        let address = address.trim().to_owned();
        wishes.push(match address.is_empty() {
            true => Wish::NoAddress(channel),
            false if sound(&channel, &address) => Wish::Address(channel, address, confirmation),
            false => return Err(HttpError::malformed(format!("no address of the channel `{channel}`"))),
        });
    }
    for (channel, frequency) in asked.channels {
        known(&channel)?;
        wishes.push(Wish::Choose(channel, String::new(), frequency));
    }
    for (channel, topics) in asked.topics {
        known(&channel)?;
        for (topic, frequency) in topics {
            if !site.topics.contains_key(&topic) {
                return Err(HttpError::malformed(format!("`{topic}` is no topic of the site file")));
            }
            wishes.push(Wish::Choose(channel.clone(), topic, frequency));
        }
    }
    if let Some(channel) = asked.preferred {
        let channel = Some(channel).filter(|channel| !channel.is_empty());
        channel.iter().try_for_each(known)?;
        wishes.push(Wish::Preferred(channel));
    }
    bounded(&wishes)?;
    Ok(wishes)
}
