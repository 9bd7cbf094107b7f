//! The store's work, one thing after the other.

use super::idb::{self, Done, Idb, Read};
use super::memory::Memory;
use super::{Grant, IDENTITY, Op, local};
use crate::ids;
use crate::runtime::Rt;
use vitrine_core::Input;
use vitrine_core::io::{Identity, Loaded, Ref};
use vitrine_wire::event::{StoredEvent, restore};
use vitrine_wire::{Code, Millis, PurposeSet};
use wasm_bindgen::JsValue;

/// Goes on with what waits, until something has to be waited for.
pub fn next(rt: Rt) {
    while let Some(op) = rt.store.pop() {
        // However it ends.
        if !run(rt, op, rt.store.idb(), Box::new(move |_| next(rt))) {
            return;
        }
    }
    rt.store.busy.set(false);
}

/// Begins everything without waiting for any of it. What reads is left out: a page that comes back reads anew.
pub fn all(rt: Rt, idb: &Idb) {
    while let Some(op) = rt.store.pop() {
        if !matches!(op, Op::Open(..) | Op::Read(..)) {
            run(rt, op, Some(idb.clone()), Box::new(|_| ()));
        }
    }
}

/// Whether it is done already; if not, `then` is called once it is, but by what reads, which goes on by itself.
fn run(rt: Rt, op: Op, idb: Option<Idb>, then: Done) -> bool {
    match (op, idb) {
        (Op::Open(grant, identity, again), idb) => return open(rt, grant, identity, again, idb),
        (Op::Say(word), _) => {
            rt.tabs.say(word);
            return true;
        }
        (op @ Op::Append(..), Some(idb)) => append(rt, &idb, rt.store.appends(op), then),
        (Op::Append(_, reference, _), None) => {
            let sequence = rt.store.memory.borrow().as_ref().map(Memory::append);
            persisted(rt, reference, sequence.ok_or(Code::StoreFailed));
            return true;
        }
        // A snapshot that could not be kept is made again after more records.
        (Op::Snapshot(grant, up_to, bytes), Some(idb)) if rt.alive(&grant) => idb.snapshot(&grant, up_to, &bytes, then),
        // Who this is from now on does not hang on the purpose that was granted then.
        (Op::Keep(grant, name, value), Some(idb)) if name == IDENTITY => match live(rt, grant) {
            Some(grant) => idb.keep(
                &grant,
                name,
                value,
                Box::new(move |done| {
                    if done {
                        local::forget_out(rt);
                    }
                    then(done);
                }),
            ),
            None => return true,
        },
        (Op::Keep(grant, name, value), Some(idb)) if rt.alive(&grant) => idb.keep(&grant, name, value, then),
        (Op::Read(grant, after), Some(idb)) if rt.alive(&grant) => read(rt, &idb, grant, after),
        (Op::Purge(purposes, all), idb) => return purge(rt, idb, purposes, all, then),
        _ => return true,
    }
    false
}

#[inline(never)]
fn open(rt: Rt, grant: Grant, identity: Identity, again: bool, idb: Option<Idb>) -> bool {
    let Some(grant) = live(rt, grant) else { return true };
    let name = rt.config.name("");
    let load = {
        let grant = grant.clone();
        move |opened: Result<Idb, Code>| match opened {
            Ok(idb) => {
                // Opening may take seconds: what was withdrawn meanwhile is not read.
                let Some(grant) = live(rt, grant) else {
                    idb.close();
                    return next(rt);
                };
                let held = idb.clone();
                let fresh = identity.clone();
                load_own(
                    rt,
                    &idb,
                    grant.clone(),
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
        None => {
            let lost = move |newer| lost(rt, if newer == true { Code::StoreNewer } else { Code::StoreFailed });
            Idb::open(rt, &grant, &name, Box::new(load), Box::new(lost));
        }
    }
    false
}

/// The browser closed the database by itself, as when its data are cleared, a newer version wants it, or it refuses what is
/// written: what is known stays, in memory, and this tab speaks for itself.
fn lost(rt: Rt, code: Code) {
    if let Some(idb) = rt.store.idb.take() {
        idb.close();
        rt.store.memory.replace(Some(Memory::default()));
        rt.tabs.rest(rt);
        let loaded = Loaded { grown: true, failed: Some(code), ..Loaded::default() };
        rt.input(Input::Loaded { at: rt.now(), loaded });
        rt.tabs.start(rt);
    }
}

/// The store is open, or stands for one.
fn opened_as(rt: Rt, read: Result<(Loaded, u64), Code>, identity: Identity, again: bool) {
    let store = &rt.store;
    // Withdrawn while it opened: what follows in the queue deletes it.
    if rt.may_keep().is_none() {
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
    // Whoever was told of what is known may have taken it back.
    if rt.may_keep().is_some() {
        rt.tabs.start(rt);
    }
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
        None => match ids::identity(rt.now()) {
            Some(fresh) => load_own(rt, idb, grant, fresh, then),
            None => then(None),
        },
        Some(after) => idb.newer(&grant, after, then),
    }
}

/// Everything that is kept of whoever this is: of who has logged out it is deleted first.
#[inline(never)]
fn load_own(rt: Rt, idb: &Idb, grant: Grant, fresh: Identity, then: Read) {
    let (again, held, next) = (idb.clone(), grant.clone(), fresh.clone());
    let read = move |read: Option<(Loaded, u64)>| {
        let Some(visitor) = read.as_ref().and_then(|(loaded, _)| Some(loaded.identity.as_ref()?.visitor.clone()))
        else {
            return then(read);
        };
        // Loading may take seconds as well.
        let Some(held) = live(rt, held) else { return then(None) };
        if !local::out(rt, &held, &visitor) {
            local::forget_out(rt);
            return then(read);
        }
        let (opened, grant, own) = (again.clone(), held.clone(), next.clone());
        let succeeded = move |done: bool| {
            if !done {
                return then(None);
            }
            let Some(held) = live(rt, held) else { return then(None) };
            local::forget_out(rt);
            rt.tabs.say("snapshot");
            opened.load(&held, own, then);
        };
        again.succeed(&grant, visitor, &next, Box::new(succeeded));
    };
    idb.load(&grant, fresh, Box::new(read));
}

#[inline(never)]
fn purge(rt: Rt, idb: Option<Idb>, purposes: PurposeSet, all: bool, then: Done) -> bool {
    let then: Done = Box::new(move |done| {
        if !done {
            rt.diagnose(Code::StoreFailed, if all { "erase" } else { "purge" });
        }
        then(done);
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
        idb.purge(purposes, then);
    } else if let (Some(grant), true) = (rt.may_keep(), rt.store.memory.borrow().is_some()) {
        // What was kept before the store failed goes as well.
        let opened = move |opened: Result<Idb, Code>| match opened {
            Ok(idb) => {
                idb.purge(purposes, then);
                idb.close();
            }
            Err(_) => then(false),
        };
        Idb::open(rt, &grant, &rt.config.name(""), Box::new(opened), Box::new(|_| ()));
    } else {
        return true;
    }
    false
}

/// The grant, or today's in its place: another purpose than the one that was lost may keep the store.
fn live(rt: Rt, grant: Grant) -> Option<Grant> {
    if rt.alive(&grant) { Some(grant) } else { rt.may_keep() }
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
    let written = move |sequences: Option<Vec<JsValue>>| {
        let store = &rt.store;
        if sequences.is_none() {
            lost(rt, Code::StoreFailed);
        }
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
