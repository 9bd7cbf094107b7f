//! Storing events: once each, with the facts they tell, in the writer's transaction.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::facts::{self, Changed};
use super::requests;
use crate::db::{Appended, Basis, EventKey, NewEvent, Node, Outcome, Quarantined, SiteNo};
use crate::requests::{Kind, Request};

/// A week in ms. Six tables of foreign ids, one a week, remember each for at least 35 days.
const WEEK: i64 = 7 * 86_400_000;
const PLACES: i64 = 6;

/// Where a visitor stands, as far as its events are concerned.
#[derive(Default, Clone)]
struct Standing {
    token: Option<[u8; 32]>,
    closed: bool,
    cut: Option<i64>,
    personalization_closed: bool,
    personalization_cut: Option<i64>,
    erased: bool,
}

pub fn append(
    db: &Connection,
    site: SiteNo,
    events: &[NewEvent],
    aside: &[Quarantined],
    now: i64,
) -> rusqlite::Result<Appended> {
    let mut batch = Batch { db, site, now, standings: HashMap::new(), changed: Changed::default() };
    let mut outcomes = Vec::with_capacity(events.len());
    for event in events {
        outcomes.push(batch.one(event)?);
    }
    for bad in aside {
        set_aside(db, site, bad.reason, &bad.body, now)?;
    }
    for (event, _) in events.iter().zip(&outcomes).filter(|(_, o)| **o == Outcome::WrongToken) {
        set_aside(db, site, "token", &event.body, now)?;
    }
    count_drops(db, site, outcomes.iter().filter(|o| **o == Outcome::Dropped).count(), now)?;
    Ok(Appended { outcomes, woken: batch.changed.wake(db, site)? })
}

struct Batch<'a> {
    db: &'a Connection,
    site: SiteNo,
    now: i64,
    standings: HashMap<Node, Standing>,
    changed: Changed,
}

impl Batch<'_> {
    fn one(&mut self, event: &NewEvent) -> rusqlite::Result<Outcome> {
        let visitor = event.visitor_node();
        let standing = visitor.map(|node| self.standing(node, event)).transpose()?.unwrap_or_default();
        let consent = event.basis == Basis::Consent;
        let before = |cut: Option<i64>| cut.is_some_and(|cut| event.happened <= cut);
        if standing.erased || consent && (standing.closed || before(standing.cut)) {
            return Ok(Outcome::Dropped);
        }
        if event.token.is_some() && event.token != standing.token {
            return Ok(Outcome::WrongToken);
        }
        let refused = consent && (standing.personalization_closed || before(standing.personalization_cut));
        let trusted = !consent || event.user.is_some() || event.token.is_some();
        let profiled = event.personal && trusted && !refused;
        if !self.insert(event, visitor, profiled)? {
            return Ok(Outcome::Duplicate);
        }
        if profiled {
            facts::apply(self.db, self.site, event, visitor, self.now, &mut self.changed)?;
            if event.corrects() {
                requests::add(self.db, self.site, &Request::answered(Kind::Rectification, self.now))?;
            }
        }
        Ok(Outcome::Stored)
    }

    fn standing(&mut self, node: Node, event: &NewEvent) -> rusqlite::Result<Standing> {
        if let Some(known) = self.standings.get(&node).filter(|s| s.token.is_some() || event.token.is_none()) {
            return Ok(known.clone());
        }
        let mut found = standing(self.db, self.site, node)?;
        // The first token seen with an id is its token, as at registration: a batch may overtake that.
        if let (None, false, Some(token), Some(id)) = (found.token, found.erased, event.token, event.visitor.as_deref())
        {
            facts::ensure(self.db, self.site, node, facts::VISITOR, id, self.now)?;
            facts::set_token(self.db, self.site, node, token)?;
            found.token = Some(token);
        }
        self.standings.insert(node, found.clone());
        Ok(found)
    }

    /// Whether the event is new.
    fn insert(&self, event: &NewEvent, visitor: Option<Node>, profiled: bool) -> rusqlite::Result<bool> {
        let (db, site, now) = (self.db, self.site, self.now);
        let id = match &event.key {
            EventKey::Ours(id) => *id,
            EventKey::Foreign(hash) if remember(db, site, hash, now)? => own_id(now),
            EventKey::Foreign(_) => return Ok(false),
        };
        let mut statement = db.prepare_cached(
            "INSERT INTO events (site, id, visitor, user, at, sent, received, basis, profiled, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT DO NOTHING",
        )?;
        let (user, basis) = (event.user_node(), event.basis.as_str());
        let row = params![site, id, visitor, user, event.at, event.sent, now, basis, profiled, event.body];
        Ok(statement.execute(row)? > 0)
    }
}

fn standing(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<Standing> {
    let mut statement = db.prepare_cached(
        "SELECT token, measurement_closed IS NOT NULL, measurement_cut, personalization_closed IS NOT NULL,
                personalization_cut, erased IS NOT NULL FROM nodes WHERE site = ?1 AND node = ?2",
    )?;
    let found = statement.query_row(params![site, node], |row| {
        Ok(Standing {
            token: row.get(0)?,
            closed: row.get(1)?,
            cut: row.get(2)?,
            personalization_closed: row.get(3)?,
            personalization_cut: row.get(4)?,
            erased: row.get(5)?,
        })
    });
    Ok(found.optional()?.unwrap_or_default())
}

/// Remembers a foreign id. Whether it is new.
fn remember(db: &Connection, site: SiteNo, hash: &[u8; 32], now: i64) -> rusqlite::Result<bool> {
    let prefix = hash.first_chunk::<16>().copied().unwrap_or_default();
    let seen = (0..PLACES)
        .map(|place| format!("SELECT 1 FROM foreign_ids_{place} WHERE site = ?1 AND hash = ?2"))
        .collect::<Vec<_>>()
        .join(" UNION ALL ");
    if db.prepare_cached(&seen)?.exists(params![site, prefix])? {
        return Ok(false);
    }
    let week = now.div_euclid(WEEK);
    let place = week.rem_euclid(PLACES);
    let mut held = db.prepare_cached("SELECT week FROM foreign_weeks WHERE place = ?1")?;
    let held: Option<i64> = held.query_row([place], |row| row.get(0)).optional()?;
    // Not when the clock went back: what is remembered stays.
    if held.is_none_or(|held| held < week) {
        db.execute(&format!("DELETE FROM foreign_ids_{place}"), [])?;
        db.execute(
            "INSERT INTO foreign_weeks (place, week) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET week = excluded.week",
            [place, week],
        )?;
    }
    let insert = format!("INSERT INTO foreign_ids_{place} (site, hash) VALUES (?1, ?2)");
    db.prepare_cached(&insert)?.execute(params![site, prefix])?;
    Ok(true)
}

fn own_id(now: i64) -> [u8; 16] {
    let millis = u64::try_from(now).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &crate::keys::random::<10>()).into_uuid().into_bytes()
}

fn set_aside(db: &Connection, site: SiteNo, reason: &str, body: &[u8], now: i64) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO quarantine (site, no, received, reason, body)
         VALUES (?1, (SELECT coalesce(max(no), 0) + 1 FROM quarantine WHERE site = ?1), ?2, ?3, ?4)",
    )?;
    statement.execute(params![site, now, reason, body])?;
    Ok(())
}

fn count_drops(db: &Connection, site: SiteNo, count: usize, now: i64) -> rusqlite::Result<()> {
    if count == 0 {
        return Ok(());
    }
    let mut statement = db.prepare_cached(
        "INSERT INTO drops (site, reason, day, count) VALUES (?1, 'withdrawn_or_erased', ?2, ?3)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )?;
    statement.execute(params![site, now.div_euclid(86_400_000), i64::try_from(count).unwrap_or(i64::MAX)])?;
    Ok(())
}
