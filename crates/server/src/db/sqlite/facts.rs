//! What events say about a person, written to the node that it was bound to when it happened.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use crate::db::{Basis, Fact, NewEvent, Node, OfferState, OrderState, SiteNo, Woken};

/// The `kind` of a device's node.
pub const VISITOR: i64 = 0;
/// The `kind` of a person's node.
pub const USER: i64 = 1;

/// Nodes that changed in a transaction.
#[derive(Default)]
pub struct Changed(BTreeSet<Node>);

impl Changed {
    pub fn add(&mut self, node: Node) {
        self.0.insert(node);
    }

    /// Gives the changed nodes one new version, and says which visitors see it.
    pub fn wake(self, db: &Connection, site: SiteNo) -> rusqlite::Result<Woken> {
        if self.0.is_empty() {
            return Ok(Woken::new());
        }
        let version: i64 =
            db.query_row("UPDATE sites SET version = version + 1 WHERE site = ?1 RETURNING version", [site], |r| {
                r.get(0)
            })?;
        let mut visitors = BTreeSet::new();
        for node in self.0 {
            let mut rise =
                db.prepare_cached("UPDATE nodes SET version = ?3 WHERE site = ?1 AND node = ?2 RETURNING kind")?;
            let kind: Option<i64> = rise.query_row(params![site, node, version], |row| row.get(0)).optional()?;
            let user = active_user(db, site, node)?.unwrap_or(node);
            visitors.extend(visitors_of(db, site, user)?);
            visitors.extend(kind.filter(|kind| *kind == VISITOR).map(|_| node));
        }
        Ok(visitors.into_iter().map(|visitor| (visitor, version)).collect())
    }
}

/// The user whose device this is now.
pub fn active_user(db: &Connection, site: SiteNo, visitor: Node) -> rusqlite::Result<Option<Node>> {
    let mut statement = db.prepare_cached("SELECT user FROM edges WHERE site = ?1 AND visitor = ?2 AND active = 1")?;
    statement.query_row(params![site, visitor], |row| row.get(0).map(Node)).optional()
}

/// The devices that are a user's now.
pub fn visitors_of(db: &Connection, site: SiteNo, user: Node) -> rusqlite::Result<Vec<Node>> {
    let mut statement = db.prepare_cached("SELECT visitor FROM edges WHERE site = ?1 AND user = ?2 AND active = 1")?;
    statement.query_map(params![site, user], |row| row.get(0).map(Node))?.collect()
}

/// Makes the node's row when it is absent.
pub fn ensure(db: &Connection, site: SiteNo, node: Node, kind: i64, id: &str, now: i64) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO nodes (site, node, kind, id, first_seen) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?;
    statement.execute(params![site, node, kind, id.as_bytes(), now])?;
    Ok(())
}

/// A visitor who had withdrawn everything is back: the id that went then is known again.
pub fn name(db: &Connection, site: SiteNo, visitor: Node, id: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE nodes SET id = ?3 WHERE site = ?1 AND node = ?2 AND id IS NULL AND erased IS NULL";
    db.prepare_cached(sql)?.execute(params![site, visitor, id.as_bytes()]).map(drop)
}

/// Gives a visitor its token.
pub fn set_token(db: &Connection, site: SiteNo, visitor: Node, token: [u8; 32]) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached("UPDATE nodes SET token = ?3 WHERE site = ?1 AND node = ?2")?;
    statement.execute(params![site, visitor, token])?;
    Ok(())
}

/// Writes an event's facts.
pub fn apply(
    db: &Connection,
    site: SiteNo,
    event: &NewEvent,
    visitor: Option<Node>,
    now: i64,
    changed: &mut Changed,
) -> rusqlite::Result<()> {
    if event.facts.is_empty() {
        return Ok(());
    }
    let user = event.user_node();
    if let (Some(node), Some(id)) = (user, event.user.as_deref()) {
        ensure(db, site, node, USER, id, now)?;
    }
    if let (Some(node), Some(id)) = (visitor, event.visitor.as_deref()) {
        ensure(db, site, node, VISITOR, id, now)?;
        name(db, site, node, id)?;
    }
    for fact in &event.facts {
        if let (Fact::Login(evidence), Some(visitor), Some(user)) = (fact, visitor, user) {
            login(db, site, visitor, user, evidence, event.at, changed)?;
        }
    }
    let Some(node) = owner(db, site, event, visitor, user)? else { return Ok(()) };
    let place = Place { db, site, node, basis: &event.basis, via: visitor, at: event.at };
    for fact in &event.facts {
        let wrote = match fact {
            Fact::Login(_) => false,
            Fact::Trait { name, value, source } => place.declare(name, value, source)?,
            Fact::Order { id, value, state } => place.order(id, *value, *state)?,
            Fact::Offer { id, state } => place.offer(id, *state)?,
        };
        if wrote {
            changed.add(node);
        }
    }
    Ok(())
}

/// Whose facts these are: the vouched-for user's; else the user's whose proven device it is and who the event names; else
/// the device's own. So two people on one device stay two people.
fn owner(
    db: &Connection,
    site: SiteNo,
    event: &NewEvent,
    visitor: Option<Node>,
    user: Option<Node>,
) -> rusqlite::Result<Option<Node>> {
    if user.is_some() {
        return Ok(user);
    }
    let (Some(visitor), Some(label)) = (visitor, event.label.as_deref()) else { return Ok(visitor) };
    let active = active_user(db, site, visitor)?;
    Ok(active.filter(|user| *user == Node::user(label)).or(Some(visitor)))
}

fn login(
    db: &Connection,
    site: SiteNo,
    visitor: Node,
    user: Node,
    evidence: &str,
    at: i64,
    changed: &mut Changed,
) -> rusqlite::Result<()> {
    let mut present =
        db.prepare_cached("SELECT user, at FROM edges WHERE site = ?1 AND visitor = ?2 AND active = 1")?;
    let present =
        present.query_row(params![site, visitor], |row| Ok((Node(row.get(0)?), row.get::<_, i64>(1)?))).optional()?;
    let newer = present.is_none_or(|(_, since)| since <= at);
    if newer {
        db.prepare_cached("UPDATE edges SET active = 0 WHERE site = ?1 AND visitor = ?2")?
            .execute(params![site, visitor])?;
    }
    let mut upsert = db.prepare_cached(
        "INSERT INTO edges (site, visitor, user, evidence, at, active) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET evidence = excluded.evidence, at = excluded.at, active = excluded.active
         WHERE excluded.at >= edges.at",
    )?;
    upsert.execute(params![site, visitor, user, evidence, at, newer])?;
    if newer && present.is_none_or(|(before, _)| before != user) {
        changed.add(visitor);
        changed.add(user);
        if let Some((before, _)) = present {
            changed.add(before);
        }
    }
    Ok(())
}

/// Where a fact is written, and what it rests on.
struct Place<'a> {
    db: &'a Connection,
    site: SiteNo,
    node: Node,
    basis: &'a Basis,
    via: Option<Node>,
    at: i64,
}

impl Place<'_> {
    fn declare(&self, name: &str, value: &str, source: &str) -> rusqlite::Result<bool> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO traits (site, node, name, source, basis, via, value, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET via = excluded.via, value = excluded.value, at = excluded.at
             WHERE excluded.at >= traits.at AND (excluded.value <> traits.value OR excluded.at > traits.at)",
        )?;
        let Place { site, node, via, at, .. } = *self;
        let wrote = statement.execute(params![
            site,
            node,
            name.as_bytes(),
            source,
            self.basis.as_str(),
            via,
            value.as_bytes(),
            at
        ])?;
        Ok(wrote > 0)
    }

    fn order(&self, id: &str, value: Option<f64>, state: OrderState) -> rusqlite::Result<bool> {
        let Place { site, node, via, at, .. } = *self;
        let (completed, ended) = if state == OrderState::Completed { (Some(at), None) } else { (None, Some(at)) };
        let value = value.filter(|_| completed.is_some());
        let mut statement = self.db.prepare_cached(
            "INSERT INTO orders (site, node, id, basis, via, completed, value, ended, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT DO UPDATE SET
                 state = CASE WHEN excluded.ended IS NULL THEN state
                              WHEN ended IS NULL OR excluded.ended < ended THEN excluded.state ELSE state END,
                 ended = min(coalesce(ended, excluded.ended), coalesce(excluded.ended, ended)),
                 value = CASE WHEN completed IS NULL OR excluded.completed < completed
                              THEN coalesce(excluded.value, value) ELSE coalesce(value, excluded.value) END,
                 completed = min(coalesce(completed, excluded.completed), coalesce(excluded.completed, completed))",
        )?;
        let basis = self.basis.as_str();
        let wrote = statement.execute(params![
            site,
            node,
            id.as_bytes(),
            basis,
            via,
            completed,
            value,
            ended,
            state.as_str()
        ])?;
        Ok(wrote > 0)
    }

    fn offer(&self, id: &str, state: OfferState) -> rusqlite::Result<bool> {
        let Place { site, node, via, at, .. } = *self;
        let mut statement = self.db.prepare_cached(
            "INSERT INTO offers (site, node, id, basis, via, rank, state, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET via = excluded.via, rank = excluded.rank, state = excluded.state, at = excluded.at
             WHERE excluded.rank > offers.rank OR (excluded.rank = offers.rank AND excluded.at < offers.at)",
        )?;
        let basis = self.basis.as_str();
        let wrote =
            statement.execute(params![site, node, id.as_bytes(), basis, via, state.rank(), state.as_str(), at])?;
        Ok(wrote > 0)
    }
}
