//! `reorder`: the children that are named come first, in that order; the others keep theirs.

use super::Undo;
use crate::dom::sanitize::children;
use crate::js;
use vitrine_wire::Code;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

struct Order {
    parent: Element,
    before: Vec<Node>,
    after: Vec<Node>,
}

pub fn apply(parent: Element, order: &[String]) -> Result<Box<dyn Undo>, Code> {
    let before = children(&parent);
    let mut after: Vec<Node> = Vec::new();
    for selector in order {
        for node in &before {
            let Some(element) = node.dyn_ref::<Element>() else { continue };
            if element.matches(selector).map_err(|_| Code::Selector)? && !after.contains(node) {
                after.push(node.clone());
            }
        }
    }
    let rest: Vec<Node> = before.iter().filter(|node| !after.contains(node)).cloned().collect();
    after.extend(rest);
    arrange(&parent, &after);
    Ok(Box::new(Order { parent, before, after }))
}

/// Brings nodes into this order without touching the one that has the focus, nor any that is in its place.
fn arrange(parent: &Element, order: &[Node]) {
    let focus = js::document().active_element();
    let fixed = order.iter().position(|node| focus.as_ref().is_some_and(|f| node.contains(Some(f)))).unwrap_or(0);
    let (ahead, behind) = order.split_at(fixed);
    let Some((pivot, behind)) = behind.split_first() else { return };
    let mut next = pivot.clone();
    for node in ahead.iter().rev() {
        if node.next_sibling().as_ref() != Some(&next) {
            place(parent, node, Some(&next));
        }
        next = node.clone();
    }
    let mut previous = pivot.clone();
    for node in behind {
        if node.previous_sibling().as_ref() != Some(&previous) {
            place(parent, node, previous.next_sibling().as_ref());
        }
        previous = node.clone();
    }
}

/// Moves a node; with its state where the browser can.
fn place(parent: &Element, node: &Node, next: Option<&Node>) {
    let next_value = next.map_or(wasm_bindgen::JsValue::NULL, |n| n.clone().into());
    if js::function(parent, "moveBefore").is_none()
        || js::try_call(parent, "moveBefore", &[node.clone().into(), next_value]).is_err()
    {
        let _ = parent.insert_before(node, next);
    }
}

impl Order {
    /// Those of ours that are still children, in the page's present order.
    fn present(&self) -> Vec<Node> {
        children(&self.parent).into_iter().filter(|node| self.after.contains(node)).collect()
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
            let before: Vec<Node> = self.before.iter().filter(|node| present.contains(node)).cloned().collect();
            arrange(&self.parent, &before);
        }
        ours
    }
}
