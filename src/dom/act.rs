//! What is over as soon as it is done: leaving for another page, once it is known who saw what.

use super::{Dom, find};
use crate::js;
use crate::runtime::Rt;
use vitrine_core::io::Ref;
use vitrine_wire::{Action, Code};
use wasm_bindgen::JsValue;

/// A redirect waits so long at most for its exposure to be stored.
const WAIT_MS: i64 = 300;

impl Dom {
    /// Gets ready to leave, if a variant does.
    ///
    /// # Errors
    /// [`Code::RedirectLoop`] where that would be a circle.
    pub(super) fn prepare(&self, rt: Rt, actions: &[Action]) -> Result<(), Code> {
        let to = actions.iter().find_map(|action| match action {
            Action::Redirect { to } => Some(to),
            _ => None,
        });
        let Some(to) = to else { return Ok(()) };
        let url = js::way(to);
        if url.is_undefined() {
            return Err(Code::RedirectLoop);
        }
        self.leaving.replace(url);
        // What is waited for is this one's exposure, not that of something before.
        self.acting.set(None);
        // After this turn's effects: its exposure is one of them, where it has one.
        js::soon(Box::new(move |_| {
            if rt.dom.acting.get().is_none() {
                return rt.dom.leave();
            }
            js::timer(WAIT_MS, Box::new(move |_| rt.dom.leave()));
        }));
        Ok(())
    }

    /// What a slot was decided for is over, as it is for who is held out of it.
    pub(super) fn acted(&self, rt: Rt, slot: &str) {
        let refused = self.slots.borrow().iter().any(|of| of.name == *slot && of.refused);
        if !refused {
            self.acting.set(Some(rt.seen(slot.into())));
        }
    }

    /// An event was stored, or will not be.
    pub fn stored(&self, reference: Ref) {
        if self.acting.get() == Some(reference) {
            self.leave();
        }
    }

    /// Nobody is sent anywhere: what it rested on was taken back.
    pub(super) fn stay(&self) {
        self.leaving.take();
    }

    fn leave(&self) {
        let url = self.leaving.take();
        if !url.is_undefined() {
            js::call(&js::at("location"), "replace", vec![url]);
        }
    }

    /// Elements that the page named as slots (`vitrine.seen`), as long as they are in it.
    pub(super) fn given(&self) -> Vec<(String, JsValue)> {
        let mut given = self.given.borrow_mut();
        given.retain(|(_, element)| super::connected(element));
        given.clone()
    }

    /// The page draws a slot itself, in this element.
    pub fn give(&self, rt: Rt, slot: String, element: JsValue) {
        let mut given = self.given.borrow_mut();
        given.retain(|(_, known)| *known != element);
        given.push((slot, element));
        drop(given);
        self.look(rt);
    }

    /// What the elements of a slot stand in, or stood in before a variant took them away.
    pub(super) fn homes(&self, rt: Rt, slot: &str) -> Vec<JsValue> {
        let slots = self.slots.borrow();
        let shown = slots.iter().filter(|of| of.name == *slot).flat_map(|of| &of.shown);
        let homes: Vec<JsValue> = shown.map(|one| one.home.clone()).collect();
        drop(slots);
        if !homes.is_empty() {
            return homes;
        }
        find::named(rt, slot).iter().map(find::home).collect()
    }
}
