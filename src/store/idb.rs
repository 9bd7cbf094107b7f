//! IndexedDB `vt:<site>`: the truth. Stores `log` (the key is the sequence) and `meta` (`schema snapshot sent identity
//! bundle choice lead`).

use crate::js;
use js_sys::{Array, Uint8Array};
use vitrine_core::Granted;
use vitrine_core::gate::Store;
use vitrine_core::io::{Identity, Loaded};
use vitrine_wire::event::{StoredError, StoredEvent, restore, store};
use vitrine_wire::{Code, PurposeSet};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    IdbCursorWithValue, IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest,
    IdbRequestReadyState, IdbTransaction, IdbTransactionMode as Mode,
};

const VERSION: u32 = 1;
const LOG: &str = "log";
const META: &str = "meta";
/// An open that another tab blocks for longer than this is given up.
const OPEN_MS: i32 = 3_000;

/// An open database.
#[derive(Clone)]
pub struct Idb(IdbDatabase);

fn factory() -> Result<IdbFactory, Code> {
    js::get(&js::window(), "indexedDB").dyn_into().map_err(|_| Code::StoreDenied)
}

/// Waits for a request.
async fn done(request: &IdbRequest) -> Result<JsValue, Code> {
    if request.ready_state() == IdbRequestReadyState::Pending {
        let end = js::settled(|ok, no| {
            request.set_onsuccess(Some(&ok));
            request.set_onerror(Some(&no));
        });
        end.await.map_err(failed)?;
    }
    request.result().map_err(failed)
}

/// Waits until a transaction is durable.
async fn complete(transaction: &IdbTransaction) -> Result<(), Code> {
    let end = js::settled(|ok, no| {
        transaction.set_oncomplete(Some(&ok));
        transaction.set_onabort(Some(&no));
    });
    end.await.map(|_| ()).map_err(failed)
}

fn failed(_: JsValue) -> Code {
    Code::StoreFailed
}

fn number(of: &JsValue) -> u64 {
    of.as_f64().unwrap_or_default() as u64
}

fn key(of: u64) -> JsValue {
    (of as f64).into()
}

impl Idb {
    /// Opens the database, making it where there is none.
    ///
    /// # Errors
    /// [`Code::StoreNewer`] when a newer version made it, [`Code::StoreDenied`] when it cannot be used.
    pub async fn open(_grant: &Granted<Store>, name: &str) -> Result<Idb, Code> {
        let request = factory()?.open_with_u32(name, VERSION).map_err(|_| Code::StoreDenied)?;
        let wait = js::settled(|ok, no| {
            request.set_onsuccess(Some(&ok));
            request.set_onerror(Some(&no));
            let _ = js::window().set_timeout_with_callback_and_timeout_and_arguments_0(&no, OPEN_MS);
        });
        let upgrade = wasm_bindgen::closure::Closure::once_into_js({
            let request = request.clone();
            move || upgrade(&request)
        });
        request.set_onupgradeneeded(upgrade.dyn_ref());
        if wait.await.is_err() {
            let newer = request.error().ok().flatten().is_some_and(|e| e.name() == "VersionError");
            return Err(if newer { Code::StoreNewer } else { Code::StoreDenied });
        }
        let db: IdbDatabase = request.result().map_err(failed)?.dyn_into().map_err(failed)?;
        // Another tab erases or upgrades: do not stand in its way.
        let close = js::call(&js::get(&db, "close"), "bind", &[db.clone().into()]);
        db.set_onversionchange(close.dyn_ref());
        Ok(Idb(db))
    }

    /// Closes it; what was begun ends first.
    pub fn close(&self) {
        self.0.close();
    }

    fn begin(&self, stores: &[&str], mode: Mode) -> Result<IdbTransaction, Code> {
        let stores: Array = stores.iter().map(|s| JsValue::from_str(s)).collect();
        self.0.transaction_with_str_sequence_and_mode(&stores, mode).map_err(failed)
    }

    fn one(&self, store: &str, mode: Mode) -> Result<(IdbTransaction, IdbObjectStore), Code> {
        let transaction = self.begin(&[store], mode)?;
        let store = transaction.object_store(store).map_err(failed)?;
        Ok((transaction, store))
    }

    /// Begins to append records in one transaction.
    ///
    /// # Errors
    /// [`Code::StoreFailed`]: none of them was written.
    pub fn append<'a>(
        &self,
        _grant: &Granted<Store>,
        records: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Appending, Code> {
        let (transaction, log) = self.one(LOG, Mode::Readwrite)?;
        let requests = records.map(|r| log.add(&Uint8Array::from(r)).map_err(failed)).collect::<Result<_, _>>()?;
        Ok(Appending { transaction, requests })
    }

    /// Everything: snapshot, newer records, marks, ids; and the highest sequence among it. Ids are put where there are
    /// none.
    ///
    /// # Errors
    /// [`Code::StoreFailed`].
    pub async fn load(&self, _grant: &Granted<Store>, fresh: &Identity) -> Result<(Loaded, u64), Code> {
        let transaction = self.begin(&[LOG, META], Mode::Readwrite)?;
        let meta = transaction.object_store(META).map_err(failed)?;
        let log = transaction.object_store(LOG).map_err(failed)?;
        let read = |name: &str| meta.get(&name.into()).map_err(failed);
        let [snapshot, sent, identity, bundle, choice] =
            [read("snapshot")?, read("sent")?, read("identity")?, read("bundle")?, read("choice")?];
        let mut snapshot = bytes(&done(&snapshot).await?);
        let sent_up_to = number(&done(&sent).await?);
        let known = bytes(&done(&identity).await?).and_then(|b| restore::<Identity>(&b).ok());
        let bundle_sequence = number(&done(&bundle).await?);
        let choice = done(&choice).await?.as_string();
        if known.is_none() {
            meta.put_with_key(&Uint8Array::from(store(fresh).as_slice()), &"identity".into()).map_err(failed)?;
        }
        let up_to = snapshot.as_mut().map(split_up_to).unwrap_or_default();
        let events = newer(&log, up_to).await?;
        complete(&transaction).await?;
        let seen = events.last().map_or(up_to, |(sequence, _)| *sequence);
        let loaded = Loaded {
            grown: false,
            snapshot,
            events,
            sent_up_to,
            identity: Some(known.unwrap_or_else(|| fresh.clone())),
            bundle_sequence,
            choice: choice.map(|text| crate::consent::record::read(&text)),
            failed: None,
        };
        Ok((loaded, seen))
    }

    /// Records after a sequence.
    ///
    /// # Errors
    /// [`Code::StoreFailed`].
    pub async fn newer(&self, _grant: &Granted<Store>, after: u64) -> Result<Vec<(u64, Vec<u8>)>, Code> {
        let (_, log) = self.one(LOG, Mode::Readonly)?;
        newer(&log, after).await
    }

    /// Keeps one thing of `meta`.
    ///
    /// # Errors
    /// [`Code::StoreFailed`].
    pub async fn keep(&self, _grant: &Granted<Store>, name: &str, value: &JsValue) -> Result<(), Code> {
        let (transaction, meta) = self.one(META, Mode::Readwrite)?;
        meta.put_with_key(value, &name.into()).map_err(failed)?;
        complete(&transaction).await
    }

    /// Keeps a snapshot; records that it holds and that were sent go.
    ///
    /// # Errors
    /// [`Code::StoreFailed`].
    pub async fn snapshot(&self, _grant: &Granted<Store>, up_to: u64, snapshot: &[u8]) -> Result<(), Code> {
        let transaction = self.begin(&[LOG, META], Mode::Readwrite)?;
        let meta = transaction.object_store(META).map_err(failed)?;
        let log = transaction.object_store(LOG).map_err(failed)?;
        let mut kept = up_to.to_le_bytes().to_vec();
        kept.extend_from_slice(snapshot);
        meta.put_with_key(&Uint8Array::from(kept.as_slice()), &"snapshot".into()).map_err(failed)?;
        let sent = number(&done(&meta.get(&"sent".into()).map_err(failed)?).await?);
        let gone = IdbKeyRange::upper_bound(&key(sent.min(up_to))).map_err(failed)?;
        log.delete(&gone).map_err(failed)?;
        complete(&transaction).await
    }

    /// Takes purposes off every record; one that serves none any more goes. The snapshot is the profile: it goes with
    /// personalization, the caller says so.
    ///
    /// # Errors
    /// [`Code::StoreFailed`].
    pub async fn purge(&self, purposes: PurposeSet, snapshot: bool) -> Result<(), Code> {
        let transaction = self.begin(&[LOG, META], Mode::Readwrite)?;
        if snapshot {
            let meta = transaction.object_store(META).map_err(failed)?;
            meta.delete(&"snapshot".into()).map_err(failed)?;
        }
        let request = transaction.object_store(LOG).map_err(failed)?.open_cursor().map_err(failed)?;
        while let Ok(cursor) = done(&request).await?.dyn_into::<IdbCursorWithValue>() {
            let value = bytes(&cursor.value().map_err(failed)?).unwrap_or_default();
            match restore::<StoredEvent>(&value) {
                Ok(mut record) => {
                    record.purposes = record.purposes.without(purposes);
                    if record.purposes.is_empty() {
                        cursor.delete().map_err(failed)?;
                    } else {
                        cursor.update(&Uint8Array::from(store(&record).as_slice())).map_err(failed)?;
                    }
                }
                // What it serves cannot be known: a newer SDK's is left to it, anything else goes.
                Err(StoredError::Newer(_)) => {}
                Err(StoredError::Corrupt) => drop(cursor.delete().map_err(failed)?),
            }
            cursor.continue_().map_err(failed)?;
        }
        complete(&transaction).await
    }

    /// Takes the lead for a while, unless another tab has it: `force` takes it from any. Whether this tab leads now.
    ///
    /// # Errors
    /// [`Code::StoreFailed`].
    pub async fn lead(&self, _grant: &Granted<Store>, tab: &str, now: f64, ms: f64, force: bool) -> Result<bool, Code> {
        let (transaction, meta) = self.one(META, Mode::Readwrite)?;
        let lead = done(&meta.get(&"lead".into()).map_err(failed)?).await?;
        let mine = js::text(&lead, "tab").is_some_and(|t| t == tab);
        let over = js::get(&lead, "until").as_f64().is_none_or(|until| until < now || until > now + ms * 2.0);
        let leads = mine || over || force;
        if leads {
            let lead = js::object(&[("tab", tab.into()), ("until", (now + ms).into())]);
            meta.put_with_key(&lead, &"lead".into()).map_err(failed)?;
        }
        complete(&transaction).await?;
        Ok(leads)
    }

    /// Lets go of the lead, without waiting.
    pub fn unlead(&self, tab: &str) {
        let _ = (|| {
            let (_, meta) = self.one(META, Mode::Readwrite)?;
            // Where another tab has taken it meanwhile, that tab finds it ended at its next renewal and takes it again.
            let lead = js::object(&[("tab", tab.into()), ("until", 0.0.into())]);
            meta.put_with_key(&lead, &"lead".into()).map_err(failed)
        })();
    }
}

/// Records on their way into the log.
pub struct Appending {
    transaction: IdbTransaction,
    requests: Vec<IdbRequest>,
}

impl Appending {
    /// Their sequences, once they are durable.
    ///
    /// # Errors
    /// [`Code::StoreFailed`]: none of them was written.
    pub async fn end(self) -> Result<Vec<u64>, Code> {
        complete(&self.transaction).await?;
        Ok(self.requests.iter().map(|r| number(&r.result().unwrap_or_default())).collect())
    }
}

/// Deletes the whole database; every connection of this tab must be closed.
///
/// # Errors
/// [`Code::StoreFailed`].
pub async fn erase(name: &str) -> Result<(), Code> {
    let request = factory()?.delete_database(name).map_err(failed)?;
    // A tab that does not let go must not keep this one waiting; the browser deletes when it does.
    let end = js::settled(|ok, no| {
        request.set_onsuccess(Some(&ok));
        request.set_onerror(Some(&no));
        let _ = js::window().set_timeout_with_callback_and_timeout_and_arguments_0(&no, OPEN_MS);
    });
    end.await.map(|_| ()).map_err(failed)
}

fn upgrade(request: &IdbOpenDbRequest) {
    let Ok(Ok(db)) = request.result().map(|db| db.dyn_into::<IdbDatabase>()) else { return };
    let log = web_sys::IdbObjectStoreParameters::new();
    log.set_auto_increment(true);
    // A failure aborts the upgrade, and with it the opening.
    let _ = db.create_object_store_with_optional_parameters(LOG, &log);
    let _ = db.create_object_store(META);
}

async fn newer(log: &IdbObjectStore, after: u64) -> Result<Vec<(u64, Vec<u8>)>, Code> {
    let range = IdbKeyRange::lower_bound_with_open(&key(after), true).map_err(failed)?;
    let values = log.get_all_with_key(&range).map_err(failed)?;
    let keys = log.get_all_keys_with_key(&range).map_err(failed)?;
    let values: Array = done(&values).await?.dyn_into().map_err(failed)?;
    let keys: Array = done(&keys).await?.dyn_into().map_err(failed)?;
    Ok(keys.iter().zip(values.iter()).map(|(k, v)| (number(&k), bytes(&v).unwrap_or_default())).collect())
}

fn bytes(of: &JsValue) -> Option<Vec<u8>> {
    of.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

/// A kept snapshot begins with the sequence it goes up to.
fn split_up_to(kept: &mut Vec<u8>) -> u64 {
    let Some((up_to, _)) = kept.split_first_chunk::<8>() else { return 0 };
    let up_to = u64::from_le_bytes(*up_to);
    kept.drain(..8);
    up_to
}
