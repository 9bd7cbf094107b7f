//! One event, reduced to what the profile may use.

use super::history::Past;
use super::traits::VISITOR;
use vitrine_wire::event::Origin;
use vitrine_wire::{Event, EventKind, Map, Millis, Value};

/// The order of events: their own time, then their sequence in the log.
pub type Key = (Millis, u64);

/// An event on its way into the profile.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Item {
    /// Its place in the order.
    pub key: Key,
    /// A hash of its message id, to know it again.
    pub id: u64,
    /// Which call it was.
    pub kind: EventKind,
    /// Event or page name.
    pub name: String,
    /// `userId` of an identify.
    pub user: String,
    /// Whether an identify came with proof.
    pub proof: bool,
    /// Whether it was observed in the visitor's browser.
    pub page: bool,
    /// Properties, or traits of an identify.
    pub data: Map,
    /// The page, campaign and referrer it happened on; and that the visitor corrects something.
    pub context: Map,
}

vitrine_wire::codec!(struct Item { key, id, kind, name, user, proof, page, data, context });

/// The parts of an event's context that conditions may read from the history.
const CONTEXT: [&str; 4] = ["page", "campaign", "referrer", "data"];

impl Item {
    /// Reduces an event of the log. Its sequence may still be provisional.
    pub fn new(event: &Event, sequence: u64) -> Self {
        let identify = matches!(event.kind, EventKind::Identify);
        let proof = event.context.get("vitrine").and_then(|v| v.get("proof")).is_some_and(|p| !p.is_null());
        let mut context = Map::new();
        if event.context.get("vitrine").and_then(|v| v.get("source")).and_then(Value::as_str) == Some(VISITOR) {
            context.insert("source", VISITOR);
        }
        for key in CONTEXT {
            if let Some(value) = event.context.get(key) {
                context.insert(key, value.clone());
            }
        }
        Item {
            key: (crate::time::clamp(event.timestamp), sequence),
            id: fingerprint(&event.message_id),
            kind: event.kind,
            name: event.name.clone(),
            user: if identify { event.user_id.clone() } else { String::new() },
            proof,
            page: event.origin == Origin::Page,
            data: if identify { event.traits.clone() } else { event.properties.clone() },
            context,
        }
    }

    /// An event of the history once more, as far as the history kept it.
    pub fn again(past: &Past) -> Self {
        Item {
            key: past.key,
            id: past.id,
            kind: past.kind,
            name: past.name.clone(),
            user: String::new(),
            proof: false,
            page: true,
            data: past.properties.clone(),
            context: past.context.clone(),
        }
    }

    /// Whether the visitor corrects what is known of them.
    pub fn corrects(&self) -> bool {
        self.context.get("source").and_then(Value::as_str) == Some(VISITOR)
    }

    /// The property's text, or empty.
    pub fn text(&self, name: &str) -> &str {
        self.data.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The first of these properties that is a number.
    pub fn number(&self, names: &[&str]) -> Option<f64> {
        number(&self.data, names)
    }
}

/// The first of these members that is a number.
pub fn number(map: &Map, names: &[&str]) -> Option<f64> {
    names.iter().find_map(|name| map.get(name)?.as_num())
}

/// FNV-1a over the id's bytes: it only has to tell one device's own ids apart.
pub fn fingerprint(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
