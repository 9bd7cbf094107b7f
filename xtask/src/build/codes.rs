//! `pkg/ts/codes.ts`, written from the one enum of codes.

use std::fmt::Write;
use std::fs;

use anyhow::Context;
use vitrine_wire::Code;

const PATH: &str = "pkg/ts/codes.ts";

/// Writes the file if it differs from the enum.
///
/// # Errors
/// The file cannot be written.
pub fn write() -> anyhow::Result<()> {
    let text = text()?;
    if fs::read_to_string(PATH).is_ok_and(|now| now == text) {
        return Ok(());
    }
    eprintln!("· writing {PATH} from the codes in crates/wire");
    fs::write(PATH, text).with_context(|| format!("cannot write {PATH}"))
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
