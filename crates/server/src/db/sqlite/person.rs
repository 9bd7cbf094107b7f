//! Reading back: who holds a token, and everything known of the person behind a visitor.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{chain, facts, preferences};
use crate::db::{ConsentEntry, Holder, IdentityFact, Node, OfferFact, OrderFact, Person, SiteNo, TraitFact};
use crate::proof::{Head, Kept};

pub fn holder(db: &Connection, site: SiteNo, token: [u8; 32]) -> rusqlite::Result<Option<Holder>> {
    let mut statement = db.prepare_cached(
        "SELECT node, coalesce(id, x''), token, personalization_closed IS NULL, choices FROM nodes
         WHERE site = ?1 AND token = ?2 AND erased IS NULL",
    )?;
    let holder = statement.query_row(params![site, token], |row| {
        Ok(Holder {
            node: Node(row.get(0)?),
            visitor: text(row, 1)?,
            token: row.get(2)?,
            personalization: row.get(3)?,
            choices: row.get(4)?,
        })
    });
    holder.optional()
}

pub fn person(db: &Connection, site: SiteNo, visitor: Node) -> rusqlite::Result<Option<Person>> {
    let user = facts::active_user(db, site, visitor)?;
    let mut nodes = user.map(|user| facts::visitors_of(db, site, user)).transpose()?.unwrap_or_default();
    if !nodes.contains(&visitor) {
        nodes.push(visitor);
    }
    let Some(unit) = oldest(db, site, &nodes)? else { return Ok(None) };
    nodes.extend(user);
    let mut person = Person {
        unit,
        identities: identities(db, site, visitor)?,
        preferences: preferences::rows(db, site, visitor)?,
        ..Person::default()
    };
    for node in nodes {
        let mut version = db.prepare_cached("SELECT version FROM nodes WHERE site = ?1 AND node = ?2")?;
        let version = version.query_row(params![site, node], |row| row.get(0)).optional()?.unwrap_or_default();
        person.version = person.version.max(version);
        collect(db, site, node, &mut person)?;
    }
    Ok(Some(person))
}

fn oldest(db: &Connection, site: SiteNo, visitors: &[Node]) -> rusqlite::Result<Option<String>> {
    let mut oldest: Option<(i64, String)> = None;
    for node in visitors {
        // Who withdrew everything has no id any more, and may see what proves it all the same.
        let mut statement = db.prepare_cached(
            "SELECT first_seen, coalesce(id, x'') FROM nodes WHERE site = ?1 AND node = ?2 AND erased IS NULL",
        )?;
        let seen = statement.query_row(params![site, node], |row| Ok((row.get(0)?, text(row, 1)?))).optional()?;
        oldest = oldest.into_iter().chain(seen).min();
    }
    Ok(oldest.map(|(_, id)| id))
}

fn collect(db: &Connection, site: SiteNo, node: Node, person: &mut Person) -> rusqlite::Result<()> {
    let key = params![site, node];
    let mut traits = db.prepare_cached("SELECT name, value, source, at FROM traits WHERE site = ?1 AND node = ?2")?;
    for row in traits.query_map(key, |row| {
        Ok(TraitFact { name: text(row, 0)?, value: text(row, 1)?, source: row.get(2)?, at: row.get(3)? })
    })? {
        person.traits.push(row?);
    }
    let mut orders = db.prepare_cached(
        "SELECT id, basis <> 'consent', completed, value, ended, state FROM orders WHERE site = ?1 AND node = ?2",
    )?;
    for row in orders.query_map(key, |row| {
        Ok(OrderFact {
            id: text(row, 0)?,
            vouched: row.get(1)?,
            completed: row.get(2)?,
            value: row.get(3)?,
            ended: row.get(4)?,
            state: row.get(5)?,
        })
    })? {
        person.orders.push(row?);
    }
    let mut offers = db.prepare_cached("SELECT id, rank, state, at FROM offers WHERE site = ?1 AND node = ?2")?;
    for row in offers.query_map(key, |row| {
        Ok(OfferFact { id: text(row, 0)?, rank: row.get(1)?, state: row.get(2)?, at: row.get(3)? })
    })? {
        person.offers.push(row?);
    }
    Ok(())
}

fn identities(db: &Connection, site: SiteNo, visitor: Node) -> rusqlite::Result<Vec<IdentityFact>> {
    let mut statement = db.prepare_cached(
        "SELECT n.id, e.evidence, e.at, e.active FROM edges e JOIN nodes n ON n.site = e.site AND n.node = e.user
         WHERE e.site = ?1 AND e.visitor = ?2 ORDER BY e.at",
    )?;
    let rows = statement.query_map(params![site, visitor], |row| {
        Ok(IdentityFact { user: text(row, 0)?, evidence: row.get(1)?, at: row.get(2)?, active: row.get(3)? })
    })?;
    rows.collect()
}

pub fn consents(db: &Connection, site: SiteNo, visitor: Node) -> rusqlite::Result<Vec<ConsentEntry>> {
    let (name, _) = chain::end(db, site)?;
    let mut statement = db.prepare_cached(
        "SELECT c.at, p.link, c.no, c.salt, c.payload, c.digest, c.link FROM consents c
         LEFT JOIN consents p ON p.site = c.site AND p.no = c.no - 1
         WHERE c.site = ?1 AND c.node = ?2 AND c.tied = 0 ORDER BY c.no",
    )?;
    let rows = statement.query_map(params![site, visitor], |row| {
        let previous = row.get::<_, Option<[u8; 32]>>(1)?.unwrap_or(Head::start(&name).link);
        Ok((row.get(0)?, previous, chain::kept(row, 2)?))
    })?;
    let entry =
        |(at, previous, kept): (i64, [u8; 32], Kept)| Some(ConsentEntry { at, record: kept.record()?, kept, previous });
    rows.map(|row| row.map(entry)).filter_map(Result::transpose).collect()
}

pub fn events(db: &Connection, site: SiteNo, visitor: Node) -> rusqlite::Result<Vec<Vec<u8>>> {
    let mut statement =
        db.prepare_cached("SELECT body FROM events WHERE site = ?1 AND visitor = ?2 ORDER BY at, received, id")?;
    let rows = statement.query_map(params![site, visitor], |row| row.get(0))?;
    rows.collect()
}

/// Text that is kept as bytes.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    row.get::<_, Vec<u8>>(column).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
