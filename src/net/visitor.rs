//! The visitor's own requests: choices, profile, export, erasure.

use super::{Request, fetch, get, outcome, post};
use crate::runtime::Rt;
use crate::{js, value};
use vitrine_core::gate::Sync;
use vitrine_core::io::{Consents, Facts, Outcome, Ref};
use vitrine_core::{Granted, Input};
use vitrine_wire::Map;
use wasm_bindgen::JsValue;

/// One act of choice.
#[inline(never)]
pub fn consents(rt: Rt, of: Consents) -> Request {
    let mut body = match &of.identity {
        Some(identity) => rt.net.body(rt, &identity.visitor, &identity.token),
        None => rt.net.body(rt, "", ""),
    };
    for (name, value) in [("receipt", of.receipt), ("ticket", of.ticket)] {
        if let Some(value) = value {
            body.insert(name, value);
        }
    }
    body.insert("purposes", of.purposes.iter().map(|(p, s)| (p.as_str(), s.as_str())).collect::<Map>());
    for (name, value) in [("notice", of.notice), ("locale", of.locale), ("source", of.source)] {
        body.insert(name, value);
    }
    body.insert("decided", of.decided);
    post("/v1/visitor/consents", body)
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
