//! The site's catalogue: a public file, asked for without saying who asks, once a list wants it.

use crate::js;
use crate::runtime::Rt;
use vitrine_core::Granted;
use vitrine_core::gate::Render;
use vitrine_core::io::Facts;
use vitrine_wire::Code;

/// Fetches it, for the engine.
pub fn fetch(rt: Rt, grant: &Granted<Render>, from: &str) {
    if !rt.alive(grant) {
        return;
    }
    let asked = from.to_owned();
    let then = move |answer| {
        if let Some(wrong) = js::text(&answer, "wrong") {
            rt.diagnose(Code::Catalog, &wrong);
        }
        let items = js::bytes(&js::get(&answer, "bytes")).unwrap_or_default();
        rt.facts(Facts::Catalog { from: asked, items });
    };
    js::catalog(from, js::once(Box::new(then)));
}
