//! Hidden, gone, asleep, back: a tab gives up everything shared when it leaves and takes it up again when it returns.

use crate::runtime::Rt;
use crate::{consent, js};
use vitrine_core::Input;
use vitrine_core::io::Facts;
use wasm_bindgen::JsValue;

pub fn start(rt: Rt) {
    let (window, document) = (js::at("window"), js::document());
    rt.sources.on(rt, &document, "visibilitychange", changed);
    rt.sources.on(rt, &window, "pagehide", leave);
    rt.sources.on(rt, &document, "freeze", leave);
    rt.sources.on(rt, &window, "pageshow", shown);
    rt.sources.on(rt, &document, "resume", back);
    if hidden() {
        rt.facts(Facts::Hidden);
    }
}

fn hidden() -> bool {
    js::text(&js::document(), "visibilityState").as_deref() == Some("hidden")
}

fn changed(rt: Rt, _: &JsValue) {
    let hidden = hidden();
    if hidden {
        rt.facts(Facts::Hidden);
    } else {
        rt.clock.wake();
        rt.facts(Facts::Visible);
        rt.input(Input::Tick { at: rt.now() });
    }
    rt.net.visibility(rt, !hidden);
}

fn leave(rt: Rt, _: &JsValue) {
    rt.sources.leave(rt);
    rt.facts(Facts::Leaving);
    // Before the channel closes: what is written now is told now.
    rt.store.hurry(rt);
    rt.tabs.rest(rt);
    rt.net.rest();
    rt.store.rest(rt);
}

fn shown(rt: Rt, event: &JsValue) {
    if js::get(event, "persisted") == true {
        back(rt, event);
        rt.sources.view_again(rt);
    }
}

/// The choice first: it may have been taken back while this page slept.
fn back(rt: Rt, _: &JsValue) {
    rt.clock.wake();
    consent::read_again(rt);
    rt.store.wake(rt);
    rt.input(Input::Tick { at: rt.now() });
    rt.net.visibility(rt, true);
}
