//! `vitrine explain`: why a visitor is in a segment, or sees what a slot shows.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};

use crate::check;

/// Arguments of `vitrine explain`.
#[derive(clap::Args)]
pub struct Args {
    /// The site file
    site: PathBuf,
    /// The visit: a JSON file `{"visitor", "inputs": [{"at", "event" | "consent" | "context" | "profile" | "read"}]}`
    visit: PathBuf,
    /// The segment or slot
    id: String,
    /// Print the tree as JSON for machines
    #[arg(long)]
    json: bool,
}

/// Replays the visit and prints the tree.
///
/// # Errors
/// A file cannot be read, the visit is not one, or no segment or slot has this id.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let site = check::read(&args.site)?;
    let findings = vitrine_compiler::check(&site);
    if findings.iter().any(vitrine_compiler::Finding::is_error) {
        check::show(&args.site, &findings);
        return Ok(check::ended(&findings));
    }
    let visit: Value = serde_json::from_str(&check::read(&args.visit)?)
        .with_context(|| format!("{} is not JSON", args.visit.display()))?;
    let request = json!({"id": null, "op": "explain", "args": [site, visit, args.id]}).to_string();
    let answer = vitrine_compiler::door::answer(&request, &mut |bytes| vitrine_core::door::answer(bytes));
    let answer: Value = serde_json::from_str(&answer).context("the engine's answer is not JSON")?;
    match answer.get("ok") {
        Some(tree) if args.json => println!("{tree:#}"),
        Some(tree) => print(tree, "", 0),
        None => anyhow::bail!("{}", answer.pointer("/error/message").and_then(Value::as_str).unwrap_or_default()),
    }
    Ok(ExitCode::SUCCESS)
}

/// The tree for people: what is plain on one line, what nests below it.
fn print(value: &Value, name: &str, depth: usize) {
    let (indent, colon) = ("  ".repeat(depth), if name.is_empty() { "" } else { ": " });
    match value {
        Value::Object(members) => {
            let (plain, nested): (Vec<_>, Vec<_>) = members.iter().partition(|(_, v)| !is_nested(v));
            let plain: Vec<_> = plain.iter().map(|(k, v)| format!("{k} {v}")).collect();
            println!("{indent}{name}{colon}{}", plain.join(", "));
            nested.iter().for_each(|(k, v)| print(v, k, depth + 1));
        }
        Value::Array(items) => {
            if !name.is_empty() {
                println!("{indent}{name}:");
            }
            items.iter().for_each(|item| print(item, "-", depth + 1));
        }
        plain => println!("{indent}{name}{colon}{plain}"),
    }
}

fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    }
}
