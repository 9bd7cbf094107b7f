//! The events themselves, in order and bounded, for exact windows.

use super::{Item, Key};
use crate::segments::leaf::label;
use crate::segments::sources::Dirt;
use crate::size;
use vitrine_wire::bundle::Need;
use vitrine_wire::limits::HISTORY_EVENTS;
use vitrine_wire::{EventKind, Map, Millis};

/// Most bytes kept, as JSON: with the snapshot's copy it stays well below the page's two megabytes.
const BYTES: usize = 256 * 1024;

/// One event of the past.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Past {
    /// Its place in the order.
    pub key: Key,
    /// A hash of its message id.
    pub id: u64,
    /// Which call it was.
    pub kind: EventKind,
    /// Event or page name.
    pub name: String,
    /// Its properties.
    pub properties: Map,
    /// The page, campaign and referrer it happened on.
    pub context: Map,
}

vitrine_wire::codec!(struct Past { key, id, kind, name, properties, context });

/// The newest events, by key.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct History {
    items: Vec<Past>,
    bytes: usize,
    /// The newest event that had to go. Nothing older comes back, so that what is kept does not depend on arrival.
    floor: Option<Key>,
}

vitrine_wire::codec!(struct History { items, bytes, floor });

impl History {
    /// Puts an event into its place, as far as some rule may ask for it, and lets the oldest go where there are too many.
    /// Whether it was put there.
    pub fn take(&mut self, item: Item, needs: Option<&[Need]>, dirt: &mut Dirt) -> bool {
        if self.floor.is_some_and(|floor| item.key <= floor) {
            return false;
        }
        // Traits live in the profile, once: the history does not repeat them.
        let properties = if matches!(item.kind, EventKind::Identify) { Map::new() } else { item.data };
        let mut past =
            Past { key: item.key, id: item.id, kind: item.kind, name: item.name, properties, context: item.context };
        if let Some(needs) = needs {
            let wanted: Vec<&Need> = needs_of(needs, &past).collect();
            if wanted.is_empty() {
                return false;
            }
            if wanted.iter().all(|need| need.properties.is_some()) {
                let asked = |name: &str| wanted.iter().any(|need| need.properties.iter().flatten().any(|n| n == name));
                past.properties.retain(&asked);
            }
            let asked = |name: &str| wanted.iter().any(|need| need.context.iter().any(|n| n == name));
            past.context.retain(&asked);
        }
        self.bytes += weight(&past);
        let place = self.items.partition_point(|other| other.key < past.key);
        dirt.added.push(past.key);
        self.items.insert(place, past);
        while !self.items.is_empty() && (self.items.len() > HISTORY_EVENTS || self.bytes > BYTES) {
            let oldest = self.items.remove(0);
            self.bytes = self.bytes.saturating_sub(weight(&oldest));
            self.floor = Some(oldest.key);
            dirt.evicted.push(oldest);
        }
        true
    }

    /// Lets go what nothing may ask for any more.
    pub fn prune(&mut self, needs: Option<&[Need]>, now: Millis, dirt: &mut Dirt) {
        let Some(needs) = needs else { return };
        let page = self.newest_page();
        let over = |past: &Past| {
            needs_of(needs, past).all(|need| match need.keep {
                Need::PAGE => page.is_some_and(|page| past.key < page),
                keep => keep > 0 && now - past.key.0 >= keep,
            })
        };
        let mut at = 0;
        while let Some(past) = self.items.get(at) {
            if over(past) {
                let gone = self.items.remove(at);
                self.bytes = self.bytes.saturating_sub(weight(&gone));
                dirt.evicted.push(gone);
            } else {
                at += 1;
            }
        }
    }

    /// Whether an event of this message id is kept.
    pub fn knows(&self, id: u64) -> bool {
        self.items.iter().any(|past| past.id == id)
    }

    /// Every event, oldest first.
    pub fn all(&self) -> &[Past] {
        &self.items
    }

    /// The event of a key.
    pub fn get(&self, key: Key) -> Option<&Past> {
        self.items.get(self.items.partition_point(|past| past.key < key)).filter(|past| past.key == key)
    }

    /// The newest event that had to go: before it, nothing is known.
    pub fn floor(&self) -> Option<Key> {
        self.floor
    }

    /// The key of the newest page event.
    pub fn newest_page(&self) -> Option<Key> {
        self.items.iter().rev().find(|past| matches!(past.kind, EventKind::Page)).map(|past| past.key)
    }
}

/// What is asked of an event.
fn needs_of<'a>(needs: &'a [Need], past: &Past) -> impl Iterator<Item = &'a Need> {
    let label = label(past.kind, &past.name);
    needs.iter().filter(move |need| need.event.is_empty() || need.event == label)
}

fn weight(past: &Past) -> usize {
    64 + past.name.len() + size::members(&past.properties) + size::members(&past.context)
}
