//! Routes of single-page sites. No prototype is patched: the Navigation API says it, else a look after what can change it.

use crate::js;
use crate::runtime::Rt;

pub fn start(rt: Rt) {
    let navigation = js::at("navigation");
    if navigation.is_object() {
        return rt.sources.on(rt, &navigation, "currententrychange", |rt, _| rt.sources.check_route(rt));
    }
    // Without it a route shows itself in what it draws: the document's observer looks too (dom/observe.rs).
    rt.sources.on(rt, &js::at("window"), "popstate", |rt, _| rt.sources.check_route(rt));
}
