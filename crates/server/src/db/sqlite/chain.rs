//! The chain of consents: appended to by the one writer, so that concurrent acts stand one after the other.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row, params};
use vitrine_wire::http::{Choice, ConsentProcessing, ConsentRecord, NoticeText, Wording};

use crate::db::{Decided, Node, SiteNo};
use crate::proof::{Content, Head, Kept, hex, payload, time, versions};

/// The `kind` of a record of an act.
const CHOICE: &str = "choice";
/// The `kind` of a record that says whose an earlier act was.
const TIED: &str = "tied";

/// Whom a record is of, in columns that an erasure empties.
struct Of<'a> {
    node: Option<Node>,
    subject: Option<String>,
    receipt: Option<&'a str>,
}

/// Appends an act of choice.
pub fn choice(
    db: &Connection,
    site: SiteNo,
    (node, subject): (Option<Node>, Option<String>),
    act: &Decided,
    now: i64,
) -> rusqlite::Result<()> {
    let mut processing = BTreeMap::new();
    for (purpose, status) in &act.purposes {
        let shown = act.shown.get(purpose);
        let wording = match shown.and_then(|shown| shown.notice.as_deref()) {
            Some(notice) => wording(db, site, notice, &act.locale)?,
            None => None,
        };
        let basis = shown.map_or("consent", |shown| shown.basis.as_str()).to_owned();
        processing.insert(purpose.clone(), ConsentProcessing { status: *status, basis, wording });
    }
    let record = ConsentRecord {
        kind: CHOICE.into(),
        notice: act.notice.clone(),
        locale: act.locale.clone(),
        source: act.source.clone(),
        processing,
        ..blank(now)
    };
    append(db, site, record, Of { node, subject, receipt: act.receipt.as_deref() }, now)
}

/// Ties the act with this receipt id to a visitor, if it is nobody's yet. Whether it was.
pub fn tie(db: &Connection, site: SiteNo, receipt: &str, node: Node, id: &str, now: i64) -> rusqlite::Result<bool> {
    let tie = "UPDATE consents SET node = ?3 WHERE site = ?1 AND receipt = ?2 AND node IS NULL RETURNING no";
    let of: Option<i64> = db.query_row(tie, params![site, receipt.as_bytes(), node], |row| row.get(0)).optional()?;
    if of.is_none() {
        return Ok(false);
    }
    let record = ConsentRecord { kind: TIED.into(), of, ..blank(now) };
    append(db, site, record, Of { node: Some(node), subject: Some(id.to_owned()), receipt: None }, now)?;
    Ok(true)
}

fn blank(now: i64) -> ConsentRecord {
    ConsentRecord {
        position: 0,
        kind: String::new(),
        time: time(now),
        site: String::new(),
        subject: None,
        receipt: None,
        of: None,
        notice: String::new(),
        locale: String::new(),
        source: String::new(),
        processing: BTreeMap::new(),
    }
}

fn append(db: &Connection, site: SiteNo, record: ConsentRecord, of: Of<'_>, now: i64) -> rusqlite::Result<()> {
    let (name, head) = end(db, site)?;
    let record = ConsentRecord {
        position: head.position + 1,
        site: name,
        subject: of.subject,
        receipt: of.receipt.map(str::to_owned),
        ..record
    };
    let row = head.next(payload(&record), crate::keys::random());
    let content = row.content.as_ref();
    db.prepare_cached(
        "INSERT INTO consents (site, no, node, receipt, at, tied, salt, payload, digest, link)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        site,
        row.position,
        of.node,
        of.receipt.map(str::as_bytes),
        now,
        record.kind == TIED,
        content.map(|content| content.salt),
        content.map(|content| content.payload.as_slice()),
        row.digest,
        row.link
    ])?;
    db.prepare_cached("UPDATE sites SET consents = ?2, consents_link = ?3 WHERE site = ?1")?.execute(params![
        site,
        row.position,
        row.link
    ])?;
    Ok(())
}

/// A site's name, and the end of its chain.
pub fn end(db: &Connection, site: SiteNo) -> rusqlite::Result<(String, Head)> {
    let mut statement = db.prepare_cached("SELECT name, consents, consents_link FROM sites WHERE site = ?1")?;
    statement.query_row([site], |row| {
        let name: String = row.get(0)?;
        let start = Head::start(&name);
        let link = row.get::<_, Option<[u8; 32]>>(2)?.unwrap_or(start.link);
        Ok((name, Head { position: row.get(1)?, link }))
    })
}

/// Rows from a position on.
pub fn rows(db: &Connection, site: SiteNo, from: i64, most: usize) -> rusqlite::Result<Vec<Kept>> {
    let mut statement = db.prepare_cached(
        "SELECT no, salt, payload, digest, link FROM consents WHERE site = ?1 AND no >= ?2 ORDER BY no LIMIT ?3",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    statement.query_map(params![site, from, most], |row| kept(row, 0))?.collect()
}

/// A row of the chain, from five columns that begin with `no`.
pub fn kept(row: &Row<'_>, first: usize) -> rusqlite::Result<Kept> {
    let salt = row.get::<_, Option<[u8; 32]>>(first + 1)?;
    let payload = row.get::<_, Option<Vec<u8>>>(first + 2)?;
    Ok(Kept {
        position: row.get(first)?,
        content: salt.zip(payload).map(|(salt, payload)| Content { salt, payload }),
        digest: row.get(first + 3)?,
        link: row.get(first + 4)?,
    })
}

/// Whether the last act on any purpose grants it.
pub fn grants(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<bool> {
    let sql = "SELECT payload FROM consents WHERE site = ?1 AND node = ?2 ORDER BY no DESC";
    let mut statement = db.prepare_cached(sql)?;
    let mut seen = BTreeSet::new();
    for payload in statement.query_map(params![site, node], |row| row.get::<_, Option<Vec<u8>>>(0))? {
        let record = payload?.and_then(|payload| serde_json::from_slice::<ConsentRecord>(&payload).ok());
        for (purpose, of) in record.into_iter().flat_map(|record| record.processing) {
            if seen.insert(purpose) && of.status == Choice::Granted {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Empties the rows of a visitor; the chain stays.
pub fn redact(db: &Connection, site: SiteNo, node: Node) -> rusqlite::Result<()> {
    let sql =
        "UPDATE consents SET node = NULL, receipt = NULL, salt = NULL, payload = NULL WHERE site = ?1 AND node = ?2";
    db.execute(sql, params![site, node]).map(drop)
}

/// Keeps the texts that are published now.
pub fn keep_wordings(db: &Connection, site: SiteNo, texts: &[NoticeText], now: i64) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO wordings (site, notice, language, hash, text, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET since = excluded.since",
    )?;
    for NoticeText { wording, text } in texts {
        let hash = crate::db::hash(text.as_bytes());
        statement.execute(params![site, wording.notice, wording.language, hash, text, now])?;
    }
    Ok(())
}

/// The words of a notice for a page in `locale`: in its language, else in one that the site has. Newest first.
fn wording(db: &Connection, site: SiteNo, notice: &str, locale: &str) -> rusqlite::Result<Option<Wording>> {
    let primary = locale.split(['-', '_']).next().unwrap_or_default();
    let mut statement = db.prepare_cached(
        "SELECT language, hash FROM wordings WHERE site = ?1 AND notice = ?2
         ORDER BY lower(language) = lower(?3) DESC, lower(language) = lower(?4) DESC, since DESC, language LIMIT 1",
    )?;
    let found = statement.query_row(params![site, notice, locale, primary], |row| {
        Ok(Wording { notice: notice.into(), language: row.get(0)?, sha256: hex(&row.get::<_, [u8; 32]>(1)?) })
    });
    found.optional()
}

/// The versions of which no text was ever published. A site that published none has its texts elsewhere.
pub fn unpublished(db: &Connection, site: SiteNo, notice: &str) -> rusqlite::Result<Vec<String>> {
    if !db.prepare_cached("SELECT 1 FROM wordings WHERE site = ?1 LIMIT 1")?.exists([site])? {
        return Ok(Vec::new());
    }
    let mut known = db.prepare_cached("SELECT 1 FROM wordings WHERE site = ?1 AND notice = ?2 LIMIT 1")?;
    let mut out = Vec::new();
    for version in versions(notice) {
        if !known.exists(params![site, version])? {
            out.push(version.to_owned());
        }
    }
    Ok(out)
}

/// All texts that were ever shown.
pub fn wordings(db: &Connection, site: SiteNo) -> rusqlite::Result<Vec<NoticeText>> {
    let mut statement = db.prepare_cached("SELECT notice, language, hash, text FROM wordings WHERE site = ?1")?;
    let rows = statement.query_map([site], |row| {
        let wording = Wording { notice: row.get(0)?, language: row.get(1)?, sha256: hex(&row.get::<_, [u8; 32]>(2)?) };
        Ok(NoticeText { wording, text: row.get(3)? })
    })?;
    rows.collect()
}

/// Chains the rows of a database that is older than the chain, in the order they came; all of them or none.
pub fn adopt(db: &mut Connection) -> rusqlite::Result<()> {
    let old = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'consents_unchained'";
    if !db.prepare(old)?.exists([])? {
        return Ok(());
    }
    let whole = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut statement = whole.prepare(
        "SELECT c.site, c.node, n.id, c.receipt, c.at, c.purposes, c.notice, c.locale, c.source FROM consents_unchained c
         LEFT JOIN nodes n ON n.site = c.site AND n.node = c.node ORDER BY c.site, c.no",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (site, at) = (SiteNo(row.get(0)?), row.get(4)?);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let receipt = row.get::<_, Option<Vec<u8>>>(3)?.map(text);
        let purposes: BTreeMap<String, Choice> = serde_json::from_str(&row.get::<_, String>(5)?).unwrap_or_default();
        let processing = |status| ConsentProcessing { status, basis: "consent".into(), wording: None };
        let record = ConsentRecord {
            kind: CHOICE.into(),
            notice: row.get(6)?,
            locale: row.get(7)?,
            source: row.get(8)?,
            processing: purposes.into_iter().map(|(purpose, status)| (purpose, processing(status))).collect(),
            ..blank(at)
        };
        let node = row.get::<_, Option<[u8; 16]>>(1)?.map(Node);
        let subject = row.get::<_, Option<Vec<u8>>>(2)?.map(text);
        let nobody = node.is_none() && receipt.is_none();
        append(&whole, site, record, Of { node, subject, receipt: receipt.as_deref() }, at)?;
        if nobody {
            // Of a visitor who was erased, or of nobody: proof of nothing.
            let last = "no = (SELECT consents FROM sites WHERE site = ?1)";
            whole.execute(
                &format!("UPDATE consents SET salt = NULL, payload = NULL WHERE site = ?1 AND {last}"),
                [site],
            )?;
        }
    }
    drop(rows);
    drop(statement);
    whole.execute_batch("DROP TABLE consents_unchained")?;
    whole.commit()
}
