//! Every template: no finding but that nobody knows yet where its pages will be, every test passes, every segment has one, titles in both languages.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const TEMPLATES: [&str; 3] = ["retail", "subscription", "media"];

fn vitrine(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vitrine")).args(args).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn written(name: &str, template: Option<&str>) -> (String, Value) {
    let folder = folder(name);
    let mut args = vec!["new", folder.to_str().unwrap(), "--site", "my \"own\" site"];
    args.extend(template.iter().flat_map(|template| ["--template", template]));
    let output = vitrine(&args);
    assert!(output.status.success(), "{}", text(&output));
    let path = folder.join("site.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(file["site"], "my \"own\" site");
    assert!(folder.join("site.schema.json").exists());
    (path.to_str().unwrap().to_owned(), file)
}

#[test]
fn are_clean_and_pass_their_own_tests() {
    for template in TEMPLATES.map(Some).into_iter().chain([None]) {
        let (path, file) = written(&format!("new-{}", template.unwrap_or("small")), template);
        // The backend reads a part of it by itself.
        vitrine_server::site::Site::parse(&file.to_string()).unwrap();
        let checked = vitrine(&["check", &path, "--json"]);
        assert!(checked.status.success());
        let found: Value = serde_json::from_slice(&checked.stdout).unwrap();
        let codes: Vec<_> = found.as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
        assert_eq!(codes, ["no-origins"], "{}", text(&checked));
        let tested = vitrine(&["test", &path, "--json"]);
        assert!(tested.status.success(), "{}", text(&tested));
        let counts: Value = serde_json::from_slice(&tested.stdout).unwrap();
        assert_eq!((&counts["failed"], counts["passed"].as_u64() > Some(1)), (&0.into(), true));
    }
}

#[test]
fn every_segment_is_expected_and_has_titles_in_both_languages() {
    for template in TEMPLATES {
        let (_, file) = written(&format!("titles-{template}"), Some(template));
        let expected = |id: &str| {
            let tests = file["tests"].as_array().unwrap().iter();
            tests.flat_map(|t| t["expect"]["segments"].as_array().into_iter().flatten()).any(|s| s == id)
        };
        for (id, segment) in file["segments"].as_object().unwrap() {
            let likes = id.starts_with("likes-");
            assert!(likes || expected(id), "{template}: no test expects {id}");
            for language in ["en", "fr"] {
                assert!(
                    segment["title"][language].as_str().is_some_and(|t| !t.is_empty()),
                    "{template}: {id} {language}"
                );
            }
        }
        assert!(file["segments"].as_object().unwrap().keys().any(|id| id.starts_with("likes-") && expected(id)));
    }
}

#[test]
fn a_file_that_is_there_is_kept_unless_forced() {
    let (path, _) = written("kept", None);
    std::fs::write(&path, "mine").unwrap();
    let folder = Path::new(&path).parent().unwrap().to_str().unwrap();
    let refused = vitrine(&["new", folder]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused).contains("--force"), "{}", text(&refused));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    assert!(vitrine(&["new", folder, "--force"]).status.success());
    assert_ne!(std::fs::read_to_string(&path).unwrap(), "mine");
    assert_eq!(vitrine(&["new", folder, "--template", "bank"]).status.code(), Some(2));
}

#[test]
fn a_test_that_fails_says_why() {
    let (path, _) = written("failing", None);
    let changed = std::fs::read_to_string(&path).unwrap().replacen("\"times\": 3", "\"times\": 2", 1);
    std::fs::write(&path, changed).unwrap();
    let output = vitrine(&["test", &path]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    for part in [
        "/tests/0",
        "curious: expected in the segment, found not in the segment",
        "count of `$events` is 2, asked: $gte 3",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(said.contains("1 passed, 1 failed"), "{said}");
    assert_eq!(vitrine(&["test", "/nowhere/site.json"]).status.code(), Some(1));
}
