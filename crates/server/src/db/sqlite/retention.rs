//! What is too old goes, a piece at a time. What rests on a lawful basis has its own term, which the site's server knows.

use rusqlite::{Connection, OptionalExtension, params};

use super::facts::Changed;
use super::preferences;
use crate::db::{Expired, Node, SiteNo};
use crate::retention::Cut;

/// One piece: events that rest on consent, what was set aside, and visitors after `from` with their facts. It is the last one
/// where there is no `next`.
pub fn expire(db: &Connection, site: SiteNo, cut: &Cut, from: Option<Node>, most: usize) -> rusqlite::Result<Expired> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let events = db.execute(
        "DELETE FROM events WHERE rowid IN
         (SELECT rowid FROM events WHERE site = ?1 AND received < ?2 AND basis = 'consent' LIMIT ?3)",
        params![site, cut.data, most],
    )?;
    // They are numbered as they came.
    let aside = db.execute(
        "DELETE FROM quarantine WHERE site = ?1 AND received < ?2
         AND no IN (SELECT no FROM quarantine WHERE site = ?1 ORDER BY no LIMIT ?3)",
        params![site, cut.data, most],
    )?;
    preferences::over(db, site, cut.now)?;
    let mut done = Expired { events: events as u64, aside: aside as u64, ..Expired::default() };
    if (events.max(aside) as i64) == most {
        // More of them, before anything else: a visitor goes once its events are gone.
        done.next = Some(from.unwrap_or(Node::FIRST));
        return Ok(done);
    }
    let mut changed = Changed::default();
    let nodes = slice(db, site, from, most)?;
    for node in &nodes {
        let facts = facts(db, site, *node, cut)?;
        if facts > 0 {
            changed.add(*node);
        }
        done.facts += facts as u64;
        if last_contact(db, site, *node)?.is_some_and(|at| at < cut.contact) && wishes(db, site, *node)? > 0 {
            done.contacts += 1;
        }
        done.visitors += empty(db, site, *node, cut)? as u64;
    }
    done.woken = changed.wake(db, site)?;
    done.next = nodes.last().copied().filter(|_| nodes.len() as i64 == most);
    Ok(done)
}

fn slice(db: &Connection, site: SiteNo, from: Option<Node>, most: i64) -> rusqlite::Result<Vec<Node>> {
    let sql = "SELECT node FROM nodes WHERE site = ?1 AND node > ?2 ORDER BY node LIMIT ?3";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_map(params![site, from.unwrap_or(Node::FIRST), most], |row| row.get(0).map(Node))?.collect()
}

/// Facts by their own day, and links to persons that rest on consent. What the person said of the profile (corrections,
/// segments left for good) stays until there is no contact any more.
fn facts(db: &Connection, site: SiteNo, node: Node, cut: &Cut) -> rusqlite::Result<usize> {
    let mut gone = 0;
    for old in [
        "traits WHERE basis = 'consent' AND source <> 'visitor' AND at < ?3 AND",
        "offers WHERE basis = 'consent' AND at < ?3 AND",
        "orders WHERE basis = 'consent' AND coalesce(max(completed, ended), completed, ended) < ?3 AND",
    ] {
        let sql = format!("DELETE FROM {old} site = ?1 AND node = ?2");
        gone += db.prepare_cached(&sql)?.execute(params![site, node, cut.data])?;
    }
    let links = "DELETE FROM edges WHERE site = ?1 AND visitor = ?2 AND at < ?3 AND evidence <> 'secret_key'";
    Ok(gone + db.prepare_cached(links)?.execute(params![site, node, cut.data])?)
}

/// Takes away what a person wanted, where to, and how they corrected the profile. Of somebody who was logged in objections stay:
/// who is a customer again is not to be written to again.
fn wishes(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<usize> {
    let mut gone = 0;
    for of in [
        "preferences WHERE site = ?1 AND node = ?2 AND NOT ((topic = 'stop' OR frequency = 'off') AND EXISTS
         (SELECT 1 FROM nodes WHERE site = ?1 AND node = ?2 AND kind = 1))",
        "addresses WHERE site = ?1 AND node = ?2",
        "outbox WHERE site = ?1 AND node = ?2",
        "traits WHERE site = ?1 AND node = ?2 AND source = 'visitor'",
    ] {
        gone += db.prepare_cached(&format!("DELETE FROM {of}"))?.execute(params![site, node])?;
    }
    Ok(gone)
}

/// When the person behind a node last did anything, where there is something of [`wishes`] to keep.
fn last_contact(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<Option<i64>> {
    let sql = "WITH said (at) AS (
             SELECT max(at) FROM preferences WHERE site = ?1 AND node = ?2
             UNION ALL SELECT max(max(at, coalesce(confirmed, at))) FROM addresses WHERE site = ?1 AND node = ?2
             UNION ALL SELECT max(at) FROM traits WHERE site = ?1 AND node = ?2 AND source = 'visitor')
         SELECT max(at) FROM (
             SELECT at FROM said
             UNION ALL SELECT max(at) FROM events WHERE site = ?1 AND visitor = ?2
             UNION ALL SELECT max(at) FROM events WHERE site = ?1 AND user = ?2
             UNION ALL SELECT max(at) FROM edges WHERE site = ?1 AND (visitor = ?2 OR user = ?2)
             UNION ALL SELECT max(completed) FROM orders WHERE site = ?1 AND node = ?2)
         WHERE EXISTS (SELECT 1 FROM said WHERE at IS NOT NULL)";
    let mut statement = db.prepare_cached(sql)?;
    Ok(statement.query_row(params![site, node], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten())
}

/// Forgets a visitor or person that nothing is known of, not even a withdrawal or erasure that late events must meet. Ids last
/// 13 months on the device.
fn empty(db: &Connection, site: SiteNo, node: Node, cut: &Cut) -> rusqlite::Result<usize> {
    let gone = db
        .prepare_cached(
            "DELETE FROM nodes WHERE site = ?1 AND node = ?2 AND first_seen < ?3
             AND max(coalesce(erased, 0), coalesce(measurement_cut, 0), coalesce(personalization_cut, 0)) < ?3
             AND NOT EXISTS (SELECT 1 FROM events WHERE site = ?1 AND visitor = ?2)
             AND NOT EXISTS (SELECT 1 FROM events WHERE site = ?1 AND user = ?2)
             AND NOT EXISTS (SELECT 1 FROM edges WHERE site = ?1 AND (visitor = ?2 OR user = ?2))
             AND NOT EXISTS (SELECT 1 FROM traits WHERE site = ?1 AND node = ?2)
             AND NOT EXISTS (SELECT 1 FROM orders WHERE site = ?1 AND node = ?2)
             AND NOT EXISTS (SELECT 1 FROM offers WHERE site = ?1 AND node = ?2)
             AND NOT EXISTS (SELECT 1 FROM preferences WHERE site = ?1 AND node = ?2)
             AND NOT EXISTS (SELECT 1 FROM addresses WHERE site = ?1 AND node = ?2)",
        )?
        .execute(params![site, node, cut.data])?;
    if gone > 0 {
        db.prepare_cached("DELETE FROM tickets WHERE site = ?1 AND node = ?2")?.execute(params![site, node])?;
    }
    Ok(gone)
}
