//! One observer for the whole page: slots that come late, changes that the page undoes, routes that show themselves.

use super::Dom;
use crate::js;
use crate::runtime::Runtime;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, MutationObserver, MutationObserverInit, Node};

pub fn start(rt: &Rc<Runtime>) {
    let weak = Rc::downgrade(rt);
    let changed = move || {
        if let Some(rt) = weak.upgrade() {
            rt.sources.check_route(&rt);
            rt.dom.look(&rt);
        }
    };
    let changed = Closure::<dyn Fn()>::new(changed).into_js_value();
    let Ok(observer) = MutationObserver::new(changed.unchecked_ref()) else { return };
    observe(&observer, &js::document(), false);
    rt.dom.observer.replace(Some(observer));
}

/// Hears of everything in an element that shows something of ours.
pub fn watch(dom: &Dom, element: &Element) {
    if let Some(observer) = &*dom.observer.borrow() {
        observe(observer, element, true);
    }
}

fn observe(observer: &MutationObserver, node: &Node, values: bool) {
    let init = MutationObserverInit::new();
    init.set_child_list(true);
    init.set_subtree(true);
    if values {
        init.set_attributes(true);
        init.set_character_data(true);
    }
    // Fails only for a node that is none.
    let _ = observer.observe_with_options(node, &init);
}
