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

/// `visitor.export()` and `visitor.receipts()`: what the backend keeps about this visitor; null where it keeps nothing.
pub fn read(rt: Rt, path: &'static str, done: JsValue) {
    let Some(token) = rt.net.identity.borrow().as_ref().map(|i| i.token.clone()) else {
        return js::give(&done, JsValue::NULL);
    };
    let request = Request { bearer: token, cache: "no-store", ..get(path) };
    fetch(
        rt,
        request,
        Box::new(move |answer| {
            let good = js::number(&answer, "0") == 200.0;
            js::give(&done, if good { js::get(&answer, "2") } else { JsValue::NULL });
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
