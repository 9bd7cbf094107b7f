//! A visit, replayed from inputs, by the very engine that runs in a page.

use crate::Engine;
use crate::io::{Act, ConsentChange, Draft, Effect, Facts, Identity, Input, Loaded, Persist, Ref};
use crate::profile::kept::instant;
use crate::profile::traits::VISITOR;
use vitrine_wire::door::{Readout, ReplayInput, ReplayWhat};
use vitrine_wire::paint::PaintRow;
use vitrine_wire::{Code, ConsentState, EventKind, Map, Millis, Purpose, Value};

/// Replays inputs; one answer a read.
pub fn replay(bundle: &[u8], visitor: &str, inputs: &[ReplayInput]) -> Vec<Readout> {
    let mut visit = Visit::new(bundle, visitor, start(inputs));
    let mut reads = Vec::new();
    for input in inputs {
        visit.input(input);
        if matches!(input.what, ReplayWhat::Read) {
            // The engine's now never goes back; the answer says what was asked.
            reads.push(visit.engine.read(input.at));
        }
    }
    reads
}

/// The tree of a segment or slot after the last input.
pub fn explain(bundle: &[u8], visitor: &str, inputs: &[ReplayInput], id: &str) -> Option<Value> {
    let mut visit = Visit::new(bundle, visitor, start(inputs));
    inputs.iter().for_each(|input| visit.input(input));
    visit.engine.explain(inputs.last().map_or(0, |input| input.at), id)
}

/// First rows: what everybody sees before a choice from an instant on, settled so that a page can show it before it has an engine
/// (docs/adr/0019). A row without operations: only the engine can say. None at all where nothing can be shown so.
pub fn first(bundle: &[u8], at: Millis) -> Vec<PaintRow> {
    let rows = Visit::new(bundle, "", at).engine.first();
    let shows = |row: &PaintRow| row.ops.as_ref().is_some_and(|ops| !ops.is_empty());
    if rows.iter().any(shows) { rows } else { Vec::new() }
}

fn start(inputs: &[ReplayInput]) -> Millis {
    inputs.first().map_or(0, |input| input.at)
}

/// A visit as far as it was replayed.
#[derive(Debug)]
pub struct Visit<'a> {
    engine: Engine,
    visitor: &'a str,
    count: Ref,
}

/// Whether an event is a page of its own.
fn page(draft: &Draft) -> bool {
    matches!(draft.kind, Some(EventKind::Page | EventKind::Screen))
}

impl<'a> Visit<'a> {
    /// A visit of `visitor`, the unit, that begins at `at` under a bundle's payload: every purpose Unknown, no past.
    pub fn new(bundle: &[u8], visitor: &'a str, at: Millis) -> Self {
        let mut visit = Visit { engine: Engine::new(""), visitor, count: 0 };
        visit.give(Input::Bundle { at, sequence: 1, payload: bundle.to_vec() });
        visit
    }

    /// The visit goes on from where another engine is.
    pub fn from(engine: Engine, visitor: &'a str) -> Self {
        // That engine may itself have replayed: what comes now is something else than what it numbered.
        let mut visit = Visit { engine, visitor, count: Ref::MAX / 2 };
        visit.drain();
        visit
    }

    /// The engine, to be supposed something.
    pub const fn engine_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// The engine, to be asked.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Takes one input.
    pub fn input(&mut self, input: &ReplayInput) {
        let at = input.at;
        match &input.what {
            ReplayWhat::Event(event) => {
                self.count = self.count.wrapping_add(1);
                let (draft, context) = draft(event, self.count);
                self.engine.handle(Input::Tick { at });
                self.drain();
                let page = page(&draft);
                if page {
                    self.engine.ask_anew();
                } else {
                    self.engine.stay();
                }
                self.engine.event(self.count, draft, context);
                self.engine.handle(Input::Tick { at });
                self.drain();
                if page {
                    // What is decided for a page is what it shows.
                    self.engine.showed_all();
                }
            }
            ReplayWhat::Consent(purposes) => self.give(Input::Consent { at, change: self.consent(purposes) }),
            ReplayWhat::Context(context) => self.give(Input::Facts { at, facts: Facts::Context(context.clone()) }),
            ReplayWhat::Profile(rows) => self.give(Input::Facts { at, facts: Facts::Profile(rows.clone()) }),
            ReplayWhat::Read => self.give(Input::Tick { at }),
        }
    }

    fn consent(&self, purposes: &[(String, String)]) -> ConsentChange {
        let known = |(name, state): &(String, String)| Some((Purpose::parse(name)?, ConsentState::parse(state)?));
        ConsentChange {
            purposes: purposes.iter().filter_map(known).collect(),
            act: Act::Visitor { notice: String::new(), locale: String::new() },
            fresh: Some(Identity { visitor: self.visitor.into(), token: self.visitor.into(), created: i64::MAX }),
            receipt: None,
        }
    }

    fn give(&mut self, input: Input) {
        self.engine.handle(input);
        self.drain();
    }

    /// A replay has no store: everything stays in memory. Other effects have no one to reach.
    fn drain(&mut self) {
        while let Some(effect) = self.engine.poll() {
            if let Effect::Persist(Persist::Open { identity, .. }) = effect {
                let loaded = Loaded { identity: Some(identity), failed: Some(Code::StoreDenied), ..Loaded::default() };
                self.engine.handle(Input::Loaded { at: i64::MIN, loaded });
            }
        }
    }
}

/// A Segment event as an event of the page, with the context it brings. Without a message id each is its own.
fn draft(event: &Value, count: Ref) -> (Draft, Option<Map>) {
    let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = EventKind::parse(text("type"));
    let map = |name: &str| event.get(name).and_then(Value::as_map).cloned().unwrap_or_default();
    let identify = matches!(kind, Some(EventKind::Identify | EventKind::Group));
    let message_id = match text("messageId") {
        "" => ["replay-", &crate::profile::orders::whole(f64::from(count))].concat(),
        id => id.into(),
    };
    let id = match kind {
        Some(EventKind::Group) => text("groupId"),
        Some(EventKind::Identify | EventKind::Alias) => text("userId"),
        _ => "",
    };
    let draft = Draft {
        message_id,
        kind,
        name: [text("event"), text("name")].into_iter().find(|name| !name.is_empty()).unwrap_or_default().into(),
        timestamp: event.get("timestamp").and_then(instant),
        id: id.into(),
        data: if identify { map("traits") } else { map("properties") },
        proof: event.at("context.vitrine.proof").cloned(),
        server_side: text("channel") == "server",
        corrects: event.at("context.vitrine.source").and_then(Value::as_str) == Some(VISITOR),
    };
    (draft, event.get("context").and_then(Value::as_map).cloned())
}
