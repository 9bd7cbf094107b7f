//! A bundle's bytes, with what a page may show before it has an engine.

use serde_json::{Value, json};
use vitrine_core::replay;
use vitrine_wire::bundle::{self, Bundle, FIRST};
use vitrine_wire::paint::PaintRow;
use vitrine_wire::{Millis, records};

/// The bytes of a bundle as pages load them inside the envelope, with the first rows from an instant on: what everybody sees
/// before a choice.
pub fn payload(bundle: &Bundle, from: Millis) -> Vec<u8> {
    let mut payload = bundle::encode(bundle);
    let rows = if bundle.meta.stopped || !bundle.meta.contextual { Vec::new() } else { replay::first(&payload, from) };
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use crate::{Options, compile};
    use serde_json::{Value, json};
    use vitrine_wire::{bundle::FIRST, records};

    const DAY: i64 = 86_400_000;

    /// The rows of a site with these experiences: where, since when, until when, what.
    fn rows(experiences: Value) -> Vec<String> {
        let file = json!({"vitrine": 1, "site": "s", "consent": {"contextual": true}, "slots": {"hero": {}}, "experiences": experiences});
        let payload = compile(&file.to_string(), &Options::at(20_000 * DAY)).unwrap().payload;
        let Some((_, section)) = records::read(&payload).find(|(kind, _)| *kind == FIRST) else { return Vec::new() };
        let first: Value = serde_json::from_slice(section).unwrap();
        assert_eq!(first["site"], "s");
        let row = |row: &Value| {
            let time = |at: &Value| {
                at.as_i64().map_or("-".into(), |at| if at == i64::MAX { "".into() } else { format!("{}", at / DAY) })
            };
            let what = match row["ops"].as_array() {
                None => "pending",
                Some(ops) if ops.is_empty() => "own",
                Some(_) => row["variant"].as_str().unwrap(),
            };
            format!(
                "{} {}..{} {what}",
                row["path"].as_str().unwrap_or("*"),
                time(&row["notBefore"]),
                time(&row["notAfter"])
            )
        };
        first["rows"].as_array().unwrap().iter().map(row).collect()
    }

    #[test]
    fn what_everybody_sees_is_settled_and_nothing_else() {
        let one = |more: Value| {
            let mut experience = json!({"id": "e", "slot": "hero", "contextual": true, "variants": [{"id": "a", "actions": [{"text": {"to": "x"}}]}]});
            experience.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            experience
        };
        let cases: &[(&str, Value, &[&str])] = &[
            ("everywhere", json!([one(json!({}))]), &["* -.. a"]),
            ("on a path", json!([one(json!({"when": {"context.page.path": "/"}}))]), &["/ -.. a"]),
            (
                "but on a path",
                json!([one(json!({"when": {"context.page.path": {"$ne": "/"}}}))]),
                &["/ -.. own", "* -.. a"],
            ),
            ("by what only the page knows", json!([one(json!({"when": {"context.query.utm_source": "x"}}))]), &[]),
            (
                "by the visitor's own clock",
                json!([one(json!({"when": {"$time": {"from": "08:00", "to": "20:00", "tz": "visitor"}}}))]),
                &[],
            ),
            ("by whether they may be asked", json!([one(json!({"when": {"context.consent.unasked": true}}))]), &[]),
            ("not without a grant", json!([one(json!({"contextual": false}))]), &[]),
            ("when something happens", json!([one(json!({"trigger": {"on": "exit"}}))]), &[]),
            (
                "in a schedule",
                json!([one(json!({"schedule": {"from": "2024-10-04", "to": "2024-10-05"}}))]),
                &["* -..20002 a"],
            ),
            ("stopped", json!([one(json!({"paused": true}))]), &[]),
            (
                "more than the boot can do",
                json!([one(json!({"variants": [{"id": "a", "actions": [{"html": {"to": "<b>x</b>"}}]}]}))]),
                &[],
            ),
            (
                "behind one that is open",
                json!([
                    one(json!({"id": "d", "priority": 2, "when": {"context.query.utm_source": "x"}})),
                    one(json!({}))
                ]),
                &[],
            ),
        ];
        for (title, experiences, expected) in cases {
            assert_eq!(rows(experiences.clone()), *expected, "{title}");
        }
    }
}
