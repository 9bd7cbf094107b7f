//! The loop: an input, the engine's turn, its effects, one adapter each.
//!
//! INVARIANT: JavaScript that may call back runs only while the engine is not borrowed and no effect is pending: inputs
//! that arrive meanwhile wait in `inbox`, what the developer is told waits in `notices`.

mod tell;

use crate::clock::Clock;
use crate::config::Config;
use crate::dom::Dom;
use crate::net::{self, Net};
use crate::sources::Sources;
use crate::store::Store;
use crate::tabs::Tabs;
use crate::{ids, js};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
pub use tell::{answer, decision};
use vitrine_core::io::{Broadcast, Draft, Effect, Facts, Input, Mode, Notify, Ref, Tracked};
use vitrine_core::{Engine, Granted, gate};
use vitrine_wire::{Code, Millis};
use wasm_bindgen::JsValue;

/// An SDK lives as long as its page: who calls back later needs to count nothing.
pub type Rt = &'static Runtime;

/// One SDK on one page for one site.
pub struct Runtime {
    /// What the page said.
    pub config: Config,
    /// The page's time.
    pub clock: Clock,
    /// The page's content.
    pub dom: Dom,
    /// The device's store.
    pub store: Store,
    /// The backend.
    pub net: Net,
    /// The site's other tabs.
    pub tabs: Tabs,
    /// Where inputs come from.
    pub sources: Sources,
    engine: RefCell<Engine>,
    inbox: RefCell<VecDeque<Input>>,
    generation: Cell<u32>,
    busy: Cell<bool>,
    off: Cell<bool>,
    notices: RefCell<VecDeque<Notify>>,
    notify: JsValue,
    next: Cell<Ref>,
    waiting: RefCell<Vec<(Ref, JsValue)>>,
    flushing: RefCell<Vec<JsValue>>,
    /// The facade knows that decisions are real, or that they will not be.
    settled: Cell<bool>,
}

impl Runtime {
    /// An SDK that has not looked at anything yet.
    pub fn new(config: Config, boot: &JsValue, notify: JsValue) -> Rt {
        let engine = RefCell::new(Engine::new(&config.site));
        Box::leak(Box::new(Runtime {
            config,
            clock: Clock::new(),
            dom: Dom::new(boot),
            store: Store::default(),
            net: Net::new(boot),
            tabs: Tabs::default(),
            sources: Sources::default(),
            engine,
            inbox: RefCell::default(),
            generation: Cell::new(0),
            busy: Cell::new(false),
            off: Cell::new(false),
            notices: RefCell::default(),
            notify,
            next: Cell::new(0),
            waiting: RefCell::default(),
            flushing: RefCell::default(),
            settled: Cell::new(false),
        }))
    }

    /// Begins. A page that is only rendered in advance begins when it is looked at.
    pub fn start(&'static self) {
        if js::at("document.prerendering") == true {
            return self.sources.on(self, &js::document(), "prerenderingchange", |rt, _| rt.begin());
        }
        self.begin();
    }

    fn begin(&'static self) {
        self.sources.start(self);
        self.dom.start(self);
        crate::consent::start(self);
        self.net.fetch_bundle(self);
    }

    /// Now.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Asks the engine something that changes nothing.
    pub fn ask<T>(&self, question: impl FnOnce(&Engine) -> T) -> T {
        question(&self.engine.borrow())
    }

    /// Whether a capability is still good. To be asked again after every wait.
    pub fn alive<C>(&self, grant: &Granted<C>) -> bool {
        self.generation() == grant.generation()
    }

    /// Raised whenever a granted purpose ceases to be.
    #[inline(never)]
    pub fn generation(&self) -> u32 {
        self.ask(|e| e.gate().generation())
    }

    /// Today's grant to keep anything; none while nothing is granted.
    #[inline(never)]
    pub fn may_keep(&self) -> Option<Granted<gate::Store>> {
        self.ask(|e| e.gate().ask())
    }

    /// Says what the surroundings say.
    pub fn facts(&'static self, facts: Facts) {
        self.input(Input::Facts { at: self.now(), facts });
    }

    /// Whether it was switched off for good.
    pub fn is_off(&self) -> bool {
        self.off.get()
    }

    /// Gives one input to the engine and does everything that follows from it.
    pub fn input(&'static self, input: Input) {
        if self.off.get() {
            return;
        }
        self.inbox.borrow_mut().push_back(input);
        if self.busy.replace(true) {
            return;
        }
        while let Some(input) = self.take(&self.inbox) {
            let effects = self.turn(input);
            let generation = self.generation();
            if self.generation.replace(generation) != generation {
                // A grant was lost: what runs on one stops before anything else happens.
                self.net.abort(self);
                self.dom.consent_lost();
            }
            effects.into_iter().for_each(|effect| self.perform(effect));
        }
        self.busy.set(false);
        self.tell_all();
    }

    fn take<T>(&self, queue: &RefCell<VecDeque<T>>) -> Option<T> {
        queue.borrow_mut().pop_front()
    }

    #[inline(never)]
    fn turn(&self, input: Input) -> Vec<Effect> {
        let mut engine = self.engine.borrow_mut();
        engine.handle(input);
        std::iter::from_fn(|| engine.poll()).collect()
    }

    fn perform(&'static self, effect: Effect) {
        match effect {
            Effect::Render(plan) => self.dom.render(self, plan),
            Effect::Watch { slot, around, at_once } => self.dom.watch(self, &slot, around, at_once),
            Effect::Catalog { grant, from } => net::catalog::fetch(self, &grant, &from),
            Effect::Arm(signals) => self.sources.arm(self, &signals),
            Effect::Persist(persist) => self.store.perform(self, persist),
            Effect::Send { reference, send } => self.net.perform(self, reference, send),
            Effect::Broadcast(Broadcast::Grew) => self.store.say(self, "grew"),
            Effect::Broadcast(Broadcast::Snapshot) => self.store.say(self, "snapshot"),
            Effect::Broadcast(Broadcast::Choice) => self.tabs.say("choice"),
            Effect::Broadcast(Broadcast::Lost) => self.tabs.say("lost"),
            Effect::WakeAt(at) => self.sources.wake_at(self, at),
            Effect::Notify(notice) => self.notices.borrow_mut().push_back(notice),
        }
    }

    /// An event of the page or of a call; `done` gets status and reason.
    pub fn event(&'static self, mut event: Draft, done: Option<JsValue>) {
        let at = self.now();
        if event.message_id.is_empty() {
            event.message_id = ids::uuid(at);
        }
        let reference = self.reference();
        if let Some(done) = done {
            if self.off.get() {
                return answer(&done, Tracked::Dropped(Code::Off));
            }
            self.waiting.borrow_mut().push((reference, done));
        }
        self.input(Input::Event { at, reference, event });
    }

    /// A slot was on screen for long enough.
    pub fn seen(&'static self, slot: String) -> Ref {
        let (at, reference) = (self.now(), self.reference());
        self.input(Input::Seen { at, reference, slot, message_id: ids::uuid(at) });
        reference
    }

    fn reference(&self) -> Ref {
        self.next.replace(self.next.get().wrapping_add(1))
    }

    /// Tells the developer what went wrong.
    pub fn diagnose(&'static self, code: Code, detail: &str) {
        self.notices.borrow_mut().push_back(Notify::Diagnostic { code, detail: detail.into() });
        if !self.busy.get() {
            self.tell_all();
        }
    }

    /// Nothing more can be expected for now: says so, and shows the page.
    pub fn give_up(&'static self, mode: Mode, reason: &str) {
        if !self.settled.get() {
            self.settle(mode, reason);
        }
        self.dom.show_hidden();
    }

    /// Waits until everything was sent, or it is known that it cannot be.
    pub fn flush(&'static self, done: JsValue) {
        self.flushing.borrow_mut().push(done);
        self.facts(Facts::Flush);
    }

    /// Switches the SDK off for good: the page's own content, no listeners, no timers.
    pub fn off(&'static self, reason: &str) {
        self.facts(Facts::Off { reason: reason.into() });
        self.off.set(true);
        self.sources.stop();
        self.tabs.rest(self);
        self.net.abort(self);
        self.dom.revert_all(self);
        self.give_up(Mode::Off, reason);
        for (_, done) in self.waiting.take() {
            answer(&done, Tracked::Dropped(Code::Off));
        }
    }
}
