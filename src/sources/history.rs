//! Routes of single-page sites. No prototype is patched: the Navigation API says it, else a look after what can change it.

use crate::js;
use crate::runtime::Runtime;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::EventTarget;

pub fn start(rt: &Rc<Runtime>) {
    let window = js::window();
    if let Ok(navigation) = js::get(&window, "navigation").dyn_into::<EventTarget>() {
        rt.sources.on(rt, &navigation, "currententrychange", |rt, _| rt.sources.check_route(rt));
        return;
    }
    // Without it a route shows itself in what it draws: the document's observer looks too (dom/observe.rs).
    rt.sources.on(rt, &window, "popstate", |rt, _| rt.sources.check_route(rt));
}
