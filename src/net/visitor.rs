//! The visitor's own requests: choices, profile, export, erasure.

use super::{Request, fetch, get, outcome, post};
use crate::runtime::Rt;
use crate::{js, value};
use vitrine_core::gate::Sync;
use vitrine_core::io::{Consents, Facts, Outcome, Ref};
use vitrine_core::{Granted, Input};
use wasm_bindgen::JsValue;

/// One act of choice.
#[inline(never)]
pub fn consents(rt: Rt, of: Consents) -> Request {
    let (visitor, token) = of.identity.map(|i| (i.visitor, i.token)).unwrap_or_default();
    let mut purposes = Vec::new();
    for (purpose, state) in of.purposes {
        purposes.extend([purpose.as_str().into(), state.as_str().into()]);
    }
    let more = vec![
        js::some(&of.receipt.unwrap_or_default()),
        js::some(&of.ticket.unwrap_or_default()),
        js::object(purposes),
        of.notice.into(),
        of.locale.into(),
        of.source.into(),
        (of.decided as f64).into(),
    ];
    let names = "site key visitor token receipt ticket purposes notice locale source decided";
    post("/v1/visitor/consents", rt.net.body(rt, names, &visitor, &token, more))
}

/// The profile's rows from the backend.
#[inline(never)]
pub fn profile(rt: Rt, reference: Ref, grant: Granted<Sync>, token: String) {
    let request = Request { bearer: token, signal: rt.net.signal(), ..get("/v1/visitor/profile") };
    fetch(
        rt,
        request,
        Box::new(move |answer| {
            let outcome = outcome(&answer);
            if matches!(outcome, Outcome::Done) && rt.alive(&grant) {
                rt.facts(Facts::Profile(value::read(&js::get(&answer, "2"))));
            }
            rt.answer_send(reference, outcome);
        }),
    );
}

/// `visitor.export()`, `visitor.receipts()`, `visitor.preferences()`: what the backend keeps about this visitor; null where it
/// keeps nothing or cannot be reached.
pub fn read(rt: Rt, path: &'static str, done: JsValue) {
    let token = rt.net.identity.borrow().as_ref().map(|i| i.token.clone());
    let request = token.map(|bearer| Request { bearer, cache: "no-store", ..get(path) });
    ask(rt, request, done);
}

/// `visitor.prefer()`: answers what holds then; false where the backend refuses it, null where it cannot be reached.
pub fn prefer(rt: Rt, change: &JsValue, done: JsValue) {
    let request = rt.net.identity.borrow().as_ref().map(|i| {
        let names = "site key visitor token stop channels topics addresses preferred locale";
        let more = names.split(' ').skip(4).map(|name| js::get(change, name)).collect();
        let body = rt.net.body(rt, names, &i.visitor, &i.token, more);
        Request { method: "PATCH", ..post("/v1/visitor/preferences", body) }
    });
    ask(rt, request, done);
}

#[inline(never)]
fn ask(rt: Rt, request: Option<Request>, done: JsValue) {
    let Some(request) = request else {
        return js::give(&done, JsValue::NULL);
    };
    fetch(
        rt,
        request,
        Box::new(move |answer| {
            let said = match js::number(&answer, "0") {
                200.0 => js::get(&answer, "2"),
                400.0 => JsValue::FALSE,
                _ => JsValue::NULL,
            };
            js::give(&done, said);
        }),
    );
}

/// `visitor.erase()`: here at once; answers whether the backend has erased too.
pub fn erase(rt: Rt, done: JsValue) {
    rt.input(Input::Erase { at: rt.now() });
    if rt.net.erasing.get() {
        rt.net.erased.borrow_mut().push(done);
    } else {
        js::give(&done, JsValue::TRUE);
    }
}
