//! The engine itself. Only this file knows the order of the stages.

mod answers;
mod ask;
mod bundle;
mod consent;
mod ending;
mod events;
mod exposure;
mod facts;
mod loaded;
mod minor;
mod parts;
pub mod replica;
mod results;
mod show;
mod snapshot;
mod transmit;

use crate::decide::Stage;
use crate::fifo::Fifo;
use crate::gate::choices::Choices;
use crate::gate::{self, Gate};
use crate::io::{Effect, Input, Mode, Notify};
use crate::log::Log;
use crate::plan::Shown;
use crate::plan::lists::Catalog;
use crate::profile::facts::Known;
use crate::profile::{Kept, Profile};
use crate::segments::matches::Matches;
use crate::segments::sources::Dirt;
use crate::segments::state::State;
use crate::segments::world::Here;
use crate::site::Site;
use crate::time;
use events::{Held, Pending};
use parts::{Ids, Page, Store, Sync, Undecided};
use std::rc::Rc;
use vitrine_wire::paint::PaintRecord;
use vitrine_wire::{Code, Decision, Millis, PurposeSet, Value};

/// One visitor on one page of one site.
#[derive(Debug)]
pub struct Engine {
    site_id: String,
    now: Millis,
    gate: Gate,
    choices: Choices,
    site: Option<Rc<Site>>,
    /// The highest bundle sequence seen.
    highest: u64,
    store: Store,
    /// Purposes granted again after a refusal, and when: what the store holds for them from before must not come back.
    anew: (PurposeSet, Millis),
    ids: Ids,
    log: Log,
    profile: Profile,
    kept: Kept,
    page: Page,
    ask: ask::Ask,
    held: Vec<Held>,
    waiting: Fifo<Pending>,
    ready: bool,
    off: bool,
    /// What the network of conditions says, and what changed since it last looked.
    state: State,
    dirt: Dirt,
    /// The segments that the page was told the visitor is in.
    inside: Vec<bool>,
    shown: Vec<Shown>,
    catalog: Catalog,
    decisions: Vec<Decision>,
    stage: Stage,
    /// What the page looks out for, once it was told.
    armed: Option<Vec<String>>,
    /// Segments were looked at of somebody known, by these rules: who is in another one later has entered it.
    met: bool,
    exposures: exposure::Exposures,
    sync: Sync,
    /// Whether there is a next page to make a record for.
    paints: bool,
    paint: Option<PaintRecord>,
    /// A decision changed since the paint record was made.
    stale: bool,
    /// When the record is made again: not in the turn that changes a decision, which the page waits for.
    paint_due: Option<Millis>,
    /// Slots whose decision may have changed: all of them, or by place.
    undecided: Undecided,
    /// When the next schedule begins or ends.
    edge: Option<Millis>,
    wake: Option<Millis>,
    /// What the developer was told already.
    told: Vec<String>,
    effects: Fifo<Effect>,
}

impl Engine {
    /// An engine that knows nothing yet: every purpose Unknown, no bundle. Bundles of other sites are refused; an empty id
    /// takes any.
    pub fn new(site: &str) -> Self {
        Engine {
            site_id: site.into(),
            now: -time::clamp(Millis::MAX),
            gate: Gate::default(),
            choices: Choices::default(),
            site: None,
            highest: 0,
            store: Store::Closed,
            anew: (PurposeSet::NONE, 0),
            ids: Ids::default(),
            log: Log::default(),
            profile: Profile::default(),
            kept: Kept::default(),
            page: Page { context: Value::Null, view: Millis::MIN, zone: Vec::new() },
            ask: Default::default(),
            held: Vec::new(),
            waiting: Fifo::default(),
            ready: false,
            off: false,
            state: State::default(),
            dirt: Dirt::everything(),
            inside: Vec::new(),
            shown: Vec::new(),
            catalog: Catalog::default(),
            decisions: Vec::new(),
            stage: Stage::EMPTY,
            armed: None,
            met: false,
            exposures: Default::default(),
            sync: Sync::default(),
            paints: true,
            paint: None,
            stale: false,
            paint_due: None,
            undecided: Undecided::All,
            edge: None,
            wake: None,
            told: Vec::new(),
            effects: Fifo::default(),
        }
    }

    /// Takes one input and changes state once. Drain [`Engine::poll`] before the next.
    pub fn handle(&mut self, input: Input) {
        let leaving = matches!(&input, Input::Facts { facts: crate::io::Facts::Leaving, .. });
        let hidden = leaving || matches!(&input, Input::Facts { facts: crate::io::Facts::Hidden, .. });
        let tick = matches!(&input, Input::Tick { .. });
        // These say nothing that decides but through the conditions.
        let through = tick
            || matches!(
                &input,
                Input::Event { .. }
                    | Input::Persisted { .. }
                    | Input::SyncResult { .. }
                    | Input::Seen { .. }
                    | Input::Facts { facts: crate::io::Facts::Context(_), .. }
            );
        if !through {
            self.undecided = Undecided::All;
            self.exposures.look = true;
        }
        self.now = self.now.max(time::clamp(input.at()));
        self.expire();
        // What was due before it comes first, however late the timer is.
        self.advance();
        match input {
            Input::Loaded { loaded, .. } => self.loaded(loaded),
            Input::Event { reference, event, .. } => {
                self.stay();
                self.event(reference, event, None);
            }
            Input::Persisted { reference, result, .. } => self.persisted(reference, result),
            Input::Consent { change, .. } => {
                self.consents(change);
                self.bar();
            }
            Input::Bundle { sequence, payload, .. } => self.bundle(sequence, payload),
            Input::Facts { facts, .. } => self.facts(facts),
            Input::SyncResult { reference, outcome, .. } => self.sync_result(reference, outcome),
            Input::DomResult { slot, result, .. } => self.dom_result(&slot, result),
            Input::Seen { reference, slot, message_id, .. } => self.seen(reference, &slot, message_id),
            // A timer may fire early, by a clock that is coarser or by what browsers can wait at most: it is asked for again.
            Input::Tick { .. } => self.wake = self.wake.filter(|at| *at <= self.now),
            Input::Erase { .. } => self.erase(),
        }
        self.settle(hidden, leaving, tick);
    }

    /// The next thing that must happen.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Every stage after the input, in order.
    fn settle(&mut self, hidden: bool, leaving: bool, tick: bool) {
        if self.off {
            self.transmit_jobs(hidden);
            return;
        }
        self.release();
        self.advance();
        self.get_ready();
        self.look_whether_to_ask();
        if self.ready && self.store != Store::Opening {
            self.evaluate();
            self.show();
            self.watch();
            self.repaint(hidden, tick);
        }
        // One that is still being written keeps Chromium from bringing the page back as it was.
        self.keep_snapshot(hidden && !leaving);
        self.transmit(hidden);
        self.plan_wake();
    }

    fn get_ready(&mut self) {
        if self.ready || self.site.is_none() || self.store == Store::Opening {
            return;
        }
        self.ready = true;
        let mode = self.running();
        self.notify(Notify::Ready { mode });
    }

    fn running(&self) -> Mode {
        match self.store {
            _ if self.off => Mode::Off,
            Store::Memory => Mode::Memory,
            Store::Open => Mode::Full,
            Store::Closed | Store::Opening => Mode::Contextual,
        }
    }

    fn plan_wake(&mut self) {
        let mut wake = self.choices.next_expiry(self.now);
        time::earlier(&mut wake, self.next_transmission());
        time::earlier(&mut wake, self.edge);
        time::earlier(&mut wake, self.paint_due);
        if let Some(here) = self.here() {
            time::earlier(&mut wake, here.known.and_then(|known| known.next_change()));
            time::earlier(&mut wake, self.state.next());
        }
        if wake != self.wake {
            self.wake = wake;
            self.effects.push_back(Effect::WakeAt(wake));
        }
    }

    /// The visitor on this page now; none without a bundle.
    fn here(&self) -> Option<Here<'_>> {
        self.scene(&self.profile, self.now).map(|scene| self.state.here(&scene))
    }

    /// As [`Engine::here`], before any condition is looked at.
    fn scene<'a>(&'a self, profile: &'a Profile, now: Millis) -> Option<Here<'a>> {
        let site = self.site.as_deref()?;
        let known = self.profiling().then(|| Known { profile, kept: &self.kept, bundle: site.rules(), now });
        let (context, gate, view, zone) = (&self.page.context, &self.gate, self.page.view, &self.page.zone);
        const NONE: &Matches = &Matches::NONE;
        let unasked = self.ask.may;
        let (matches, values, facts, probe) = (NONE, &[][..], &[][..], None);
        let catalog = &self.catalog;
        Some(Here { site, known, context, gate, unasked, now, view, zone, catalog, matches, values, facts, probe })
    }

    /// Whether the profile may be read: personalization is granted and the device's past is known.
    fn profiling(&self) -> bool {
        self.gate.ask::<gate::Profile>().is_some() && matches!(self.store, Store::Open | Store::Memory)
    }

    fn person(&self) -> crate::decide::Person<'_> {
        let unit = self
            .gate
            .ask::<gate::Split>()
            .and(self.ids.own.as_ref())
            .map(|own| if self.kept.unit.is_empty() { own.visitor.as_str() } else { self.kept.unit.as_str() });
        crate::decide::Person { unit, kept: &self.kept, stage: &self.stage }
    }

    fn notify(&mut self, notify: Notify) {
        self.effects.push_back(Effect::Notify(notify));
    }

    /// Tells the developer something, once per page.
    fn tell(&mut self, code: Code, detail: &str) {
        const MOST: usize = 50;
        let key = [code.as_str(), " ", detail].concat();
        if self.told.len() < MOST && !self.told.contains(&key) {
            self.told.push(key);
            self.notify(Notify::Diagnostic { code, detail: detail.into() });
        }
    }

    /// The gate, to ask for capabilities and to see whether one is still alive.
    pub const fn gate(&self) -> &Gate {
        &self.gate
    }
}
