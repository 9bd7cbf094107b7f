//! One line of the log: a Segment event, as clients and warehouses write them.

use serde::{Deserialize, Serialize};
use vitrine_core::io::Draft;
use vitrine_core::profile::kept::instant;
use vitrine_wire::{Bundle, EventKind, Map, Millis, Value};

/// What is read of a line. Everything may be absent or null.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(rename = "type")]
    kind: Option<String>,
    event: Option<String>,
    name: Option<String>,
    anonymous_id: Option<String>,
    user_id: Option<String>,
    group_id: Option<String>,
    message_id: Option<String>,
    timestamp: Option<Value>,
    original_timestamp: Option<Value>,
    received_at: Option<Value>,
    channel: Option<String>,
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
    /// An event, of whom: `anonymousId`, `userId`.
    Event(Box<Event>, Option<String>, Option<String>),
    /// An event that the site does not declare.
    Undeclared,
    /// Nobody's, or of no time, or no JSON: why.
    Bad(String),
}

/// Parts of the context that conditions read.
const CONTEXT: [&str; 8] = ["page", "query", "referrer", "device", "language", "locale", "channel", "data"];

/// Reads a line.
pub fn read(text: &str, bundle: &Bundle) -> Line {
    let parsed = serde_json::from_str::<Raw>(text).or_else(|_| serde_json::from_str(&vitrine_compiler::mend(text)));
    let raw = match parsed {
        Ok(raw) => raw,
        Err(error) => return Line::Bad(error.to_string()),
    };
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (anonymous, user) = (filled(raw.anonymous_id), filled(raw.user_id));
    if anonymous.is_none() && user.is_none() {
        return Line::Bad("neither `anonymousId` nor `userId`".into());
    }
    let time = raw.timestamp.as_ref().or(raw.original_timestamp.as_ref()).or(raw.received_at.as_ref());
    let Some(at) = time.and_then(instant) else { return Line::Bad("no `timestamp` that is an instant".into()) };
    let kind = raw.kind.as_deref().map_or(Some(EventKind::Track), EventKind::parse);
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
        let declared = data.iter().filter(|(key, _)| decl.properties.iter().any(|p| p.name == *key));
        data = declared.map(|(key, value)| (key, value.clone())).collect();
    }
    let id = match kind {
        EventKind::Group => filled(raw.group_id),
        EventKind::Identify | EventKind::Alias => user.clone(),
        _ => None,
    };
    let event = Event {
        at,
        kind,
        name,
        message_id: filled(raw.message_id).unwrap_or_default(),
        id: id.unwrap_or_default(),
        data,
        context: context(raw.context),
        server_side: raw.channel.as_deref() == Some("server"),
    };
    Line::Event(Box::new(event), anonymous, user)
}

/// The context as a page would say it: a campaign is what its address asked for.
fn context(given: Option<Value>) -> Map {
    let Some(Value::Map(given)) = given else { return Map::new() };
    let mut context: Map =
        given.iter().filter(|(key, _)| CONTEXT.contains(key)).map(|(key, value)| (key, value.clone())).collect();
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
        }
    }
}
