//! A bundle's bytes, with what a page may show before it has an engine.

use serde_json::{Value, json};
use vitrine_core::plan::first;
use vitrine_wire::bundle::{self, Bundle, FIRST};
use vitrine_wire::paint::PaintRow;
use vitrine_wire::{Millis, records};

/// The bytes of a bundle as pages load them inside the envelope, with the first rows from an instant on: what everybody sees
/// before a choice.
pub fn payload(bundle: &Bundle, from: Millis) -> Vec<u8> {
    let mut payload = bundle::encode(bundle);
    let rows = if bundle.meta.stopped || !bundle.meta.contextual { Vec::new() } else { first::rows(&payload, from) };
    if !rows.is_empty() {
        let rows: Vec<Value> = rows.iter().map(row).collect();
        records::write(&mut payload, FIRST, json!({ "site": bundle.meta.site, "rows": rows }).to_string().as_bytes());
    }
    payload
}

/// A row as the boot reads it (`pkg/ts/paint.ts`).
fn row(row: &PaintRow) -> Value {
    json!({
        "slot": row.slot, "path": row.path, "notBefore": row.not_before, "notAfter": row.not_after.unwrap_or(Millis::MAX), "ops": row.ops,
        "experience": row.experience, "variant": row.variant,
    })
}
