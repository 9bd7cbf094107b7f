//! Events, in the vocabulary of the Segment specification.

use crate::codec::{Put, Reader, Take};
use crate::{Map, Millis, PurposeSet};
use serde::{Deserialize, Serialize};

/// The six calls of the Segment specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// Something happened.
    Track,
    /// A page was seen.
    Page,
    /// A screen was seen.
    Screen,
    /// Who this is.
    Identify,
    /// What they belong to.
    Group,
    /// Two ids are one person.
    Alias,
}

impl EventKind {
    /// The wire's `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            EventKind::Track => "track",
            EventKind::Page => "page",
            EventKind::Screen => "screen",
            EventKind::Identify => "identify",
            EventKind::Group => "group",
            EventKind::Alias => "alias",
        }
    }

    /// The kind of that `type`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Track, Self::Page, Self::Screen, Self::Identify, Self::Group, Self::Alias]
            .into_iter()
            .find(|k| k.as_str() == name)
    }
}

/// Where an event was observed. Only page-side events make sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Origin {
    /// In the visitor's browser.
    #[default]
    Page,
    /// By the site's own server, or imported.
    Server,
}

/// One event, with the identity that was bound when it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Unique per site; ours are UUIDv7. Less than 100 characters.
    pub message_id: String,
    /// Which call it was.
    pub kind: EventKind,
    /// `event` of a track, `name` of a page or screen; empty for others.
    pub name: String,
    /// When it happened.
    pub timestamp: Millis,
    /// The device's id at that moment, or empty (server events of a known customer).
    pub anonymous_id: String,
    /// The person's id at that moment, or empty.
    pub user_id: String,
    /// `groupId` of a group, `previousId` of an alias; else empty.
    pub other_id: String,
    /// `properties` (track, page, screen).
    pub properties: Map,
    /// `traits` (identify, group).
    pub traits: Map,
    /// `context`: page, campaign, consent, proof.
    pub context: Map,
    /// Where it was observed.
    pub origin: Origin,
}

/// A record of the device's log: an event and the purposes it may be used for. Its schema byte is [`STORED_SCHEMA`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(Serialize, Deserialize))]
pub struct StoredEvent {
    /// The purposes that were Granted for it when it was admitted; it goes with the last one.
    pub purposes: PurposeSet,
    /// The event.
    pub event: Event,
}

crate::codec!(
    enum EventKind {
        Track,
        Page,
        Screen,
        Identify,
        Group,
        Alias,
    }
);
crate::codec!(
    enum Origin {
        Page,
        Server,
    }
);
crate::codec!(struct Event {
    message_id,
    kind,
    name,
    timestamp,
    anonymous_id,
    user_id,
    other_id,
    properties,
    traits,
    context,
    origin,
});
crate::codec!(struct StoredEvent { purposes, event });

/// The schema of stored records written by this version.
pub const STORED_SCHEMA: u8 = 3;

/// Why a stored record could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredError {
    /// Written by a newer version: leave it alone.
    Newer(u8),
    /// Not a record.
    Corrupt,
}

/// Writes a stored record: the schema byte, then postcard.
pub fn store<T: Put>(record: &T) -> Vec<u8> {
    let mut bytes = vec![STORED_SCHEMA];
    record.put(&mut bytes);
    bytes
}

/// Reads a stored record. Earlier schemas knew less at the end of a snapshot; what they did not know is empty.
///
/// # Errors
/// [`StoredError::Newer`] for a schema above [`STORED_SCHEMA`], [`StoredError::Corrupt`] for anything that does not decode.
pub fn restore<T: Take>(bytes: &[u8]) -> Result<T, StoredError> {
    let mut reader = match bytes.split_first() {
        Some((&STORED_SCHEMA, body)) => Reader::new(body),
        Some((&schema @ (1 | 2), body)) => Reader::older(body, schema),
        Some((&schema, _)) if schema > STORED_SCHEMA => return Err(StoredError::Newer(schema)),
        _ => return Err(StoredError::Corrupt),
    };
    let record = reader.take();
    if reader.sound() { Ok(record) } else { Err(StoredError::Corrupt) }
}
