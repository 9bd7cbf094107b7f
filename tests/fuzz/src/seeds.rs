//! Where changing begins: the rows of `tests/spec`, the bundles kept there, and what `tests/fuzz/corpus` keeps.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use serde_json::Value;
use vitrine_compiler::Options;

#[path = "../../spec/runner.rs"]
#[allow(dead_code)]
mod runner;

/// The inputs of a target.
///
/// # Errors
/// A file cannot be read.
pub fn load(target: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let rows = runner::load(&tests.join("spec")).map_err(|e| anyhow!(e))?;
    let requests: Vec<(String, Value)> =
        rows.into_iter().map(|row| (row.line.clone(), serde_json::from_str(&row.line).unwrap_or_default())).collect();
    let mut inputs = match target {
        "visit" => requests.into_iter().map(|(line, _)| line.into_bytes()).collect(),
        "pattern" => requests.iter().filter_map(|(_, request)| pattern(request)).collect(),
        _ => requests.iter().filter_map(|(_, request)| site(request)).collect::<Vec<_>>(),
    };
    if target != "visit" && target != "pattern" {
        inputs.push(read(&tests.join("spec/bundles/site.json"))?);
    }
    if target == "bundle" {
        let compiled = |text: &Vec<u8>| vitrine_compiler::compile(&String::from_utf8_lossy(text), &Options::at(0)).ok();
        inputs = inputs.iter().filter_map(compiled).map(|compiled| compiled.payload).collect();
        inputs.push(read(&tests.join("spec/bundles/0.1.bundle"))?);
    }
    inputs.retain(|input| input.len() <= 16 * 1024);
    for path in kept(&tests.join("fuzz/corpus").join(target))? {
        inputs.push(read(&path)?);
    }
    Ok(inputs)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn kept(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let Ok(listed) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut paths = listed.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

/// The site file of a request that has one.
fn site(request: &Value) -> Option<Vec<u8>> {
    let file = request.pointer("/args/0")?;
    file.get("vitrine")?;
    Some(file.to_string().into_bytes())
}

/// The pattern and the text of a request that has them.
fn pattern(request: &Value) -> Option<Vec<u8>> {
    let text = request.pointer("/args/1/a")?.as_str()?;
    let operators = request.pointer("/args/0/a")?;
    let (flags, pattern) = match (operators.get("$regex"), operators.get("$regexi")) {
        (Some(pattern), _) => ("", pattern),
        (None, pattern) => ("i", pattern?),
    };
    Some(format!("{flags}\n{}\n{text}", pattern.as_str()?).into_bytes())
}
