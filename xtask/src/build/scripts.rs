//! From TypeScript to the scripts and type declarations of `pkg/dist`, by esbuild and tsc.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::STAGE;
use super::dist::{Files, integrity, version};
use super::wasm::Made;
use crate::tools::{command, process};

const META: &str = "target/xtask/esbuild.json";
/// What every script has in common.
/// Links are kept as they are: a file's path goes into its name's hash, and a linked folder's real place would change both.
const COMMON: [&str; 6] =
    ["--bundle", "--minify", "--target=es2022", "--log-level=warning", "--legal-comments=none", "--preserve-symlinks"];

/// Makes every script.
///
/// # Errors
/// esbuild failed.
pub fn make(files: &mut Files, core: &Made, tools: &Made) -> anyhow::Result<()> {
    let version = format!("--define:__VERSION__={}", Value::from(version()?));
    let names = [format!("--entry-names={}-[hash]", tools.name), "--format=esm".into()];
    let tools_script = chunks(files, &tools.glue, tools.name, &names)?;
    let core_script = core_chunks(files, core, &tools_script, &integrity(&fs::read(&tools.wasm)?))?;
    let wasm = files.name_of("core.wasm")?.to_owned();
    let site = |prefix: &str| -> anyhow::Result<Vec<String>> {
        Ok(vec![
            version.clone(),
            format!("--define:__CORE__={}", Value::from(format!("{prefix}{core_script}"))),
            format!("--define:__WASM__={}", Value::from(format!("{prefix}{wasm}"))),
            format!("--define:__INTEGRITY__={}", Value::from(integrity(&fs::read(&core.wasm)?))),
        ])
    };
    // A function around it, and nothing more: a module's "use strict" is bytes that a page pays for.
    let boot = ["--format=esm".into(), "--banner:js=(()=>{".into(), "--footer:js=})()".into(), version.clone()];
    esbuild("pkg/ts/boot.ts", &boot, &[format!("--outfile={STAGE}/boot.js")])?;
    smaller(&format!("{STAGE}/boot.js"))?;
    files.add("boot.js", "boot.js")?;
    let mut loader = site("")?;
    loader.push("--format=iife".into());
    one(files, "pkg/ts/loader.ts", "vitrine.js", &loader)?;
    let mut index = site("./")?;
    index.extend(["--format=esm".into(), format!("--external:./{core_script}")]);
    one(files, "pkg/ts/index.ts", "index.js", &index)
}

/// Glue, facade and their lazy chunks, of which the inspector loads the tools; answers the name of the first.
fn core_chunks(files: &mut Files, core: &Made, tools: &str, tools_integrity: &str) -> anyhow::Result<String> {
    let args = [
        "--splitting".into(),
        "--format=esm".into(),
        format!("--entry-names={}-[hash]", core.name),
        "--chunk-names=[name]-[hash]".into(),
        format!("--alias:#glue=./{}", core.glue.display()),
        "--alias:#hands=./pkg/ts/hands.ts".into(),
        format!("--define:__BUILD__={}", Value::from(core.build.as_str())),
        format!("--define:__TOOLS__={}", Value::from(tools)),
        format!("--define:__TOOLS_WASM__={}", Value::from(files.name_of("tools.wasm")?)),
        format!("--define:__TOOLS_INTEGRITY__={}", Value::from(tools_integrity)),
    ];
    chunks(files, Path::new("pkg/ts/core.ts"), core.name, &args)
}

fn one(files: &mut Files, entry: &str, name: &str, args: &[String]) -> anyhow::Result<()> {
    let out = Path::new(STAGE).join(name);
    esbuild(entry, args, &[format!("--outfile={}", out.display())])?;
    files.add(name, name)
}

/// Bundles an entry whose files carry the hash of what is in them.
fn chunks(files: &mut Files, entry: &Path, name: &str, args: &[String]) -> anyhow::Result<String> {
    let entry = entry.display().to_string();
    esbuild(&entry, args, &[format!("--outdir={STAGE}"), format!("--metafile={META}")])?;
    let meta: Value = serde_json::from_slice(&fs::read(META)?)?;
    let outputs = meta.get("outputs").and_then(Value::as_object).context("esbuild wrote no outputs")?;
    let mut first = None;
    for (path, output) in outputs {
        let file = path.rsplit('/').next().unwrap_or(path);
        if output.get("entryPoint").and_then(Value::as_str) == Some(entry.as_str()) {
            files.add(&format!("{name}.js"), file)?;
            first = Some(file.to_owned());
        } else {
            files.add(&format!("{}.js", logical(file, output)), file)?;
        }
    }
    first.with_context(|| format!("esbuild wrote nothing for {entry}"))
}

/// A chunk's name without its hash. What several chunks share has no name of its own: that of the first file in it.
fn logical<'a>(file: &'a str, output: &'a Value) -> &'a str {
    let stem = file.rsplit_once('-').map_or(file, |(stem, _)| stem);
    let inputs = output.get("inputs").and_then(Value::as_object).filter(|_| stem == "chunk");
    let first = inputs.and_then(|inputs| inputs.keys().min());
    first.and_then(|path| Path::new(path).file_stem()?.to_str()).unwrap_or(stem)
}

fn esbuild(entry: &str, args: &[String], out: &[String]) -> anyhow::Result<()> {
    let mut tool = command("node", ["node_modules/esbuild/bin/esbuild", entry]);
    tool.args(COMMON).args(args).args(out);
    process::run(&format!("bundling {entry}"), &mut tool).map(drop)
}

/// What every page carries inline is minified once more: functions that are called once go where they are called (docs/adr/0012).
fn smaller(file: &str) -> anyhow::Result<()> {
    let args = [
        "node_modules/terser/bin/terser",
        file,
        "--ecma",
        "2022",
        "--compress",
        "passes=4,unsafe_arrows",
        "--mangle",
        "--output",
        file,
    ];
    process::run("minifying the boot", &mut command("node", args)).map(drop)
}

/// The type declarations that `index.js` needs, checked on the way.
///
/// # Errors
/// The TypeScript does not check.
pub fn types(files: &mut Files) -> anyhow::Result<()> {
    let out = "target/xtask/types";
    let args = ["node_modules/.bin/tsc", "--project", "pkg", "--emitDeclarationOnly", "--outDir", out];
    let [program, args @ ..] = args;
    process::run("checking the TypeScript", &mut command(program, args))?;
    for name in ["index.d.ts", "types.d.ts", "messages.d.ts", "receipts.d.ts", "codes.d.ts"] {
        fs::copy(Path::new(out).join(name), Path::new(STAGE).join(name))?;
        files.add(name, name)?;
    }
    Ok(())
}
