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
use vitrine_wire::{Code, ConsentState, Decision, Map, Millis, Purpose};

use super::gather::{Gathered, Visitor, unpack};
use super::tally::{Run, Shown, Tally};

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
            let sites = Sites::new(plan.payload);
            loop {
                let next = queue.lock().ok().and_then(|mut queue| queue.next());
                let Some((hash, visitor)) = next else { return tally };
                plan.visitor(&sites, hash, visitor, &mut tally);
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
    total.finish();
    total
}

/// The site as a thread's engines share it.
struct Sites {
    whole: Rc<Site>,
    /// For what is shown before the choice that comes with the first event: few conditions, as no segment is made of it.
    early: Option<Rc<Site>>,
}

impl Sites {
    fn new(payload: &[u8]) -> Self {
        let site = || Rc::new(Site::new(payload.to_vec(), 1));
        let whole = site();
        // Before anything is granted a site has its contextual experiences alone.
        let early = (!whole.experiences().is_empty()).then(site);
        Sites { whole, early }
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
    fn visitor(&self, sites: &Sites, hash: u64, visitor: Visitor, tally: &mut Tally) {
        let events = unpack(&visitor);
        drop(visitor);
        let Some(first) = events.first().map(|event| event.at) else { return };
        let mut visit = Visit::new(self, sites, format!("{hash:016x}"), tally, first);
        let mut page = Map::new();
        for (count, mut event) in (1u32..).zip(events) {
            let at = event.at;
            visit.advance(at);
            let context = std::mem::take(&mut event.context);
            if !context.is_empty() && context != page {
                visit.give(Input::Facts { at, facts: Facts::Context(context.clone().into()) });
                page = context;
            }
            visit.give(Input::Event { at, reference: count, event: event.draft(count) });
            visit.tally.events += 1;
        }
        visit.end();
    }
}

/// A visitor's engine, and what it said last.
struct Visit<'a> {
    plan: &'a Plan<'a>,
    tally: &'a mut Tally,
    engine: Engine,
    id: String,
    wake: Option<Millis>,
    /// When the choice is given again, before it lapses.
    renew: Millis,
    /// The first step that is not over: what changes now changes from there on.
    step: usize,
    segments: Vec<Run>,
    experiences: Vec<Run>,
    /// By slot, the experience of which a variant is shown.
    shown: HashMap<String, usize>,
}

impl<'a> Visit<'a> {
    fn new(plan: &'a Plan<'a>, sites: &Sites, id: String, tally: &'a mut Tally, at: Millis) -> Self {
        let step = plan.steps.partition_point(|step| *step < at);
        tally.visitors += 1;
        tally.known.iter_mut().skip(step).take(1).for_each(|known| *known += 1);
        let mut visit = Visit {
            plan,
            tally,
            engine: Engine::of(sites.whole.clone()),
            id,
            wake: None,
            renew: at,
            step,
            segments: vec![Run::default(); plan.segments.len()],
            experiences: vec![Run::default(); plan.experiences.len()],
            shown: HashMap::new(),
        };
        if let Some(site) = &sites.early {
            let mut before = Engine::of(site.clone());
            before.handle(Input::Tick { at });
            while let Some(effect) = before.poll() {
                if let Effect::Notify(Notify::Decision(decision)) = effect {
                    visit.decision(decision);
                }
            }
        }
        visit.until(at);
        // What ended with the choice: the engine that knows of it has never shown it.
        for slot in visit.shown.keys().cloned().collect::<Vec<_>>() {
            visit.decision(visit.engine.decide(&slot));
        }
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
        let Some(place) = self.plan.segments.get(id).copied() else { return };
        if let (Some(run), Some(sizes)) = (self.segments.get_mut(place), self.tally.sizes.get_mut(place)) {
            run.turn(inside, self.step, sizes);
        }
    }

    fn decision(&mut self, decision: Decision) {
        let owner = decision.experience.filter(|_| decision.variant.is_some());
        let next = owner.and_then(|id| self.plan.experiences.get(id.as_str()).copied());
        let before = match next {
            Some(next) => self.shown.insert(decision.slot, next),
            None => self.shown.remove(&decision.slot),
        };
        if before == next {
            return;
        }
        for (place, now) in before.map(|place| (place, false)).into_iter().chain(next.map(|place| (place, true))) {
            if let (Some(run), Some(shown)) = (self.experiences.get_mut(place), self.tally.experiences.get_mut(place)) {
                run.turn(now, self.step, &mut shown.sizes);
            }
        }
    }

    /// Lets time pass, step by step where something is due.
    fn advance(&mut self, to: Millis) {
        let steps = self.plan.steps;
        loop {
            let due = self.wake.map_or(self.renew, |wake| wake.min(self.renew));
            if due <= to {
                while steps.get(self.step).is_some_and(|step| *step < due) {
                    self.step += 1;
                }
            }
            match steps.get(self.step).filter(|step| due <= to && **step < to) {
                Some(step) => {
                    self.until(*step);
                    self.step += 1;
                }
                None => break,
            }
        }
        while steps.get(self.step).is_some_and(|step| *step < to) {
            self.step += 1;
        }
        self.until(to);
    }

    /// Lets time pass up to the next step: whatever it changes is seen when it does.
    fn until(&mut self, to: Millis) {
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
            fresh: Some(Identity { visitor: self.id.clone(), token: self.id.clone(), created: i64::MAX }),
            receipt: None,
        }
    }

    /// The last step, and why experiences are not shown then.
    fn end(mut self) {
        let last = self.plan.steps.last().copied().filter(|_| self.step < self.plan.steps.len());
        if let Some(last) = last {
            self.advance(last);
        }
        let Visit { plan, tally, mut engine, .. } = self;
        let count = |runs: &[Run], to: &mut dyn FnMut(usize)| {
            runs.iter().enumerate().filter(|(_, run)| run.ever).for_each(|(place, _)| to(place));
        };
        count(&self.segments, &mut |place| tally.ever.iter_mut().skip(place).take(1).for_each(|n| *n += 1));
        count(&self.experiences, &mut |place| {
            tally.experiences.iter_mut().skip(place).take(1).for_each(|shown| shown.ever += 1);
        });
        let Some(at) = plan.steps.last().copied().filter(|_| !plan.experiences.is_empty()) else { return };
        // Brought there, the engine reads what it keeps; else it would evaluate everything anew.
        engine.handle(Input::Tick { at });
        let readout = engine.read(at);
        let shown = |id: &str| plan.experiences.get(id).copied();
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
