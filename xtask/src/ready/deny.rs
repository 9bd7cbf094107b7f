//! `deny.toml`: bans, licences and sources, checked over `cargo metadata` and the npm lock.
//!
//! The same file serves `cargo deny --workspace check bans licenses sources`. That program takes a quarter of an hour
//! to build on two cores, so it is not asked for; what is read here are the keys that the file uses.

use std::fs;

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

use crate::tools::{cargo, machine};

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

/// Answers one sentence for each package that the file refuses.
pub fn check() -> anyhow::Result<Vec<String>> {
    let deny: Deny = toml::from_str(&fs::read_to_string("deny.toml")?).context("deny.toml")?;
    let metadata =
        machine::quiet(&mut cargo(["metadata", "--format-version", "1"])).context("cargo metadata failed")?;
    let mut findings = crates(&deny, &serde_json::from_str(&metadata)?);
    findings.extend(npm(&deny, &serde_json::from_str(&fs::read_to_string("package-lock.json")?)?));
    Ok(findings)
}

fn crates(deny: &Deny, metadata: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = text(package, "name");
        if let Some(ban) = deny.bans.deny.iter().find(|ban| ban.name == name) {
            findings.push(format!("{name} is banned: {}", ban.reason));
        }
        let license = text(package, "license");
        if !permitted(license, &deny.licenses.allow) {
            findings.push(format!("{name}: the licence {license:?} is not in deny.toml"));
        }
        if let Some(source) = package["source"].as_str() {
            if !deny.sources.allow_registry.iter().any(|registry| source == format!("registry+{registry}")) {
                findings.push(format!("{name} comes from {source}, which deny.toml does not allow"));
            }
            continue;
        }
        // One of ours: it says which version of others it takes.
        for wild in package["dependencies"].as_array().into_iter().flatten() {
            if text(wild, "req") == "*" && wild["path"].is_null() {
                findings.push(format!("{name} takes any version of {}", text(wild, "name")));
            }
        }
    }
    findings
}

/// What ships must have an allowed licence; what only builds and tests must at least be the very bytes of the lock.
fn npm(deny: &Deny, lock: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, package) in lock["packages"].as_object().into_iter().flatten() {
        if !path.starts_with("node_modules/") || package["link"] == true {
            continue;
        }
        if package["dev"] != true && !permitted(text(package, "license"), &deny.licenses.allow) {
            findings.push(format!("{path}: the licence {} is not in deny.toml", package["license"]));
        }
        let resolved = package["resolved"].as_str().unwrap_or("https://registry.npmjs.org/");
        if !text(package, "integrity").starts_with("sha512-") || !resolved.starts_with("https://registry.npmjs.org/") {
            findings.push(format!("{path} is not pinned to bytes of the npm registry"));
        }
    }
    findings
}

/// Whether an SPDX expression can be met with `allowed` alone. `A/B` is the old way to write OR; an exception (`WITH`)
/// only gives more rights than the licence before it.
fn permitted(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest, allowed) && rest.is_empty()
}

fn either(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = both(words, allowed);
    while take(words, "OR") {
        met |= both(words, allowed);
    }
    met
}

fn both(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = one(words, allowed);
    while take(words, "AND") {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut &[&str], allowed: &[String]) -> bool {
    if take(words, "(") {
        let met = either(words, allowed);
        return take(words, ")") && met;
    }
    let Some((name, rest)) = words.split_first() else { return false };
    *words = rest;
    if take(words, "WITH") {
        *words = words.get(1..).unwrap_or_default();
    }
    allowed.iter().any(|allowed| allowed == name)
}

fn take(words: &mut &[&str], word: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == word => {
            *words = rest;
            true
        }
        _ => false,
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn expressions_are_met_or_not() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned);
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("Unlicense/MIT", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("(MIT", false),
            ("", false),
        ] {
            assert_eq!(permitted(expression, &allowed), expected, "{expression}");
        }
    }

    #[test]
    fn bans_sources_and_unpinned_packages_are_found() {
        let deny: Deny = toml::from_str(
            "licenses.allow = ['MIT']\nbans.deny = [{ crate = 'bad', reason = 'why' }]\nsources.allow-registry = ['https://r']",
        )
        .expect("valid");
        let metadata = json!({"packages": [
            {"name": "bad", "license": "MIT", "source": "registry+https://r"},
            {"name": "far", "license": "MIT", "source": "git+https://g"},
            {"name": "ours", "license": "MIT", "source": null, "dependencies": [{"name": "x", "req": "*"}]}]});
        assert_eq!(crates(&deny, &metadata).len(), 3);
        let lock = json!({"packages": {"": {}, "node_modules/a": {"license": "MIT", "integrity": "sha512-x"},
            "node_modules/b": {"license": "GPL-3.0", "integrity": "sha512-x"}, "node_modules/c": {"dev": true}}});
        assert_eq!(npm(&deny, &lock).len(), 2);
    }
}
