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
    around: bool,
}

impl Watch {
    /// Ends it.
    fn end(&mut self) {
        js::run(&std::mem::take(self).looks, "disconnect");
    }
}

impl Dom {
    /// Looks whether a slot is seen; instead of what it was looked at for before. `around`: what it stands in is looked at, of who
    /// sees it as of who does not. `at_once`: it is over already.
    pub fn watch(&self, rt: Rt, name: &str, around: bool, at_once: bool) {
        if at_once {
            return self.acted(rt, name);
        }
        let slot = name.to_owned();
        let at: Vec<JsValue> = if around { self.homes(rt, name) } else { find::named(rt, name) };
        let then = move |_| {
            rt.dom.change(&slot, &mut |slot| slot.watch.end());
            rt.seen(slot.clone());
        };
        let looks = js::seen(at.clone(), Box::new(then));
        self.change(name, &mut |slot| {
            slot.watch.end();
            slot.watch = Watch { looks: looks.clone(), at: at.clone(), around };
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
        let gone = slots.iter().filter(|slot| gone(&slot.watch));
        let names: Vec<(String, bool)> = gone.map(|slot| (slot.name.clone(), slot.watch.around)).collect();
        drop(slots);
        names.iter().for_each(|(name, around)| self.watch(rt, name, *around, false));
    }
}
