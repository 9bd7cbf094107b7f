//! The site's other tabs: who of them leads, and what they tell each other (never data).
//!
//! The leader alone sends, holds the stream and writes snapshots. The Web Lock is the fast path; the record `lead` in the
//! store fences each send, since a page may be frozen with the lock in its hand, and plain http has no locks.

use crate::runtime::Runtime;
use crate::{consent, ids, js};
use gloo_events::EventListener;
use js_sys::Function;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vitrine_core::gate;
use vitrine_core::io::{Broadcast, Facts};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

/// A lead that is not renewed ends after this many milliseconds.
const LEASE_MS: f64 = 6_000.0;
/// Time between renewals.
const RENEW_MS: i64 = 2_000;

/// This tab among the site's tabs.
#[derive(Default)]
pub struct Tabs {
    id: RefCell<String>,
    joined: Cell<bool>,
    channel: RefCell<Option<(EventTarget, EventListener)>>,
    lead: Cell<bool>,
    locked: Cell<bool>,
    /// Aborts the request for the lock.
    abort: RefCell<JsValue>,
    /// Lets go of the lock.
    release: RefCell<Option<Function>>,
    /// Raised when everything is given up: what runs from before ends.
    epoch: Cell<u32>,
}

impl Tabs {
    /// Joins the others once the store is open; without a store there is nothing to share.
    pub fn start(&self, rt: &Rc<Runtime>) {
        if rt.store.idb().is_none() {
            return self.leads(rt, true);
        }
        if self.joined.replace(true) {
            return;
        }
        *self.id.borrow_mut() = ids::uuid(rt.now());
        let name = JsValue::from(rt.config.name(""));
        if let Ok(channel) = js::construct("BroadcastChannel", std::slice::from_ref(&name)) {
            let channel: EventTarget = channel.unchecked_into();
            let weak = Rc::downgrade(rt);
            let hear = move |event: &Event| {
                if let (Some(rt), Some(word)) = (weak.upgrade(), js::text(event, "data")) {
                    heard(&rt, &word);
                }
            };
            let listener = js::listen(&channel, "message", Rc::new(hear));
            self.channel.replace(Some((channel, listener)));
        }
        let epoch = self.epoch.get();
        let locks = js::get(&js::get(&js::window(), "navigator"), "locks");
        if locks.is_undefined() {
            js::spawn(hold(rt.clone(), epoch));
            return;
        }
        let abort = js::construct("AbortController", &[]).unwrap_or_default();
        let options = js::object(&[("signal", js::get(&abort, "signal"))]);
        self.abort.replace(abort);
        let weak = Rc::downgrade(rt);
        let granted = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            let Some(rt) = weak.upgrade().filter(|rt| rt.tabs.epoch.get() == epoch) else { return JsValue::UNDEFINED };
            rt.tabs.locked.set(true);
            js::spawn(hold(rt.clone(), epoch));
            js_sys::Promise::new(&mut |release, _| {
                rt.tabs.release.replace(Some(release));
            })
            .into()
        });
        let request = js::call(&locks, "request", &[name, options, granted]);
        // Aborting it rejects it; that is no news.
        js::spawn(async move { drop(js::wait(request).await) });
    }

    /// Tells the other tabs.
    pub fn say(&self, word: Broadcast) {
        self.say_word(match word {
            Broadcast::Grew => "grew",
            Broadcast::Choice => "choice",
            Broadcast::Snapshot => "snapshot",
            Broadcast::Erased => "erased",
        });
    }

    /// Tells the other tabs that a newer bundle is published.
    pub fn say_bundle(&self) {
        self.say_word("bundle");
    }

    fn say_word(&self, word: &str) {
        if let Some((channel, _)) = &*self.channel.borrow() {
            js::call(channel, "postMessage", &[word.into()]);
        }
    }

    /// Gives up everything that is shared: the page may never run again.
    pub fn rest(&self, rt: &Rc<Runtime>) {
        self.epoch.set(self.epoch.get().wrapping_add(1));
        if !self.joined.replace(false) {
            return;
        }
        if let Some((channel, _)) = self.channel.take() {
            js::call(&channel, "close", &[]);
        }
        js::call(&self.abort.take(), "abort", &[]);
        self.locked.set(false);
        if let (true, Some(idb)) = (self.lead.get(), rt.store.idb()) {
            idb.unlead(&self.id.borrow());
        }
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
        self.leads(rt, false);
    }

    /// Whether this tab may send now: asked of the store each time, so that one who slept does not send beside another.
    pub async fn may_send(&self, rt: &Rc<Runtime>) -> bool {
        if let Some(leads) = self.renew(rt, false).await {
            self.leads(rt, leads);
        }
        self.lead.get()
    }

    /// Renews the lead; none where there is no store to ask.
    async fn renew(&self, rt: &Rc<Runtime>, force: bool) -> Option<bool> {
        let grant = rt.ask(|e| e.gate().ask::<gate::Store>())?;
        let (idb, id) = (rt.store.idb()?, self.id.borrow().clone());
        idb.lead(&grant, &id, rt.now() as f64, LEASE_MS, force).await.ok()
    }

    fn leads(&self, rt: &Rc<Runtime>, leads: bool) {
        if self.lead.replace(leads) != leads {
            rt.facts(Facts::Lead(leads));
        }
    }
}

/// Takes the lead and keeps it as long as the page lives and no other tab takes it.
async fn hold(rt: Rc<Runtime>, epoch: u32) {
    // Who has the lock knows that the former leader let go of it.
    let mut force = rt.tabs.locked.get();
    while rt.tabs.epoch.get() == epoch {
        let leads = rt.tabs.renew(&rt, force).await;
        if rt.tabs.epoch.get() != epoch {
            return;
        }
        rt.tabs.leads(&rt, leads == Some(true));
        force = false;
        js::sleep(RENEW_MS).await;
    }
}

fn heard(rt: &Rc<Runtime>, word: &str) {
    match word {
        "grew" => rt.store.read(rt, false),
        "snapshot" => rt.store.read(rt, true),
        "choice" | "erased" => consent::read_again(rt),
        "bundle" => rt.net.fetch_bundle(rt),
        _ => {}
    }
}
