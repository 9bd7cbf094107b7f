//! The two small records that the boot reads: the choice and the paint record. A browser that refuses loses both, quietly.

use crate::js;
use crate::{consent::record, runtime::Rt, value};
use vitrine_core::Granted;
use vitrine_core::gate::Render;
use vitrine_wire::limits::PAINT_BYTES;
use vitrine_wire::paint::{ChoiceRecord, PaintRecord, PaintRow, PathTest};
use vitrine_wire::{Map, Value};
use wasm_bindgen::JsValue;

fn storage() -> JsValue {
    js::at("localStorage")
}

/// The text kept under a name.
pub fn read(name: &str) -> Option<String> {
    js::ask(&storage(), "getItem", name).as_string()
}

fn write(name: &str, text: &str) {
    js::call(&storage(), "setItem", vec![name.into(), text.into()]);
}

/// Keeps the choice: the one exempt item.
#[inline(never)]
pub fn write_choice(rt: Rt, choice: &ChoiceRecord) {
    write(&rt.config.name("c"), &record::write(choice));
}

/// Keeps the decisions for the next page's first paint; one that is too large is not kept at all.
#[inline(never)]
pub fn write_paint(rt: Rt, grant: &Granted<Render>, paint: &PaintRecord) {
    if !rt.alive(grant) {
        return;
    }
    let text = js::to_json(&value::write_map(&paint_record(paint)));
    if text.len() <= PAINT_BYTES { write(&rt.config.name("p"), &text) } else { forget_paint(rt) }
}

/// Forgets the paint record.
pub fn forget_paint(rt: Rt) {
    js::ask(&storage(), "removeItem", &rt.config.name("p"));
}

#[inline(never)]
fn paint_record(of: &PaintRecord) -> Map {
    let mut out = Map::new();
    out.insert("v", 1u32);
    out.insert("bundle", of.bundle as f64);
    out.insert("choice", of.choice.as_str());
    out.insert("sessionEndsAt", of.session_ends_at);
    for (name, rows) in [("same", &of.same), ("fresh", &of.fresh)] {
        out.insert(name, rows.iter().map(row).collect::<Vec<_>>());
    }
    out
}

#[inline(never)]
fn row(of: &PaintRow) -> Value {
    let path = match &of.path {
        PathTest::Any => Value::Null,
        PathTest::Exact(path) => vec!["=", path].into(),
        PathTest::Prefix(path) => vec!["^", path].into(),
    };
    let mut out = Map::new();
    out.insert("slot", of.slot.as_str());
    out.insert("path", path);
    out.insert("notBefore", of.not_before);
    out.insert("notAfter", of.not_after);
    out.insert("ops", of.ops.clone());
    out.insert("experience", of.experience.as_str());
    out.insert("variant", of.variant.as_str());
    out.into()
}
