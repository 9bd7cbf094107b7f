//! The device's store. One thing at a time, in order; each needs a live grant when it begins, and what waited asks again.

mod idb;
pub mod local;
mod memory;

use crate::runtime::Runtime;
use crate::{ids, js};
use idb::Idb;
use js_sys::Uint8Array;
use memory::Memory;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
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
    queue: RefCell<VecDeque<Op>>,
    busy: Cell<bool>,
    /// The highest sequence up to which the engine knows every record.
    seen: Cell<u64>,
}

impl Store {
    /// Does what the engine wants kept.
    pub fn perform(&self, rt: &Rc<Runtime>, persist: Persist) {
        let op = match persist {
            Persist::Open { grant, identity } => Op::Open(grant, identity, false),
            Persist::Read { grant, after } => Op::Read(grant, Some(after)),
            Persist::Append { grant, reference, record } => Op::Append(grant, reference, record),
            Persist::Snapshot { grant, up_to, bytes } => Op::Snapshot(grant, up_to, bytes),
            Persist::Sent { grant, up_to } => Op::Keep(grant, "sent", (up_to as f64).into()),
            Persist::BundleSequence { grant, sequence } => Op::Keep(grant, "bundle", (sequence as f64).into()),
            Persist::Identity { grant, identity } => {
                let kept = Uint8Array::from(encode(&identity).as_slice());
                rt.net.identify(Some(identity));
                Op::Keep(grant, "identity", kept.into())
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
    pub fn read(&self, rt: &Rc<Runtime>, everything: bool) {
        // One reading answers all who said so before it.
        let asked = matches!(self.queue.borrow().back(), Some(Op::Read(_, after)) if everything == after.is_none());
        if let Some(grant) = rt.ask(|e| e.gate().ask::<gate::Store>())
            && !asked
        {
            self.push(rt, Op::Read(grant, (!everything).then(|| self.seen.get())));
        }
    }

    /// The page leaves: what waits is written at once, then the database is let go.
    pub fn rest(&self, rt: &Rc<Runtime>) {
        let Some(idb) = self.idb.take() else { return };
        let (appends, others) =
            self.queue.take().into_iter().partition::<VecDeque<_>, _>(|op| matches!(op, Op::Append(..)));
        self.queue.replace(others);
        js::spawn(append(rt.clone(), &idb, appends));
        idb.close();
    }

    /// The page is back: the database is opened again and everything read.
    pub fn wake(&self, rt: &Rc<Runtime>) {
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

    fn push(&self, rt: &Rc<Runtime>, op: Op) {
        self.queue.borrow_mut().push_back(op);
        if !self.busy.replace(true) {
            let rt = rt.clone();
            js::spawn(async move {
                while let Some(op) = rt.store.pop() {
                    rt.store.run(&rt, op).await;
                }
                rt.store.busy.set(false);
            });
        }
    }

    fn pop(&self) -> Option<Op> {
        self.queue.borrow_mut().pop_front()
    }

    /// `first` and the appends right behind it: one transaction.
    fn appends(&self, first: Op) -> VecDeque<Op> {
        let mut queue = self.queue.borrow_mut();
        let mut appends = VecDeque::from([first]);
        while matches!(queue.front(), Some(Op::Append(..))) {
            appends.extend(queue.pop_front());
        }
        appends
    }

    async fn run(&self, rt: &Rc<Runtime>, op: Op) {
        let idb = self.idb();
        match (op, idb) {
            (Op::Open(grant, identity, again), _) => self.open(rt, grant, identity, again).await,
            (op @ Op::Append(..), Some(idb)) => append(rt.clone(), &idb, self.appends(op)).await,
            (Op::Append(_, reference, _), None) => {
                let sequence = self.memory.borrow().as_ref().and_then(|m| m.append(1).pop());
                persisted(rt, reference, sequence.ok_or(Code::StoreFailed));
            }
            (Op::Snapshot(grant, up_to, bytes), Some(idb)) if rt.alive(&grant) => {
                // A snapshot that could not be kept is made again after more records.
                let _ = idb.snapshot(&grant, up_to, &bytes).await;
            }
            (Op::Keep(grant, name, value), Some(idb)) if rt.alive(&grant) => {
                let _ = idb.keep(&grant, name, &value).await;
            }
            (Op::Read(grant, after), Some(idb)) if rt.alive(&grant) => self.read_from(rt, &idb, grant, after).await,
            (Op::Purge(purposes, all), idb) => self.purge(rt, idb, purposes, all).await,
            _ => {}
        }
    }

    async fn open(&self, rt: &Rc<Runtime>, grant: Grant, identity: Identity, again: bool) {
        let Some(grant) = live(rt, grant) else { return };
        let opened = match self.idb() {
            Some(idb) => Ok(idb),
            None => Idb::open(&grant, &rt.config.name("")).await,
        };
        let read = match opened {
            Ok(idb) => {
                let read = idb.load(&grant, &identity).await;
                if read.is_err() || live(rt, grant).is_none() {
                    idb.close();
                } else {
                    self.idb.replace(Some(idb));
                }
                read
            }
            Err(code) => Err(code),
        };
        // Withdrawn while it opened: what follows in the queue deletes it.
        if rt.ask(|e| e.gate().granted()).is_empty() {
            return;
        }
        let mut loaded = match read {
            Ok((loaded, seen)) => {
                self.seen.set(seen);
                loaded
            }
            Err(code) => {
                let memory = Memory::default();
                let loaded = memory.load(identity, code);
                self.memory.replace(Some(memory));
                loaded
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
    }

    async fn read_from(&self, rt: &Rc<Runtime>, idb: &Idb, grant: Grant, after: Option<u64>) {
        let read = match after {
            None => {
                let read = idb.load(&grant, &ids::identity(rt.now())).await;
                read.map(|(loaded, seen)| (Loaded { grown: true, ..loaded }, seen))
            }
            Some(after) => idb.newer(&grant, after).await.map(|events| {
                let seen = events.last().map_or(after, |(sequence, _)| *sequence);
                (Loaded { grown: true, events, ..Loaded::default() }, seen)
            }),
        };
        if let Ok((loaded, seen)) = read
            && rt.alive(&grant)
        {
            self.seen.set(seen.max(self.seen.get()));
            if loaded.identity.is_some() {
                rt.net.identify(loaded.identity.clone());
            }
            rt.input(Input::Loaded { at: rt.now(), loaded });
        }
    }

    async fn purge(&self, rt: &Rc<Runtime>, idb: Option<Idb>, purposes: PurposeSet, all: bool) {
        let name = rt.config.name("");
        if all {
            rt.net.identify(None);
            self.idb.take();
            self.memory.take();
            rt.tabs.rest(rt);
            if let Some(idb) = &idb {
                idb.close();
            }
            if idb::erase(&name).await.is_err() {
                rt.diagnose(Code::StoreFailed, "erase");
            }
        } else if let Some(idb) = idb
            && idb.purge(purposes, purposes.has(Purpose::Personalization)).await.is_err()
        {
            rt.diagnose(Code::StoreFailed, "purge");
        }
    }
}

/// The grant, or today's in its place: another purpose than the one that was lost may keep the store.
fn live(rt: &Rc<Runtime>, grant: Grant) -> Option<Grant> {
    if rt.alive(&grant) { Some(grant) } else { rt.ask(|e| e.gate().ask()) }
}

/// When a record was made: its id says so.
fn recorded(record: &[u8]) -> Option<Millis> {
    ids::time(&restore::<StoredEvent>(record).ok()?.event.message_id)
}

/// Begins to write appended records at once; the answers follow when they are durable.
fn append(rt: Rc<Runtime>, idb: &Idb, appends: VecDeque<Op>) -> impl Future<Output = ()> + use<> {
    let (mut live, mut references, mut dead) = (Vec::new(), Vec::new(), Vec::new());
    let mut held = None;
    for op in appends {
        let Op::Append(grant, reference, record) = op else { continue };
        if rt.alive(&grant) {
            live.push(record);
            references.push(reference);
            held = Some(grant);
        } else {
            dead.push(reference);
        }
    }
    let writing = held.map(|grant| idb.append(&grant, live.iter().map(Vec::as_slice)));
    async move {
        dead.into_iter().for_each(|reference| persisted(&rt, reference, Err(Code::NoConsent)));
        let written = match writing {
            None => return,
            Some(Ok(writing)) => writing.end().await,
            Some(Err(code)) => Err(code),
        };
        match written {
            Ok(sequences) => {
                for (reference, sequence) in references.into_iter().zip(sequences) {
                    if sequence == rt.store.seen.get() + 1 {
                        rt.store.seen.set(sequence);
                    }
                    persisted(&rt, reference, Ok(sequence));
                }
            }
            Err(code) => references.into_iter().for_each(|reference| persisted(&rt, reference, Err(code))),
        }
    }
}

fn persisted(rt: &Rc<Runtime>, reference: Ref, result: Result<u64, Code>) {
    rt.input(Input::Persisted { at: rt.now(), reference, result });
}
