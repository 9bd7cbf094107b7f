//! An engine made again from what another one knows, to be asked what would be: the page gives its state away, the
//! inspector's tools make the replica. Only [`Engine::state`] is in the page.
//!
//! INVARIANT: both sides are of one build, so the state needs no schema of its own beyond the profile's.

use super::{Engine, Store};
use crate::decide::{self, Stage};
use crate::io::{Facts, Identity, Input, Loaded};
use crate::order::owned;
use crate::plan::lists;
use crate::profile::traits::Traits;
use crate::profile::{Item, Kept, Profile};
use crate::segments::sources::Dirt;
use crate::segments::suppose;
use crate::site::Site;
use std::rc::Rc;
use vitrine_wire::bundle::{EventDecl, Experience, Trigger};
use vitrine_wire::codec::{Put, Reader, put_byte};
use vitrine_wire::door::Readout;
use vitrine_wire::event::{restore, store};
use vitrine_wire::{Code, ConsentState, Map, Millis, Purpose, Value};

impl Engine {
    /// Everything a replica is made of but consent, which whoever asks for it knows: the profile, the page, what has
    /// happened on it, and the rules.
    pub fn state(&self) -> Vec<u8> {
        let mut out = store(&(self.log.frontier, &self.profile, &self.kept));
        (self.now, self.page.view).put(&mut out);
        (&self.page.context, &self.page.zone).put(&mut out);
        (&self.stage.present, &self.stage.fired, &self.stage.keeps).put(&mut out);
        put_byte(&mut out, self.ask.may.into());
        self.site.as_ref().map_or(&[][..], |site| site.payload()).put(&mut out);
        out
    }
}

/// A state as bytes, read.
struct State {
    log: (u64, Profile, Kept),
    instants: (Millis, Millis),
    page: (Value, Vec<(Millis, i32)>),
    stage: (Vec<String>, Vec<String>, Vec<(String, String)>),
    unasked: bool,
    payload: Vec<u8>,
}

impl vitrine_wire::codec::Take for State {
    fn take(r: &mut Reader<'_>) -> Self {
        let (log, instants, page, stage) = (r.take(), r.take(), r.take(), r.take());
        State { log, instants, page, stage, unasked: r.flag(), payload: r.take() }
    }
}

/// A purpose, how it stands, who said so, and when.
pub type Chosen = (Purpose, ConsentState, String, Millis);

impl Engine {
    /// Makes it: as the page is, or (`at`) as the same page would be at another instant. None for bytes that are no
    /// state. Beside it, whether the profile had to be made again from the events that are left of a past.
    pub fn replica(state: &[u8], visitor: &str, chosen: &[Chosen], at: Option<Millis>) -> Option<(Self, bool)> {
        let State { log: (up_to, mut profile, kept), instants: (now, view), page, stage, unasked, payload } =
            restore(state).ok()?;
        let at = at.unwrap_or(now);
        let mut engine = Engine::of(Rc::new(Site::new(payload, 1)));
        let rebuilt = at < now;
        if rebuilt {
            profile = engine.before(&profile, at);
        }
        engine.page = super::Page { context: page.0, view: view.min(at), zone: page.1 };
        engine.ask.resume(unasked, at);
        engine.now = at.min(now);
        engine.grant(visitor, chosen);
        engine.log.snapshot(store(&(up_to, &profile, &kept)), up_to);
        (engine.profile, engine.kept, engine.dirt) = (profile, kept, Dirt::everything());
        if at == now {
            engine.handle(Input::Facts { at, facts: Facts::Slots(stage.0) });
            (engine.stage.fired, engine.stage.keeps) = (stage.1, stage.2);
        } else {
            // At another instant nothing has happened on the page.
            engine.stage = Stage { still: true, ..Stage::default() };
        }
        // Its time comes after its grants: what has run out by then goes as it would in the page.
        engine.handle(Input::Tick { at });
        Some((engine, rebuilt))
    }

    /// Brings consent to what was chosen until now, with a store that keeps nothing.
    fn grant(&mut self, visitor: &str, chosen: &[Chosen]) {
        for (purpose, state, source, decided) in chosen.iter().filter(|(.., decided)| *decided <= self.now) {
            // Without a day it is of the browser's own, as long as the page is open.
            let decided = if *decided == Millis::MIN { self.now } else { *decided };
            self.choices.set(*purpose, *state, source, decided);
            self.choices.hear([*purpose].into_iter().collect(), String::new());
        }
        let before = self.gate.granted();
        self.apply(before);
        if !self.gate.granted().is_empty() {
            let identity = Identity { visitor: visitor.into(), token: visitor.into(), created: i64::MAX };
            self.store = Store::Opening;
            let loaded = Loaded { identity: Some(identity), failed: Some(Code::StoreDenied), ..Loaded::default() };
            self.handle(Input::Loaded { at: i64::MIN, loaded });
        }
    }

    /// The profile as it was at an instant, as far as what is left of the events says.
    fn before(&self, profile: &Profile, at: Millis) -> Profile {
        let mut then = Profile::default();
        let Some(site) = &self.site else { return then };
        for past in profile.history.all().iter().filter(|past| past.key.0 <= at) {
            then.take(Item::again(past), site.rules(), &mut Dirt::default());
        }
        for row in profile.traits.rows().iter().filter(|row| row.key.0 <= at) {
            Traits::put(&mut then.traits, row.clone());
        }
        then.orders = profile.orders.until(at);
        then.user = profile.user.clone().filter(|(key, ..)| key.0 <= at);
        then
    }

    /// Segments and decisions as the page would show them if it decided now.
    pub fn present(&self) -> Readout {
        if self.stage.still {
            return self.read(self.now);
        }
        let mut readout = self.read(self.now);
        (readout.decisions, readout.rejected) = (Vec::new(), Vec::new());
        self.look(self.now, false, |here| {
            for slot in &here.site.slots {
                let verdict = decide::slot(here, self.person(), slot, &mut |r| readout.rejected.push(r));
                readout.decisions.push(verdict.decision(slot));
            }
        });
        readout.rejected.sort_by(|a, b| a.experience.cmp(&b.experience));
        readout
    }

    /// Its now.
    pub const fn now(&self) -> Millis {
        self.now
    }

    /// Makes conditions read these values instead of the facts of these paths. Answers each path that is read, behind the
    /// name it has in trees ([`suppose::named`]).
    pub fn suppose(&mut self, facts: &[(String, Value)]) -> Vec<(String, String)> {
        let mut read = Vec::new();
        let mut values = Map::new();
        if let Some(site) = self.site.as_mut().and_then(Rc::get_mut) {
            for (path, value) in facts {
                if let Some(place) = site.suppose(path) {
                    values.insert(&place, value.clone());
                    read.push((place, path.clone()));
                }
            }
        }
        let mut context = self.page.context.as_map().cloned().unwrap_or_default();
        context.insert(suppose::ROOT, values);
        self.page.context = Value::Map(context);
        self.dirt = Dirt::everything();
        self.handle(Input::Tick { at: self.now });
        read
    }

    /// Every fact that a condition reads: `{path, value, provenance, source, readBy}`.
    pub fn facts_read(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        self.look(self.now, false, |here| rows = suppose::facts(here));
        rows
    }

    /// What the rules name: slots, segments, experiences, events.
    pub fn outline(&self) -> Value {
        let Some(site) = &self.site else { return Value::Null };
        site.complete();
        let mut map = Map::new();
        map.insert("site", site.bundle.meta.site.as_str());
        map.insert("slots", Value::List(site.slots.iter().map(|slot| slot.as_str().into()).collect()));
        let segment = |place| {
            let mut map = Map::of("id", site.name(place));
            map.insert("title", site.title(place));
            Value::Map(map)
        };
        map.insert("segments", Value::List((0..site.count()).map(segment).collect()));
        map.insert("experiences", Value::List(site.experiences().iter().map(experience).collect()));
        let names = |event: &EventDecl| {
            let properties: Vec<&str> = event.properties.iter().map(|property| property.name.as_str()).collect();
            let mut map = Map::of("name", event.name.as_str());
            map.insert("properties", owned(&properties));
            Value::Map(map)
        };
        map.insert("events", Value::List(site.rules().events.iter().map(names).collect()));
        Value::Map(map)
    }
}

fn experience(of: &Experience) -> Value {
    let variants: Vec<Value> = of.variants.iter().map(|variant| variant.id.as_str().into()).collect();
    let mut map = Map::of("id", of.id.as_str());
    map.insert("slot", of.slot.as_str());
    map.insert("priority", f64::from(of.priority));
    map.insert("purpose", of.purpose.as_str());
    map.insert("variants", Value::List(variants));
    map.insert("list", of.variants.iter().any(|variant| lists::wanted(&variant.actions).is_some()));
    map.insert(
        "trigger",
        match &of.trigger {
            Trigger::Load => "load",
            Trigger::When(_) => "event",
            Trigger::Signal(signal) => signal,
            Trigger::Unknown => "unknown",
        },
    );
    Value::Map(map)
}
