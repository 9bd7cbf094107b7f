//! The log of requests.

use rusqlite::{Connection, params};

use crate::db::SiteNo;
use crate::requests::{Kind, Logged, Request};

pub fn add(db: &Connection, site: SiteNo, request: &Request) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO requests (site, no, kind, by, received, due, answered, note)
         VALUES (?1, (SELECT coalesce(max(no), 0) + 1 FROM requests WHERE site = ?1), ?2, ?3, ?4, ?5, ?6, ?7) RETURNING no";
    let Request { kind, by, received, due, answered, note } = request;
    db.query_row(sql, params![site, kind.as_str(), by, received, due, answered, note], |row| row.get(0))
}

pub fn answer(db: &Connection, site: SiteNo, no: i64, now: i64) -> rusqlite::Result<bool> {
    let sql = "UPDATE requests SET answered = ?3 WHERE site = ?1 AND no = ?2 AND answered IS NULL";
    Ok(db.execute(sql, params![site, no, now])? > 0)
}

pub fn extend(db: &Connection, site: SiteNo, no: i64, due: &str, why: &str) -> rusqlite::Result<bool> {
    let sql = "UPDATE requests SET due = ?3, note = trim(note || ' ' || ?4)
         WHERE site = ?1 AND no = ?2 AND answered IS NULL AND due < ?3";
    Ok(db.execute(sql, params![site, no, due, why])? > 0)
}

pub fn all(db: &Connection, site: SiteNo) -> rusqlite::Result<Vec<Logged>> {
    let mut statement = db.prepare(
        "SELECT no, kind, by, received, due, answered, note FROM requests WHERE site = ?1 ORDER BY received, no",
    )?;
    let rows = statement.query_map([site], |row| {
        let kind = Kind::parse(&row.get::<_, String>(1)?).unwrap_or(Kind::Access);
        let (by, received, due, answered, note) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        Ok(Logged { no: row.get(0)?, request: Request { kind, by, received, due, answered, note } })
    })?;
    rows.collect()
}
