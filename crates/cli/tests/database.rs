//! A database that nothing here reads is refused by one sentence, and nothing is left behind.
#![allow(clippy::unwrap_used)]

use std::process::Command;

#[test]
fn another_kind_of_database_is_refused_and_leaves_nothing() {
    let rows: [&[&str]; 5] = [
        &["keys"],
        &["serve", "--site", "site.json", "--port", "0"],
        &["doctor", "--consents"],
        &["doctor", "--requests"],
        &["requests", "list"],
    ];
    for args in rows {
        for (database, kind) in [
            ("postgres://user:secret@db.example/shop", "postgres"),
            ("", "a database without a name"),
            ("sqlite:", "a database without a name"),
            (":memory:", ":memory:"),
            ("sqlite::memory:", ":memory:"),
            ("file:shop.db?mode=memory", "file:shop.db?mode=memory"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("site.json"), r#"{"vitrine": 1, "site": "shop"}"#).unwrap();
            let out = Command::new(env!("CARGO_BIN_EXE_vitrine"))
                .args(args)
                .args(["--database", database])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let said = String::from_utf8(out.stderr).unwrap();
            let help = "give a path or sqlite:<path>; PostgreSQL is not built yet";
            let wanted = format!("error: VT-DATABASE: no database of this kind is supported (`{kind}`); {help}\n");
            assert_eq!((out.status.code(), said), (Some(1), wanted), "{args:?} {database}");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{args:?} left something behind");
        }
    }
}

#[test]
fn keys_lie_beside_the_file_that_the_url_names() {
    let folder = tempfile::tempdir().unwrap();
    let run = |database: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
        command.args(["keys", "--json", "--database", database]).current_dir(folder.path()).output().unwrap().stdout
    };
    assert_eq!(run("sqlite:v.db"), run("v.db"));
    assert!(folder.path().join("v.db.keys").is_dir());
}

#[test]
fn what_stops_a_start_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("site.json"), r#"{"vitrine": 1, "site": "shop"}"#).unwrap();
    std::fs::create_dir(folder.path().join("v.db")).unwrap();
    let rows = [
        ("site.json", "v.db", "the database failed"),
        ("none.json", "w.db", "cannot be read"),
        ("site.json", "site.json/w.db", "cannot be used"),
    ];
    for (site, database, reason) in rows {
        let out = Command::new(env!("CARGO_BIN_EXE_vitrine"))
            .args(["serve", "--port", "0", "--site", site, "--database", database])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!((out.status.code(), said.matches(reason).count()), (Some(1), 1), "{said}");
        assert_eq!(said.matches("os error").count(), usize::from(reason != "the database failed"), "{said}");
    }
}
