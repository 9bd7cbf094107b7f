//! What another consent source says: a consent manager, TCF, GPP, Consent Mode, the browser itself. Each is read in its own
//! chunk (pkg/ts/consent); this is the one door for all of them.

use super::change;
use crate::runtime::Rt;
use crate::value;
use vitrine_core::io::Act;
use vitrine_wire::{ConsentState, Map, Purpose, Value};
use wasm_bindgen::JsValue;

/// `{purpose: "granted" | "denied" | "unknown"}`, who says so, whether the visitor has just acted, and the source's own
/// record among the cookies. Nobody's name: the browser refuses on its user's behalf. What is no purpose or no state is
/// left out: a source may say more than is asked here.
pub fn told(rt: Rt, source: &str, of: &JsValue, acted: bool, cookie: &str) {
    if source.is_empty() {
        return change(rt, Vec::new(), Act::Signal);
    }
    let of = value::read_map(of).unwrap_or_default();
    let purposes: Vec<_> = Map::iter(&of).filter_map(|(name, state)| stated(name, state)).collect();
    let notice = rt.net.notice(&purposes);
    change(rt, purposes, Act::Source { source: source.into(), acted, notice, cookie: cookie.into() });
}

fn stated(name: &str, state: &Value) -> Option<(Purpose, ConsentState)> {
    let state = ConsentState::parse(state.as_str()?)?;
    let said = matches!(state, ConsentState::Granted | ConsentState::Denied | ConsentState::Unknown);
    said.then_some((Purpose::parse(name)?, state))
}
