//! One line of the log: a Segment event, as clients and warehouses write them.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};
use vitrine_core::io::Draft;
use vitrine_core::profile::kept::instant;
use vitrine_wire::{Bundle, EventKind, Map, Millis, Value};

use super::block::LONGEST;

/// A text that stands in the line as it is, or had to be unescaped.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// What is read of a line. Everything may be absent or null.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    event: Option<Text<'a>>,
    name: Option<Text<'a>>,
    anonymous_id: Option<Text<'a>>,
    user_id: Option<Text<'a>>,
    group_id: Option<Text<'a>>,
    message_id: Option<Text<'a>>,
    timestamp: Option<Value>,
    original_timestamp: Option<Value>,
    received_at: Option<Value>,
    channel: Option<Text<'a>>,
    properties: Option<Value>,
    traits: Option<Value>,
    context: Option<Value>,
}

/// An event as it is kept until its visitor's turn comes: what the site declares of it, no more.
#[derive(Debug, Serialize, Deserialize)]
pub struct Event {
    /// When it happened.
    pub at: Millis,
    kind: EventKind,
    name: String,
    message_id: String,
    id: String,
    data: Map,
    /// The page's facts at that moment.
    pub context: Map,
    server_side: bool,
}

/// What became of a line.
pub enum Line {
    /// An event.
    Event(Packed),
    /// An event that the site does not declare.
    Undeclared,
    /// Nobody's, or of no time, or no JSON: why.
    Bad(String),
}

/// An event, packed, and of whom.
pub struct Packed {
    /// When it happened.
    pub at: Millis,
    /// The hash of its `anonymousId`.
    pub anonymous: Option<u64>,
    /// The hash of its `userId`.
    pub user: Option<u64>,
    /// An [`Event`] in postcard.
    pub bytes: Vec<u8>,
}

/// Parts of the context that conditions read.
const CONTEXT: [&str; 8] = ["page", "query", "referrer", "device", "language", "locale", "channel", "data"];

/// Reads a line.
pub fn read(text: &[u8], bundle: &Bundle) -> Line {
    if text.len() >= LONGEST {
        return Line::Bad("longer than a megabyte".into());
    }
    let Ok(text) = std::str::from_utf8(text) else { return Line::Bad("no UTF-8".into()) };
    match serde_json::from_str(text) {
        Ok(raw) => event(raw, bundle),
        Err(_) => match serde_json::from_str(&vitrine_compiler::mend(text)) {
            Ok(raw) => event(raw, bundle),
            Err(error) => Line::Bad(error.to_string()),
        },
    }
}

fn event(raw: Raw<'_>, bundle: &Bundle) -> Line {
    let (anonymous, user) = (filled(raw.anonymous_id), filled(raw.user_id));
    let whose = (anonymous.map(|id| hash("anonymous", &id)), user.as_deref().map(|id| hash("user", id)));
    if whose == (None, None) {
        return Line::Bad("neither `anonymousId` nor `userId`".into());
    }
    let time = raw.timestamp.as_ref().or(raw.original_timestamp.as_ref()).or(raw.received_at.as_ref());
    let Some(at) = time.and_then(instant) else { return Line::Bad("no `timestamp` that is an instant".into()) };
    let kind = raw.kind.map_or(Some(EventKind::Track), |kind| EventKind::parse(&kind.0));
    let Some(kind) = kind else { return Line::Bad("a `type` that is none".into()) };
    let name = filled(raw.event).or(filled(raw.name)).unwrap_or_default();
    let with_traits = matches!(kind, EventKind::Identify | EventKind::Group);
    let data = if with_traits { raw.traits } else { raw.properties };
    let mut data = match data {
        Some(Value::Map(map)) => map,
        _ => Map::new(),
    };
    if kind == EventKind::Track {
        let Some(decl) = bundle.events.iter().find(|decl| decl.name == name) else { return Line::Undeclared };
        data = some(&mut data, decl.properties.iter().map(|declared| declared.name.as_str()));
    }
    let id = match kind {
        EventKind::Group => filled(raw.group_id),
        EventKind::Identify | EventKind::Alias => user,
        _ => None,
    };
    let event = Event {
        at,
        kind,
        name: name.into(),
        message_id: filled(raw.message_id).unwrap_or_default().into(),
        id: id.unwrap_or_default().into(),
        data,
        context: context(raw.context),
        server_side: raw.channel.is_some_and(|channel| channel.0 == "server"),
    };
    match postcard::to_allocvec(&event) {
        Ok(bytes) => Line::Event(Packed { at, anonymous: whose.0, user: whose.1, bytes }),
        Err(error) => Line::Bad(error.to_string()),
    }
}

fn filled(text: Option<Text<'_>>) -> Option<Cow<'_, str>> {
    text.map(|text| text.0).filter(|text| !text.is_empty())
}

/// The same on every machine: it says who is looked at.
fn hash(kind: &str, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, id).hash(&mut hasher);
    hasher.finish()
}

/// These members, taken out.
fn some<'a>(from: &mut Map, names: impl Iterator<Item = &'a str>) -> Map {
    let taken = |name| Some((name, std::mem::take(from.get_mut(name)?)));
    names.filter_map(taken).collect()
}

/// The context as a page would say it: a campaign is what its address asked for.
fn context(given: Option<Value>) -> Map {
    let Some(Value::Map(mut given)) = given else { return Map::new() };
    let mut context = some(&mut given, CONTEXT.into_iter());
    if let Some(campaign) = given.get("campaign") {
        let mut query = context.get("query").and_then(Value::as_map).cloned().unwrap_or_default();
        for (asked, name) in [("utm_campaign", "name"), ("utm_source", "source"), ("utm_medium", "medium")] {
            if let Some(value) = campaign.get(name) {
                query.insert(asked, value.clone());
            }
        }
        context.insert("query", query);
    }
    context
}

impl Event {
    /// The event as a page would report it; `count` names one that has no id of its own.
    pub fn draft(self, count: u32) -> Draft {
        let message_id = if self.message_id.is_empty() { format!("simulated-{count}") } else { self.message_id };
        Draft {
            message_id,
            kind: Some(self.kind),
            name: self.name,
            timestamp: Some(self.at),
            id: self.id,
            data: self.data,
            proof: None,
            server_side: self.server_side,
            corrects: false,
        }
    }
}
