//! What wasm-bindgen and wasm-opt leave long: names of imports and exports, and loaders that nothing calls.
//!
//! An import's name carries a hash of its own, once in the wasm and once in the glue, and hashes do not compress.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// Where the loaders begin in what wasm-bindgen writes; nothing of use follows.
const LOADERS: &str = "async function __wbg_load(";
/// Where the functions end and the modules that they stand for begin.
const TABLE: &str = "    };\n    return {\n";
/// What `wasm-opt` calls the one module of imports.
const MODULE: &str = "a";
/// What is left of them: whoever loads the file instantiates it.
const ENDS: &str = "export { __wbg_get_imports as imports, __wbg_finalize_init as finish };\n";

/// Rewrites the glue for the short names that `wasm-opt --minify-imports-and-exports-and-modules` printed, and
/// leaves out the loaders.
///
/// # Errors
/// The glue is not of the shape that the pinned wasm-bindgen writes, or a name is not in it.
pub fn rewrite(path: &Path, printed: &str) -> anyhow::Result<()> {
    let glue = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (glue, _) = glue.split_once(LOADERS).context("the glue has no loaders: wasm-bindgen changed its shape")?;
    let mut glue = format!("{glue}{ENDS}");
    let names: Names = serde_json::from_str(json(printed)).context("wasm-opt printed no names")?;
    // What needs no conversion is imported as it is, once more for each use; all modules became one.
    let mut direct = String::new();
    for (module, long, short) in &names.imports {
        if module.ends_with("_bg.js") {
            glue = glue.replace(&format!("        {long}: function("), &format!("        {short}: function("));
        } else {
            direct.push_str(&format!("        {short}: import1.{long},\n"));
        }
    }
    let modules = glue.rfind(TABLE).context("the glue has no table of imports")?;
    let end = glue.get(modules + TABLE.len()..).and_then(|rest| rest.find("};\n")).context("the table does not end")?;
    glue.replace_range(
        modules..modules + TABLE.len() + end,
        &format!("{direct}    }};\n    return {{ {MODULE}: import0 "),
    );
    for (long, short) in &names.exports {
        glue = replace_whole(&glue, &format!("wasm.{long}"), &format!("wasm.{short}"));
    }
    for left in ["        __wbg_", "        __wbindgen_"] {
        anyhow::ensure!(!glue.contains(left), "an import kept its long name: wasm-opt printed\n{printed}");
    }
    // Tests break exports by the names that Rust gives them.
    fs::write(path.with_file_name("names.json"), json(printed)).context("cannot write the names")?;
    fs::write(path, glue).with_context(|| format!("cannot write {}", path.display()))
}

/// The names among what was printed: Node may have said something of its own before or after.
fn json(printed: &str) -> &str {
    let end = printed.rfind('}').map_or(0, |at| at + 1);
    printed.get(printed.find("{\n").unwrap_or(end)..end).unwrap_or_default()
}

/// What `wasm-opt` prints.
#[derive(Deserialize)]
struct Names {
    imports: Vec<(String, String, String)>,
    exports: Vec<(String, String)>,
}

fn replace_whole(text: &str, name: &str, by: &str) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for (at, _) in text.match_indices(name).filter(|(at, _)| ends_here(text, at + name.len())) {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(by);
        from = at + name.len();
    }
    out + text.get(from..).unwrap_or_default()
}

/// Whether an identifier ends here.
fn ends_here(text: &str, at: usize) -> bool {
    !text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}
