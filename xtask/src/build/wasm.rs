//! From a crate to an optimized wasm file and its glue.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

use super::{glue, panics};
use crate::tools::{cargo, command, fingerprint, machine, process};

/// A crate that becomes a wasm file.
pub struct Recipe {
    /// `core` or `tools`: the name of the files.
    pub name: &'static str,
    package: &'static str,
    library: &'static str,
    inputs: &'static [&'static str],
}

/// The page's engine.
pub const CORE: Recipe = Recipe {
    name: "core",
    package: "vitrine",
    library: "vitrine",
    inputs: &["src", "crates/wire", "crates/core", "Cargo.toml", "Cargo.lock", "xtask/src/build"],
};

/// Compiler, explanations and the JSON door.
pub const TOOLS: Recipe = Recipe {
    name: "tools",
    package: "vitrine-tools",
    library: "vitrine_tools",
    inputs: &[
        "crates/tools",
        "crates/compiler",
        "crates/wire",
        "crates/core",
        "Cargo.toml",
        "Cargo.lock",
        "xtask/src/build",
    ],
};

/// What comes out.
pub struct Made {
    /// `core` or `tools`.
    pub name: &'static str,
    /// The optimized file.
    pub wasm: PathBuf,
    /// The module that wasm-bindgen wrote for it.
    pub glue: PathBuf,
    /// Changes with the Rust that went in; the wasm answers it from `build()`, the glue knows it from here.
    pub build: String,
}

/// Features that every browser with WebAssembly SIMD-less baseline of 2022 has; rustc uses them by default.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What `-Oz` leaves: the first kilobyte is the far end of the stack, so constant offsets may be folded into addresses; a
/// function that is called once is not always smaller where it is called.
const SMALLER: [&str; 2] = ["--low-memory-unused", "--one-caller-inline-max-function-size=0"];

/// Makes one, unless it is there for these inputs.
///
/// # Errors
/// A tool failed.
pub fn make(recipe: &Recipe) -> anyhow::Result<Made> {
    let build: String = fingerprint::of(recipe.inputs)?.chars().take(16).collect();
    let folder = Path::new("target/xtask/wasm").join(recipe.name);
    let made = Made {
        name: recipe.name,
        wasm: folder.join(format!("{}.opt.wasm", recipe.name)),
        glue: folder.join(format!("{}.js", recipe.name)),
        build,
    };
    let stamp = folder.join("stamp");
    let fresh = fs::read_to_string(&stamp).is_ok_and(|then| then == made.build);
    if !fresh || !made.wasm.exists() || !made.glue.exists() {
        fs::create_dir_all(&folder)?;
        compile(recipe, &made.build)?;
        bind(recipe, &folder)?;
        panics::silence(&folder.join(format!("{}_bg.wasm", recipe.name)))?;
        let names = optimize(recipe, &folder, &made.wasm)?;
        glue::rewrite(&made.glue, &names)?;
        fs::write(&stamp, &made.build)?;
    }
    Ok(made)
}

fn compile(recipe: &Recipe, build: &str) -> anyhow::Result<()> {
    let what = format!("compiling {} to wasm", recipe.package);
    // Of a library that is an `rlib` too, `cargo build` leaves out link-time optimization: a quarter more bytes.
    let mut cargo = cargo([
        "rustc",
        "--lib",
        "--crate-type",
        "cdylib",
        "--profile",
        "wasm",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        recipe.package,
    ]);
    cargo.env("VITRINE_BUILD", build).env("CARGO_ENCODED_RUSTFLAGS", flags()?);
    process::run(&what, &mut cargo).map(drop)
}

/// Panics name their source: without the folders of this machine, which cost bytes and make each machine's build its own.
fn flags() -> anyhow::Result<String> {
    let sysroot =
        machine::quiet(&mut command("rustc", ["--print", "sysroot"])).context("rustc does not say its folder")?;
    let home = std::env::home_dir().context("this user has no home folder")?;
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let folders = [Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), cargo.join("registry/src")];
    Ok(folders.map(|folder| format!("--remap-path-prefix={}=", folder.display())).join("\u{1f}"))
}

fn bind(recipe: &Recipe, folder: &Path) -> anyhow::Result<()> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let input = target.join("wasm32-unknown-unknown/wasm").join(format!("{}.wasm", recipe.library));
    Bindgen::new()
        .input_path(&input)
        .out_name(recipe.name)
        .web(true)
        .and_then(|bindgen| {
            bindgen.typescript(false).omit_default_module_path(true).remove_producers_section(true).generate(folder)
        })
        .with_context(|| format!("cannot bind {}", input.display()))
}

/// Answers the short names of imports and exports, as the tool prints them.
fn optimize(recipe: &Recipe, folder: &Path, out: &Path) -> anyhow::Result<String> {
    let input = folder.join(format!("{}_bg.wasm", recipe.name));
    let mut tool = command("node", ["node_modules/binaryen/bin/wasm-opt"]);
    tool.arg(&input).args(FEATURES).args(["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features"]);
    tool.args(SMALLER).arg("--minify-imports-and-exports-and-modules").arg("-o").arg(out);
    process::run(&format!("optimizing {}.wasm", recipe.name), &mut tool)
}
