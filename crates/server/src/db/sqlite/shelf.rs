//! Sites and their bundles.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::db::{BundleRow, SiteNo};

/// Bundles kept by hash, for pages that still ask for an older one.
const KEPT: i64 = 30;

pub fn site(db: &Connection, name: &str) -> rusqlite::Result<SiteNo> {
    db.execute("INSERT INTO sites (name) VALUES (?1) ON CONFLICT DO NOTHING", [name])?;
    db.query_row("SELECT site FROM sites WHERE name = ?1", [name], |row| row.get(0).map(SiteNo))
}

pub fn sites(db: &Connection) -> rusqlite::Result<Vec<(SiteNo, String)>> {
    let mut statement = db.prepare("SELECT site, name FROM sites ORDER BY site")?;
    statement.query_map([], |row| Ok((SiteNo(row.get(0)?), row.get(1)?)))?.collect()
}

pub fn next_sequence(db: &Connection, site: SiteNo) -> rusqlite::Result<u64> {
    db.query_row("UPDATE sites SET bundle = bundle + 1 WHERE site = ?1 RETURNING bundle", [site], |row| {
        row.get::<_, i64>(0).map(i64::unsigned_abs)
    })
}

pub fn keep(db: &Connection, site: SiteNo, bundle: &BundleRow) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO bundles (site, hash, format, sequence, issued, source, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO NOTHING",
        params![
            site,
            bundle.hash,
            bundle.format,
            bundle.sequence.cast_signed(),
            bundle.issued.cast_signed(),
            bundle.source,
            bundle.sealed
        ],
    )?;
    db.execute(
        "DELETE FROM bundles WHERE site = ?1 AND format = ?2 AND hash NOT IN
         (SELECT hash FROM bundles WHERE site = ?1 AND format = ?2 ORDER BY sequence DESC, issued DESC LIMIT ?3)",
        params![site, bundle.format, KEPT],
    )?;
    Ok(())
}

const COLUMNS: &str = "SELECT hash, format, sequence, issued, source, sealed FROM bundles";

pub fn newest(db: &Connection, site: SiteNo, format: u8) -> rusqlite::Result<Option<BundleRow>> {
    let sql = format!("{COLUMNS} WHERE site = ?1 AND format = ?2 ORDER BY sequence DESC, issued DESC LIMIT 1");
    db.query_row(&sql, params![site, format], row).optional()
}

pub fn by_hash(db: &Connection, site: SiteNo, format: u8, hash: &str) -> rusqlite::Result<Option<BundleRow>> {
    let sql = format!("{COLUMNS} WHERE site = ?1 AND hash = ?2 AND format = ?3");
    db.query_row(&sql, params![site, hash, format], row).optional()
}

fn row(row: &Row<'_>) -> rusqlite::Result<BundleRow> {
    Ok(BundleRow {
        hash: row.get(0)?,
        format: row.get(1)?,
        sequence: row.get::<_, i64>(2)?.cast_unsigned(),
        issued: row.get::<_, i64>(3)?.cast_unsigned(),
        source: row.get(4)?,
        sealed: row.get(5)?,
    })
}
