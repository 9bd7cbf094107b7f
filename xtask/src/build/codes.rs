//! `pkg/ts/codes.ts` and `docs/errors.md`, written from the one enum of codes; `docs/site.schema.json`, from the
//! compiler's own tables of keys.

use std::fmt::Write;
use std::fs;

use anyhow::Context;
use vitrine_wire::{Code, OperatorCode};

/// Writes what differs from the tables.
///
/// # Errors
/// A file cannot be written.
pub fn write() -> anyhow::Result<()> {
    for (path, text) in
        [("pkg/ts/codes.ts", text()?), ("docs/errors.md", page()?), ("docs/site.schema.json", schema()?)]
    {
        if !fs::read_to_string(path).is_ok_and(|now| now == text) {
            eprintln!("· writing {path} from its tables in crates/wire or crates/compiler");
            fs::write(path, text).with_context(|| format!("cannot write {path}"))?;
        }
    }
    Ok(())
}

/// The JSON schema of site files, as `vitrine schema` prints it.
///
/// # Errors
/// None: it is JSON already.
pub fn schema() -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&vitrine_compiler::schema())? + "\n")
}

fn page() -> anyhow::Result<String> {
    let mut out = String::from(
        "# Codes\n\nGenerated from `crates/wire/src/code.rs` by `cargo xtask build`. A code never changes its meaning.\n\n\
         | code | what happened | what to do |\n|---|---|---|\n",
    );
    for code in Code::ALL {
        writeln!(out, "| `{}` | {} | {} |", code.as_str(), code.message(), code.help())?;
    }
    out.push_str(
        "\n## For the operator\n\nSaid by the backend's log and the command line, never by a page.\n\n\
         | code | what happened | what to do |\n|---|---|---|\n",
    );
    for code in OperatorCode::ALL {
        writeln!(out, "| `{}` | {} | {} |", code.as_str(), code.message(), code.help())?;
    }
    Ok(out)
}

fn text() -> anyhow::Result<String> {
    let mut out = String::from(
        "// Generated from crates/wire/src/code.rs by `cargo xtask build`.\n\n\
         /** Every code that a diagnostic or a dropped event may carry. */\nexport type Code =\n",
    );
    let last = Code::ALL.len().saturating_sub(1);
    for (i, code) in Code::ALL.iter().enumerate() {
        writeln!(out, "  | {}{}", serde_json::to_string(code.as_str())?, if i == last { ";\n" } else { "" })?;
    }
    out.push_str("/** What happened, and what to do about it. */\n");
    out.push_str("export const texts: Readonly<Record<Code, readonly [message: string, help: string]>> = {\n");
    for code in Code::ALL {
        let [code, message, help] =
            [code.as_str(), code.message(), code.help()].map(|text| serde_json::Value::from(text).to_string());
        writeln!(out, "  {code}: [{message}, {help}],")?;
    }
    out.push_str("};\n");
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_written_from_the_tables_is_what_they_say() {
        for (path, said) in
            [("pkg/ts/codes.ts", text()), ("docs/errors.md", page()), ("docs/site.schema.json", schema())]
        {
            let there = fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path));
            assert!(there.unwrap() == said.unwrap(), "{path}: run `cargo xtask build`");
        }
    }
}
