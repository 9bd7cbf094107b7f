//! The chain of consents.

use std::sync::Arc;

use futures_util::future::join_all;
use vitrine_server::db::Shown;
use vitrine_server::proof::walk::{Walked, walk};
use vitrine_wire::http::{NoticeText, Wording};

use super::*;

async fn walked<D: Db>(db: &D, site: &str) -> Walked {
    let no = db.site(site).await.unwrap();
    walk(site, &db.chain(no, 1, usize::MAX).await.unwrap(), Some(db.chain_end(no).await.unwrap()))
}

pub async fn acts_are_chained<D: Db>(db: &D, site: SiteNo) {
    assert_eq!(db.chain_end(site).await.unwrap().position, 0);
    for (n, visitor) in [(1, "first"), (2, "second")] {
        register(db, site, visitor, n).await;
        let who = || Withdrawer::Visitor(visitor.into(), token(n));
        db.choose(site, Decided { who: who(), ..act(&[("marketing", Choice::Granted)]) }, NOW).await.unwrap();
        db.choose(site, Decided { who: who(), ..act(&[("marketing", Choice::Withdrawn)]) }, NOW + 1).await.unwrap();
    }
    let grant = Decided { receipt: Some("later".into()), ..act(&[("marketing", Choice::Granted)]) };
    db.choose(site, grant, NOW + 2).await.unwrap();
    let new = Registration { receipt: Some("later".into()), ..registration("third", 3) };
    db.register(site, new, NOW + 3).await.unwrap();
    assert_eq!(walked(db, "other").await, Walked { rows: 6, redacted: 0, broken: None }, "the tie is a record too");

    let told = db.consents(site, Node::visitor("third")).await.unwrap();
    assert_eq!(told.iter().map(|entry| entry.kept.position).collect::<Vec<_>>(), [5]);
    assert_eq!(told[0].previous, db.chain(site, 4, 1).await.unwrap()[0].link);
    let tie = db.chain(site, 6, 1).await.unwrap()[0].record().unwrap();
    assert_eq!((tie.of, tie.subject.as_deref(), tie.kind.as_str()), (Some(5), Some("third"), "tied"));

    db.erase(site, Node::visitor("first"), NOW + 4).await.unwrap();
    db.erase(site, Node::visitor("third"), NOW + 4).await.unwrap();
    assert_eq!(walked(db, "other").await, Walked { rows: 6, redacted: 4, broken: None });
    assert!(db.consents(site, Node::visitor("first")).await.unwrap().is_empty());
    let left = db.chain(site, 3, 1).await.unwrap()[0].record().unwrap();
    assert_eq!((left.position, left.subject.as_deref(), left.site.as_str()), (3, Some("second"), "other"));
}

pub async fn words_are_those_that_were_published<D: Db>(db: &D, site: SiteNo) {
    let text = |notice: &str, language: &str, text: &str| NoticeText {
        wording: Wording { notice: notice.into(), language: language.into(), sha256: String::new() },
        text: text.into(),
    };
    db.keep_wordings(site, vec![text("n1", "en", "Old"), text("n1", "fr", "Ancien")], NOW).await.unwrap();
    db.keep_wordings(site, vec![text("n1", "en", "New")], NOW + 1).await.unwrap();
    assert_eq!(db.wordings(site).await.unwrap().len(), 3, "no text is forgotten");
    register(db, site, "reader", 4).await;
    let rows = [
        ("n1", "en-GB", Some(("en", "New"))),
        ("n1", "FR", Some(("fr", "Ancien"))),
        ("n1", "de", Some(("en", "New"))),
        ("n9", "en", None),
    ];
    for (notice, locale, expected) in rows {
        let shown = Shown { notice: Some(notice.into()), basis: "consent".into() };
        let decided = Decided {
            who: Withdrawer::Visitor("reader".into(), token(4)),
            shown: [("marketing".into(), shown)].into(),
            notice: format!("n1,{notice}"),
            locale: locale.into(),
            ..act(&[("marketing", Choice::Granted)])
        };
        let chosen = db.choose(site, decided, NOW + 5).await.unwrap().unwrap();
        let unpublished: &[&str] = if expected.is_some() { &[] } else { &["n9"] };
        assert_eq!(chosen.unpublished, unpublished, "{notice}");
        let last = db.consents(site, Node::visitor("reader")).await.unwrap().pop().unwrap();
        let wording = last.record.processing["marketing"].wording.clone();
        let sha256 = |text: &str| vitrine_server::proof::hex(&hash(text.as_bytes()));
        let expected = expected.map(|(language, text)| (language.to_owned(), sha256(text)));
        assert_eq!(wording.map(|wording| (wording.language, wording.sha256)), expected, "{notice} {locale}");
    }
}

pub async fn many_at_once_stand_in_one_chain<D: Db>(db: &D) {
    let site = db.site("crowd").await.unwrap();
    let acts = (0..100).map(|n| {
        let grant = Decided { receipt: Some(format!("r-{n}")), ..act(&[("marketing", Choice::Granted)]) };
        db.choose(site, grant, NOW + n)
    });
    let done = join_all(acts).await;
    assert!(done.iter().all(Result::is_ok));
    assert_eq!(walked(db, "crowd").await, Walked { rows: 100, redacted: 0, broken: None });
}

pub async fn the_chains_are_whole_and_go_on<D: Db>(db: &D) {
    let site = db.site("crowd").await.unwrap();
    db.choose(site, act(&[("marketing", Choice::Granted)]), NOW).await.unwrap();
    assert_eq!(walked(db, "crowd").await, Walked { rows: 101, redacted: 0, broken: None });
    assert_eq!(walked(db, "other").await.broken, None);
}

/// A database that is older than the chain.
#[tokio::test]
async fn sqlite_chains_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    let mut sql = String::from(
        "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));",
    );
    for file in ["V1__start", "V2__profiled"] {
        let file = format!("{}/migrations/sqlite/{file}.sql", env!("CARGO_MANIFEST_DIR"));
        sql += &std::fs::read_to_string(file).unwrap();
    }
    old.execute_batch(&sql).unwrap();
    for (version, name, text) in [
        (1, "start", include_str!("../../migrations/sqlite/V1__start.sql")),
        (2, "profiled", include_str!("../../migrations/sqlite/V2__profiled.sql")),
    ] {
        let migration = refinery::Migration::unapplied(&format!("V{version}__{name}"), text).unwrap();
        old.execute(
            "INSERT INTO refinery_schema_history VALUES (?1, ?2, '2026-01-01T00:00:00Z', ?3)",
            rusqlite::params![version, name, migration.checksum().to_string()],
        )
        .unwrap();
    }
    let node = Node::visitor("old").0;
    old.execute("INSERT INTO sites (site, name) VALUES (1, 'shop'), (2, 'other')", []).unwrap();
    old.execute(
        "INSERT INTO nodes (site, node, kind, id, first_seen) VALUES (1, ?1, 0, ?2, 1)",
        rusqlite::params![node, b"old"],
    )
    .unwrap();
    let rows = [(1, 1, Some(node), Some("r")), (1, 2, None, None), (1, 3, None, Some("s")), (2, 1, None, None)];
    for (site, no, node, receipt) in rows {
        old.execute(
            "INSERT INTO consents VALUES (?1, ?2, ?3, ?4, 1000, '{\"marketing\":\"granted\"}', 'n0', 'fr', 'banner')",
            rusqlite::params![site, no, node, receipt.map(str::as_bytes)],
        )
        .unwrap();
    }
    drop(old);
    for _ in 0..2 {
        let db = Sqlite::open(&path).unwrap();
        assert_eq!(walked(&db, "shop").await, Walked { rows: 3, redacted: 1, broken: None });
        assert_eq!(walked(&db, "other").await, Walked { rows: 1, redacted: 1, broken: None });
        let told = db.consents(SiteNo(1), Node::visitor("old")).await.unwrap();
        let record = &told[0].record;
        assert_eq!((told[0].at, record.subject.as_deref(), record.receipt.as_deref()), (1_000, Some("old"), Some("r")));
        assert_eq!(record.processing["marketing"].status, Choice::Granted);
        db.close().await.unwrap();
    }
    let db = Arc::new(Sqlite::open(&path).unwrap());
    let again = Decided { receipt: Some("r".into()), ..act(&[("marketing", Choice::Granted)]) };
    db.choose(SiteNo(1), again, NOW).await.unwrap();
    assert_eq!(
        db.chain_end(SiteNo(1)).await.unwrap().position,
        3,
        "a receipt that was used before the chain stays used"
    );
    db.close().await.unwrap();
}
