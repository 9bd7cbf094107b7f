//! One event: checked, bound to its ids, and read for what it says about a person.

use std::borrow::Cow;

use ed25519_dalek::VerifyingKey;
use vitrine_wire::limits::{EVENT_BYTES, MESSAGE_ID_CHARS, VALUE_DEPTH};
use vitrine_wire::{EventKind, Millis};

use super::proof::{Claim, Secrets, check};
use super::text::{Members, survey};
use super::{facts, identity, time};
use crate::access::Policy;
use crate::db::{Basis, NewEvent, hash};
use crate::site::Site;

/// What all events of a request share.
pub struct Request<'a> {
    /// The site.
    pub site: &'a Site,
    /// The write key.
    pub key: &'a str,
    /// Its policy.
    pub policy: &'a Policy,
    /// The site's proof secret.
    pub secret: &'a str,
    /// The site's key for EdDSA tokens.
    pub jwt_key: Option<&'a VerifyingKey>,
    /// The `type` that the path says.
    pub kind: Option<EventKind>,
    /// Old data: its clock is not corrected.
    pub historical: bool,
    /// The request's `sentAt`.
    pub sent: Option<Millis>,
    /// The request's own token.
    pub token: Option<[u8; 32]>,
    /// When it came.
    pub received: Millis,
}

/// Why an event was set aside.
pub type Reason = &'static str;

/// Checks one event's text.
///
/// # Errors
/// The reason to set it aside.
pub fn read(request: &Request<'_>, text: &str, ordinals: &mut identity::Ordinals) -> Result<NewEvent, Reason> {
    if text.len() > EVENT_BYTES {
        return Err("too_large");
    }
    let event = Members::read(text).ok_or("not_an_object")?;
    let seen = survey(text);
    // The event is one level; each of its members may have as many as a value may.
    if seen.depth > VALUE_DEPTH + 1 {
        return Err("too_deep");
    }
    if seen.overflow {
        return Err("number_range");
    }
    let kind = request.kind.or_else(|| EventKind::parse(&event.string("type")?)).ok_or("type")?;
    let (named, visitor) = (id(&event, "userId")?, id(&event, "anonymousId")?);
    if named.is_none() && visitor.is_none() {
        return Err("identity");
    }
    let message_id = message_id(&event)?;
    let original = event.get("originalTimestamp").or_else(|| event.get("timestamp"));
    let original = original.map(|text| time::read(text).ok_or("timestamp")).transpose()?;
    let sent = request.sent.or_else(|| time::read(event.get("sentAt")?));
    let when = time::correct(original, sent, request.received, request.historical);

    let context = event.object("context");
    let asked = Consent::of(context.as_ref());
    if *request.policy == Policy::Event && !asked.measurement {
        return Err("no_consent");
    }
    let extension = context.as_ref().and_then(|context| context.object("vitrine"));
    let proven = proven(request, extension.as_ref(), named.as_deref(), visitor.as_deref());
    let basis = request.policy.basis();
    let vouched = basis != Basis::Consent || proven.is_some();
    let (user, label) = if vouched { (named, None) } else { (None, named) };
    let login =
        proven.or_else(|| (basis != Basis::Consent && user.is_some() && visitor.is_some()).then_some("secret_key"));
    let personal = basis != Basis::Consent || asked.personalization;
    let facts =
        if personal { facts::read(request.site, kind, &event, extension.as_ref(), &basis, login) } else { Vec::new() };
    let key = identity::key(request, kind, &event, message_id.as_deref(), ordinals);
    let token = extension.as_ref().and_then(|extension| extension.string("token"));
    Ok(NewEvent {
        key,
        token: token.map(|token| hash(token.as_bytes())).or(request.token).filter(|_| visitor.is_some()),
        visitor,
        user,
        label,
        at: when.at,
        sent,
        happened: when.happened,
        basis,
        body: stored(&event, text, Some(kind)).into_owned().into_bytes(),
        personal,
        facts,
    })
}

/// The `messageId`; `null` and empty are absent.
///
/// # Errors
/// It is not text, or too long.
pub fn message_id<'a>(event: &Members<'a>) -> Result<Option<Cow<'a, str>>, Reason> {
    let Some(raw) = event.get("messageId") else { return Ok(None) };
    let id = event.string("messageId").ok_or("message_id")?;
    if raw.len() > 12 * MESSAGE_ID_CHARS || id.chars().count() >= MESSAGE_ID_CHARS {
        return Err("message_id");
    }
    Ok(Some(id).filter(|id| !id.is_empty()))
}

/// An id that is text, or a number as some clients send it.
fn id(event: &Members<'_>, member: &str) -> Result<Option<String>, Reason> {
    let Some(raw) = event.get(member) else { return Ok(None) };
    let id = match raw.as_bytes().first() {
        Some(b'"') => event.string(member).ok_or("identity")?.into_owned(),
        Some(b'-' | b'0'..=b'9') => raw.to_owned(),
        _ => return Err("identity"),
    };
    Ok(Some(id).filter(|id| !id.is_empty()))
}

/// What the visitor allowed, as the event says.
struct Consent {
    measurement: bool,
    personalization: bool,
}

impl Consent {
    fn of(context: Option<&Members<'_>>) -> Consent {
        let preferences = context.and_then(|context| context.object("consent")?.object("categoryPreferences"));
        let granted = |purpose| preferences.as_ref().is_some_and(|p| p.is_true(purpose));
        Consent { measurement: granted("measurement"), personalization: granted("personalization") }
    }
}

fn proven(
    request: &Request<'_>,
    extension: Option<&Members<'_>>,
    user: Option<&str>,
    visitor: Option<&str>,
) -> Option<&'static str> {
    let proof = extension?.object("proof")?;
    let claim =
        Claim { site: &request.site.id, user: user?, visitor: visitor?, now_s: request.received.div_euclid(1_000) };
    let found = check(&Secrets { shared: request.secret, public: request.jwt_key }, &proof, &claim);
    let label = if found.is_some() { "good" } else { "bad" };
    metrics::counter!("vitrine_proofs_total", "proof" => label).increment(1);
    found
}

/// What is kept: everything but secrets and addresses, with the `type` that the path said.
fn stored<'a>(event: &Members<'a>, text: &'a str, kind: Option<EventKind>) -> Cow<'a, str> {
    let context =
        event.object("context").filter(|context| context.get("vitrine").is_some() || context.get("ip").is_some());
    let kind = kind.map(EventKind::as_str).filter(|kind| event.string("type").is_none_or(|said| said != *kind));
    if context.is_none() && kind.is_none() {
        return text.into();
    }
    let context = context.map(|context| {
        context.rewrite(|key, value| {
            (key != "ip").then(|| if key == "vitrine" { without_secrets(value) } else { value.into() })
        })
    });
    let rest = event.rewrite(|key, value| match (key, &context) {
        ("context", Some(context)) => Some(context.clone().into()),
        ("type", _) if kind.is_some() => None,
        _ => Some(value.into()),
    });
    match (kind, rest.strip_prefix('{')) {
        (Some(kind), Some("}")) => format!(r#"{{"type":"{kind}"}}"#).into(),
        (Some(kind), Some(members)) => format!(r#"{{"type":"{kind}",{members}"#).into(),
        _ => rest.into(),
    }
}

fn without_secrets(text: &str) -> Cow<'_, str> {
    let secret = |key: &str| matches!(key, "token" | "proof");
    Members::read(text)
        .map_or(text.into(), |inner| inner.rewrite(|key, value| (!secret(key)).then(|| value.into())).into())
}

/// What of a set-aside event is kept: nothing when it is not an object or too large.
pub fn kept_aside(text: &str) -> Vec<u8> {
    let small = Some(text).filter(|text| text.len() <= EVENT_BYTES);
    small.and_then(Members::read).map_or_else(Vec::new, |event| stored(&event, text, None).into_owned().into_bytes())
}
