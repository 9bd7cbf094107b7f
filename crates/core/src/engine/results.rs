//! What became of requests and of plans.

use super::Engine;
use crate::io::{Broadcast, DomResult, Effect, Notify, Outcome, Persist, Ref};
use crate::plan::Shown;
use crate::sync::jobs::Kind;
use crate::sync::policy::LONGEST_MS;
use vitrine_wire::{Code, ConsentState};

impl Engine {
    /// A request was answered.
    pub(super) fn sync_result(&mut self, reference: Ref, outcome: Outcome) {
        if let Some(up_to) = self.sync.queue.answered(reference) {
            return self.batch_answered(up_to, outcome);
        }
        let Some(mut job) = self.sync.jobs.answered(reference) else { return };
        if let Kind::Consents(said) = &mut job.kind {
            self.overtaken(said);
        }
        match outcome {
            Outcome::Retry { after } => {
                let seed = self.seed();
                self.sync.jobs.again(job, self.now, after, seed);
            }
            // A stream that is open stays a job, so that its end is noticed.
            Outcome::Done if matches!(job.kind, Kind::Stream) => self.sync.jobs.keep(job),
            Outcome::Done => self.done(job.kind),
            Outcome::Refused(code) => {
                self.tell(code, "");
                if matches!(job.kind, Kind::Stream) {
                    // Wanted as long as it is allowed: without a pause it would be asked for again at once, and for ever.
                    let seed = self.seed();
                    self.sync.jobs.again(job, self.now, Some(LONGEST_MS), seed);
                } else {
                    self.done(job.kind);
                }
            }
        }
    }

    fn done(&mut self, kind: Kind) {
        match kind {
            Kind::Register { .. } => {
                self.sync.registered = true;
                let receipt = &self.sync.receipt;
                let of = |kind: &Kind| match kind {
                    Kind::Register { .. } => true,
                    Kind::Consents(said) => said.receipt == *receipt,
                    _ => false,
                };
                if !self.sync.jobs.any(of) {
                    self.sync.receipt = None;
                }
            }
            Kind::Consents(consents) => {
                let registers = |kind: &Kind| matches!(kind, Kind::Register { .. });
                let receipt = consents.receipt.clone().filter(|_| consents.receipt == self.sync.receipt);
                // Who the grant is of was said before it, by a page that may never have been seen again: once more.
                if receipt.is_some() && (self.sync.registered || self.sync.jobs.flies(registers)) {
                    self.sync.jobs.add(Kind::Register { receipt });
                }
                let took = |(_, state): &(_, ConsentState)| *state == ConsentState::Withdrawn;
                self.taken(consents.ticket.is_some() || consents.purposes.iter().any(took));
            }
            Kind::Erase(_) => self.taken(true),
            Kind::Profile if std::mem::take(&mut self.sync.outrun) => self.sync.jobs.add(Kind::Profile),
            Kind::Profile | Kind::Stream => {}
        }
    }

    /// The backend has heard an act; one ticket stands for all that was taken back, so it stays as long as another act is on
    /// its way: that one may be a withdrawal, or a grant that the backend hears after its withdrawal.
    fn taken(&mut self, back: bool) {
        self.sync.taken |= back;
        if !self.sync.jobs.any(|kind| matches!(kind, Kind::Consents(_) | Kind::Erase(_)))
            && std::mem::take(&mut self.sync.taken)
        {
            self.settle_ticket();
        }
    }

    /// The backend knows of the withdrawal: the ticket has done its work. The newest one stays where a grant may end on a
    /// page without this SDK.
    pub(super) fn settle_ticket(&mut self) {
        let stands = !self.kept.ticket.is_empty() && self.choices.foreign();
        let next = stands.then(|| [super::consent::STANDS.into(), self.kept.ticket.clone()].concat());
        if self.choices.record().ticket != next {
            self.choices.set_ticket(next);
            self.write_choice();
        }
    }

    fn batch_answered(&mut self, up_to: u64, outcome: Outcome) {
        match outcome {
            Outcome::Done => self.acknowledge(up_to),
            Outcome::Refused(code) => {
                self.tell(code, "");
                self.give_up(up_to);
            }
            Outcome::Retry { after } => {
                let seed = self.seed();
                self.sync.queue.failed(self.now, after, seed);
                self.tell(Code::Offline, "");
                self.synced();
            }
        }
    }

    fn acknowledge(&mut self, up_to: u64) {
        let proven = self
            .log
            .unsent()
            .take_while(|e| e.sequence <= up_to)
            .any(|e| e.stored.event.context.get("vitrine").is_some_and(|v| v.get("proof").is_some()));
        self.give_up(up_to);
        // The backend has just learnt who this is: what it knows of them is new here.
        if proven {
            self.want_profile();
        }
    }

    /// Fetches the profile; once more after the fetch that is on its way.
    pub(super) fn want_profile(&mut self) {
        if self.gate.ask::<crate::gate::Sync>().is_none() {
            return;
        }
        if self.sync.jobs.any(|kind| matches!(kind, Kind::Profile)) {
            self.sync.outrun = true;
        } else {
            self.sync.jobs.add(Kind::Profile);
        }
    }

    /// The queue goes on after this sequence.
    pub(super) fn give_up(&mut self, up_to: u64) {
        self.log.sent = self.log.sent.max(up_to);
        self.sync.queue.settled();
        if let Some(grant) = self.gate.ask().filter(|_| self.store == super::Store::Open) {
            self.effects.push_back(Effect::Persist(Persist::Sent { grant, up_to }));
            // The other tabs cannot know otherwise how much is left to send.
            self.effects.push_back(Effect::Broadcast(Broadcast::Grew));
        }
        if self.log.queue().0 == 0 {
            self.synced();
        }
    }

    /// Answers whoever waits for everything to be sent.
    pub(super) fn synced(&mut self) {
        self.sync.flushing = false;
        self.notify(Notify::Synced { unsent: self.log.queue().0 as u32 });
    }

    /// What became of a plan.
    pub(super) fn dom_result(&mut self, slot: &str, result: DomResult) {
        let Some(shown) = self.shown.iter_mut().find(|shown| shown.slot == slot) else { return };
        match result {
            DomResult::Applied => self.showed(slot),
            DomResult::Missing => self.shown.retain(|shown| shown.slot != slot),
            DomResult::Failed(code) => {
                Shown::fail(shown);
                self.tell(code, slot);
            }
        }
    }
}
