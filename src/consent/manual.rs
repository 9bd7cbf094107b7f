//! The site's own banner and preference centre: `consent.set`, `consent.restore`, `consent.withdraw`.

use super::change;
use crate::runtime::Rt;
use crate::{js, value};
use vitrine_core::io::Act;
use vitrine_wire::{Code, ConsentState, Map, Purpose};
use wasm_bindgen::JsValue;

/// The visitor acts now.
pub fn set(rt: Rt, purposes: &JsValue) {
    if let Some(purposes) = states(rt, value::read_map(purposes)) {
        act(rt, purposes);
    }
}

/// The visitor takes back one purpose, or all of them.
pub fn withdraw(rt: Rt, purpose: Option<&str>) {
    let purposes = match purpose.map(Purpose::parse) {
        None => Purpose::ALL.into(),
        Some(Some(purpose)) => vec![purpose],
        Some(None) => return rt.diagnose(Code::PurposeUnknown, purpose.unwrap_or_default()),
    };
    act(rt, purposes.into_iter().map(|p| (p, ConsentState::Withdrawn)).collect());
}

/// The site's own banner kept a choice, or the backend one made here (`ours`): `{purposes, decidedAt, noticeVersion}`, or
/// `decided`, an instant for each purpose.
pub fn restore(rt: Rt, record: &JsValue, ours: bool) {
    let Some(purposes) = states(rt, value::read_map(&js::get(record, "purposes"))) else { return };
    // Unix ms: the facade has read it. Not known, or in the future, is now.
    let (of, all) = (js::get(record, "decided"), js::get(record, "decidedAt"));
    let decided = |(purpose, _): &(Purpose, _)| {
        let at = Some(js::get(&of, purpose.as_str())).filter(|_| ours).unwrap_or_else(|| all.clone());
        at.as_f64().map_or(rt.now(), |at| (at as i64).min(rt.now()))
    };
    let decided = purposes.iter().map(decided).collect();
    let notice = js::text(record, "noticeVersion").unwrap_or_else(|| rt.net.notice(&purposes));
    change(rt, purposes, Act::Restored { decided, notice, ours });
}

fn act(rt: Rt, purposes: Vec<(Purpose, ConsentState)>) {
    let notice = rt.net.notice(&purposes);
    let locale = js::text(&js::document(), "documentElement.lang").unwrap_or_default();
    change(rt, purposes, Act::Visitor { notice, locale });
}

/// `{purpose: "granted" | "denied" | "withdrawn"}`; all of it or nothing.
fn states(rt: Rt, of: Result<Map, Code>) -> Option<Vec<(Purpose, ConsentState)>> {
    let of = match of {
        Ok(of) if !of.is_empty() => of,
        _ => {
            rt.diagnose(Code::Argument, "consent");
            return None;
        }
    };
    let mut states = Vec::new();
    for (name, state) in of.iter() {
        let Some(purpose) = Purpose::parse(name) else {
            rt.diagnose(Code::PurposeUnknown, name);
            return None;
        };
        match state.as_str().and_then(ConsentState::parse) {
            Some(s @ (ConsentState::Granted | ConsentState::Denied | ConsentState::Withdrawn)) => {
                states.push((purpose, s));
            }
            _ => {
                rt.diagnose(Code::Argument, name);
                return None;
            }
        }
    }
    Some(states)
}
