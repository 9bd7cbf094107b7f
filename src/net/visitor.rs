//! The visitor's own requests: choices, profile, export, erasure.

use super::{Request, fetch, get, json, outcome, post};
use crate::runtime::Runtime;
use crate::{js, value};
use std::rc::Rc;
use vitrine_core::gate::Sync;
use vitrine_core::io::{Consents, Facts, Outcome};
use vitrine_core::{Granted, Input};
use vitrine_wire::Map;
use wasm_bindgen::JsValue;

/// One act of choice.
pub fn consents(rt: &Rc<Runtime>, of: Consents) -> Request {
    let mut body = rt.net.body(rt, of.identity.as_ref());
    for (name, value) in [("receipt", of.receipt), ("ticket", of.ticket)] {
        if let Some(value) = value {
            body.insert(name, value);
        }
    }
    body.insert("purposes", of.purposes.iter().map(|(p, s)| (p.as_str(), s.as_str())).collect::<Map>());
    body.insert("notice", of.notice);
    body.insert("locale", of.locale);
    body.insert("source", of.source);
    body.insert("decided", of.decided);
    post("/v1/visitor/consents", body)
}

/// The profile's rows from the backend.
pub async fn profile(rt: &Rc<Runtime>, grant: &Granted<Sync>, token: String) -> Outcome {
    let request = Request { bearer: Some(token), signal: rt.net.signal(), ..get("/v1/visitor/profile".into()) };
    let response = fetch(rt, request).await;
    let outcome = outcome(response.as_ref()).await;
    if let (Outcome::Done, Some(response)) = (&outcome, &response) {
        let rows = json(response).await;
        if rt.alive(grant) {
            rt.facts(Facts::Profile(rows));
        }
    }
    outcome
}

/// `visitor.export()` and `visitor.receipts()`: what the backend keeps about this visitor; null where it keeps nothing.
pub async fn read(rt: Rc<Runtime>, path: &'static str) -> JsValue {
    let token = rt.net.identity.borrow().as_ref().map(|i| i.token.clone());
    let Some(token) = token else { return JsValue::NULL };
    let response = fetch(&rt, Request { bearer: Some(token), cache: "no-store", ..get(path.into()) }).await;
    match response {
        Some(response) if super::status(&response) == 200 => value::write(&json(&response).await),
        _ => JsValue::NULL,
    }
}

/// `visitor.erase()`: here at once; answers whether the backend has erased too.
pub async fn erase(rt: Rc<Runtime>) -> JsValue {
    rt.input(Input::Erase { at: rt.now() });
    if !rt.net.erasing.get() {
        return true.into();
    }
    js::settled(|done, _| rt.net.erased.borrow_mut().push(done)).await.unwrap_or_default()
}
