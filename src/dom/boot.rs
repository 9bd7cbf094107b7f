//! What the inline boot did before first paint: rows it applied, slots it keeps hidden.

use crate::js;
use js_sys::Array;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// The boot's state, taken over.
pub struct Boot {
    applied: RefCell<Vec<JsValue>>,
    hidden: RefCell<Vec<JsValue>>,
}

impl Boot {
    /// Reads the state that the boot left; nothing where there was no boot.
    pub fn new(boot: &JsValue) -> Self {
        let list = |name| js::get(boot, name).dyn_into::<Array>().map(|a| a.to_vec()).unwrap_or_default();
        Boot { applied: RefCell::new(list("applied")), hidden: RefCell::new(list("hidden")) }
    }

    /// The boot's row on this element, if it shows the same; any other is undone.
    pub fn adopt(&self, element: &Element, experience: &str, variant: &str) -> Option<JsValue> {
        let of_element = |row: &mut JsValue| js::get(row, "element") == *AsRef::<JsValue>::as_ref(element);
        let rows: Vec<JsValue> = self.applied.borrow_mut().extract_if(.., of_element).collect();
        rows.into_iter().fold(None, |kept, row| {
            let is = |name, text| js::text(&row, name).is_some_and(|t| t == text);
            if kept.is_none() && is("experience", experience) && is("variant", variant) {
                return Some(row);
            }
            js::call(&row, "undo", &[]);
            kept
        })
    }

    /// Puts a slot's own content back, or every slot's.
    pub fn undo(&self, slot: Option<&str>) {
        for row in take(&self.applied, slot).iter().rev() {
            js::call(row, "undo", &[]);
        }
    }

    /// Makes a hidden slot visible, or every one.
    pub fn show(&self, slot: Option<&str>) {
        for hidden in take(&self.hidden, slot) {
            js::call(&hidden, "show", &[]);
        }
    }
}

fn take(from: &RefCell<Vec<JsValue>>, slot: Option<&str>) -> Vec<JsValue> {
    let of_slot = |row: &mut JsValue| slot.is_none_or(|slot| js::text(row, "slot").is_some_and(|s| s == slot));
    from.borrow_mut().extract_if(.., of_slot).collect()
}
