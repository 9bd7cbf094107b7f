//! Every visitor through an engine of their own, one after the other: memory does not grow with their number.

use std::collections::HashMap;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Mutex;

use indicatif::ProgressBar;
use vitrine_compiler::Compiled;
use vitrine_core::Engine;
use vitrine_core::io::{Act, ConsentChange, Effect, Facts, Identity, Input, Loaded, Notify, Persist};
use vitrine_core::site::Site;
use vitrine_wire::limits::CHOICE_DAYS;
use vitrine_wire::{Code, ConsentState, Decision, Map, Millis, Purpose, Rejection};

use super::gather::{Gathered, Visitor, unpack};

/// What all visitors came to.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Visitors looked at.
    pub visitors: u64,
    /// All of the log, estimated.
    pub population: f64,
    /// Events folded.
    pub events: u64,
    /// Visitors known at each step.
    pub known: Vec<u64>,
    /// By segment, by step: how many are in it.
    pub sizes: Vec<Vec<u64>>,
    /// By segment: how many were ever in it.
    pub ever: Vec<u64>,
    /// By experience.
    pub experiences: Vec<Shown>,
}

/// What an experience came to.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// By step: who would see a variant.
    pub sizes: Vec<u64>,
    /// Who would have seen it at some time.
    pub ever: u64,
    /// At the last step: held out.
    pub held: u64,
    /// At the last step: reasons that ruled it out, with how many.
    pub rejected: Vec<(Rejection, u64)>,
}

/// Instants between two events at which time alone changes something: more are not gone through one by one.
const WAKES: usize = 64;

struct Plan<'a> {
    payload: &'a [u8],
    steps: &'a [Millis],
    segments: HashMap<&'a str, usize>,
    experiences: HashMap<&'a str, usize>,
}

/// Folds all, on every core.
pub fn all(gathered: Gathered, compiled: &Compiled, steps: &[Millis], bar: &ProgressBar) -> Tally {
    let bundle = &compiled.bundle;
    let plan = Plan {
        payload: &compiled.payload,
        steps,
        segments: bundle.segments.iter().enumerate().map(|(at, s)| (s.id.as_str(), at)).collect(),
        experiences: bundle.experiences.iter().enumerate().map(|(at, e)| (e.id.as_str(), at)).collect(),
    };
    let (population, queue) = (gathered.population, Mutex::new(gathered.visitors.into_iter()));
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut total = plan.empty();
    std::thread::scope(|scope| {
        let work = || {
            let mut tally = plan.empty();
            let site = Rc::new(Site::new(plan.payload, 1));
            loop {
                let next = queue.lock().ok().and_then(|mut queue| queue.next());
                let Some((hash, visitor)) = next else { return tally };
                plan.visitor(&site, hash, &visitor, &mut tally);
                bar.inc(1);
            }
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in running {
            if let Ok(tally) = thread.join() {
                total.add(&tally);
            }
        }
    });
    total.population = population;
    total
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        let sum = |to: &mut [u64], from: &[u64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        self.visitors += other.visitors;
        self.events += other.events;
        sum(&mut self.known, &other.known);
        sum(&mut self.ever, &other.ever);
        self.sizes.iter_mut().zip(&other.sizes).for_each(|(to, from)| sum(to, from));
        for (to, from) in self.experiences.iter_mut().zip(&other.experiences) {
            sum(&mut to.sizes, &from.sizes);
            to.ever += from.ever;
            to.held += from.held;
            from.rejected.iter().for_each(|(reason, count)| to.reject(*reason, *count));
        }
    }
}

impl Shown {
    fn reject(&mut self, reason: Rejection, count: u64) {
        match self.rejected.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, known)) => *known += count,
            None => self.rejected.push((reason, count)),
        }
    }
}

impl Plan<'_> {
    fn empty(&self) -> Tally {
        let steps = vec![0; self.steps.len()];
        Tally {
            known: steps.clone(),
            sizes: vec![steps.clone(); self.segments.len()],
            ever: vec![0; self.segments.len()],
            experiences: vec![Shown { sizes: steps, ..Shown::default() }; self.experiences.len()],
            ..Tally::default()
        }
    }

    /// One visitor, from their first event to the last step.
    fn visitor(&self, site: &Rc<Site>, hash: u64, visitor: &Visitor, tally: &mut Tally) {
        let events = unpack(visitor);
        let Some(first) = events.first().map(|event| event.at) else { return };
        let id = format!("{hash:016x}");
        let mut visit = Visit::new(self, site, &id, first);
        let mut steps = self.steps.iter().enumerate().skip_while(|(_, step)| **step < first).peekable();
        tally.visitors += 1;
        let mut page = Map::new();
        for (count, event) in (1u32..).zip(events) {
            while let Some((place, step)) = steps.next_if(|(_, step)| **step < event.at) {
                visit.advance(*step);
                visit.count(place, tally);
            }
            let at = event.at;
            visit.advance(at);
            if !event.context.is_empty() && event.context != page {
                page = event.context.clone();
                visit.give(Input::Facts { at, facts: Facts::Context(page.clone().into()) });
            }
            visit.give(Input::Event { at, reference: count, event: event.draft(count) });
            tally.events += 1;
        }
        for (place, step) in steps {
            visit.advance(*step);
            visit.count(place, tally);
        }
        visit.end(self.steps.last().copied(), tally);
    }
}

/// A visitor's engine, and what it said last.
struct Visit<'a> {
    plan: &'a Plan<'a>,
    engine: Engine,
    id: &'a str,
    wake: Option<Millis>,
    /// When the choice is given again, before it lapses.
    renew: Millis,
    inside: Vec<bool>,
    was_inside: Vec<bool>,
    /// By slot, the experience of which a variant is shown.
    shown: HashMap<String, usize>,
    was_shown: Vec<bool>,
}

impl<'a> Visit<'a> {
    fn new(plan: &'a Plan<'a>, site: &Rc<Site>, id: &'a str, at: Millis) -> Self {
        let (segments, experiences) = (plan.segments.len(), plan.experiences.len());
        let mut visit = Visit {
            plan,
            engine: Engine::of(site.clone()),
            id,
            wake: None,
            renew: at,
            inside: vec![false; segments],
            was_inside: vec![false; segments],
            shown: HashMap::new(),
            was_shown: vec![false; experiences],
        };
        // What is shown before the choice that comes with the first event.
        visit.give(Input::Tick { at });
        visit.advance(at);
        visit
    }

    fn give(&mut self, input: Input) {
        self.engine.handle(input);
        while let Some(effect) = self.engine.poll() {
            match effect {
                Effect::Persist(Persist::Open { identity, .. }) => {
                    let failed = Some(Code::StoreDenied);
                    let loaded = Loaded { identity: Some(identity), failed, ..Loaded::default() };
                    self.engine.handle(Input::Loaded { at: Millis::MIN, loaded });
                }
                Effect::WakeAt(at) => self.wake = at,
                Effect::Notify(Notify::Segment { id, inside }) => self.segment(&id, inside),
                Effect::Notify(Notify::Decision(decision)) => self.decision(decision),
                _ => {}
            }
        }
    }

    fn segment(&mut self, id: &str, inside: bool) {
        let Some(place) = self.plan.segments.get(id) else { return };
        self.inside.iter_mut().skip(*place).take(1).for_each(|now| *now = inside);
        self.was_inside.iter_mut().skip(*place).take(1).for_each(|ever| *ever |= inside);
    }

    fn decision(&mut self, decision: Decision) {
        let owner = decision.experience.filter(|_| decision.variant.is_some());
        match owner.and_then(|id| self.plan.experiences.get(id.as_str())) {
            Some(place) => {
                self.was_shown.iter_mut().skip(*place).take(1).for_each(|ever| *ever = true);
                self.shown.insert(decision.slot, *place);
            }
            None => drop(self.shown.remove(&decision.slot)),
        }
    }

    /// Lets time pass: whatever it changes is seen when it does.
    fn advance(&mut self, to: Millis) {
        const RENEW: Millis = (CHOICE_DAYS - 1) * 86_400_000;
        while self.renew <= to {
            let at = self.renew;
            self.renew = at.saturating_add(RENEW);
            self.give(Input::Consent { at, change: self.granted() });
        }
        for _ in 0..WAKES {
            let Some(at) = self.wake.filter(|at| *at <= to) else { return };
            self.give(Input::Tick { at });
            if self.wake == Some(at) {
                break;
            }
        }
        if self.wake.is_some_and(|at| at <= to) {
            self.give(Input::Tick { at: to });
        }
    }

    fn granted(&self) -> ConsentChange {
        let granted = |purpose| (purpose, ConsentState::Granted);
        ConsentChange {
            purposes: [Purpose::Personalization, Purpose::Experiments].map(granted).to_vec(),
            act: Act::Visitor { notice: String::new(), locale: String::new() },
            fresh: Some(Identity { visitor: self.id.to_owned(), token: self.id.to_owned(), created: i64::MAX }),
            receipt: None,
        }
    }

    fn count(&self, step: usize, tally: &mut Tally) {
        let add = |counts: &mut Vec<u64>| counts.iter_mut().skip(step).take(1).for_each(|count| *count += 1);
        add(&mut tally.known);
        tally.sizes.iter_mut().zip(&self.inside).filter(|(_, inside)| **inside).for_each(|(sizes, _)| add(sizes));
        for place in self.shown.values() {
            tally.experiences.iter_mut().skip(*place).take(1).for_each(|shown| add(&mut shown.sizes));
        }
    }

    /// Why experiences are not shown, at the last step.
    fn end(self, at: Option<Millis>, tally: &mut Tally) {
        let count = |flags: &[bool], to: &mut dyn FnMut(usize)| {
            flags.iter().enumerate().filter(|(_, flag)| **flag).for_each(|(place, _)| to(place));
        };
        count(&self.was_inside, &mut |place| tally.ever.iter_mut().skip(place).take(1).for_each(|n| *n += 1));
        count(&self.was_shown, &mut |place| {
            tally.experiences.iter_mut().skip(place).take(1).for_each(|shown| shown.ever += 1);
        });
        let Some(at) = at.filter(|_| !self.plan.experiences.is_empty()) else { return };
        let readout = self.engine.read(at);
        let shown = |id: &str| self.plan.experiences.get(id).copied();
        for rejected in readout.rejected {
            if let Some(shown) = shown(&rejected.experience).and_then(|place| tally.experiences.get_mut(place)) {
                shown.reject(rejected.reason, 1);
            }
        }
        for decision in readout.decisions.iter().filter(|decision| decision.variant.is_none()) {
            let place = decision.experience.as_deref().and_then(shown);
            if let Some(shown) = place.and_then(|place| tally.experiences.get_mut(place)) {
                shown.held += 1;
            }
        }
    }
}
