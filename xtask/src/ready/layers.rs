//! Who may depend on whom: a table, checked over `cargo metadata`.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::Value;

use crate::tools::{cargo, machine};

/// A crate and what it may name in its `[dependencies]`, of what the table speaks of. Anything else in [`WATCHED`] fails.
const MAY: [(&str, &[&str]); 11] = [
    ("vitrine-wire", &[]),
    ("vitrine-core", &["vitrine-wire"]),
    ("vitrine-compiler", &["vitrine-wire", "vitrine-core"]),
    ("vitrine-tools", &["vitrine-wire", "vitrine-core", "vitrine-compiler", "browser"]),
    ("vitrine", &["vitrine-wire", "vitrine-core", "browser"]),
    ("vitrine-server", &["vitrine-wire", "vitrine-core", "vitrine-compiler", "server"]),
    ("vitrine-cli", &["vitrine-wire", "vitrine-core", "vitrine-compiler", "vitrine-server"]),
    ("vitrine-fuzz", &["vitrine-wire", "vitrine-core", "vitrine-compiler"]),
    ("xtask", &["vitrine-wire", "vitrine-core", "vitrine-compiler"]),
    ("vitrine-forms", &["vitrine-wire"]),
    ("vitrine-insight", &["vitrine-wire"]),
];

/// Crates of others that only some may use, by the name that [`MAY`] gives them.
const WATCHED: [(&str, &[&str]); 2] = [
    (
        "browser",
        &[
            "web-sys",
            "js-sys",
            "wasm-bindgen",
            "wasm-bindgen-futures",
            "serde-wasm-bindgen",
            "gloo-events",
            "gloo-timers",
        ],
    ),
    ("server", &["axum", "hyper", "tower", "tower-http", "rusqlite", "refinery", "tokio-postgres", "sqlx"]),
];

/// What the page's wasm must never hold, however deep: it is weighed in bytes.
const NOT_IN_THE_PAGE: [&str; 4] = ["serde_json", "regex", "url", "gloo-storage"];

/// Answers one sentence for each arrow that the table forbids.
pub fn check() -> anyhow::Result<Vec<String>> {
    let text = machine::quiet(&mut cargo(["metadata", "--format-version", "1", "--no-deps"]))
        .context("cargo metadata failed")?;
    let metadata: Value = serde_json::from_str(&text)?;
    let mut findings: Vec<String> = direct(&metadata);
    findings.extend(inside_the_page()?);
    Ok(findings)
}

fn direct(metadata: &Value) -> Vec<String> {
    let may: BTreeMap<&str, &[&str]> = MAY.into_iter().collect();
    let mut findings = Vec::new();
    for package in list(metadata, "packages") {
        let name = text(package, "name");
        let Some(allowed) = may.get(name) else {
            findings.push(format!(
                "{name} is not in the table `MAY` of xtask/src/ready/layers.rs: say there what it may depend on"
            ));
            continue;
        };
        // Dev-dependencies may point anywhere: tests are not shipped.
        for dependency in list(package, "dependencies").iter().filter(|dependency| dependency["kind"].is_null()) {
            let target = text(dependency, "name");
            let watched = WATCHED.iter().find(|(_, crates)| crates.contains(&target)).map(|(group, _)| *group);
            let asked = if target == "vitrine" || target.starts_with("vitrine-") { Some(target) } else { watched };
            if asked.is_some_and(|asked| !allowed.contains(&asked)) {
                findings.push(format!("{name} may not depend on {target}"));
            }
        }
    }
    findings
}

fn inside_the_page() -> anyhow::Result<Vec<String>> {
    let args = [
        "tree",
        "--package",
        "vitrine",
        "--target",
        "wasm32-unknown-unknown",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let tree = machine::quiet(&mut cargo(args)).context("cargo tree failed")?;
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let found = NOT_IN_THE_PAGE.iter().filter(|name| names.contains(name));
    Ok(found
        .map(|name| format!("the page's wasm holds {name}: cargo tree -p vitrine -i {name} says through whom"))
        .collect())
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_forbidden_arrow_is_found_and_a_test_only_one_is_not() {
        let metadata = json!({"packages": [{"name": "vitrine-core", "dependencies": [
            {"name": "vitrine-wire", "kind": null}, {"name": "vitrine-server", "kind": null},
            {"name": "axum", "kind": null}, {"name": "vitrine-compiler", "kind": "dev"}]}]});
        assert_eq!(
            direct(&metadata),
            ["vitrine-core may not depend on vitrine-server", "vitrine-core may not depend on axum"]
        );
    }
}
