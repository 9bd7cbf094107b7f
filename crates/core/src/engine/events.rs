//! Events: admission, identity, and what becomes of them in the log.

use super::{Engine, Store};
use crate::gate::admit::{self, Sound};
use crate::gate::alone;
use crate::io::{Broadcast, Draft, Effect, Notify, Persist, Ref, Tracked};
use crate::log::{Change, Entry};
use crate::profile::Item;
use crate::sync::policy::QUEUE_BYTES;
use vitrine_wire::event::{Origin, StoredEvent, store};
use vitrine_wire::limits::{HELD_BYTES, HELD_EVENTS, QUEUE_EVENTS};
use vitrine_wire::{Code, ConsentState, EventKind, Map, Millis, Purpose, PurposeSet, Value};

/// An event that waits for the bundle or the store, with what was so when it happened.
#[derive(Debug)]
pub(super) struct Pending {
    reference: Ref,
    draft: Draft,
    at: Millis,
    context: Map,
    pub(super) granted: PurposeSet,
}

/// An event that waits for the visitor's choice.
#[derive(Debug)]
pub(super) struct Held {
    reference: Ref,
    sound: Sound,
    bytes: usize,
}

/// Events that may wait for the bundle or the store.
const WAITING: usize = 200;

impl Engine {
    /// An event happened. `context` is its own, where it brings one (replays), else the page's.
    pub(crate) fn event(&mut self, reference: Ref, draft: Draft, context: Option<Map>) {
        if self.off {
            return self.answer(reference, Tracked::Dropped(Code::Off));
        }
        let granted = self.gate.granted();
        let context = context.unwrap_or_else(|| admit::context(&self.page.context));
        let pending = Pending { reference, draft, at: self.now, context, granted };
        if self.waiting.is_empty() && self.settled() {
            return self.admit(pending);
        }
        // No bundle can let in what the visitor has refused.
        if granted.is_empty() && self.unknown().is_empty() {
            return self.answer(reference, Tracked::Dropped(Code::NoConsent));
        }
        if self.waiting.len() == WAITING {
            return self.answer(reference, Tracked::Dropped(Code::QueueFull));
        }
        self.waiting.push_back(pending);
    }

    /// Whether events can be admitted: the bundle is there, and the store if anything is granted.
    fn settled(&self) -> bool {
        self.site.is_some() && self.store != Store::Opening
    }

    /// Purposes that the visitor may still grant.
    fn unknown(&self) -> PurposeSet {
        Purpose::ALL.into_iter().filter(|p| self.gate.state(*p) == ConsentState::Unknown).collect()
    }

    /// Lets go what waited for the bundle, the store or the choice, in order.
    pub(super) fn release(&mut self) {
        if !self.settled() {
            return;
        }
        let (granted, maybe) = (self.gate.granted(), self.unknown());
        for mut held in std::mem::take(&mut self.held) {
            let purposes = held.sound.purposes(granted);
            if !purposes.is_empty() {
                let own = held.sound.event.context.get("vitrine").and_then(Value::as_map);
                let mut stamp = own.cloned().unwrap_or_default();
                stamp.insert("held", true);
                held.sound.event.context.insert("vitrine", stamp);
                self.record(held.reference, held.sound, purposes, true);
            } else if held.sound.concerns(maybe) {
                self.held.push(held);
            }
        }
        while let Some(pending) = self.waiting.pop_front() {
            self.admit(pending);
        }
    }

    fn admit(&mut self, pending: Pending) {
        let Some(site) = &self.site else { return };
        let reference = pending.reference;
        let hold = site.bundle.meta.hold;
        let sound = match admit::check(pending.draft, pending.at, pending.context, site) {
            Ok(sound) => sound,
            Err(code) => {
                self.tell(code, "");
                return self.answer(reference, Tracked::Dropped(code));
            }
        };
        for name in &sound.left_out {
            let place = [sound.event.name.as_str(), ".", name].concat();
            self.tell(Code::PropertyUndeclared, &place);
        }
        // A purpose sees only what was collected while it was granted.
        let granted = self.gate.granted();
        let purposes = sound.purposes(granted.without(granted.without(pending.granted)));
        if !purposes.is_empty() {
            return self.record(reference, sound, purposes, false);
        }
        let bytes = admit::weight(&sound.event);
        let full =
            self.held.len() == HELD_EVENTS || self.held.iter().map(|h| h.bytes).sum::<usize>() + bytes > HELD_BYTES;
        let status = if !hold || !sound.concerns(self.unknown()) {
            Tracked::Dropped(Code::NoConsent)
        } else if full {
            Tracked::Dropped(Code::QueueFull)
        } else {
            self.held.push(Held { reference, sound, bytes });
            Tracked::Held
        };
        self.answer(reference, status);
    }

    /// Binds identity and puts the event into the log.
    fn record(&mut self, reference: Ref, sound: Sound, purposes: PurposeSet, answered: bool) {
        let mut event = sound.event;
        let measured = purposes.has(Purpose::Measurement);
        let (count, bytes) = self.log.queue();
        if measured && (count >= QUEUE_EVENTS || bytes + admit::weight(&event) > QUEUE_BYTES) {
            self.tell(Code::QueueFull, "");
            return self.answer_unless(answered, reference, Tracked::Dropped(Code::QueueFull));
        }
        let profiled = purposes.without(PurposeSet::NONE.with(Purpose::Measurement));
        if let Some(own) = &self.ids.own {
            event.anonymous_id =
                if profiled.is_empty() { alone::rotating(&own.token, self.now) } else { own.visitor.clone() };
        }
        if purposes.has(Purpose::Personalization)
            && event.origin == Origin::Page
            && let Some((_, user, _)) = &self.profile.user
        {
            if event.kind == EventKind::Alias {
                event.other_id = user.clone();
            } else if event.user_id.is_empty() {
                event.user_id = user.clone();
            }
        }
        let mut preferences = Map::new();
        for purpose in Purpose::ALL {
            preferences.insert(purpose.as_str(), self.gate.granted().has(purpose));
        }
        event.context.insert("consent", Map::of("categoryPreferences", preferences));
        let proven = event.context.get("vitrine").is_some_and(|v| v.get("proof").is_some());
        if measured && proven {
            self.sync.queue.hurry();
        }
        let stored = StoredEvent { purposes, event };
        let record = (self.store == Store::Open).then(|| store(&stored));
        self.log.append(reference, stored, answered);
        self.fold_newest();
        match (record, self.gate.ask()) {
            (Some(record), Some(grant)) => {
                self.effects.push_back(Effect::Persist(Persist::Append { grant, reference, record }));
            }
            _ => {
                let sequence = self.log.frontier + 1;
                self.log.fix(reference, sequence);
                self.answer_unless(answered, reference, Tracked::Held);
            }
        }
    }

    /// The transaction of a record answered.
    pub(super) fn persisted(&mut self, reference: Ref, result: Result<u64, Code>) {
        match result {
            Ok(sequence) => {
                let (answered, change) = self.log.fix(reference, sequence);
                self.fold(change);
                if let Some(answered) = answered {
                    self.answer_unless(answered, reference, Tracked::Stored);
                    self.effects.push_back(Effect::Broadcast(Broadcast::Grew));
                }
                if let Some(grant) = self.gate.ask().filter(|_| sequence > self.log.frontier) {
                    let after = self.log.frontier;
                    self.effects.push_back(Effect::Persist(Persist::Read { grant, after }));
                }
            }
            Err(code) => {
                if let Some(answered) = self.log.abort(reference) {
                    self.fold(Change::All);
                    self.tell(code, "");
                    self.answer_unless(answered, reference, Tracked::Dropped(code));
                }
            }
        }
    }

    /// Folds what a change of the log asks for.
    pub(super) fn fold(&mut self, change: Change) {
        match change {
            Change::None => {}
            Change::Last => {
                let Engine { log, .. } = self;
                let Some(entry) = log.fixed.pop() else { return };
                self.fold_entry(&entry);
                self.log.fixed.push(entry);
            }
            Change::All => self.refold(),
        }
    }

    fn fold_newest(&mut self) {
        if let Some(open) = self.log.open.pop() {
            self.fold_entry(&open.entry);
            self.log.open.push(open);
        }
    }

    /// Folds the snapshot and every record after it anew: what is not in the log never happened.
    pub(super) fn refold(&mut self) {
        self.profile = self.base_profile();
        self.dirt.all = true;
        let log = std::mem::take(&mut self.log);
        log.entries().for_each(|entry| self.fold_entry(entry));
        self.log = log;
        // Who has no profile needs no rules yet.
        if let Some(site) = self.site.as_ref().filter(|_| self.profiling()) {
            let rules = site.rules();
            self.profile.prune(rules, self.now, &mut self.dirt);
            self.sync.unkept |= rules.needs.as_ref().is_some_and(|needs| self.kept.adopt(needs, self.now));
        }
    }

    pub(super) fn fold_entry(&mut self, entry: &Entry) {
        let folded = entry.stored.purposes.has(Purpose::Personalization) && !self.profile.knows(entry.id);
        let Some(site) = self.site.as_ref().filter(|_| folded) else { return };
        if let Ok(item) = self.gate.admit(Item::new(&entry.stored.event, entry.sequence)) {
            self.profile.fold(item, site.rules(), self.now, &mut self.dirt);
        }
    }

    /// Events from the future whose time has come.
    pub(super) fn advance(&mut self) {
        if let Some(site) = self.site.as_ref().filter(|_| self.profile.next_waiting().is_some()) {
            self.profile.advance(site.rules(), self.now, &mut self.dirt);
        }
    }

    fn answer_unless(&mut self, answered: bool, reference: Ref, status: Tracked) {
        if !answered {
            self.answer(reference, status);
        }
    }

    pub(super) fn answer(&mut self, reference: Ref, status: Tracked) {
        self.notify(Notify::Tracked { reference, status });
    }

    /// Everything that waits for an answer is dropped.
    pub(super) fn drop_waiting(&mut self, code: Code) {
        while let Some(pending) = self.waiting.pop_front() {
            self.answer(pending.reference, Tracked::Dropped(code));
        }
        self.held.clear();
    }
}
