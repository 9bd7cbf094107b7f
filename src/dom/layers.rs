//! Slots inside slots. What an inner one shows lies on top: it is taken off before the outer one changes, and laid on again where its
//! element is still there. So each is undone on the very nodes that it was done to, in whatever order they end.

use super::{Dom, find};
use crate::js;
use crate::runtime::Rt;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

impl Dom {
    /// Takes off what a slot shows, and what others show inside.
    pub(super) fn strip(&self, rt: Rt, name: &str) {
        let slots = self.slots.borrow();
        let own = slots.iter().filter(|slot| slot.name == name).flat_map(|slot| &slot.shown);
        let elements: Vec<JsValue> = own.map(|one| one.element.clone()).collect();
        drop(slots);
        self.strip_inside(rt, name, &elements);
        let mut shown = Vec::new();
        self.change(name, &mut |slot| shown = std::mem::take(&mut slot.shown));
        if shown.into_iter().fold(false, |conflict, one| !one.undo() | conflict) {
            rt.diagnose(Code::UndoConflict, name);
        }
    }

    /// Takes off what other slots show inside these elements, which are about to change; what is in the page after that is laid on
    /// again.
    pub(super) fn strip_inside(&self, rt: Rt, name: &str, elements: &[JsValue]) {
        for element in elements.iter().filter(|element| self.nests(rt, element)) {
            if !self.again.replace(true) {
                js::soon(Box::new(move |_| {
                    rt.dom.again.set(false);
                    rt.dom.look(rt);
                }));
            }
            let slots = self.slots.borrow();
            let inside = |home: &JsValue| js::call(element, "contains", vec![home.clone()]) == true;
            let others =
                slots.iter().filter(|slot| slot.name != name && slot.shown.iter().any(|one| inside(&one.home)));
            let names: Vec<String> = others.map(|slot| slot.name.clone()).collect();
            drop(slots);
            names.iter().for_each(|name| self.strip(rt, name));
        }
    }

    /// Whether slots may be inside an element.
    fn nests(&self, rt: Rt, element: &JsValue) -> bool {
        find::holds_slots(element) || !self.given.borrow().is_empty() || !rt.ask(|e| e.selectors()).is_empty()
    }

    /// Says something of a slot once a page.
    pub(super) fn tell_once(&self, rt: Rt, code: Code, slot: &str) {
        let said = (code, slot.to_owned());
        if !self.told.borrow().contains(&said) {
            self.told.borrow_mut().push(said);
            rt.diagnose(code, slot);
        }
    }
}
