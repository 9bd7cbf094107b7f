//! The two small records that the boot reads, the choice and the paint record, and who has logged out. A browser that refuses loses
//! them, quietly.

use crate::js;
use crate::{consent::record, runtime::Rt, value};
use vitrine_core::Granted;
use vitrine_core::gate::{Render, Store};
use vitrine_wire::limits::PAINT_BYTES;
use vitrine_wire::paint::{ChoiceRecord, PaintRecord, PaintRow};
use vitrine_wire::{ConsentState, Millis};
use wasm_bindgen::JsValue;

fn storage() -> JsValue {
    js::at("localStorage")
}

/// The text kept under a name.
pub fn read(name: &str) -> Option<String> {
    js::ask(&storage(), "getItem", name).as_string()
}

fn write(name: &str, text: &str) -> bool {
    js::works(&storage(), "setItem", vec![name.into(), text.into()])
}

fn remove(name: &str) {
    js::ask(&storage(), "removeItem", name);
}

/// Keeps the choice: the one exempt item.
#[inline(never)]
pub fn write_choice(rt: Rt, choice: &ChoiceRecord) {
    let (name, text) = (rt.config.name("c"), record::write(choice));
    if write(&name, &text) {
        return;
    }
    // Where there is no space the other record gives way. If that is too little, one that takes something back leaves nothing
    // in its place: the older one would grant it still. A grant more than it says is asked for again.
    forget_paint(rt);
    if !write(&name, &text) && choice.choices.iter().any(|one| one.state != ConsentState::Granted) {
        remove(&name);
    }
}

/// Keeps the decisions for the next page's first paint; one that is too large is not kept at all.
#[inline(never)]
pub fn write_paint(rt: Rt, grant: &Granted<Render>, paint: &PaintRecord) {
    if !rt.alive(grant) {
        return;
    }
    let text = js::to_json(&paint_record(paint));
    if text.len() > PAINT_BYTES || !write(&rt.config.name("p"), &text) {
        forget_paint(rt);
    }
}

/// Forgets the paint record.
pub fn forget_paint(rt: Rt) {
    remove(&rt.config.name("p"));
}

/// Keeps who has logged out until the store has let go of them: a transaction dies with its page.
pub fn write_out(rt: Rt, _grant: &Granted<Store>, visitor: &str) {
    write(&rt.config.name("o"), visitor);
}

/// Whether this visitor has logged out.
pub fn out(rt: Rt, _grant: &Granted<Store>, visitor: &str) -> bool {
    read(&rt.config.name("o")).is_some_and(|out| out.is_empty() || out == visitor)
}

/// Nobody has.
pub fn forget_out(rt: Rt) {
    remove(&rt.config.name("o"));
}

#[inline(never)]
fn paint_record(of: &PaintRecord) -> JsValue {
    let [same, fresh] = [&of.same, &of.fresh].map(|rows| js::list(rows.iter().map(row).collect()));
    let ends = js::or_null(Some(of.session_ends_at));
    let (choice, cookie) = (of.choice.as_str().into(), of.cookie.as_str().into());
    let values = vec![1.into(), (of.bundle as f64).into(), choice, cookie, ends, same, fresh];
    js::named("v bundle choice cookie sessionEndsAt same fresh", values)
}

#[inline(never)]
fn row(of: &PaintRow) -> JsValue {
    let values = vec![
        of.slot.as_str().into(),
        of.path.as_deref().map_or(JsValue::NULL, JsValue::from_str),
        js::or_null(of.not_before),
        (of.not_after.unwrap_or(Millis::MAX) as f64).into(),
        of.ops.as_ref().map_or(JsValue::NULL, |ops| js::list(ops.iter().map(value::write).collect())),
        of.experience.as_str().into(),
        of.variant.as_str().into(),
    ];
    js::named("slot path notBefore notAfter ops experience variant", values)
}
