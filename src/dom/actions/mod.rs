//! What an experience does to its slot: one file an action, each with its way back.

mod attribute;
mod children;
mod class;
mod hide;
mod html;
mod image;
mod insert;
mod list;
mod r#move;
mod remove;
mod reorder;
mod replace;
mod style;
mod template;
mod text;

use super::connected;
use crate::js;
use vitrine_wire::action::List;
use vitrine_wire::{Action, Code};
use wasm_bindgen::JsValue;

/// Public prices are never rewritten, and what the page keeps for itself is never swapped.
const REFUSED: &str = "[data-vitrine-price],[data-vitrine-ignore]";
/// What the page keeps for itself.
const IGNORED: &str = "[data-vitrine-ignore]";

/// The way back from one change.
pub trait Undo {
    /// Whether the page still shows the change.
    fn intact(&self) -> bool;
    /// Restores what was there, unless the page has put something newer: false, and that stays.
    fn undo(self: Box<Self>) -> bool;
}

/// What was done, in order.
#[derive(Default)]
pub struct Done {
    /// Each with whether it could still be seen when all was done.
    undos: Vec<(Box<dyn Undo>, bool)>,
    /// What a person was at.
    kept: JsValue,
    /// The elements that were changed, and are in the page all the same: who renders another in the place of one undoes it.
    targets: Vec<JsValue>,
}

impl Done {
    /// Whether the page still shows all of it.
    pub fn intact(&self) -> bool {
        self.targets.iter().all(connected) && self.undos.iter().all(|(undo, seen)| !seen || undo.intact())
    }
}

/// Applies all actions to a slot's element, or none.
///
/// # Errors
/// [`Code::Selector`], [`Code::SelectorEmpty`], [`Code::ActionRefused`] or [`Code::ActionFailed`].
pub fn apply_all(slot: &JsValue, actions: &[Action]) -> Result<Done, Code> {
    let (mut done, mut targets, kept) = (Vec::new(), Vec::new(), js::keep(slot));
    let result = actions.iter().try_for_each(|action| apply(slot, action, &mut done, &mut targets));
    // What a later action covers is not the page's doing.
    let undos = done.into_iter().map(|undo| (undo.intact(), undo)).map(|(seen, undo)| (undo, seen)).collect();
    targets.retain(connected);
    js::tell(&kept, Vec::new());
    let done = Done { undos, kept, targets };
    match result {
        Ok(()) => Ok(done),
        Err(code) => {
            undo_all(done);
            Err(code)
        }
    }
}

/// Undoes, last first. False where the page's newer content was left somewhere.
pub fn undo_all(done: Done) -> bool {
    let clean = done.undos.into_iter().rev().fold(true, |clean, (undo, _)| undo.undo() & clean);
    js::tell(&done.kept, Vec::new());
    clean
}

#[inline(never)]
fn apply(
    slot: &JsValue,
    action: &Action,
    done: &mut Vec<Box<dyn Undo>>,
    targets: &mut Vec<JsValue>,
) -> Result<(), Code> {
    let at = match action {
        Action::Text { at, .. }
        | Action::Html { at, .. }
        | Action::Attribute { at, .. }
        | Action::Class { at, .. }
        | Action::Style { at, .. }
        | Action::Image { at, .. }
        | Action::Insert { at, .. }
        | Action::Replace { at, .. }
        | Action::Remove { at }
        | Action::Hide { at }
        | Action::Move { at, .. }
        | Action::Reorder { at, .. }
        | Action::List { at, list: List { each: Some(_), .. }, .. } => at,
        Action::Template { .. } => &None,
        // Content reaches the page's own renderer with the decision; what is unknown was counted when it was read.
        Action::Content { .. } | Action::List { .. } | Action::Unknown => return Ok(()),
        // Acts: once for the slot, not for each of its elements.
        Action::Redirect { .. } | Action::Emit { .. } => return Ok(()),
    };
    let element = one(slot, at)?;
    targets.push(element.clone());
    done.push(match action {
        Action::Text { to, .. } => text::apply(whole(element)?, to)?,
        Action::Html { to, .. } => html::apply(whole(element)?, to)?,
        Action::Attribute { name, to, .. } => attribute::apply(element, name, to.as_deref())?,
        Action::Class { add, remove, .. } => class::apply(element, add, remove)?,
        Action::Style { set, .. } => {
            for (name, value, priority) in set {
                done.push(style::apply(element.clone(), name, value, priority)?);
            }
            return Ok(());
        }
        Action::Image { src, alt, .. } => return image::apply(element, src, alt, done),
        Action::Insert { place, html, .. } => insert::apply(&element, *place, html)?,
        Action::Replace { html, .. } => return replace::apply(whole(element)?, html, done),
        Action::Remove { .. } => remove::apply(whole(element)?)?,
        Action::Hide { .. } => hide::apply(element)?,
        Action::Move { place, to, .. } => r#move::apply(element, one(slot, to)?, *place)?,
        Action::Reorder { order, .. } => reorder::apply(element, order)?,
        Action::List { list, items, .. } => list::apply(element, list.each.as_deref().unwrap_or_default(), items)?,
        Action::Template { name } => template::apply(whole(element)?, name)?,
        _ => return Ok(()),
    });
    Ok(())
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
    if js::nearest(&element, REFUSED).is_null() { Ok(element) } else { Err(Code::ActionRefused) }
}

/// The same for actions that take its content away: nothing inside may be refused either.
fn whole(element: JsValue) -> Result<JsValue, Code> {
    if js::holds(&element, REFUSED) { Err(Code::ActionRefused) } else { Ok(element) }
}
