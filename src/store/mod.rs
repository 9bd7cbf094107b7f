//! The device's store. One thing at a time, in order; each needs a live grant when it begins, and what waited asks again.

mod idb;
pub mod local;
mod memory;

use crate::runtime::Rt;
use crate::{ids, js};
use idb::{Done, Idb, Read};
use memory::Memory;
use std::cell::{Cell, RefCell};
use vitrine_core::io::{Identity, Loaded, Persist, Ref};
use vitrine_core::{Granted, Input, gate};
use vitrine_wire::event::{StoredEvent, restore, store as encode};
use vitrine_wire::{Code, Millis, Purpose, PurposeSet};
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

    /// The page leaves: what waits is written at once, then the database is let go.
    pub fn rest(&self, rt: Rt) {
        let Some(idb) = self.idb.take() else { return };
        let appends = self.queue.borrow_mut().extract_if(.., |op| matches!(op, Op::Append(..))).collect();
        append(rt, &idb, appends, Box::new(|_| ()));
        idb.close();
    }

    /// The page is back: the database is opened again and everything read.
    pub fn wake(&self, rt: Rt) {
        if let Some(grant) = rt.ask(|e| e.gate().ask::<gate::Store>())
            && self.idb.borrow().is_none()
            && self.memory.borrow().is_none()
        {
            self.push(rt, Op::Open(grant, ids::identity(rt.now()), true));
        }
    }

    /// The open database, to keep the lead in.
    pub fn idb(&self) -> Option<Idb> {
        self.idb.borrow().clone()
    }

    fn push(&self, rt: Rt, op: Op) {
        self.queue.borrow_mut().push(op);
        if !self.busy.replace(true) {
            let rt = rt;
            // Not at once: what the engine appends in one turn is one transaction.
            js::soon(Box::new(move |_| next(rt)));
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

/// Goes on with what waits, until something has to be waited for.
fn next(rt: Rt) {
    while let Some(op) = rt.store.pop() {
        let idb = rt.store.idb();
        if !run(rt, op, idb) {
            return;
        }
    }
    rt.store.busy.set(false);
}

/// What goes on with the queue when something is done, however it ended.
fn then_next(rt: Rt) -> Done {
    let rt = rt;
    Box::new(move |_| next(rt))
}

/// Whether it is done already.
fn run(rt: Rt, op: Op, idb: Option<Idb>) -> bool {
    match (op, idb) {
        (Op::Open(grant, identity, again), idb) => return open(rt, grant, identity, again, idb),
        (op @ Op::Append(..), Some(idb)) => append(rt, &idb, rt.store.appends(op), then_next(rt)),
        (Op::Append(_, reference, _), None) => {
            let sequence = rt.store.memory.borrow().as_ref().map(Memory::append);
            persisted(rt, reference, sequence.ok_or(Code::StoreFailed));
            return true;
        }
        // A snapshot that could not be kept is made again after more records.
        (Op::Snapshot(grant, up_to, bytes), Some(idb)) if rt.alive(&grant) => {
            idb.snapshot(&grant, up_to, &bytes, then_next(rt));
        }
        (Op::Keep(grant, name, value), Some(idb)) if rt.alive(&grant) => idb.keep(&grant, name, value, then_next(rt)),
        (Op::Read(grant, after), Some(idb)) if rt.alive(&grant) => read(rt, &idb, grant, after),
        (Op::Purge(purposes, all), idb) => return purge(rt, idb, purposes, all),
        _ => return true,
    }
    false
}

#[inline(never)]
fn open(rt: Rt, grant: Grant, identity: Identity, again: bool, idb: Option<Idb>) -> bool {
    let Some(grant) = live(rt, grant) else { return true };
    let (rt, name) = (rt, rt.config.name(""));
    let load = {
        let grant = grant.clone();
        move |opened: Result<Idb, Code>| match opened {
            Ok(idb) => {
                let held = idb.clone();
                let fresh = identity.clone();
                idb.load(
                    &grant.clone(),
                    fresh,
                    Box::new(move |read| {
                        if read.is_none() || live(rt, grant).is_none() {
                            held.close();
                        } else {
                            rt.store.idb.replace(Some(held));
                        }
                        opened_as(rt, read.ok_or(Code::StoreFailed), identity, again);
                    }),
                );
            }
            Err(code) => opened_as(rt, Err(code), identity, again),
        }
    };
    match idb {
        Some(idb) => load(Ok(idb)),
        None => Idb::open(&grant, &name, Box::new(load)),
    }
    false
}

/// The store is open, or stands for one.
fn opened_as(rt: Rt, read: Result<(Loaded, u64), Code>, identity: Identity, again: bool) {
    let store = &rt.store;
    // Withdrawn while it opened: what follows in the queue deletes it.
    if rt.ask(|e| e.gate().granted()).is_empty() {
        return next(rt);
    }
    let mut loaded = match read {
        Ok((loaded, seen)) => {
            store.seen.set(seen);
            loaded
        }
        Err(code) => {
            store.memory.replace(Some(Memory::default()));
            Loaded { identity: Some(identity), failed: Some(code), ..Loaded::default() }
        }
    };
    loaded.grown = again;
    rt.net.seen_bundle(loaded.bundle_sequence);
    rt.net.identify(loaded.identity.clone());
    if let Some(at) = loaded.events.last().and_then(|(_, record)| recorded(record)) {
        rt.clock.raise(at);
    }
    rt.input(Input::Loaded { at: rt.now(), loaded });
    rt.tabs.start(rt);
    next(rt);
}

#[inline(never)]
fn read(rt: Rt, idb: &Idb, grant: Grant, after: Option<u64>) {
    let held = grant.clone();
    let then: Read = Box::new(move |read| {
        if let Some((mut loaded, seen)) = read
            && rt.alive(&held)
        {
            rt.store.seen.set(seen.max(rt.store.seen.get()));
            loaded.grown = true;
            if loaded.identity.is_some() {
                rt.net.identify(loaded.identity.clone());
            }
            rt.input(Input::Loaded { at: rt.now(), loaded });
        }
        next(rt);
    });
    match after {
        None => idb.load(&grant, ids::identity(rt.now()), then),
        Some(after) => idb.newer(&grant, after, then),
    }
}

#[inline(never)]
fn purge(rt: Rt, idb: Option<Idb>, purposes: PurposeSet, all: bool) -> bool {
    let then: Done = Box::new(move |done| {
        if !done {
            rt.diagnose(Code::StoreFailed, if all { "erase" } else { "purge" });
        }
        next(rt);
    });
    if all {
        rt.net.identify(None);
        rt.store.idb.take();
        rt.store.memory.take();
        rt.tabs.rest(rt);
        if let Some(idb) = &idb {
            idb.close();
        }
        idb::erase(&rt.config.name(""), then);
    } else if let Some(idb) = idb {
        idb.purge(purposes, purposes.has(Purpose::Personalization), then);
    } else {
        return true;
    }
    false
}

/// The grant, or today's in its place: another purpose than the one that was lost may keep the store.
fn live(rt: Rt, grant: Grant) -> Option<Grant> {
    if rt.alive(&grant) { Some(grant) } else { rt.ask(|e| e.gate().ask()) }
}

/// When a record was made: its id says so.
fn recorded(record: &[u8]) -> Option<Millis> {
    ids::time(&restore::<StoredEvent>(record).ok()?.event.message_id)
}

/// Begins to write appended records at once; the answers follow when they are durable.
fn append(rt: Rt, idb: &Idb, appends: Vec<Op>, then: Done) {
    let (mut live, mut references) = (Vec::new(), Vec::new());
    let mut held = None;
    for op in appends {
        let Op::Append(grant, reference, record) = op else { continue };
        if rt.alive(&grant) {
            live.push(record);
            references.push(reference);
            held = Some(grant);
        } else {
            persisted(rt, reference, Err(Code::NoConsent));
        }
    }
    let Some(grant) = held else { return then(false) };
    let rt = rt;
    let written = move |sequences: Option<Vec<JsValue>>| {
        let store = &rt.store;
        for (at, reference) in references.into_iter().enumerate() {
            let sequence = sequences.as_ref().map(|s| idb::number(s.get(at)));
            if sequence == Some(store.seen.get() + 1) {
                store.seen.set(store.seen.get() + 1);
            }
            persisted(rt, reference, sequence.ok_or(Code::StoreFailed));
        }
        then(true);
    };
    idb.append(&grant, &live, Box::new(written));
}

fn persisted(rt: Rt, reference: Ref, result: Result<u64, Code>) {
    rt.input(Input::Persisted { at: rt.now(), reference, result });
}
