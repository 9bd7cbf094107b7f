//! The published schema against the readers: neither accepts a key that the other does not know.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::JSONSchema;
use serde_json::{Value, json};
use vitrine_compiler::{Rule, check_value, schema};

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

fn parsed(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

fn validator() -> JSONSchema {
    JSONSchema::compile(&schema()).unwrap()
}

fn files() -> Vec<Value> {
    let templates =
        ["retail", "subscription", "media", "minimal"].map(|name| format!("crates/cli/templates/{name}.json"));
    let mut files: Vec<Value> = templates.iter().map(|path| parsed(path)).collect();
    files.push(parsed("www/shop/site.json"));
    files.push(parsed("tests/spec/bundles/site.json"));
    files
}

/// Site files of `tests/spec` that are checked, with what is found in them.
fn rows() -> Vec<(String, Value, Vec<vitrine_compiler::Finding>)> {
    let mut rows = Vec::new();
    for name in ["lint.json", "lint-behaviour.json"] {
        let file = parsed(&format!("tests/spec/{name}"));
        for row in file["rows"].as_array().unwrap() {
            let site = &row["args"][0];
            if row["op"] == "check" && site.is_object() && site.get("$use").is_none() {
                rows.push((row["name"].as_str().unwrap().to_owned(), site.clone(), check_value(site)));
            }
        }
    }
    rows
}

#[test]
fn the_published_file_is_this_schema() {
    let now = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert!(read("docs/site.schema.json") == now, "docs/site.schema.json is old: run `cargo xtask build`");
}

#[test]
fn what_compiles_is_valid() {
    let validator = validator();
    for file in files() {
        let problems: Vec<String> =
            validator.validate(&file).err().into_iter().flatten().map(|e| format!("{} {e}", e.instance_path)).collect();
        assert!(problems.is_empty(), "{}: {problems:#?}", file["site"]);
    }
    for (name, site, findings) in rows() {
        if !findings.iter().any(vitrine_compiler::Finding::is_error) {
            assert!(validator.is_valid(&site), "{name}");
        }
    }
}

#[test]
fn what_the_readers_refuse_by_shape_is_invalid() {
    let validator = validator();
    let shape = [Rule::UnknownKey, Rule::WrongType, Rule::Version, Rule::UnknownAction];
    let mut seen = 0;
    for (name, site, findings) in rows() {
        // What a slot's content may hold, the slot says: a schema does not look there.
        if findings.iter().any(|f| shape.contains(&f.code) && !f.pointer.contains("/content/")) {
            assert!(!validator.is_valid(&site), "{name}");
            seen += 1;
        }
    }
    assert!(seen > 5);
}

/// Pointers to every object of a value.
fn objects(value: &Value, here: String, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(k, v)| objects(v, format!("{here}/{}", k.replace('~', "~0").replace('/', "~1")), out));
            out.push(here);
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(i, v)| objects(v, format!("{here}/{i}"), out)),
        _ => {}
    }
}

/// A key put anywhere into a good file is refused by both, or known to both.
#[test]
fn a_strange_key_is_strange_to_both() {
    let validator = validator();
    for file in ["crates/cli/templates/retail.json", "tests/spec/bundles/site.json"].map(parsed) {
        let mut pointers = Vec::new();
        objects(&file, String::new(), &mut pointers);
        // Alike places once: the third test says no more than the second.
        let alike: BTreeSet<String> = pointers
            .iter()
            .map(|p| p.split('/').map(|s| if s.parse::<u32>().is_ok() { "0" } else { s }).collect::<Vec<_>>().join("/"))
            .collect();
        for pointer in alike.iter().filter(|p| file.pointer(p).is_some()) {
            for key in ["vitrineX", "$vitrineX"] {
                let mut changed = file.clone();
                changed.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert(key.into(), json!("x"));
                let findings = check_value(&changed);
                let unknown = findings.iter().any(|f| f.code == Rule::UnknownKey);
                let valid = validator.is_valid(&changed);
                assert!(!(unknown && valid), "the schema lets {pointer}/{key} pass");
                assert!(
                    valid || findings.iter().any(vitrine_compiler::Finding::is_error),
                    "only the schema refuses {pointer}/{key}"
                );
            }
        }
    }
}
