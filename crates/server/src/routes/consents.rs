//! `/v1/visitor/consents` and `/v1/visitor/choice`: acts of choice, and the cookie that lets a choice outlive script storage.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde::{Deserialize, Serialize};
use vitrine_wire::Code;
use vitrine_wire::http::{Choice, ChoiceAnswer, ConsentAct, ConsentHistory, ConsentRecorded, Failure};
use vitrine_wire::limits::CHOICE_DAYS;

use super::proof;
use super::visitor::{bearer, checked, fresh_ticket, read, row};
use crate::app::{App, Shared};
use crate::db::{Decided, Shown, Withdrawer, hash};
use crate::error::{HttpError, HttpResult};
use crate::proof::versions;
use crate::site::Site;

const COOKIE: &str = "__Host-vt-choice";
const DAY: i64 = 86_400_000;
/// Longest notice, locale, source and receipt, in bytes.
const LABEL: usize = 200;

/// Records one act of choice; a withdrawal purges what lived only on its purpose before it is answered.
#[utoipa::path(post, path = "/v1/visitor/consents", tag = "consent", request_body = ConsentAct,
    responses((status = 200, body = ConsentRecorded), (status = 400, body = Failure), (status = 401, body = Failure),
        (status = 404, description = "Visitor, token or ticket unknown", body = Failure)))]
pub async fn record(State(app): State<Shared>, headers: HeaderMap, sent: Body) -> HttpResult<Response> {
    let act: ConsentAct = read(&headers, sent).await?;
    app.page(&act.site, &act.key)?;
    check(&app, &act)?;
    let cookie = cookie(&app, &headers, &act);
    let refusal = !act.purposes.values().any(|choice| *choice == Choice::Granted);
    let known = act.token.is_some() || act.ticket.is_some();
    let ticket = if refusal && !known {
        if act.purposes.values().any(|choice| *choice == Choice::Withdrawn) {
            return Err(HttpError::visitor());
        }
        app.db.count_refusal(app.site, &act.notice, &act.locale, app.now()).await?;
        None
    } else {
        keep(&app, act).await?
    };
    let mut response = Json(ConsentRecorded { success: true, ticket }).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What the choice cookie says; nothing else is read.
#[utoipa::path(get, path = "/v1/visitor/choice", tag = "consent", responses((status = 200, body = ChoiceAnswer)))]
pub async fn choice(State(app): State<Shared>, headers: HeaderMap) -> impl IntoResponse {
    let kept = Kept::read(&headers).filter(|kept| kept.site == app.site().id);
    let days = kept.as_ref().map(|kept| kept.standing(app.now().div_euclid(DAY))).unwrap_or_default();
    let mut purposes = kept.as_ref().map(|kept| kept.purposes.clone()).unwrap_or_default();
    purposes.retain(|purpose, _| days.contains_key(purpose));
    let answer = ChoiceAnswer {
        purposes,
        // The earliest: a choice that is restored from here never lasts longer than it was given for.
        decided_at: days.values().min().map(|day| day * DAY),
        notice_version: kept.filter(|_| !days.is_empty()).map(|kept| kept.notice),
        decided: days.into_iter().map(|(purpose, day)| (purpose, day * DAY)).collect(),
    };
    ([(header::CACHE_CONTROL, "no-store")], Json(answer))
}

/// A visitor's recorded choices, each with a receipt that proves it.
#[utoipa::path(get, path = "/v1/visitor/consents", tag = "consent", security(("token" = [])),
    responses((status = 200, body = ConsentHistory), (status = 404, body = Failure)))]
pub async fn history(State(app): State<Shared>, headers: HeaderMap) -> HttpResult<Json<ConsentHistory>> {
    let holder = bearer(&app, &headers).await?;
    let consents = app.db.consents(app.site, holder.node).await?;
    let receipts = proof::receipts(&app, &consents).await?;
    Ok(Json(ConsentHistory { consents: consents.into_iter().map(row).collect(), receipts }))
}

fn check(app: &App, act: &ConsentAct) -> HttpResult<()> {
    if act.purposes.is_empty() {
        return Err(HttpError::malformed("`purposes` is empty"));
    }
    let site = app.site();
    if let Some(unknown) = act.purposes.keys().find(|purpose| !site.purposes.contains(purpose)) {
        return Err(HttpError::new(StatusCode::BAD_REQUEST, Code::PurposeUnknown).because(format!("`{unknown}`")));
    }
    let receipt = act.receipt.as_deref().unwrap_or_default();
    if [&act.notice, &act.locale, &act.source].iter().any(|label| label.len() > LABEL) || receipt.len() > LABEL {
        return Err(HttpError::malformed(format!("a label is longer than {LABEL} bytes")));
    }
    Ok(())
}

/// What the visitor was shown for each purpose. The page only says which version it showed: the site has the text. A page
/// that was open while the site was published says an earlier version, whose text is kept.
fn shown(site: &Site, act: &ConsentAct) -> BTreeMap<String, Shown> {
    let said: Vec<&str> = versions(&act.notice).collect();
    let of = |purpose: &String| {
        let published = site.shown.get(purpose);
        let basis = published.map_or("consent", |shown| shown.basis.as_str()).to_owned();
        let notice = published.and_then(|shown| shown.notice.clone());
        let notice = match (notice, said.as_slice()) {
            (notice, []) => notice,
            (Some(notice), said) if said.contains(&notice.as_str()) => Some(notice),
            (_, [one]) => Some((*one).to_owned()),
            _ => None,
        };
        (purpose.clone(), Shown { notice, basis })
    };
    act.purposes.keys().map(of).collect()
}

/// Records the act for its visitor, tells its streams, and answers the fresh ticket if there is one.
async fn keep(app: &App, act: ConsentAct) -> HttpResult<Option<String>> {
    let ticket = fresh_ticket();
    let who = match (&act.visitor, &act.token, &act.ticket) {
        (_, _, Some(used)) => {
            if act.purposes.values().any(|choice| *choice == Choice::Granted) {
                return Err(HttpError::malformed("a ticket is good only for withdrawing"));
            }
            Withdrawer::Ticket(hash(used.as_bytes()), hash(ticket.as_bytes()))
        }
        (Some(visitor), Some(token), None) => {
            let (visitor, token) = checked(visitor, token)?;
            Withdrawer::Visitor(visitor, token)
        }
        (None, Some(_), None) => return Err(HttpError::malformed("`token` comes without `visitor`")),
        // An id alone opens nothing: the grant is kept by its receipt.
        (_, None, None) => Withdrawer::Nobody,
    };
    let decided = Decided {
        who,
        shown: shown(&app.site(), &act),
        purposes: act.purposes,
        notice: act.notice,
        locale: act.locale,
        source: act.source,
        receipt: act.receipt.filter(|receipt| !receipt.is_empty()),
    };
    let chosen = app.db.choose(app.site, decided, app.now()).await?.ok_or_else(HttpError::visitor)?;
    app.warn_unpublished(&chosen.unpublished);
    if let Some((visitor, choices)) = chosen.visitor {
        app.hub.chosen(visitor, choices, chosen.closed);
    }
    app.hub.profiles(&chosen.woken);
    Ok(chosen.ticket.then_some(ticket))
}

/// The cookie's value: no identifier.
#[derive(Serialize, Deserialize)]
struct Kept {
    site: String,
    purposes: BTreeMap<String, Choice>,
    notice: String,
    day: i64,
    /// The day of each purpose's own act; absent in cookies of before, where `day` is of all.
    #[serde(default)]
    days: BTreeMap<String, i64>,
}

impl Kept {
    fn read(headers: &HeaderMap) -> Option<Kept> {
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let value = pairs.find(|(name, _)| *name == COOKIE)?.1;
        serde_json::from_slice(&BASE64URL.decode(value).ok()?).ok()
    }

    /// The purposes whose choice still stands, each with the day of its act.
    fn standing(&self, today: i64) -> BTreeMap<String, i64> {
        let of = |purpose: &String| self.days.get(purpose).copied().unwrap_or(self.day);
        // A cookie is the visitor's to change: a day to come is today.
        let days = self.purposes.keys().map(|purpose| (purpose.clone(), of(purpose).min(today)));
        days.filter(|(_, day)| day + CHOICE_DAYS > today).collect()
    }
}

/// The cookie after an act. It keeps what was chosen on this site's own pages: of what another consent source says it forgets
/// what it knew, for that source has a record of its own.
fn cookie(app: &App, headers: &HeaderMap, act: &ConsentAct) -> Option<HeaderValue> {
    let site = app.site().id.clone();
    let before = Kept::read(headers).filter(|kept| kept.site == site);
    let ours = ["preference", "site"].contains(&act.source.as_str());
    if before.is_none() && !ours {
        return None;
    }
    let today = app.now().div_euclid(DAY);
    // What was chosen earlier keeps its own day: an act on one purpose makes no other last longer.
    let mut days = before.as_ref().map(|kept| kept.standing(today)).unwrap_or_default();
    let mut purposes = before.map(|kept| kept.purposes).unwrap_or_default();
    purposes.retain(|purpose, _| days.contains_key(purpose));
    let decided = act.decided.map_or(today, |at| at.div_euclid(DAY).min(today));
    for (purpose, choice) in &act.purposes {
        // Nor does a choice that a page says again.
        let known = days.remove(purpose).filter(|_| purposes.get(purpose) == Some(choice));
        purposes.remove(purpose);
        if ours {
            purposes.insert(purpose.clone(), *choice);
            days.insert(purpose.clone(), known.map_or(decided, |day| day.max(decided)));
        }
    }
    let age = days.values().max().map_or(0, |day| (day + CHOICE_DAYS - today).max(0)) * DAY / 1_000;
    let kept = Kept { site, purposes, notice: act.notice.clone(), day: decided, days };
    let value = BASE64URL.encode(serde_json::to_vec(&kept).ok()?);
    HeaderValue::from_str(&format!("{COOKIE}={value}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax")).ok()
}
