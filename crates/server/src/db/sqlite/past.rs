//! What a decision about a visitor rests on.

use rusqlite::{Connection, params};
use vitrine_wire::limits::HISTORY_EVENTS;

use super::person;
use crate::db::{Node, Past, PastEvent, SiteNo};

/// Most bytes of events that one decision reads: many times what an engine keeps for its windows.
const BYTES: usize = 3 * 1024 * 1024;

pub fn past(db: &Connection, site: SiteNo, visitor: Node) -> rusqlite::Result<Past> {
    Ok(Past {
        choices: person::consents(db, site, visitor)?,
        events: events(db, site, visitor)?,
        person: person::person(db, site, visitor)?,
    })
}

/// The newest by when they happened, handed out in the order they came.
fn events(db: &Connection, site: SiteNo, visitor: Node) -> rusqlite::Result<Vec<PastEvent>> {
    let mut statement = db.prepare_cached(
        "SELECT at, received, basis <> 'consent', user IS NOT NULL, body, rowid FROM events
         WHERE site = ?1 AND visitor = ?2 AND profiled = 1 ORDER BY at DESC, received DESC, rowid DESC LIMIT ?3",
    )?;
    let most = i64::try_from(HISTORY_EVENTS).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![site, visitor, most], |row| {
        let event = PastEvent {
            at: row.get(0)?,
            received: row.get(1)?,
            vouched: row.get(2)?,
            proven: row.get(3)?,
            body: row.get(4)?,
        };
        Ok((row.get::<_, i64>(5)?, event))
    })?;
    let (mut events, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let (place, event) = row?;
        bytes += event.body.len();
        if bytes > BYTES {
            break;
        }
        events.push((place, event));
    }
    events.sort_by_key(|(place, event)| (event.received, *place));
    Ok(events.into_iter().map(|(_, event)| event).collect())
}
