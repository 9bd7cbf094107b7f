//! IndexedDB `vt:<site>`: the truth. Stores `log` (the key is the sequence) and `meta` (`snapshot sent identity bundle
//! choice asked lead`).

use crate::js::{self, Then};
use crate::runtime::Rt;
use vitrine_core::Granted;
use vitrine_core::gate::Store;
use vitrine_core::io::{Identity, Loaded};
use vitrine_wire::codec::Put;
use vitrine_wire::event::{StoredError, StoredEvent, restore, store};
use vitrine_wire::{Code, Purpose, PurposeSet};
use wasm_bindgen::JsValue;

const LOG: &str = "log";
const META: &str = "meta";

/// An open database, and whose it is.
#[derive(Clone)]
pub struct Idb(JsValue, Rt);

/// Whether something was done.
pub type Done = Box<dyn FnOnce(bool)>;
/// What was read, and the highest sequence among it.
pub type Read = Box<dyn FnOnce(Option<(Loaded, u64)>)>;
/// The results of a transaction's first calls to further calls.
type Step = Box<dyn FnOnce(Vec<JsValue>) -> Vec<JsValue>>;

/// Calls beside others, by who is there; none of them at all where there is nothing.
type With = Box<dyn FnOnce(&JsValue) -> Option<Vec<JsValue>>>;

/// A number that was read.
pub fn number(of: Option<&JsValue>) -> u64 {
    of.and_then(JsValue::as_f64).unwrap_or_default() as u64
}

/// A call of a transaction.
#[inline(never)]
fn act(store: &str, method: &str, given: JsValue, key: Option<JsValue>) -> JsValue {
    let mut call = vec![store.into(), method.into(), given];
    call.extend(key);
    js::list(call)
}

fn get(name: &str) -> JsValue {
    act(META, "get", name.into(), None)
}

fn put(name: &str, value: JsValue) -> JsValue {
    act(META, "put", value, Some(name.into()))
}

fn range(method: &str, sequence: u64, open: bool) -> JsValue {
    js::call(&js::at("IDBKeyRange"), method, vec![(sequence as f64).into(), open.into()])
}

/// Keys and values of the records after a sequence.
fn newer(after: u64) -> Vec<JsValue> {
    ["getAllKeys", "getAll"].map(|method| act(LOG, method, range("lowerBound", after, true), None)).into()
}

/// What [`newer`] brought.
fn records(of: &[JsValue]) -> Vec<(u64, Vec<u8>)> {
    let [keys, values, ..] = of else { return Vec::new() };
    let pairs = js::items(keys).into_iter().zip(js::items(values));
    pairs.map(|(key, value)| (number(Some(&key)), js::bytes(&value).unwrap_or_default())).collect()
}

impl Idb {
    /// Opens the database, making it where there is none: [`Code::StoreNewer`] when a newer version made it,
    /// [`Code::StoreDenied`] when it cannot be used.
    pub fn open(rt: Rt, _grant: &Granted<Store>, name: &str, then: Box<dyn FnOnce(Result<Idb, Code>)>, lost: Then) {
        js::open(
            name,
            js::once(Box::new(move |db| {
                then(match db.as_string() {
                    _ if db.is_object() => Ok(Idb(db, rt)),
                    Some(error) if error == "VersionError" => Err(Code::StoreNewer),
                    _ => Err(Code::StoreDenied),
                });
            })),
            js::once(lost),
        );
    }

    /// Closes it; what was begun ends first.
    pub fn close(&self) {
        js::run(&self.0, "close");
    }

    fn transact(&self, calls: Vec<JsValue>, step: Option<Step>, then: Then) {
        let step = step
            .map_or(JsValue::UNDEFINED, |step| js::answering(Box::new(|results| js::list(step(js::items(&results))))));
        js::transact(&self.0, calls, &step, js::once(then));
    }

    /// Further calls, unless a grant was lost while the first ones ran: what rests on one reads and writes no more.
    fn granted(&self, step: impl FnOnce(Vec<JsValue>) -> Vec<JsValue> + 'static) -> Option<Step> {
        let (rt, generation) = (self.1, self.1.generation());
        let alive = move || rt.generation() == generation;
        Some(Box::new(move |results| if alive() { step(results) } else { Vec::new() }))
    }

    fn change(&self, calls: Vec<JsValue>, step: Option<Step>, then: Done) {
        self.transact(calls, step, Box::new(|results| then(!results.is_undefined())));
    }

    /// Appends records in one transaction: their sequences once they are durable; none where none of them was written.
    pub fn append(&self, _grant: &Granted<Store>, records: &[Vec<u8>], then: Box<dyn FnOnce(Option<Vec<JsValue>>)>) {
        let calls = records.iter().map(|record| act(LOG, "add", js::copy(record), None)).collect();
        self.transact(calls, None, Box::new(|keys| then((!keys.is_undefined()).then(|| js::items(&keys)))));
    }

    /// Everything: snapshot, newer records, marks, ids. Ids are put where there are none.
    pub fn load(&self, _grant: &Granted<Store>, fresh: Identity, then: Read) {
        let (rt, fresh_bytes) = (self.1, js::copy(&store(&fresh)));
        let step = move |results: Vec<JsValue>| {
            let [snapshot, identity, ..] = results.as_slice() else { return Vec::new() };
            let mut calls = newer(js::bytes(snapshot).map_or(0, |kept| split_up_to(&kept).0));
            if let Err(StoredError::Corrupt) = known(identity) {
                if !identity.is_undefined() {
                    rt.diagnose(Code::StoreCorrupt, "identity");
                }
                calls.push(put("identity", fresh_bytes));
            }
            calls
        };
        let calls = ["snapshot", "identity", "sent", "bundle", "choice", "asked"].map(get).into();
        self.transact(calls, self.granted(step), Box::new(|results| then(loaded(&js::items(&results), fresh))));
    }

    /// Records after a sequence, and how far the log was sent.
    pub fn newer(&self, _grant: &Granted<Store>, after: u64, then: Read) {
        let read = move |results: JsValue| {
            let found = js::items(&results);
            let (events, sent_up_to) = (records(&found), number(found.get(2)));
            let seen = events.last().map_or(after, |(sequence, _)| *sequence);
            then((!results.is_undefined()).then(|| (Loaded { events, sent_up_to, ..Loaded::default() }, seen)));
        };
        let mut calls = newer(after);
        calls.push(get("sent"));
        self.transact(calls, None, Box::new(read));
    }

    /// Keeps one thing of `meta`.
    pub fn keep(&self, _grant: &Granted<Store>, name: &str, value: JsValue, then: Done) {
        self.change(vec![put(name, value)], None, then);
    }

    /// Keeps a snapshot; records that it holds and that were sent go.
    pub fn snapshot(&self, _grant: &Granted<Store>, up_to: u64, snapshot: &[u8], then: Done) {
        let mut kept = up_to.to_le_bytes().to_vec();
        kept.extend_from_slice(snapshot);
        let calls = vec![put("snapshot", js::copy(&kept)), get("sent")];
        let step = move |results: Vec<JsValue>| {
            let gone = number(results.get(1)).min(up_to);
            vec![act(LOG, "delete", range("upperBound", gone, false), None)]
        };
        self.change(calls, self.granted(step), then);
    }

    /// Takes purposes off every record; one that serves none any more goes. The snapshot is the profile: it goes with
    /// personalization.
    pub fn purge(&self, purposes: PurposeSet, then: Done) {
        self.take_off(purposes, false, Box::new(|_| Some(Vec::new())), then);
    }

    /// After a log-out: the profile goes and another person takes this one's place, unless another tab has seen to it.
    pub fn succeed(&self, _grant: &Granted<Store>, former: String, fresh: &Identity, then: Done) {
        let calls = vec![put("identity", js::copy(&store(fresh)))];
        let still = move |identity: &JsValue| known(identity).is_ok_and(|own| own.visitor == former).then_some(calls);
        self.take_off([Purpose::Personalization].into_iter().collect(), true, Box::new(still), then);
    }

    /// Takes purposes off, and does what `with` wants beside it; nothing at all where it says so of who is there, or, `granted`, where a
    /// grant is lost meanwhile.
    #[inline(never)]
    fn take_off(&self, purposes: PurposeSet, granted: bool, with: With, then: Done) {
        let mut calls = newer(0);
        calls.push(get("identity"));
        let step = move |results: Vec<JsValue>| {
            let Some(mut calls) = results.last().and_then(with) else { return Vec::new() };
            if purposes.has(Purpose::Personalization) {
                calls.push(act(META, "delete", "snapshot".into(), None));
            }
            let records = records(&results).into_iter();
            calls.extend(records.filter_map(|(sequence, record)| purged(sequence, &record, purposes)));
            calls
        };
        let step: Option<Step> = if granted { self.granted(step) } else { Some(Box::new(step)) };
        self.change(calls, step, then);
    }

    /// Takes the lead for a while, unless another tab has it: `force` takes it from any. Whether this tab leads now; none
    /// where that cannot be known.
    pub fn lead(
        &self,
        _grant: &Granted<Store>,
        tab: String,
        now: f64,
        ms: f64,
        force: bool,
        then: Box<dyn FnOnce(Option<bool>)>,
    ) {
        let step = move |results: Vec<JsValue>| {
            let Some(lead) = results.first() else { return Vec::new() };
            let mine = js::text(lead, "tab").is_some_and(|t| t == tab);
            let over = js::get(lead, "until").as_f64().is_none_or(|until| until < now || until > now + ms * 2.0);
            if mine || over || force { vec![put_lead(&tab, now + ms)] } else { Vec::new() }
        };
        let ended = |results: JsValue| then((!results.is_undefined()).then(|| js::items(&results).len() > 1));
        self.transact(vec![get("lead")], self.granted(step), Box::new(ended));
    }

    /// Lets go of the lead, without waiting.
    pub fn unlead(&self, tab: &str) {
        // Where another tab has taken it meanwhile, that tab finds it ended at its next renewal and takes it again.
        self.change(vec![put_lead(tab, 0.0)], None, Box::new(|_| ()));
    }
}

fn put_lead(tab: &str, until: f64) -> JsValue {
    put("lead", js::named("tab until", vec![tab.into(), until.into()]))
}

/// Deletes the whole database; every connection of this tab must be closed.
pub fn erase(name: &str, then: Done) {
    js::erase(name, js::once(Box::new(|done| then(done == true))));
}

/// What becomes of a record when purposes are taken off.
fn purged(sequence: u64, record: &[u8], purposes: PurposeSet) -> Option<JsValue> {
    let key = JsValue::from(sequence as f64);
    match restore::<StoredEvent>(record) {
        Ok(mut record) => {
            record.purposes = record.purposes.without(purposes);
            if !record.purposes.is_empty() {
                return Some(act(LOG, "put", js::copy(&store(&record)), Some(key)));
            }
        }
        // What it serves cannot be known: a newer SDK's is left to it, anything else goes.
        Err(StoredError::Newer(_)) => return None,
        Err(StoredError::Corrupt) => {}
    }
    Some(act(LOG, "delete", key, None))
}

fn known(identity: &JsValue) -> Result<Identity, StoredError> {
    restore(&js::bytes(identity).unwrap_or_default())
}

fn loaded(results: &[JsValue], fresh: Identity) -> Option<(Loaded, u64)> {
    let [snapshot, identity, sent, bundle, choice, asked, found @ ..] = results else { return None };
    // What is kept and is no bytes is damage as other damage is.
    let kept = (!snapshot.is_undefined()).then(|| js::bytes(snapshot).unwrap_or_default());
    let known = known(identity);
    let split = kept.as_deref().map(split_up_to);
    let events = records(found);
    let seen = events.last().map_or(split.map_or(0, |(up_to, _)| up_to), |(sequence, _)| *sequence);
    let loaded = Loaded {
        snapshot: split.map(|(_, snapshot)| snapshot.into()),
        events,
        sent_up_to: number(Some(sent)),
        failed: matches!(known, Err(StoredError::Newer(_))).then_some(Code::StoreNewer),
        identity: Some(known.unwrap_or(fresh)),
        bundle_sequence: number(Some(bundle)),
        asked: asked.as_f64().map(|at| at as i64),
        choice: choice.as_string().map(|text| crate::consent::record::read(&text)),
        ..Loaded::default()
    };
    Some((loaded, seen))
}

/// A kept snapshot begins with the sequence it goes up to, which it says once more behind its schema: damage must not hide
/// the records after it.
fn split_up_to(kept: &[u8]) -> (u64, &[u8]) {
    let Some((up_to, snapshot)) = kept.split_first_chunk::<8>() else { return (0, kept) };
    let (up_to, mut again) = (u64::from_le_bytes(*up_to), Vec::new());
    up_to.put(&mut again);
    (if snapshot.get(1..).is_some_and(|body| body.starts_with(&again)) { up_to } else { 0 }, snapshot)
}
