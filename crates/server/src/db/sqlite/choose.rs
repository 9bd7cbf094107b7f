//! Visitors made known, their choices, what a choice purges, and erasure. Each is one transaction: done whole or not at all.

use rusqlite::{Connection, OptionalExtension, params};
use subtle::ConstantTimeEq;
use vitrine_wire::Purpose;
use vitrine_wire::http::Choice;

use super::facts::{self, Changed};
use super::{chain, preferences};
use crate::db::{Chosen, Decided, Node, Registration, SiteNo, Withdrawer, Woken};

/// Tickets kept for one visitor: several tabs may register at once.
const TICKETS: i64 = 8;

pub fn register(db: &Connection, site: SiteNo, new: &Registration, now: i64) -> rusqlite::Result<bool> {
    let node = Node::visitor(&new.visitor);
    if !enter(db, site, node, &new.visitor, new.token, now)? {
        return Ok(false);
    }
    facts::name(db, site, node, &new.visitor)?;
    issue(db, site, node, new.ticket, now)?;
    if let Some(receipt) = &new.receipt
        && chain::tie(db, site, receipt, node, &new.visitor, now)?
    {
        count_choice(db, site, node)?;
    }
    // It may come after everything was taken back.
    forget_id(db, site, node)?;
    Ok(true)
}

/// Whether the visitor may act with this token: its own, or the first one ever seen with it.
fn enter(db: &Connection, site: SiteNo, node: Node, id: &str, token: [u8; 32], now: i64) -> rusqlite::Result<bool> {
    facts::ensure(db, site, node, facts::VISITOR, id, now)?;
    let (held, erased) = db.query_row(
        "SELECT token, erased IS NOT NULL FROM nodes WHERE site = ?1 AND node = ?2",
        params![site, node],
        |row| Ok((row.get::<_, Option<[u8; 32]>>(0)?, row.get::<_, bool>(1)?)),
    )?;
    match held {
        _ if erased => Ok(false),
        Some(held) => Ok(held.ct_eq(&token).into()),
        None => facts::set_token(db, site, node, token).map(|()| true),
    }
}

fn issue(db: &Connection, site: SiteNo, node: Node, ticket: [u8; 32], now: i64) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO tickets (site, hash, node, issued) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![site, ticket, node, now],
    )?;
    db.execute(
        "DELETE FROM tickets WHERE site = ?1 AND node = ?2 AND hash NOT IN
         (SELECT hash FROM tickets WHERE site = ?1 AND node = ?2 ORDER BY issued DESC, used IS NULL DESC LIMIT ?3)",
        params![site, node, TICKETS],
    )?;
    Ok(())
}

pub fn choose(db: &Connection, site: SiteNo, act: &Decided, now: i64) -> rusqlite::Result<Option<Chosen>> {
    let mut fresh = None;
    let node = match &act.who {
        Withdrawer::Nobody => None,
        Withdrawer::Visitor(id, token) => {
            let node = Node::visitor(id);
            if !enter(db, site, node, id, *token, now)? {
                return Ok(None);
            }
            facts::name(db, site, node, id)?;
            Some(node)
        }
        Withdrawer::Ticket(hash, next) => match take_ticket(db, site, hash, now)? {
            None => return Ok(None),
            // Retried because the first answer was lost: it is done.
            Some((_, true)) => return Ok(Some(Chosen::default())),
            Some((node, false)) => {
                fresh = Some(*next);
                Some(node)
            }
        },
    };
    if let Some(receipt) = &act.receipt {
        let mut seen = db.prepare_cached("SELECT 1 FROM consents WHERE site = ?1 AND receipt = ?2")?;
        if seen.exists(params![site, receipt.as_bytes()])? {
            return Ok(Some(Chosen::default()));
        }
    }
    chain::choice(db, site, (node, node.map(|node| id(db, site, node)).transpose()?.flatten()), act, now)?;
    let unpublished = chain::unpublished(db, site, &act.notice)?;
    let Some(node) = node else { return Ok(Some(Chosen { unpublished, ..Chosen::default() })) };
    let mut changed = Changed::default();
    for (purpose, choice) in &act.purposes {
        match Purpose::parse(purpose) {
            Some(Purpose::Measurement) => measurement(db, site, node, *choice, now)?,
            Some(Purpose::Personalization) => personalization(db, site, node, *choice, now, &mut changed)?,
            // Nothing on the server lives on the others yet.
            _ => {}
        }
    }
    let (measurement, closed) = db.query_row(
        "SELECT measurement_closed IS NOT NULL, personalization_closed IS NOT NULL FROM nodes WHERE site = ?1 AND node = ?2",
        params![site, node],
        |row| Ok((row.get::<_, bool>(0)?, row.get::<_, bool>(1)?)),
    )?;
    let ticket = fresh.filter(|_| !(measurement && closed));
    if let Some(ticket) = ticket {
        issue(db, site, node, ticket, now)?;
    }
    let choices = count_choice(db, site, node)?;
    let woken = changed.wake(db, site)?;
    forget_id(db, site, node)?;
    Ok(Some(Chosen { visitor: Some((node, choices)), ticket: ticket.is_some(), woken, closed, unpublished }))
}

/// The ticket's visitor, and whether the ticket was used before.
fn take_ticket(db: &Connection, site: SiteNo, hash: &[u8; 32], now: i64) -> rusqlite::Result<Option<(Node, bool)>> {
    let found = db
        .query_row(
            "SELECT node, used IS NOT NULL FROM tickets WHERE site = ?1 AND hash = ?2",
            params![site, hash],
            |row| Ok((Node(row.get(0)?), row.get::<_, bool>(1)?)),
        )
        .optional()?;
    if matches!(found, Some((_, false))) {
        db.execute("UPDATE tickets SET used = ?3 WHERE site = ?1 AND hash = ?2", params![site, hash, now])?;
    }
    Ok(found)
}

/// The public id of a visitor.
fn id(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<Option<String>> {
    let mut statement = db.prepare_cached("SELECT id FROM nodes WHERE site = ?1 AND node = ?2")?;
    let id: Option<Vec<u8>> = statement.query_row(params![site, node], |row| row.get(0)).optional()?.flatten();
    Ok(id.map(|id| String::from_utf8_lossy(&id).into_owned()))
}

fn count_choice(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<i64> {
    let sql = "UPDATE nodes SET choices = choices + 1 WHERE site = ?1 AND node = ?2 RETURNING choices";
    db.query_row(sql, params![site, node], |row| row.get(0))
}

fn measurement(db: &Connection, site: SiteNo, node: Node, choice: Choice, now: i64) -> rusqlite::Result<()> {
    if choice == Choice::Granted {
        let sql = "UPDATE nodes SET measurement_closed = NULL WHERE site = ?1 AND node = ?2";
        return db.execute(sql, params![site, node]).map(drop);
    }
    let sql = "UPDATE nodes SET measurement_closed = ?3, measurement_cut = ?3 WHERE site = ?1 AND node = ?2";
    db.execute(sql, params![site, node, now])?;
    db.execute("DELETE FROM events WHERE site = ?1 AND visitor = ?2 AND basis = 'consent'", params![site, node])?;
    Ok(())
}

fn personalization(
    db: &Connection,
    site: SiteNo,
    node: Node,
    choice: Choice,
    now: i64,
    changed: &mut Changed,
) -> rusqlite::Result<()> {
    if choice == Choice::Granted {
        let sql = "UPDATE nodes SET personalization_closed = NULL WHERE site = ?1 AND node = ?2";
        return db.execute(sql, params![site, node]).map(drop);
    }
    let sql = "UPDATE nodes SET personalization_closed = ?3, personalization_cut = ?3 WHERE site = ?1 AND node = ?2";
    db.execute(sql, params![site, node, now])?;
    purge_facts(db, site, node, changed)
}

/// Forgets who it was, once nothing rests on consent any more. The token's hash stays, so that nobody else can take the id.
fn forget_id(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<()> {
    let mut over = db.prepare_cached(
        "SELECT 1 FROM nodes WHERE site = ?1 AND node = ?2 AND personalization_closed IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM events WHERE site = ?1 AND visitor = ?2 AND basis = 'consent')",
    )?;
    if over.exists(params![site, node])? && !chain::grants(db, site, node)? {
        db.execute("UPDATE nodes SET id = NULL WHERE site = ?1 AND node = ?2", params![site, node])?;
    }
    Ok(())
}

/// Removes what a device told about its person by consent, and its links to persons.
fn purge_facts(db: &Connection, site: SiteNo, node: Node, changed: &mut Changed) -> rusqlite::Result<()> {
    changed.add(node);
    let mut users = db.prepare_cached("SELECT user FROM edges WHERE site = ?1 AND visitor = ?2")?;
    for user in users.query_map(params![site, node], |row| row.get(0).map(Node))? {
        changed.add(user?);
    }
    for table in ["traits", "orders", "offers"] {
        let sql = format!("DELETE FROM {table} WHERE site = ?1 AND basis = 'consent' AND (node = ?2 OR via = ?2)");
        db.execute(&sql, params![site, node])?;
    }
    db.execute(
        "UPDATE events SET profiled = 0 WHERE site = ?1 AND visitor = ?2 AND basis = 'consent'",
        params![site, node],
    )?;
    // A switch of users that happened before must not come alive again, so all links go, not the active one alone.
    db.execute("DELETE FROM edges WHERE site = ?1 AND visitor = ?2", params![site, node])?;
    Ok(())
}

pub fn erase(db: &Connection, site: SiteNo, node: Node, now: i64) -> rusqlite::Result<Woken> {
    let mut changed = Changed::default();
    // Others who see what this device told must see it gone: they are found before the links go.
    let user = facts::active_user(db, site, node)?;
    purge_facts(db, site, node, &mut changed)?;
    if let Some(user) = user {
        for table in ["traits", "orders", "offers"] {
            let sql = format!("DELETE FROM {table} WHERE site = ?1 AND node = ?2 AND basis = 'consent'");
            db.execute(&sql, params![site, user])?;
        }
    }
    db.execute("DELETE FROM events WHERE site = ?1 AND visitor = ?2 AND user IS NULL", params![site, node])?;
    db.execute("DELETE FROM events WHERE site = ?1 AND visitor = ?2 AND basis = 'consent'", params![site, node])?;
    db.execute("UPDATE events SET visitor = NULL WHERE site = ?1 AND visitor = ?2", params![site, node])?;
    for table in ["traits", "orders", "offers", "tickets"] {
        db.execute(&format!("DELETE FROM {table} WHERE site = ?1 AND node = ?2"), params![site, node])?;
    }
    chain::redact(db, site, node)?;
    for of in std::iter::once(node).chain(user) {
        preferences::forget(db, site, of)?;
    }
    let woken = changed.wake(db, site)?;
    db.execute(
        "UPDATE nodes SET id = NULL, token = NULL, erased = ?3, measurement_closed = ?3, personalization_closed = ?3
         WHERE site = ?1 AND node = ?2",
        params![site, node, now],
    )?;
    Ok(woken.into_iter().filter(|(visitor, _)| *visitor != node).collect())
}

pub fn count_refusal(db: &Connection, site: SiteNo, notice: &str, locale: &str, now: i64) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO refusals (site, notice, locale, hour, count) VALUES (?1, ?2, ?3, ?4, 1)
         ON CONFLICT DO UPDATE SET count = count + 1",
        params![site, notice, locale, now.div_euclid(3_600_000)],
    )?;
    Ok(())
}
