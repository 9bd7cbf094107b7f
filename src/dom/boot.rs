//! What the inline boot did before first paint: rows it applied, slots it keeps hidden. It goes on while the page is being
//! parsed, so its lists are read each time.

use super::Plan;
use crate::{js, value};
use std::cell::{Cell, RefCell};
use vitrine_core::plan::paint;
use vitrine_wire::Value;
use wasm_bindgen::JsValue;

/// The boot's state, taken over row by row.
pub struct Boot {
    state: JsValue,
    /// Rows that are ours, undone or shown.
    taken: RefCell<Vec<JsValue>>,
    /// The engine has decided: a row that nobody takes is no longer true.
    settled: Cell<bool>,
}

impl Boot {
    /// Looks at what the boot leaves; undefined where there was no boot.
    pub fn new(state: &JsValue) -> Self {
        Boot { state: state.clone(), taken: RefCell::default(), settled: Cell::new(false) }
    }

    /// The boot's row on this element, if it did the same: the bundle may be another, the record not what we wrote. Any other is undone.
    pub fn adopt(&self, element: &JsValue, plan: &Plan) -> Option<JsValue> {
        let mut kept = None;
        for row in self.take("applied", Some(("element", element))) {
            let ops = || paint::ops(&plan.actions).map(|ops| js::to_json(&value::write(&Value::List(ops))));
            let same = is(&row, "experience", &plan.experience) && is(&row, "variant", &plan.variant);
            let same = same && intact(&row);
            if kept.is_none() && same && ops().is_some_and(|ops| ops == js::to_json(&js::get(&row, "ops"))) {
                kept = Some(row);
            } else {
                undo(&row);
            }
        }
        kept
    }

    /// A slot's content is decided: it is seen; with `own`, what the boot did there is undone.
    pub fn settle_slot(&self, slot: &str, own: bool) {
        self.end(Some(slot), own);
    }

    /// Every slot's content is decided.
    pub fn settle(&self) {
        self.settled.set(true);
        self.end(None, true);
    }

    /// What the boot did since everything was decided.
    pub fn settle_late(&self) {
        if self.settled.get() {
            self.end(None, true);
        }
    }

    /// Nothing stays hidden.
    pub fn show(&self) {
        self.end(None, false);
    }

    /// Own content wherever the boot changed it; what it hides waits on.
    pub fn undo(&self) {
        self.take("applied", None).iter().rev().for_each(|row| _ = undo(row));
    }

    #[inline(never)]
    fn end(&self, slot: Option<&str>, own: bool) {
        let slot = slot.map(JsValue::from_str);
        let which = slot.as_ref().map(|slot| ("slot", slot));
        if own {
            self.take("applied", which).iter().rev().for_each(|row| _ = undo(row));
        }
        for hidden in self.take("hidden", which) {
            js::run(&hidden, "show");
        }
    }

    /// Rows that are new, all or those with one value.
    #[inline(never)]
    fn take(&self, list: &str, which: Option<(&str, &JsValue)>) -> Vec<JsValue> {
        let mut taken = self.taken.borrow_mut();
        let mut new = js::items(&js::get(&self.state, list));
        new.retain(|row| !taken.contains(row) && which.is_none_or(|(name, value)| js::get(row, name) == *value));
        taken.extend_from_slice(&new);
        new
    }
}

/// Whether the page still shows all that a row of the boot's changed.
#[inline(never)]
pub fn intact(row: &JsValue) -> bool {
    js::call(row, "intact", Vec::new()) == true
}

/// Puts the page's own content back where a row of the boot's changed it. False where the page's newer one was left.
#[inline(never)]
pub fn undo(row: &JsValue) -> bool {
    js::call(row, "undo", Vec::new()) == true
}

fn is(row: &JsValue, name: &str, value: &str) -> bool {
    js::text(row, name).is_some_and(|text| text == value)
}
