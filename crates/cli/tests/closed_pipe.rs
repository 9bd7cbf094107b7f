//! Who reads the output may go, as `head` does: nothing panics, and the exit code is what it would have been.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::pipe;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// Runs with readers that are gone already; the exit code.
fn unread(folder: &Path, args: &[&str], both: bool) -> (ExitStatus, String) {
    let gone = || pipe().map(|(_, writer)| Stdio::from(writer)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
    command.args(args).current_dir(folder).stdout(gone());
    let out = if both { command.stderr(gone()).output() } else { command.stderr(Stdio::piped()).output() };
    let out = out.unwrap();
    (out.status, String::from_utf8_lossy(&out.stderr).into_owned())
}

#[test]
fn nothing_panics_when_nobody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "site.json",
        r#"{"vitrine": 1, "site": "shop", "events": {"Seen": {}},
            "segments": {"a": {"when": {"$events": {"where": {"event": "Seen"}, "within": "1d", "count": {"$gte": 1}}}}},
            "tests": [{"name": "nobody", "given": [], "expect": {"segments": []}}, {"name": "wrong", "given": [], "expect": {"segments": ["a"]}}]}"#,
    );
    write(
        "wrong.json",
        r#"{"vitrine": 1, "site": "shop", "nonsense": 1, "segments": {"a": {"when": {"$nonsense": 1}}}}"#,
    );
    write("visit.json", r#"{"visitor": "v", "inputs": [{"at": "2026-01-01T00:00:00Z", "read": true}]}"#);
    let log = (0..50).fold(String::new(), |mut log, n| {
        let _ = writeln!(log, r#"{{"anonymousId":"v{n}","type":"track","event":"Seen","timestamp":"2026-05-01T00:00:{:02}Z","messageId":"m{n}"}}"#, n % 60);
        log
    });
    write("log.jsonl", &log);
    let rows: [(&[&str], i32); 14] = [
        (&["check", "site.json"], 0),
        (&["check", "site.json", "--json"], 0),
        (&["check", "wrong.json"], 1),
        (&["check", "wrong.json", "--json"], 1),
        (&["explain", "site.json", "visit.json", "a"], 0),
        (&["explain", "site.json", "visit.json", "a", "--json"], 0),
        (&["test", "site.json"], 1),
        (&["test", "site.json", "--json"], 1),
        (&["simulate", "site.json", "--events", "log.jsonl"], 0),
        (&["simulate", "site.json", "--events", "log.jsonl", "--json"], 0),
        (&["schema"], 0),
        (&["register", "site.json"], 0),
        (&["keys"], 0),
        (&["explain", "site.json", "none.json", "a"], 1),
    ];
    for (args, code) in rows {
        for both in [false, true] {
            let (status, said) = unread(folder.path(), args, both);
            assert_eq!(status.code(), Some(code), "{args:?}: {said}");
            assert!(!said.contains("panicked"), "{args:?}: {said}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_vitrine")).arg("schema").stdout(full).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.starts_with("error: cannot write the output: "), "{said}");
}
