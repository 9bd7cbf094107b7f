//! What the inline boot did before first paint: rows it applied, slots it keeps hidden. It goes on while the page is being
//! parsed, so its lists are read each time.

use crate::js;
use js_sys::Array;
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

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

    /// The boot's row on this element, if it shows the same; any other is undone.
    pub fn adopt(&self, element: &Element, experience: &str, variant: &str) -> Option<JsValue> {
        let element: &JsValue = element;
        self.take("applied", |row| js::get(row, "element") == *element).into_iter().fold(None, |kept, row| {
            if kept.is_none() && is(&row, "experience", experience) && is(&row, "variant", variant) {
                return Some(row);
            }
            js::call(&row, "undo", &[]);
            kept
        })
    }

    /// A slot's content is decided: it is seen; with `own`, what the boot did there is undone.
    pub fn settle_slot(&self, slot: &str, own: bool) {
        self.end(|row| is(row, "slot", slot), own);
    }

    /// Every slot's content is decided.
    pub fn settle(&self) {
        self.settled.set(true);
        self.end(|_| true, true);
    }

    /// What the boot did since everything was decided.
    pub fn settle_late(&self) {
        if self.settled.get() {
            self.end(|_| true, true);
        }
    }

    /// Nothing stays hidden.
    pub fn show(&self) {
        self.end(|_| true, false);
    }

    /// Own content wherever the boot changed it; what it hides waits on.
    pub fn undo(&self) {
        for row in self.take("applied", |_| true).iter().rev() {
            js::call(row, "undo", &[]);
        }
    }

    fn end(&self, which: impl Fn(&JsValue) -> bool, own: bool) {
        if own {
            for row in self.take("applied", &which).iter().rev() {
                js::call(row, "undo", &[]);
            }
        }
        for hidden in self.take("hidden", which) {
            js::call(&hidden, "show", &[]);
        }
    }

    fn take(&self, list: &str, which: impl Fn(&JsValue) -> bool) -> Vec<JsValue> {
        let list = js::get(&self.state, list).dyn_into::<Array>().unwrap_or_default();
        let mut taken = self.taken.borrow_mut();
        let new: Vec<JsValue> = list.iter().filter(|row| !taken.contains(row) && which(row)).collect();
        taken.extend(new.iter().cloned());
        new
    }
}

fn is(row: &JsValue, name: &str, value: &str) -> bool {
    js::text(row, name).is_some_and(|text| text == value)
}
