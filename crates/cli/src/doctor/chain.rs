//! `vitrine doctor --consents`: whether the chain is whole, and whether its records hold the words that were read.

use std::collections::BTreeMap;

use serde::Serialize;
use vitrine_server::db::{Db, SiteNo};
use vitrine_server::proof::walk::{How, Walked, walk};
use vitrine_server::proof::{Kept, versions};
use vitrine_wire::OperatorCode;

/// What a site's chain says.
#[derive(Serialize)]
pub struct Looked {
    /// Whether it is whole.
    #[serde(flatten)]
    pub walked: Walked,
    /// Notices of which no text was ever published.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Unpublished>,
}

/// A notice that records name.
#[derive(Serialize)]
struct Unpublished {
    code: &'static str,
    notice: String,
    /// How many records name it.
    records: usize,
    /// The first of them.
    first: i64,
}

/// Rows are read in pieces: a chain may be long.
const PIECE: usize = 10_000;

/// Looks at a site's chain.
///
/// # Errors
/// What the database says.
pub async fn look(db: &dyn Db, no: SiteNo, name: &str) -> anyhow::Result<Looked> {
    // Its end first: acts that are recorded meanwhile only make the chain longer.
    let end = db.chain_end(no).await?;
    let mut rows = Vec::new();
    loop {
        let from = rows.last().map_or(1, |row: &Kept| row.position + 1);
        let piece = db.chain(no, from, PIECE).await?;
        let full = piece.len() == PIECE;
        rows.extend(piece.into_iter().filter(|row| row.position <= end.position));
        if !full || rows.last().is_some_and(|row| row.position >= end.position) {
            break;
        }
    }
    let texts = db.wordings(no).await?;
    let published: Vec<&str> = texts.iter().map(|text| text.wording.notice.as_str()).collect();
    Ok(Looked { walked: walk(name, &rows, Some(end)), warnings: unpublished(&rows, &published) })
}

/// What the records name beside what was published. A site that published nothing has its texts elsewhere.
fn unpublished(rows: &[Kept], published: &[&str]) -> Vec<Unpublished> {
    let mut found: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    for row in rows.iter().filter(|_| !published.is_empty()) {
        let notice = row.record().map(|record| record.notice).unwrap_or_default();
        for version in versions(&notice).filter(|version| !published.contains(version)) {
            found.entry(version.to_owned()).or_insert((0, row.position)).0 += 1;
        }
    }
    let code = OperatorCode::NoticeUnpublished.as_str();
    found.into_iter().map(|(notice, (records, first))| Unpublished { code, notice, records, first }).collect()
}

/// For people.
pub fn said(site: &str, looked: &Looked) -> Vec<String> {
    let walked = &looked.walked;
    let many = |n: i64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let rows = format!("{}, {} redacted", many(walked.rows, "record"), walked.redacted);
    let mut lines = vec![match walked.broken {
        None => format!("{site}: the chain is whole ({rows})"),
        Some(found) => {
            let how = match found.how {
                How::Altered => "is not what was recorded",
                How::Removed => "was removed",
                How::Reordered => "has another record in its place",
            };
            format!("{site}: the chain is broken: position {} {how} ({rows})", found.position)
        }
    }];
    lines.extend(looked.warnings.iter().map(|warning| {
        let Unpublished { code, notice, records, first } = warning;
        let named = many(i64::try_from(*records).unwrap_or(i64::MAX), "record");
        format!("{site}: {code}: notice {notice:?} was never published; {named}, the first at position {first}")
    }));
    lines
}
