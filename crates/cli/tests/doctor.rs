//! `vitrine doctor` and `vitrine requests` over a database with a chain of consents.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use vitrine_server::db::{self, Decided, Node, Withdrawer};
use vitrine_server::keys::Keys;
use vitrine_server::proof::receipt::{Made, make};
use vitrine_wire::http::{Choice, Controller};

const NOW: i64 = 1_800_000_000_000;

struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sql(&self, statement: &str) {
        rusqlite::Connection::open(self.path("v.db")).unwrap().execute_batch(statement).unwrap();
    }

    /// Runs with the database; answers the exit code and what was printed.
    fn vitrine(&self, args: &[&str]) -> (i32, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_vitrine"))
            .args(args)
            .arg("--database")
            .arg(self.path("v.db"))
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap(), text)
    }
}

/// Five acts, and the receipt of the second in `receipt.json`.
async fn kept() -> Kept {
    let kept = Kept { folder: tempfile::tempdir().unwrap() };
    let database = kept.path("v.db");
    let keys = Keys::open(&database, None).unwrap();
    let db = db::open(database.to_str().unwrap()).unwrap();
    let site = db.site("shop").await.unwrap();
    for n in 1..=5 {
        let act = Decided {
            who: Withdrawer::Visitor(format!("v-{n}"), [n; 32]),
            purposes: [("marketing".to_owned(), Choice::Granted)].into(),
            shown: [].into(),
            notice: "n1".into(),
            locale: "fr".into(),
            source: "banner".into(),
            receipt: None,
        };
        db.choose(site, act, NOW + i64::from(n)).await.unwrap();
    }
    let told = db.consents(site, Node::visitor("v-2")).await.unwrap().pop().unwrap();
    let (head, controller) = (db.chain_end(site).await.unwrap(), Controller::default());
    let made = Made { kept: &told.kept, previous: told.previous, head, controller, notices: vec![], now: NOW };
    let receipt = serde_json::to_string_pretty(&make(made, &keys).unwrap()).unwrap();
    std::fs::write(kept.path("receipt.json"), &receipt).unwrap();
    let twice = receipt.replacen("\"record\": {", "\"record\": {\"site\": \"else\", ", 1);
    std::fs::write(kept.path("twice.json"), twice).unwrap();
    std::fs::write(kept.path("altered.json"), receipt.replace("banner", "banned")).unwrap();
    db.close().await.unwrap();
    kept
}

#[tokio::test]
async fn a_chain_is_whole_or_its_first_break_is_named() {
    let rows = [
        ("", 0, "the chain is whole (5 records, 0 redacted)"),
        (
            "UPDATE consents SET salt = NULL, payload = NULL WHERE no = 4",
            0,
            "the chain is whole (5 records, 1 redacted)",
        ),
        ("DELETE FROM consents WHERE no = 3", 1, "position 3 was removed"),
        ("DELETE FROM consents WHERE no = 5", 1, "position 5 was removed"),
        (
            "UPDATE consents SET payload = CAST(replace(CAST(payload AS TEXT), 'banner', 'nobody') AS BLOB) WHERE no = 2",
            1,
            "position 2 is not what was recorded",
        ),
        (
            "UPDATE consents SET no = -1 WHERE no = 2; UPDATE consents SET no = 2 WHERE no = 4; UPDATE consents SET no = 4 WHERE no = -1",
            1,
            "position 2 has another record in its place",
        ),
    ];
    for (change, code, said) in rows {
        let kept = kept().await;
        kept.sql(change);
        let (ended, text) = kept.vitrine(&["doctor", "--consents"]);
        assert_eq!((ended, text.contains(said)), (code, true), "{change}: {text}");
        let (_, text) = kept.vitrine(&["doctor", "--consents", "--json"]);
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["consents"]["shop"].get("break").is_some(), code == 1);
    }
}

#[tokio::test]
async fn a_notice_that_was_never_published_is_told_and_breaks_nothing() {
    let kept = kept().await;
    let publish = |notice: &str| {
        kept.sql(&format!("INSERT INTO wordings SELECT site, '{notice}', 'fr', zeroblob(32), 'Texte', 1 FROM sites"));
    };
    let walk = || {
        let (code, text) = kept.vitrine(&["doctor", "--consents"]);
        let (_, json) = kept.vitrine(&["doctor", "--consents", "--json"]);
        assert_eq!(code, 0, "{text}");
        let report: Value = serde_json::from_str(&json).unwrap();
        (text, report["consents"]["shop"]["warnings"].clone())
    };
    assert_eq!(walk().1, Value::Null, "texts that are elsewhere cannot be judged");
    publish("n2");
    let (text, warnings) = walk();
    let line = "shop: VT-NOTICE-UNPUBLISHED: notice \"n1\" was never published; 5 records, the first at position 1";
    assert!(text.contains("the chain is whole") && text.contains(line), "{text}");
    let expected = serde_json::json!([{"code": "VT-NOTICE-UNPUBLISHED", "notice": "n1", "records": 5, "first": 1}]);
    assert_eq!(warnings, expected);
    publish("n1");
    assert_eq!(walk().1, Value::Null);
}

#[tokio::test]
async fn a_receipt_is_verified_against_the_chain() {
    let kept = kept().await;
    let verify = |file: &str| kept.vitrine(&["doctor", "--receipt", file]);
    assert_eq!(verify("receipt.json"), (0, "receipt.json: true, and the chain holds it, position 2\n".into()));
    assert_eq!(verify("altered.json"), (1, "altered.json: not as it was given out, position 2\n".into()));
    assert_eq!(verify("nothing.json").0, 1);
    // Of a key that is written twice, others may read the first.
    let said = "error: twice.json is no receipt: the key at /record/site is written twice\n";
    assert_eq!(verify("twice.json"), (1, said.into()));
    kept.sql("DELETE FROM consents WHERE no = 2");
    assert_eq!(
        verify("receipt.json"),
        (1, "receipt.json: true, but the chain ends before what it names, or lacks it, position 2\n".into())
    );
    assert_eq!(kept.vitrine(&["doctor"]).0, 2, "nothing was asked");
}

#[tokio::test]
async fn an_overdue_request_is_told_by_the_exit_code() {
    let kept = kept().await;
    assert_eq!(kept.vitrine(&["requests", "list"]), (0, "no requests\n".into()));
    let (code, text) = kept.vitrine(&["requests", "add", "access", "--received", "2020-01-31", "--note", "letter 12"]);
    assert_eq!((code, text.contains("OVERDUE since 2020-02-29")), (0, true), "{text}");
    assert_eq!(kept.vitrine(&["requests", "list"]).0, 1);
    let (code, text) = kept.vitrine(&["doctor", "--requests"]);
    assert_eq!((code, text.contains("1 overdue")), (1, true), "{text}");
    assert_eq!(kept.vitrine(&["requests", "extend", "1", "--reason", "late"]).0, 1, "too late for that");
    assert_eq!(kept.vitrine(&["requests", "answer", "1"]).0, 0);
    assert_eq!(kept.vitrine(&["requests", "answer", "1"]).0, 1, "it was answered");
    assert_eq!(kept.vitrine(&["requests", "list"]).0, 0);
    assert_eq!(kept.vitrine(&["requests", "add", "erasure"]).0, 0);
    let (code, text) = kept.vitrine(&["requests", "extend", "2", "--reason", "three systems", "--json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &report["requests"][0]["note"]), (0, &Value::from("three systems")));
    assert_eq!(kept.vitrine(&["doctor", "--requests"]).0, 0, "open, and not yet due");
    assert_eq!(kept.vitrine(&["requests", "list", "--site", "other"]).0, 1);
}
