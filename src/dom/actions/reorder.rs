//! `reorder`: the children that are named come first, in that order; the others keep theirs.

use super::Undo;
use crate::dom::sanitize::children;
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsValue;

struct Order {
    parent: JsValue,
    before: Vec<JsValue>,
    after: Vec<JsValue>,
}

pub fn apply(parent: JsValue, order: &[String]) -> Result<Box<dyn Undo>, Code> {
    let before = children(&parent);
    let mut after: Vec<JsValue> = Vec::new();
    for selector in order {
        for node in js::items(&js::get(&parent, "children")) {
            match js::ask(&node, "matches", selector).as_bool() {
                None => return Err(Code::Selector),
                Some(matches) if matches && !after.contains(&node) => after.push(node),
                Some(_) => {}
            }
        }
    }
    let named = after.len();
    for node in &before {
        if !after.get(..named).is_some_and(|named| named.contains(node)) {
            after.push(node.clone());
        }
    }
    arrange(&parent, &after);
    Ok(Box::new(Order { parent, before, after }))
}

/// Brings nodes into this order without touching the one that has the focus, else one with a frame, nor any that is in its place.
#[inline(never)]
fn arrange(parent: &JsValue, order: &[JsValue]) {
    let focus = js::at("document.activeElement");
    let holds = |node: &JsValue| !focus.is_null() && js::call(node, "contains", vec![focus.clone()]) == true;
    let frames = |node: &JsValue| js::ask(node, "matches", "iframe,:has(iframe)") == true;
    let fixed = order.iter().position(holds).or_else(|| order.iter().position(frames)).unwrap_or(0);
    let (ahead, behind) = order.split_at(fixed);
    let Some((pivot, behind)) = behind.split_first() else { return };
    let mut next = pivot;
    for node in ahead.iter().rev() {
        js::place(parent, node, next);
        next = node;
    }
    let mut previous = pivot;
    for node in behind {
        js::place(parent, node, &js::get(previous, "nextSibling"));
        previous = node;
    }
}

impl Order {
    /// Those of ours that are still children, in the page's present order.
    fn present(&self) -> Vec<JsValue> {
        let mut present = children(&self.parent);
        present.retain(|node| self.after.contains(node));
        present
    }
}

impl Undo for Order {
    fn intact(&self) -> bool {
        let present = self.present();
        self.after.iter().filter(|node| present.contains(node)).eq(present.iter())
    }

    fn undo(self: Box<Self>) -> bool {
        let ours = self.intact();
        if ours {
            // What the page took away stays away, what it added stays where it is.
            let present = self.present();
            let before: Vec<JsValue> = self.before.iter().filter(|node| present.contains(node)).cloned().collect();
            arrange(&self.parent, &before);
        }
        ours
    }
}
