//! The device's store. One thing at a time, in order; each needs a live grant when it begins, and what waited asks again.

mod idb;
pub mod local;
mod memory;
mod run;

use crate::runtime::Rt;
use crate::{ids, js};
use idb::Idb;
use memory::Memory;
use std::cell::{Cell, RefCell};
use vitrine_core::io::{Identity, Persist, Ref};
use vitrine_core::{Granted, gate};
use vitrine_wire::event::store as encode;
use vitrine_wire::{Purpose, PurposeSet};
use wasm_bindgen::JsValue;

type Grant = Granted<gate::Store>;

/// One thing to do.
enum Op {
    /// For the engine, or (`true`) again after the page slept, which the engine takes as a log that grew.
    Open(Grant, Identity, bool),
    Append(Grant, Ref, Vec<u8>),
    Snapshot(Grant, u64, Vec<u8>),
    Keep(Grant, &'static str, JsValue),
    /// Records after a sequence; none: everything again.
    Read(Grant, Option<u64>),
    Purge(PurposeSet, bool),
}

/// The device's store, or what stands in for it.
#[derive(Default)]
pub struct Store {
    idb: RefCell<Option<Idb>>,
    memory: RefCell<Option<Memory>>,
    queue: RefCell<Vec<Op>>,
    busy: Cell<bool>,
    /// The highest sequence up to which the engine knows every record.
    seen: Cell<u64>,
}

impl Store {
    /// Does what the engine wants kept.
    #[inline(never)]
    pub fn perform(&self, rt: Rt, persist: Persist) {
        let op = match persist {
            Persist::Open { grant, identity } => Op::Open(grant, identity, false),
            Persist::Read { grant, after } => Op::Read(grant, Some(after)),
            Persist::Append { grant, reference, record } => Op::Append(grant, reference, record),
            Persist::Snapshot { grant, up_to, bytes } => Op::Snapshot(grant, up_to, bytes),
            Persist::Asked { grant, at } => Op::Keep(grant, "asked", (at as f64).into()),
            Persist::Sent { grant, up_to } => Op::Keep(grant, "sent", (up_to as f64).into()),
            Persist::BundleSequence { grant, sequence } => Op::Keep(grant, "bundle", (sequence as f64).into()),
            Persist::Identity { grant, identity } => {
                let kept = js::copy(&encode(&identity));
                rt.net.identify(Some(identity));
                Op::Keep(grant, "identity", kept)
            }
            Persist::Choice(choice) => {
                local::write_choice(rt, &choice);
                let Some(grant) = rt.ask(|e| e.gate().ask::<gate::Store>()) else { return };
                Op::Keep(grant, "choice", crate::consent::record::write(&choice).into())
            }
            Persist::Paint { grant, record } => return local::write_paint(rt, &grant, &record),
            Persist::Purge { purposes, all } => {
                if all || purposes.has(Purpose::Personalization) {
                    local::forget_paint(rt);
                }
                Op::Purge(purposes, all)
            }
        };
        self.push(rt, op);
    }

    /// Other tabs wrote: their records, or, where they may be in a snapshot already, everything.
    pub fn read(&self, rt: Rt, everything: bool) {
        // One reading answers all who said so before it.
        let asked = matches!(self.queue.borrow().last(), Some(Op::Read(_, after)) if everything == after.is_none());
        if let Some(grant) = rt.ask(|e| e.gate().ask::<gate::Store>())
            && !asked
        {
            self.push(rt, Op::Read(grant, (!everything).then(|| self.seen.get())));
        }
    }

    /// The page leaves: what waits is begun at once, in order, then the database is let go.
    pub fn rest(&self, rt: Rt) {
        if let Some(idb) = self.idb.take() {
            run::all(rt, &idb, self.queue.take());
        }
    }

    /// The page is back: the database is opened again and everything read.
    pub fn wake(&self, rt: Rt) {
        if let Some(grant) = rt.ask(|e| e.gate().ask::<gate::Store>())
            && self.idb.borrow().is_none()
            && self.memory.borrow().is_none()
            && let Some(identity) = ids::identity(rt.now())
        {
            self.push(rt, Op::Open(grant, identity, true));
        }
    }

    /// The open database, to keep the lead in.
    pub fn idb(&self) -> Option<Idb> {
        self.idb.borrow().clone()
    }

    fn push(&self, rt: Rt, op: Op) {
        self.queue.borrow_mut().push(op);
        if !self.busy.replace(true) {
            // Not at once: what the engine appends in one turn is one transaction.
            js::soon(Box::new(move |_| run::next(rt)));
        }
    }

    fn pop(&self) -> Option<Op> {
        let mut queue = self.queue.borrow_mut();
        (!queue.is_empty()).then(|| queue.remove(0))
    }

    /// `first` and the appends right behind it: one transaction.
    fn appends(&self, first: Op) -> Vec<Op> {
        let mut queue = self.queue.borrow_mut();
        let more = queue.iter().take_while(|op| matches!(op, Op::Append(..))).count();
        let mut appends = vec![first];
        appends.extend(queue.drain(..more));
        appends
    }
}
