//! What an experience does to its slot: one file an action, each with its way back.

mod attribute;
mod children;
mod class;
mod hide;
mod html;
mod insert;
mod remove;
mod reorder;
mod text;

use crate::js;
use vitrine_wire::{Action, Code};
use wasm_bindgen::JsValue;

/// Public prices are never rewritten, and what the page keeps for itself is never swapped.
const REFUSED: &str = "[data-vitrine-price],[data-vitrine-ignore]";

/// The way back from one change.
pub trait Undo {
    /// Whether the page still shows the change.
    fn intact(&self) -> bool;
    /// Restores what was there, unless the page has put something newer: false, and that stays.
    fn undo(self: Box<Self>) -> bool;
}

/// Applies all actions to a slot's element, or none.
///
/// # Errors
/// [`Code::Selector`], [`Code::SelectorEmpty`], [`Code::ActionRefused`] or [`Code::ActionFailed`].
pub fn apply_all(slot: &JsValue, actions: &[Action]) -> Result<Vec<Box<dyn Undo>>, Code> {
    let mut done = Vec::new();
    for action in actions {
        match apply(slot, action) {
            Ok(undo) => done.extend(undo),
            Err(code) => {
                undo_all(done);
                return Err(code);
            }
        }
    }
    Ok(done)
}

/// Undoes, last first. False where the page's newer content was left somewhere.
pub fn undo_all(done: Vec<Box<dyn Undo>>) -> bool {
    done.into_iter().rev().fold(true, |clean, undo| undo.undo() & clean)
}

#[inline(never)]
fn apply(slot: &JsValue, action: &Action) -> Result<Option<Box<dyn Undo>>, Code> {
    Ok(Some(match action {
        Action::Text { at, to } => text::apply(whole(slot, at)?, to)?,
        Action::Html { at, to } => html::apply(whole(slot, at)?, to)?,
        Action::Attribute { at, name, to } => attribute::apply(one(slot, at)?, name, to.as_deref())?,
        Action::Class { at, add, remove } => class::apply(one(slot, at)?, add, remove)?,
        Action::Insert { at, place, html } => insert::apply(&one(slot, at)?, *place, html)?,
        Action::Remove { at } => remove::apply(whole(slot, at)?)?,
        Action::Hide { at } => hide::apply(one(slot, at)?)?,
        Action::Reorder { at, order } => reorder::apply(one(slot, at)?, order)?,
        // Content reaches the page's own renderer with the decision; what is unknown was counted when it was read.
        Action::Content { .. } | Action::Unknown => return Ok(None),
    }))
}

/// The element that an action means.
fn one(slot: &JsValue, at: &Option<String>) -> Result<JsValue, Code> {
    let element = match at {
        None => slot.clone(),
        Some(at) => js::ask(slot, "querySelector", at),
    };
    if element.is_undefined() {
        return Err(Code::Selector);
    }
    if element.is_null() {
        return Err(Code::SelectorEmpty);
    }
    if js::ask(&element, "closest", REFUSED).is_null() { Ok(element) } else { Err(Code::ActionRefused) }
}

/// The same for actions that take its content away: nothing inside may be refused either.
fn whole(slot: &JsValue, at: &Option<String>) -> Result<JsValue, Code> {
    let element = one(slot, at)?;
    if js::ask(&element, "querySelector", REFUSED).is_null() { Ok(element) } else { Err(Code::ActionRefused) }
}
