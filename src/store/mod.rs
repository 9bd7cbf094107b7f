//! The device's store. One thing at a time, in order; each needs a live grant when it begins, and what waited asks again.

mod idb;
pub mod local;
mod memory;
mod run;
#[cfg(test)]
mod tests;

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

/// Under which the visitor's id and token are kept.
const IDENTITY: &str = "identity";

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
    /// A word to the other tabs.
    Say(&'static str),
}

/// The device's store, or what stands in for it.
#[derive(Default)]
pub struct Store {
    idb: RefCell<Option<Idb>>,
    memory: RefCell<Option<Memory>>,
    queue: RefCell<Vec<Op>>,
    busy: Cell<bool>,
    /// What another tab has just purged is not purged here once more: it may hold somebody's first records already.
    pub purged: Cell<bool>,
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
                Op::Keep(grant, IDENTITY, kept)
            }
            Persist::LoggedOut { grant, visitor } => return local::write_out(rt, &grant, &visitor),
            Persist::Choice(choice) => {
                local::write_choice(rt, &choice);
                let Some(grant) = rt.may_keep() else { return };
                Op::Keep(grant, "choice", crate::consent::record::write(&choice).into())
            }
            Persist::Paint { grant, record } => return local::write_paint(rt, &grant, &record),
            Persist::Purge { purposes, all } => {
                if all || purposes.has(Purpose::Personalization) {
                    local::forget_paint(rt);
                }
                if all {
                    local::forget_out(rt);
                }
                if self.purged.get() {
                    return;
                }
                make_way(&mut self.queue.borrow_mut(), purposes, all, rt.generation());
                return self.go(rt);
            }
        };
        self.push(rt, op);
    }

    /// Other tabs wrote: their records, or, where they may be in a snapshot already, everything.
    pub fn read(&self, rt: Rt, everything: bool) {
        // One reading answers all who said so before it.
        let asked = matches!(self.queue.borrow().last(), Some(Op::Read(_, after)) if everything == after.is_none());
        if let Some(grant) = rt.may_keep()
            && !asked
        {
            self.push(rt, Op::Read(grant, (!everything).then(|| self.seen.get())));
        }
    }

    /// Tells the other tabs what the store holds now: after what was written before, or they would read what was there. Who
    /// has no part in the log says nothing of it.
    pub fn say(&self, rt: Rt, word: &'static str) {
        if self.shared() {
            self.push(rt, Op::Say(word));
        }
    }

    /// The page leaves: what waits is begun at once, in order.
    pub fn hurry(&self, rt: Rt) {
        if let Some(idb) = self.idb() {
            run::all(rt, &idb);
        }
    }

    /// Lets the database go.
    pub fn rest(&self, rt: Rt) {
        self.hurry(rt);
        if let Some(idb) = self.idb.take() {
            idb.close();
        }
    }

    /// The page is back: the database is opened again and everything read; without one, the others are heard again.
    pub fn wake(&self, rt: Rt) {
        if self.memory.borrow().is_some() {
            rt.tabs.start(rt);
        } else if let Some(grant) = rt.may_keep()
            && !self.shared()
            && let Some(identity) = ids::identity(rt.now())
        {
            self.push(rt, Op::Open(grant, identity, true));
        }
    }

    /// Whether this tab has a part in the log.
    #[inline(never)]
    pub fn shared(&self) -> bool {
        self.idb.borrow().is_some()
    }

    /// The open database, to keep the lead in.
    pub fn idb(&self) -> Option<Idb> {
        self.idb.borrow().clone()
    }

    fn push(&self, rt: Rt, op: Op) {
        self.queue.borrow_mut().push(op);
        self.go(rt);
    }

    fn go(&self, rt: Rt) {
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

/// Puts a purge behind what waits. What rests on a grant that is over would do nothing, and what is about to be deleted
/// need not be written first; appends stay, for they are answered. Purges in a row are one.
#[inline(never)]
fn make_way(queue: &mut Vec<Op>, purposes: PurposeSet, all: bool, generation: u32) {
    queue.retain(|op| match op {
        Op::Append(..) | Op::Say(_) => true,
        // An opening and who it is from now on need any grant of today.
        Op::Open(..) | Op::Keep(_, IDENTITY, _) | Op::Purge(..) => !all,
        Op::Snapshot(grant, ..) | Op::Keep(grant, ..) | Op::Read(grant, _) => !all && grant.generation() == generation,
    });
    match queue.last_mut() {
        Some(Op::Purge(more, _)) => *more = more.and(purposes),
        _ => queue.push(Op::Purge(purposes, all)),
    }
}
