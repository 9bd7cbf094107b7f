//! Whether what a slot shows is really seen: half of it, for a second in a row, by somebody who looks at the page.

use super::{Dom, connected, find};
use crate::js;
use crate::runtime::Rt;
use wasm_bindgen::JsValue;

/// What looks at a slot.
#[derive(Default)]
pub struct Watch {
    looks: JsValue,
    at: Vec<JsValue>,
}

impl Watch {
    /// Ends it.
    fn end(&mut self) {
        js::run(&std::mem::take(&mut self.looks), "disconnect");
    }
}

impl Dom {
    /// Looks whether a slot is seen; instead of what it was looked at for before.
    pub fn watch(&self, rt: Rt, name: &str) {
        let (slot, at) = (name.to_owned(), find::named(name));
        let then = move |_| {
            rt.dom.change(&slot, &mut |slot| slot.watch.end());
            rt.seen(slot.clone());
        };
        let looks = js::seen(at.clone(), Box::new(then));
        self.change(name, &mut |slot| {
            slot.watch.end();
            slot.watch = Watch { looks: looks.clone(), at: at.clone() };
        });
    }

    /// Looks at nothing any more: what is seen is nobody's business now.
    pub(super) fn unwatch(&self) {
        self.slots.borrow_mut().iter_mut().for_each(|slot| slot.watch.end());
    }

    /// A slot whose elements were exchanged is looked at where it is now.
    pub(super) fn watch_again(&self, rt: Rt) {
        let gone = |watch: &Watch| watch.looks.is_object() && !watch.at.iter().all(connected);
        let slots = self.slots.borrow();
        let names: Vec<String> = slots.iter().filter(|slot| gone(&slot.watch)).map(|slot| slot.name.clone()).collect();
        drop(slots);
        names.iter().for_each(|name| self.watch(rt, name));
    }
}
