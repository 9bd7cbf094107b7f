//! One observer for the whole page: slots that come late, changes that the page undoes, routes that show themselves.

use super::Dom;
use crate::js;
use crate::runtime::Rt;
use std::rc::Rc;
use wasm_bindgen::JsValue;

pub fn start(rt: Rt) {
    let changed = move |_| {
        rt.sources.check_route(rt);
        rt.dom.look(rt);
    };
    let changed = js::always(Rc::new(changed));
    let observer = js::make("MutationObserver", vec![changed.clone()]);
    rt.dom.changed.replace(changed);
    observe(&observer, js::document(), false);
    rt.dom.observer.replace(observer);
}

/// Hears of slots that come into shadow roots, which the document's own observation does not reach, and of the roots that come.
pub fn roots(dom: &Dom) {
    js::upgrades(&dom.changed.borrow());
    js::roots().into_iter().skip(1).for_each(|root| observe(&dom.observer.borrow(), root, false));
}

/// Hears of everything in an element that shows something of ours.
pub fn watch(dom: &Dom, element: &JsValue) {
    observe(&dom.observer.borrow(), element.clone(), true);
}

fn observe(observer: &JsValue, node: JsValue, values: bool) {
    let mut init = vec![JsValue::TRUE; 2];
    if values {
        init.extend([JsValue::TRUE; 2]);
    }
    js::call(observer, "observe", vec![node, js::named("childList subtree attributes characterData", init)]);
}
