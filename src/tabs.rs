//! The site's other tabs: who of them leads, and what they tell each other (never data).
//!
//! The leader alone sends, holds the stream and writes snapshots. The Web Lock is the fast path; the record `lead` in the
//! store fences each send, since a page may be frozen with the lock in its hand, and plain http has no locks.

use crate::runtime::Rt;
use crate::store::local;
use crate::{consent, ids, js};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vitrine_core::io::Facts;
use wasm_bindgen::JsValue;

/// A lead that is not renewed ends after this many milliseconds.
const LEASE_MS: f64 = 6_000.0;
/// Time between renewals.
const RENEW_MS: i64 = 2_000;

/// This tab among the site's tabs.
#[derive(Default)]
pub struct Tabs {
    id: RefCell<String>,
    joined: Cell<bool>,
    channel: RefCell<JsValue>,
    lead: Cell<bool>,
    locked: Cell<bool>,
    /// Aborts the request for the lock.
    abort: RefCell<JsValue>,
    /// Lets go of the lock.
    release: RefCell<JsValue>,
    /// Raised when everything is given up: what runs from before ends.
    epoch: Cell<u32>,
}

impl Tabs {
    /// Joins the others once the store is open. Without a store there is no log to share, and this tab speaks for itself; choices
    /// and log-outs are told and heard all the same.
    pub fn start(&self, rt: Rt) {
        if self.joined.replace(true) {
            return;
        }
        *self.id.borrow_mut() = ids::uuid(rt.now());
        let name = JsValue::from(rt.config.name(""));
        let channel = js::make("BroadcastChannel", vec![name.clone()]);
        let hear = move |event| {
            // What was on its way when the channel was closed is heard no more.
            if let Some(word) = js::text(&event, "data").filter(|_| rt.tabs.joined.get()) {
                heard(rt, &word);
            }
        };
        js::listen(&channel, "message", js::always(Rc::new(hear)), &JsValue::UNDEFINED);
        self.channel.replace(channel);
        if !rt.store.shared() {
            return self.leads(rt, true);
        }
        let epoch = self.epoch.get();
        let locks = js::at("navigator.locks");
        if locks.is_undefined() {
            return hold(rt, epoch, false);
        }
        let abort = js::abort_controller();
        let options = js::named("signal", vec![js::get(&abort, "signal")]);
        self.abort.replace(abort);
        let granted = js::answering(Box::new(move |_| {
            if rt.tabs.epoch.get() != epoch {
                return JsValue::UNDEFINED;
            }
            rt.tabs.locked.set(true);
            let held = js::pending();
            rt.tabs.release.replace(js::get(&held, "give"));
            // Who has the lock knows that the former leader let go of it.
            hold(rt, epoch, true);
            js::get(&held, "promise")
        }));
        // Aborting it rejects it; that is no news.
        js::wait(&js::call(&locks, "request", vec![name, options, granted]), Box::new(|_| ()));
    }

    /// Tells the other tabs.
    pub fn say(&self, word: &str) {
        js::ask(&self.channel.borrow(), "postMessage", word);
    }

    /// Another person uses this device from now on. Who shares the log reads it there; the others must be told.
    pub fn say_reset(&self, rt: Rt) {
        self.say(if rt.store.shared() { "reset" } else { "out" });
    }

    /// Gives up everything that is shared: the page may never run again.
    pub fn rest(&self, rt: Rt) {
        self.epoch.set(self.epoch.get().wrapping_add(1));
        if !self.joined.replace(false) {
            return;
        }
        js::run(&self.channel.take(), "close");
        js::abort(&self.abort.take());
        // Who gets the lock takes the lead by force. A transaction more that is open when the page is put away keeps Chromium
        // from bringing it back as it was.
        let locked = self.locked.replace(false);
        if let (true, Some(idb)) = (self.lead.get() && !locked, rt.store.idb()) {
            idb.unlead(&self.id.borrow());
        }
        js::give(&self.release.take(), JsValue::UNDEFINED);
        self.leads(rt, false);
    }

    /// Whether this tab may send now: asked of the store each time, so that one who slept does not send beside another.
    pub fn may_send(&self, rt: Rt, then: Box<dyn FnOnce(bool)>) {
        self.renew(
            rt,
            false,
            Box::new(move |leads| {
                if let Some(leads) = leads {
                    rt.tabs.leads(rt, leads);
                }
                then(rt.tabs.lead.get());
            }),
        );
    }

    /// Renews the lead; none where there is no store to ask.
    fn renew(&self, rt: Rt, force: bool, then: Box<dyn FnOnce(Option<bool>)>) {
        match (rt.may_keep(), rt.store.idb()) {
            (Some(grant), Some(idb)) => {
                idb.lead(&grant, self.id.borrow().clone(), rt.now() as f64, LEASE_MS, force, then);
            }
            _ => then(None),
        }
    }

    fn leads(&self, rt: Rt, leads: bool) {
        if self.lead.replace(leads) != leads {
            rt.facts(Facts::Lead(leads));
        }
    }
}

/// Takes the lead and keeps it as long as the page lives and no other tab takes it.
fn hold(rt: Rt, epoch: u32, force: bool) {
    if rt.tabs.epoch.get() != epoch {
        return;
    }
    let then = move |leads| {
        if rt.tabs.epoch.get() == epoch {
            rt.tabs.leads(rt, leads == Some(true));
            js::timer(RENEW_MS, Box::new(move |_| hold(rt, epoch, false)));
        }
    };
    rt.tabs.renew(rt, force, Box::new(then));
}

fn heard(rt: Rt, word: &str) {
    match word {
        "grew" => rt.store.read(rt, false),
        "snapshot" => rt.store.read(rt, true),
        // Where no record of it can be kept, each tab has its own.
        "choice" if local::read(&rt.config.name("c")).is_none() => {}
        "choice" | "lost" => consent::read_again(rt),
        "reset" if rt.store.shared() => {}
        "reset" | "out" => {
            if let Some(fresh) = ids::identity(rt.now()) {
                rt.store.purged.set(word == "reset");
                rt.facts(Facts::Reset { fresh });
                rt.store.purged.set(false);
            }
        }
        "bundle" => rt.net.fetch_bundle(rt),
        _ => {}
    }
}
