//! Ingest: the Segment HTTP tracking API. One bad event never fails its neighbours; success is answered only
//! after a durable commit.

pub mod body;
mod event;
mod facts;
mod identity;
pub mod proof;
mod text;
mod time;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use vitrine_wire::EventKind;
use vitrine_wire::http::{IngestAnswer, SetAside};
use vitrine_wire::limits::{BATCH_EVENTS, EVENT_BYTES};

pub use identity::uuid_v7;
pub use text::Members;

use crate::access;
use crate::app::App;
use crate::db::{Outcome, Quarantined, hash};
use crate::error::{HttpError, HttpResult};
use event::Request;

/// Which kind of endpoint was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Many events, of today or (`historical`) of any time.
    Batch {
        /// Old data: its clock is not corrected.
        historical: bool,
    },
    /// One event of this type.
    One(EventKind),
}

/// What came beside the body.
pub struct Caller<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// `?writeKey=` of the beacon.
    pub query_key: Option<&'a str>,
    /// Whether the request has an `Origin`: it was sent by a page.
    pub from_page: bool,
}

/// Stores a request's events.
///
/// # Errors
/// 400 for a body that is no request, 401 for a key, 403 for a secret key in a page, 429, 503.
pub async fn ingest(app: &App, door: Door, caller: &Caller<'_>, body: &str) -> HttpResult<IngestAnswer> {
    let body = vitrine_compiler::mend(body);
    check_json(&body)?;
    let whole = Members::read(&body).ok_or_else(|| HttpError::malformed("it is not an object"))?;
    let key = agreed_key(caller, &whole)?;
    let policy = app.access.policy(&key).ok_or_else(HttpError::key)?;
    if access::secret(&key) && caller.from_page {
        return Err(HttpError::secret_in_page());
    }
    app.gauge.key(&key)?;
    let (events, kind, historical) = match door {
        Door::One(kind) if body.len() <= EVENT_BYTES => (vec![body.as_ref()], Some(kind), false),
        Door::One(_) => return Err(HttpError::too_large(format!("more than {EVENT_BYTES} bytes"))),
        Door::Batch { historical } => (batch(&whole)?, None, historical),
    };
    let token =
        whole.object("context").and_then(|context| context.object("vitrine")?.string("token").map(|t| t.into_owned()));
    let site = app.site();
    let request = Request {
        site: &site,
        key: &key,
        policy,
        secret: &app.keys.proof,
        jwt_key: app.jwt_key.as_ref(),
        kind,
        historical,
        sent: whole.get("sentAt").and_then(time::read),
        token: token.map(|token| hash(token.as_bytes())),
        received: app.now(),
    };
    store(app, &request, &events).await
}

async fn store(app: &App, request: &Request<'_>, texts: &[&str]) -> HttpResult<IngestAnswer> {
    let mut answer = IngestAnswer { success: true, ..IngestAnswer::default() };
    let (mut events, mut places, mut aside) = (Vec::with_capacity(texts.len()), Vec::new(), Vec::new());
    let mut ordinals = identity::Ordinals::new();
    for (index, text) in texts.iter().enumerate() {
        match event::read(request, text, &mut ordinals) {
            Ok(event) => {
                events.push(event);
                places.push(index);
            }
            Err(reason) => {
                aside.push(Quarantined { reason, body: event::kept_aside(text) });
                answer.quarantined.push(set_aside(index, text, reason));
            }
        }
    }
    if !events.is_empty() || !aside.is_empty() {
        let appended = app.db.append(app.site, events, aside, request.received).await?;
        app.hub.profiles(&appended.woken);
        for (outcome, index) in appended.outcomes.iter().zip(places) {
            match outcome {
                Outcome::Stored => answer.stored += 1,
                Outcome::Duplicate => answer.duplicates += 1,
                Outcome::Dropped => answer.dropped += 1,
                Outcome::WrongToken => {
                    answer.quarantined.push(set_aside(index, texts.get(index).copied().unwrap_or_default(), "token"));
                }
            }
        }
    }
    answer.quarantined.sort_by_key(|aside| aside.index);
    count(&answer);
    Ok(answer)
}

fn count(answer: &IngestAnswer) {
    let rows = [("stored", answer.stored), ("duplicate", answer.duplicates), ("dropped", answer.dropped)];
    for (outcome, count) in rows {
        metrics::counter!("vitrine_events_total", "outcome" => outcome).increment(count.into());
    }
    for aside in &answer.quarantined {
        metrics::counter!("vitrine_quarantined_total", "reason" => aside.reason.clone()).increment(1);
    }
}

fn set_aside(index: usize, text: &str, reason: &str) -> SetAside {
    let id = Members::read(text).and_then(|event| event::message_id(&event).ok().flatten().map(|id| id.into_owned()));
    SetAside { index: u32::try_from(index).unwrap_or(u32::MAX), message_id: id, reason: reason.to_owned() }
}

/// Says where a text stops being JSON.
fn check_json(body: &str) -> HttpResult<()> {
    serde_json::from_str::<&serde_json::value::RawValue>(body).map(drop).map_err(HttpError::malformed)
}

fn batch<'a>(whole: &Members<'a>) -> HttpResult<Vec<&'a str>> {
    let list = whole.get("batch").ok_or_else(|| HttpError::malformed("it has no `batch`"))?;
    let list: Vec<&serde_json::value::RawValue> =
        serde_json::from_str(list).map_err(|_| HttpError::malformed("`batch` is not an array"))?;
    if list.len() > BATCH_EVENTS {
        return Err(HttpError::too_large(format!("more than {BATCH_EVENTS} events")));
    }
    Ok(list.into_iter().map(|raw| raw.get()).collect())
}

/// The write key, wherever it is given; all that are given must agree.
fn agreed_key(caller: &Caller<'_>, whole: &Members<'_>) -> HttpResult<String> {
    let header = caller.authorization.map(basic).transpose()?;
    let body = whole.get("writeKey").map(|_| whole.string("writeKey").ok_or_else(HttpError::key)).transpose()?;
    let given = [header, body.map(|key| key.into_owned()), caller.query_key.map(str::to_owned)];
    let mut keys = given.into_iter().flatten().filter(|key| !key.is_empty());
    let key = keys.next().ok_or_else(HttpError::key)?;
    if keys.any(|other| other != key) {
        return Err(HttpError::key().because("the keys given do not agree"));
    }
    Ok(key)
}

/// `Basic base64(key:)`; the colon may be missing.
///
/// # Errors
/// 401 when it is something else.
pub fn basic(header: &str) -> HttpResult<String> {
    let (scheme, encoded) = header.trim().split_once(' ').ok_or_else(HttpError::key)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(HttpError::key());
    }
    let encoded = encoded.trim().trim_end_matches('=');
    let bytes = BASE64.decode(encoded).map_err(|_| HttpError::key())?;
    let text = String::from_utf8(bytes).map_err(|_| HttpError::key())?;
    Ok(text.split_once(':').map_or(text.as_str(), |(key, _)| key).to_owned())
}
