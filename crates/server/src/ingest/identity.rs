//! What makes two events one event.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use vitrine_wire::EventKind;

use super::event::Request;
use super::text::{Members, canonical};
use crate::db::{EventKey, hash};

/// How many events of a request without an id were equal so far.
pub type Ordinals = HashMap<[u8; 32], u32>;

/// The event's key: its own id, or one derived from what it says, so that a repeated request stays one.
pub fn key(
    request: &Request<'_>,
    kind: EventKind,
    event: &Members<'_>,
    message_id: Option<&str>,
    ordinals: &mut Ordinals,
) -> EventKey {
    if let Some(id) = message_id {
        return uuid_v7(id).map_or_else(|| EventKey::Foreign(hash(id.as_bytes())), EventKey::Ours);
    }
    let base = derived(request, kind, event);
    let ordinal = ordinals.entry(base).or_insert(0);
    let digest = Sha256::new().chain_update(base).chain_update(ordinal.to_le_bytes()).finalize();
    *ordinal += 1;
    EventKey::Foreign(digest.into())
}

/// A UUIDv7 in its usual writing. Other writings of it are other texts, so they count as foreign ids.
pub fn uuid_v7(text: &str) -> Option<[u8; 16]> {
    let id = uuid::Uuid::try_parse(text).ok()?;
    let usual = id.get_version_num() == 7 && id.as_hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()) == text;
    usual.then(|| id.into_bytes())
}

fn derived(request: &Request<'_>, kind: EventKind, event: &Members<'_>) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        // Each part with its length: no two lists of parts run together.
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    part("derived");
    part(&request.site.id);
    part(request.key);
    part(kind.as_str());
    for member in [
        "userId",
        "anonymousId",
        "originalTimestamp",
        "timestamp",
        "event",
        "name",
        "properties",
        "traits",
        "groupId",
        "previousId",
    ] {
        part(&event.get(member).map(canonical).unwrap_or_default());
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_usual_writing_of_a_uuid_v7_is_ours() {
        let rows = [
            ("0190a1b2-c3d4-7abc-8def-0123456789ab", true),
            ("0190A1B2-c3d4-7abc-8def-0123456789ab", false),
            ("0190a1b2c3d47abc8def0123456789ab", false),
            ("0190a1b2-c3d4-4abc-8def-0123456789ab", false),
            ("ajs-1", false),
        ];
        for (text, ours) in rows {
            assert_eq!(uuid_v7(text).is_some(), ours, "{text}");
        }
    }
}
