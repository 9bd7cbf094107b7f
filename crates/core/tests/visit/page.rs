//! A page with its device: everything the shell does, in memory and at once.

use crate::names::name;
use std::collections::VecDeque;
use vitrine_core::io::*;
use vitrine_core::{Effect, Engine, Input};
use vitrine_wire::bundle::{self, Bundle};
use vitrine_wire::event::{StoredEvent, restore};
use vitrine_wire::paint::ChoiceRecord;
use vitrine_wire::{ConsentState, EventKind, Map, Millis, Purpose, Value};

pub const T0: Millis = 1_760_000_000_000;
pub const DAY: i64 = 86_400_000;
pub const MIN: i64 = 60_000;

/// What outlives a page.
#[derive(Default, Clone)]
pub struct Device {
    pub records: Vec<(u64, Vec<u8>)>,
    pub next: u64,
    pub snapshot: Option<(u64, Vec<u8>)>,
    pub sent: u64,
    pub identity: Option<Identity>,
    pub bundle: u64,
    pub asked: Option<Millis>,
    pub choice: Option<ChoiceRecord>,
}

impl Device {
    pub fn events(&self) -> Vec<StoredEvent> {
        self.records.iter().map(|(_, bytes)| restore(bytes).unwrap()).collect()
    }

    fn loaded(&self) -> Loaded {
        let up_to = self.snapshot.as_ref().map_or(0, |(up_to, _)| *up_to);
        Loaded {
            snapshot: self.snapshot.clone().map(|(_, bytes)| bytes),
            events: self.records.iter().filter(|(sequence, _)| *sequence > up_to).cloned().collect(),
            sent_up_to: self.sent,
            identity: self.identity.clone(),
            bundle_sequence: self.bundle,
            asked: self.asked,
            ..Loaded::default()
        }
    }
}

pub struct Page {
    pub engine: Engine,
    pub device: Device,
    pub now: Millis,
    /// Appends that wait for `persist`, when `slow`.
    pub slow: bool,
    pub waiting: VecDeque<(Ref, Vec<u8>)>,
    pub effects: Vec<Effect>,
    /// When the engine asked to be woken.
    pub wake: Option<Millis>,
    /// Begins its message ids.
    pub tag: &'static str,
    count: u32,
}

pub fn identity(name: &str) -> Identity {
    Identity {
        visitor: format!("visitor-{name}"),
        token: format!("token-{name}-0123456789abcdefghijklmnop"),
        created: T0,
    }
}

impl Page {
    /// A page that knows its rules and nothing of its visitor.
    pub fn new(bundle: &Bundle) -> Self {
        Page::on(Device { next: 1, ..Device::default() }, bundle, T0)
    }

    /// A page on a device with a past. The choice record is read first, as the shell does.
    pub fn on(device: Device, bundle: &Bundle, now: Millis) -> Self {
        let mut page = Page {
            engine: Engine::new("shop"),
            device,
            now,
            slow: false,
            waiting: VecDeque::new(),
            effects: Vec::new(),
            wake: None,
            tag: "m",
            count: 0,
        };
        page.facts(Facts::PageView);
        let record = page.device.choice.clone().unwrap_or_default();
        page.choose(&[], Act::Record(record), "start");
        page.bundle(bundle, 1);
        page
    }

    /// The usual page: everything but marketing granted, leading, with the slot in it.
    pub fn granted(bundle: &Bundle) -> Self {
        let mut page = Page::new(bundle);
        page.facts(Facts::Slots(vec!["hero".into()]));
        page.grant(&[Purpose::Personalization, Purpose::Measurement, Purpose::Experiments]);
        page.heard();
        page.effects.clear();
        page
    }

    pub fn bundle(&mut self, bundle: &Bundle, sequence: u64) {
        self.give(|at| Input::Bundle { at, sequence, payload: bundle::encode(bundle) });
    }

    pub fn give(&mut self, input: impl FnOnce(Millis) -> Input) {
        self.engine.handle(input(self.now));
        self.drain();
        // What is due at once comes in a turn of its own, as a timer of the page would bring it.
        if self.wake.is_some_and(|at| at <= self.now) {
            self.engine.handle(Input::Tick { at: self.now });
            self.drain();
        }
    }

    pub fn facts(&mut self, facts: Facts) {
        self.give(|at| Input::Facts { at, facts });
    }

    pub fn tick(&mut self, ms: i64) {
        self.now += ms;
        self.give(|at| Input::Tick { at });
    }

    pub fn choose(&mut self, purposes: &[(Purpose, ConsentState)], act: Act, fresh: &str) {
        let change = ConsentChange {
            purposes: purposes.to_vec(),
            act,
            fresh: Some(identity(fresh)),
            receipt: Some("receipt".into()),
        };
        self.give(|at| Input::Consent { at, change });
    }

    pub fn set(&mut self, purposes: &[Purpose], state: ConsentState) {
        let act = Act::Visitor { notice: "n1".into(), locale: "fr".into() };
        self.choose(&purposes.iter().map(|p| (*p, state)).collect::<Vec<_>>(), act, "first");
    }

    pub fn grant(&mut self, purposes: &[Purpose]) {
        self.set(purposes, ConsentState::Granted);
    }

    pub fn withdraw(&mut self, purposes: &[Purpose]) {
        self.set(purposes, ConsentState::Withdrawn);
    }

    pub fn draft(&mut self, name: &str, data: &[(&str, Value)]) -> Draft {
        self.count += 1;
        Draft {
            message_id: format!("{}{}", self.tag, self.count),
            name: name.into(),
            data: data.iter().cloned().collect::<Map>(),
            ..Draft::default()
        }
    }

    /// Tracks, and answers what became of it.
    pub fn track(&mut self, name: &str, data: &[(&str, Value)]) -> Option<Tracked> {
        let draft = self.draft(name, data);
        self.send(draft)
    }

    /// Looks at products.
    pub fn views(&mut self, times: usize) {
        for _ in 0..times {
            self.track("Product Viewed", &[]);
        }
    }

    pub fn page_view(&mut self, path: &str) {
        let context: Map = [("page", Value::Map([("path", path)].into_iter().collect()))].into_iter().collect();
        self.facts(Facts::Context(Value::Map(context)));
        self.facts(Facts::PageView);
        let draft = Draft { kind: Some(EventKind::Page), ..self.draft("", &[]) };
        self.send(draft);
    }

    pub fn send(&mut self, event: Draft) -> Option<Tracked> {
        let reference = self.count;
        let seen = self.effects.len();
        self.give(|at| Input::Event { at, reference, event });
        self.effects[seen..].iter().find_map(|effect| match effect {
            Effect::Notify(Notify::Tracked { reference: r, status }) if *r == reference => Some(*status),
            _ => None,
        })
    }

    /// Answers the oldest append that waits.
    pub fn persist(&mut self, result: Result<(), vitrine_wire::Code>) {
        let (reference, record) = self.waiting.pop_front().expect("an append");
        let result = result.map(|()| self.append(record));
        self.give(|at| Input::Persisted { at, reference, result });
    }

    /// The store that was asked for while it was slow is open.
    pub fn opened(&mut self) {
        let loaded = self.device.loaded();
        self.give(|at| Input::Loaded { at, loaded });
    }

    pub fn append(&mut self, record: Vec<u8>) -> u64 {
        let sequence = self.device.next;
        self.device.next += 1;
        self.device.records.push((sequence, record));
        sequence
    }

    fn drain(&mut self) {
        while let Some(effect) = self.engine.poll() {
            let mut answer = None;
            match &effect {
                Effect::Persist(Persist::Open { identity, .. }) => {
                    self.device.identity.get_or_insert(identity.clone());
                    self.device.next = self.device.next.max(1);
                    let loaded = self.device.loaded();
                    answer = (!self.slow).then_some(Input::Loaded { at: self.now, loaded });
                }
                Effect::Persist(Persist::Append { reference, record, .. }) => {
                    if self.slow {
                        self.waiting.push_back((*reference, record.clone()));
                    } else {
                        let sequence = self.append(record.clone());
                        answer = Some(Input::Persisted { at: self.now, reference: *reference, result: Ok(sequence) });
                    }
                }
                Effect::Persist(Persist::Snapshot { up_to, bytes, .. }) => {
                    self.device.snapshot = Some((*up_to, bytes.clone()));
                    let sent = self.device.sent;
                    self.device.records.retain(|(sequence, _)| *sequence > *up_to || *sequence > sent);
                }
                Effect::Persist(Persist::Asked { at, .. }) => self.device.asked = Some(*at),
                Effect::Persist(Persist::Sent { up_to, .. }) => self.device.sent = *up_to,
                Effect::Persist(Persist::BundleSequence { sequence, .. }) => self.device.bundle = *sequence,
                Effect::Persist(Persist::Identity { identity, .. }) => self.device.identity = Some(identity.clone()),
                Effect::Persist(Persist::Choice(record)) => self.device.choice = Some(record.clone()),
                Effect::Persist(Persist::Purge { purposes, all }) => self.purge(*purposes, *all),
                Effect::WakeAt(at) => self.wake = *at,
                _ => {}
            }
            self.effects.push(effect);
            if let Some(input) = answer {
                self.engine.handle(input);
            }
        }
    }

    fn purge(&mut self, purposes: vitrine_wire::PurposeSet, all: bool) {
        if all {
            self.device = Device { choice: self.device.choice.take(), next: 1, ..Device::default() };
            return;
        }
        if purposes.has(Purpose::Personalization) {
            self.device.snapshot = None;
        }
        self.device.records.retain(|(_, b)| restore::<StoredEvent>(b).is_ok());
        for (_, bytes) in &mut self.device.records {
            let mut stored: StoredEvent = restore(bytes).unwrap();
            stored.purposes = stored.purposes.without(purposes);
            *bytes = vitrine_wire::event::store(&stored);
        }
        self.device.records.retain(|(_, b)| !restore::<StoredEvent>(b).unwrap().purposes.is_empty());
    }

    /// Names of the effects since the last call, in order.
    pub fn told(&mut self) -> Vec<String> {
        self.effects.drain(..).map(|effect| name(&effect)).collect()
    }

    /// The batches sent so far: reference, message ids, beacon.
    pub fn batches(&self) -> Vec<(Ref, Vec<String>, bool)> {
        let batch = |effect: &Effect| match effect {
            Effect::Send { reference, send: Send::Events { events, beacon, .. } } => {
                Some((*reference, events.iter().map(|e| e.message_id.clone()).collect(), *beacon))
            }
            _ => None,
        };
        self.effects.iter().filter_map(batch).collect()
    }

    /// The newest reference of a request of this name.
    pub fn sent(&self, what: &str) -> Option<Ref> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Send { reference, .. } if name(effect) == what => Some(*reference),
            _ => None,
        })
    }

    pub fn answer(&mut self, reference: Ref, outcome: Outcome) {
        self.give(|at| Input::SyncResult { at, reference, outcome });
    }

    /// The backend has heard every act of choice.
    pub fn heard(&mut self) {
        let act = |effect: &Effect| match effect {
            Effect::Send { reference, send: Send::Consents(_) } => Some(*reference),
            _ => None,
        };
        for reference in self.effects.iter().filter_map(act).collect::<Vec<_>>() {
            self.answer(reference, Outcome::Done);
        }
    }

    /// Leads, and the backend knows the choice and the device.
    pub fn lead(&mut self) {
        self.heard();
        self.facts(Facts::Lead(true));
        if let Some(register) = self.sent("send register") {
            self.facts(Facts::Ticket("ticket".into()));
            self.answer(register, Outcome::Done);
        }
    }

    pub fn inside(&self) -> Vec<String> {
        self.engine.segments()
    }
}
