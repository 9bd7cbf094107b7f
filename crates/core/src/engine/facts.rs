//! What the surroundings say.

use super::{Engine, Store};
use crate::io::{Broadcast, Effect, Facts, Identity, Notify, Persist, Send, SlotPlan, Tracked};
use crate::plan::Shown;
use crate::profile::traits::OUT;
use crate::segments::sources::Group;
use crate::sync::jobs::Kind;
use vitrine_wire::{Code, Purpose, Value};

impl Engine {
    /// Takes a fact in.
    pub(super) fn facts(&mut self, facts: Facts) {
        if self.off {
            return;
        }
        match facts {
            Facts::Context(context) => {
                self.catalog.anew |= context.get("data") != self.page.context.get("data");
                let minor = context.as_map().and_then(|map| map.get("minor")) == Some(&Value::Bool(true));
                self.page.context = context;
                self.dirt.touch(Group::Context.bit());
                if self.choices.set_minor(minor) {
                    self.bar();
                }
            }
            Facts::PageView => {
                self.page.view = self.now;
                self.catalog.turn(self.now);
                self.ask_anew();
                self.expose_anew();
                self.stage_anew();
                self.shown.iter_mut().for_each(Shown::unlock);
            }
            Facts::Profile(rows) => self.rows(&rows),
            Facts::ProfileVersion(version) => {
                if version != self.kept.version {
                    self.want_profile();
                }
            }
            Facts::Ticket(ticket) => {
                if self.gate.ask::<crate::gate::Profile>().is_some() {
                    (self.kept.ticket, self.sync.unkept) = (ticket, true);
                    if self.choices.foreign() {
                        self.settle_ticket();
                    }
                }
            }
            Facts::Flush => {
                self.sync.flushing = true;
                self.sync.queue.hurry();
            }
            Facts::Lead(lead) => self.lead(lead),
            Facts::Zone(zone) => {
                self.page.zone = zone;
                self.dirt.all = true;
            }
            Facts::Asked { guess } => {
                if !(guess && self.store == Store::Open) {
                    self.asked();
                    self.ask.guess = guess;
                }
            }
            Facts::Visible => self.exposures.away = false,
            Facts::Hidden => {
                self.exposures.away = true;
                self.stay();
                self.keep_ask();
            }
            Facts::Leaving => {}
            Facts::Catalog { from, items } => self.catalog.came(&from, &items),
            Facts::Fired(signal) => self.fired(signal),
            Facts::Preview { experience, variant } => {
                self.stage.preview = Some((experience, variant));
                self.dirt.all = true;
            }
            Facts::Slots(slots) => {
                self.shown.retain(|shown| slots.contains(&shown.slot));
                for slot in slots {
                    if !self.shown.iter().any(|shown| shown.slot == slot) {
                        if self.site.as_ref().is_some_and(|site| !site.slots.contains(&slot)) {
                            self.tell(Code::SlotUnknown, &slot);
                        }
                        self.shown.push(Shown::new(slot));
                    }
                }
            }
            Facts::Reset { fresh } => self.reset(fresh),
            Facts::Off { reason } => self.switch_off(&reason),
        }
    }

    fn rows(&mut self, rows: &Value) {
        if self.gate.ask::<crate::gate::Sync>().is_none() || matches!(self.store, Store::Closed | Store::Opening) {
            return;
        }
        let proven = self.profile.user.as_ref().filter(|(.., proof)| *proof).map(|(_, user, _)| user.as_str());
        let left_out = |engine: &Self| engine.kept.traits.any(OUT);
        self.dirt.all |= left_out(self);
        self.kept.sync(rows, proven);
        self.dirt.all |= left_out(self);
        self.dirt.touch(Group::SYNCED);
        self.dirt.synced = true;
        self.sync.unkept = true;
    }

    fn lead(&mut self, lead: bool) {
        self.sync.lead = lead;
        if !lead {
            self.close_stream();
            self.sync.jobs.drop(Kind::leads);
        }
    }

    pub(super) fn close_stream(&mut self) {
        if self.sync.jobs.any(|kind| matches!(kind, Kind::Stream)) {
            self.sync.jobs.drop(|kind| matches!(kind, Kind::Stream));
            let reference = self.reference();
            self.effects.push_back(Effect::Send { reference, send: Send::StreamClose });
        }
    }

    /// A new person may use this device: new ids, an empty profile. What waits to be sent stays bound to who it was.
    pub(super) fn reset(&mut self, fresh: Identity) {
        let open = matches!(self.store, Store::Open | Store::Memory);
        let grant = self.gate.ask();
        if let Some(grant) = grant.clone() {
            let known = self.ids.own.as_ref().filter(|_| self.store == Store::Open);
            let visitor = known.map_or_else(String::new, |own| own.visitor.clone());
            self.effects.push_back(Effect::Persist(Persist::LoggedOut { grant, visitor }));
        }
        let Some(grant) = grant.filter(|_| open) else {
            // The store may hold somebody else, and what waits for it is theirs.
            self.ids.reset = Some(fresh);
            return self.drop_waiting(Code::Erased);
        };
        let personal = [Purpose::Personalization].into_iter().collect();
        for reference in self.log.withdraw(personal) {
            self.answer(reference, Tracked::Dropped(Code::Erased));
        }
        self.forget_profile();
        self.sync.receipt = None;
        self.ids.former = self.ids.own.replace(fresh.clone());
        self.effects.push_back(Effect::Persist(Persist::Purge { purposes: personal, all: false }));
        self.effects.push_back(Effect::Persist(Persist::Identity { grant, identity: fresh }));
        self.effects.push_back(Effect::Broadcast(Broadcast::Snapshot));
        self.shown.iter_mut().for_each(Shown::unlock);
    }

    fn switch_off(&mut self, reason: &str) {
        self.off = true;
        for shown in std::mem::take(&mut self.shown).into_iter().filter(Shown::showing) {
            self.effects.push_back(Effect::Render(SlotPlan::Own { slot: shown.slot }));
        }
        self.close_stream();
        self.drop_waiting(Code::Off);
        self.decisions.clear();
        if self.wake.take().is_some() {
            self.effects.push_back(Effect::WakeAt(None));
        }
        self.notify(Notify::Diagnostic { code: Code::Off, detail: reason.into() });
    }
}
