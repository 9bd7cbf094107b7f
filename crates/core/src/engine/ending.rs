//! What ends with a grant, and with erasure (docs/consent.md).

use super::{Engine, Ids, Store};
use crate::io::{Broadcast, Effect, Persist, Tracked};
use crate::log::Log;
use crate::profile::{Kept, Profile};
use crate::sync::Queue;
use crate::sync::jobs::Kind;
use vitrine_wire::{Code, ConsentState, Purpose, PurposeSet};

impl Engine {
    /// Ends everything that rested on these purposes, here and in the store.
    pub(super) fn lose(&mut self, lost: PurposeSet, code: Code) {
        let all = self.gate.granted().is_empty();
        for reference in self.log.withdraw(lost) {
            self.answer(reference, Tracked::Dropped(code));
        }
        self.waiting.iter_mut().for_each(|pending| pending.granted = pending.granted.without(lost));
        // What is on its way rests on grants that are dead now; what is still allowed starts anew.
        self.sync.queue = Queue::default();
        self.close_stream();
        self.sync.jobs.drop(Kind::leads);
        if lost.has(Purpose::Experiments) {
            self.kept.choices.clear();
        }
        if lost.has(Purpose::Personalization) {
            self.forget_profile();
        }
        if all {
            self.ids = Ids::default();
            self.highest = 0;
            self.log = Log::default();
            self.store = Store::Closed;
            (self.sync.registered, self.sync.receipt) = (false, None);
        }
        // The page looks at nothing any more once a grant is lost: what may still be seen is said anew.
        self.watch_anew();
        self.catalog.lost();
        self.effects.push_back(Effect::Persist(Persist::Purge { purposes: lost, all }));
    }

    /// The profile, the backend's part of it, and the requests that feed it.
    pub(super) fn forget_profile(&mut self) {
        self.close_stream();
        self.sync.jobs.drop(Kind::leads);
        (self.profile, self.kept, self.paint) = (Profile::default(), Kept::default(), None);
        self.sync.registered = false;
        self.dirt.all = true;
        // What was listed was for who they were.
        self.catalog.anew = true;
        self.expose_anew();
    }

    /// The visitor erases everything: the queue, the profile, the choice's grants; the backend is told.
    pub(super) fn erase(&mut self) {
        let before: PurposeSet = Purpose::ALL.into_iter().filter(|p| self.was_granted(*p)).collect();
        let identity = self.ids.own.clone();
        let ticket = Some(self.kept.ticket.clone()).filter(|ticket| !ticket.is_empty()).or_else(|| self.standing());
        for purpose in before.iter() {
            self.choices.set(purpose, ConsentState::Withdrawn, "preference", self.now);
        }
        self.apply(before);
        if let Some(identity) = identity {
            self.sync.jobs.add(Kind::Erase(identity));
            self.transmit_jobs(false);
        }
        self.lose(before, Code::Erased);
        self.drop_waiting(Code::Erased);
        if !before.is_empty() {
            self.choices.set_ticket(ticket);
            self.write_choice();
        }
        self.effects.push_back(Effect::Broadcast(Broadcast::Lost));
    }
}
