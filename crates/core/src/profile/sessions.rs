//! Visits: maximal runs of page-side events with gaps below 30 minutes.

use super::touches::Touch;
use super::{Item, Key};
use vitrine_wire::limits::SESSION_GAP_MS;
use vitrine_wire::{EventKind, Millis, Value};

/// Visits kept one by one; older ones are only counted.
const KEPT: usize = 64;

/// One visit.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Session {
    /// Its first event.
    pub start: Key,
    /// The instant of its last event.
    pub end: Millis,
    /// How many page events it has.
    pub pages: u32,
    /// Key and path of its first page event.
    pub landing: Option<(Key, String)>,
    /// Where its first event came from.
    pub entry: Touch,
}

vitrine_wire::codec!(struct Session { start, end, pages, landing, entry });

/// All visits, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Sessions {
    list: Vec<Session>,
    /// How many were let go, and the end of the newest of them.
    older: u32,
    floor: Option<Millis>,
}

vitrine_wire::codec!(struct Sessions { list, older, floor });

impl Sessions {
    /// Extends, starts or joins visits.
    pub fn take(&mut self, item: &Item) {
        let at = item.key.0;
        // Imports and server events say nothing of a visit; an exposure is our own act.
        if !item.page || item.name == "Experience Viewed" || self.floor.is_some_and(|floor| at < floor + SESSION_GAP_MS)
        {
            return;
        }
        let page = matches!(item.kind, EventKind::Page | EventKind::Screen);
        let path = item.context.get("page").and_then(|p| p.get("path")).and_then(Value::as_str).unwrap_or_default();
        let mut joined = Session {
            start: item.key,
            end: at,
            pages: u32::from(page),
            landing: page.then(|| (item.key, path.into())),
            entry: Touch::of(item),
        };
        let mut place = 0;
        while self.list.get(place).is_some_and(|s| ends(s) <= at) {
            place += 1;
        }
        while self.list.get(place).is_some_and(|s| s.start.0.saturating_sub(SESSION_GAP_MS) < at) {
            joined.join(self.list.remove(place));
        }
        self.list.insert(place, joined);
        while self.list.len() > KEPT {
            self.floor = Some(self.list.remove(0).end);
            self.older += 1;
        }
    }

    /// The visit that is going on at an instant, if its last event is less than 30 minutes ago.
    pub fn current(&self, now: Millis) -> Option<&Session> {
        self.list.last().filter(|s| now < ends(s))
    }

    /// When the current visit ends if nothing more happens.
    pub fn ends_at(&self, now: Millis) -> Option<Millis> {
        self.current(now).map(ends)
    }

    /// How many visits there were.
    pub fn count(&self) -> u32 {
        self.older + self.list.len() as u32
    }

    /// When each visit that is kept began, and its channel.
    pub fn starts(&self) -> impl Iterator<Item = (Millis, &str)> {
        self.list.iter().map(|session| (session.start.0, session.entry.channel.as_str()))
    }

    /// The number of the current visit, or of the empty one that comes next.
    pub fn number(&self, now: Millis) -> u32 {
        self.count() + u32::from(self.current(now).is_none())
    }
}

fn ends(session: &Session) -> Millis {
    session.end.saturating_add(SESSION_GAP_MS)
}

impl Session {
    fn join(&mut self, other: Session) {
        if other.start < self.start {
            self.start = other.start;
            self.entry = other.entry;
        }
        self.end = self.end.max(other.end);
        self.pages += other.pages;
        if let Some(theirs) = other.landing
            && self.landing.as_ref().is_none_or(|ours| theirs.0 < ours.0)
        {
            self.landing = Some(theirs);
        }
    }
}
