//! What an operator has stopped.

use rusqlite::{Connection, params};
use vitrine_wire::http::Stop;

use crate::db::SiteNo;

pub fn all(db: &Connection, site: SiteNo) -> rusqlite::Result<Vec<Stop>> {
    let sql = "SELECT what, experience, reason, since FROM stops WHERE site = ?1 ORDER BY what, experience";
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map([site], |row| {
        let experience = Some(row.get::<_, String>(1)?).filter(|id| !id.is_empty());
        Ok(Stop { what: row.get(0)?, experience, reason: row.get(2)?, since: row.get(3)? })
    })?;
    rows.collect()
}

pub fn set(db: &Connection, site: SiteNo, stop: &Stop, on: bool) -> rusqlite::Result<()> {
    let experience = stop.experience.as_deref().unwrap_or_default();
    if on {
        // Who stopped it first said since when and why.
        let sql = "INSERT INTO stops (site, what, experience, reason, since) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
        db.execute(sql, params![site, stop.what, experience, stop.reason, stop.since])?;
    } else {
        let sql = "DELETE FROM stops WHERE site = ?1 AND what = ?2 AND experience = ?3";
        db.execute(sql, params![site, stop.what, experience])?;
    }
    Ok(())
}
