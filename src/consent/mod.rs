//! Where the visitor's choice comes from, one file per source, and the record that keeps it.

pub mod manual;
pub mod record;
pub mod source;

use crate::js;
use crate::runtime::Rt;
use crate::{ids, store::local};
use vitrine_core::Input;
use vitrine_core::io::{Act, ConsentChange};
use vitrine_wire::{ConsentState, Purpose};

/// Reads the recorded choice and listens for the other tabs' changes of it.
pub fn start(rt: Rt) {
    read_again(rt);
    rt.sources.on(rt, &js::at("window"), "storage", |rt, event| {
        let key = js::text(event, "key");
        // No key: everything was cleared.
        if key.is_none_or(|key| key == rt.config.name("c")) {
            read_again(rt);
        }
    });
}

/// Reads the recorded choice, synchronously. What was granted and is no longer recorded counts as taken back.
pub fn read_again(rt: Rt) {
    let record = local::read(&rt.config.name("c")).map(|text| record::read(&text));
    if record.is_none() && rt.may_keep().is_none() {
        return;
    }
    change(rt, Vec::new(), Act::Record(record.unwrap_or_default()));
}

/// Hands a change to the engine. The ids are for a device that has none yet.
fn change(rt: Rt, purposes: Vec<(Purpose, ConsentState)>, act: Act) {
    let at = rt.now();
    let change = ConsentChange { purposes, act, fresh: ids::identity(at), receipt: Some(ids::secret()) };
    rt.input(Input::Consent { at, change });
}
