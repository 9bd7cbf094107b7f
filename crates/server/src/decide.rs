//! Deciding for the site's own server: what is kept of a visitor becomes inputs of the very engine that runs in pages.
//!
//! The engine's gate judges consent, here as there: it gets the visitor's acts of choice, and events as they came. An event on
//! a lawful basis may be folded like any other, but opens nothing: without a grant the answer is contextual.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use vitrine_core::replay::Visit;
use vitrine_wire::door::{ReplayInput, ReplayWhat};
use vitrine_wire::http::{DecideAnswer, DecidedSlot, ProfileRows, RejectedExperience};
use vitrine_wire::limits::CHOICE_DAYS;
use vitrine_wire::{Map, Millis, Purpose, Value};

use crate::db::{ConsentEntry, Past, PastEvent};
use crate::publish::Published;

/// A day in ms. What an event says of consent is said to the engine once in as long.
const DAY: Millis = 86_400_000;

/// Purposes and their states.
type States = Vec<(String, String)>;

/// What is known of a visitor, as inputs: never later than `at`, in the order it came to be known. `now` is the server's.
pub fn inputs(past: &Past, rows: Option<&ProfileRows>, at: Millis, now: Millis) -> Vec<ReplayInput> {
    let mut told = Told::default();
    let acts: Vec<(Millis, States)> = past.choices.iter().map(|act| (act.at, states(act))).collect();
    told.acted = acts.iter().flat_map(|(_, states)| states).map(|(purpose, _)| purpose.clone()).collect();
    let mut inputs: Vec<ReplayInput> = acts.into_iter().map(|(at, states)| told.choice(at, states)).collect();
    // A batch may overtake the act that allowed it.
    let first = inputs.first().map_or(Millis::MIN, |input| input.at);
    for kept in &past.events {
        let Some(event) = event(kept) else { continue };
        let came = kept.received.max(first);
        inputs.extend(told.by(&event, came));
        inputs.push(ReplayInput { at: came, what: ReplayWhat::Event(event) });
    }
    inputs.sort_by_key(|input| input.at);
    inputs.iter_mut().for_each(|input| input.at = input.at.min(at));
    let rows = rows.and_then(|rows| serde_json::from_value(serde_json::to_value(rows).ok()?).ok());
    inputs.extend(rows.map(|rows| ReplayInput { at, what: ReplayWhat::Profile(rows) }));
    inputs.extend(
        [told.measurement(), told.lapsed(now.max(at))]
            .map(|states| ReplayInput { at, what: ReplayWhat::Consent(states) }),
    );
    inputs
}

/// What the engine answers. The engine decodes the bundle each time: it reads of it only what the decision needs.
pub fn answer(
    bundle: &Published,
    visitor: &str,
    inputs: &[ReplayInput],
    at: Millis,
    explain: Vec<String>,
) -> Option<DecideAnswer> {
    let payload = vitrine_wire::envelope::open(&bundle.sealed).ok()?.payload;
    let mut visit = Visit::new(payload, visitor, inputs.first().map_or(at, |input| input.at));
    inputs.iter().for_each(|input| visit.input(input));
    visit.input(&ReplayInput { at, what: ReplayWhat::Read });
    let engine = visit.engine();
    let read = engine.read(at);
    let slot = |decision: vitrine_wire::Decision| {
        let reason = decision.reason.as_str().to_owned();
        (decision.slot, DecidedSlot { experience: decision.experience, variant: decision.variant, reason })
    };
    let rejected = |rejected: vitrine_wire::Rejected| RejectedExperience {
        reason: rejected.reason.as_str().to_owned(),
        experience: rejected.experience,
    };
    let explained = explain.into_iter().map(|id| (engine.explain(at, &id).unwrap_or(Value::Null), id));
    Some(DecideAnswer {
        at: Timestamp::from_millisecond(at).ok()?.to_string(),
        segments: read.segments,
        scores: Value::Map(read.scores),
        decisions: read.decisions.into_iter().map(slot).collect(),
        rejected: read.rejected.into_iter().map(rejected).collect(),
        bundle: bundle.sequence,
        explain: explained.map(|(tree, id)| (id, tree)).collect(),
    })
}

/// What was said of consent, by whom.
#[derive(Default)]
struct Told {
    /// Purposes that the visitor acted on: there, events have no say.
    acted: BTreeSet<String>,
    /// The newest word on each purpose.
    newest: BTreeMap<String, (Millis, String)>,
    /// What the last event said, and when.
    last: Option<(Millis, States)>,
}

impl Told {
    fn choice(&mut self, at: Millis, mut states: States) -> ReplayInput {
        for (purpose, state) in &states {
            self.newest.insert(purpose.clone(), (at, state.clone()));
        }
        states.retain(|(purpose, _)| purpose != Purpose::Measurement.as_str());
        ReplayInput { at, what: ReplayWhat::Consent(states) }
    }

    /// The word on measurement comes last: an engine that may send queues what it takes in, and here nobody would fetch it.
    fn measurement(&self) -> States {
        let word = self.newest.get_key_value(Purpose::Measurement.as_str());
        word.map(|(purpose, (_, state))| (purpose.clone(), state.clone())).into_iter().collect()
    }

    /// The consent that an event carries, where it is news.
    fn by(&mut self, event: &Value, at: Millis) -> Option<ReplayInput> {
        let preferences = event.at("context.consent.categoryPreferences")?.as_map()?;
        let state = |purpose: Purpose| {
            let granted = preferences.get(purpose.as_str())?.as_bool()?;
            let open = !self.acted.contains(purpose.as_str());
            open.then(|| (purpose.as_str().to_owned(), if granted { "granted" } else { "denied" }.to_owned()))
        };
        let states: States = Purpose::ALL.into_iter().filter_map(state).collect();
        let known = self.last.as_ref().is_some_and(|(then, said)| *said == states && at - then < DAY);
        if known || states.is_empty() {
            return None;
        }
        self.last = Some((at, states.clone()));
        Some(self.choice(at, states))
    }

    /// Grants that are over at an instant: to ask about yesterday brings none back that has run out since.
    fn lapsed(&self, now: Millis) -> States {
        // As the engine counts: through the last day.
        let day = |at: &Millis| at.div_euclid(DAY);
        let over = |(at, state): &(Millis, String)| state == "granted" && day(at) + CHOICE_DAYS < day(&now);
        let lapsed = self.newest.iter().filter(|(_, word)| over(word));
        lapsed.map(|(purpose, _)| (purpose.clone(), "withdrawn".to_owned())).collect()
    }
}

fn states(act: &ConsentEntry) -> States {
    act.record.processing.iter().map(|(purpose, of)| (purpose.clone(), of.status.as_str().to_owned())).collect()
}

/// An event as the engine takes it: at its corrected time, by whom it came, and with nothing but what was checked as proof.
fn event(kept: &PastEvent) -> Option<Value> {
    let Value::Map(mut event) = serde_json::from_slice(&kept.body).ok()? else { return None };
    let mut context = event.get("context").and_then(Value::as_map).cloned().unwrap_or_default();
    context.remove("vitrine");
    if kept.proven {
        context.insert("vitrine", Map::of("proof", true));
    }
    event.insert("context", context);
    event.insert("timestamp", kept.at);
    if kept.vouched {
        // The site's server is no visit.
        event.insert("channel", "server");
    }
    Some(Value::Map(event))
}
