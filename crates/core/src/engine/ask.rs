//! Asking for the choice in a slot: once a visit, and not soon after a refusal (`context.consent.unasked`).

use super::{Engine, Store};
use crate::io::{Effect, Persist};
use crate::segments::sources::{Group, UNASKED};
use vitrine_wire::limits::SESSION_GAP_MS;
use vitrine_wire::{ConsentState, Millis, Purpose};

/// What is known of asking.
#[derive(Debug, Default)]
pub(super) struct Ask {
    /// When the visit in which they were asked last went on; none: they were not asked in this one.
    last: Option<Millis>,
    /// Nobody knows whether they were; until the store says so.
    pub(super) guess: bool,
    /// They were asked on this very page view and have not put it off: it stays.
    here: bool,
    /// Whether they may be asked, as conditions read it.
    pub(super) may: bool,
}

impl Ask {
    /// As it stood on another engine's page.
    pub(super) fn resume(&mut self, may: bool, at: Millis) {
        (self.here, self.last) = (may, (!may).then_some(at));
    }
}

impl Engine {
    /// They were asked in this visit, on a page before or by an ask that they put off.
    pub(crate) fn asked(&mut self) {
        (self.ask.last, self.ask.here, self.ask.guess) = (Some(self.now), false, false);
        self.keep_ask();
    }

    /// Another page view: what was asked on the one before is asked no more in this visit.
    pub(crate) fn ask_anew(&mut self) {
        self.ask.here = false;
        self.stay();
        if self.over() {
            self.ask.last = None;
        }
        self.keep_ask();
    }

    /// Something happened: the visit goes on, unless it was over.
    pub(crate) fn stay(&mut self) {
        if !self.over() && self.ask.last.is_some() {
            self.ask.last = Some(self.now);
        }
    }

    /// What a slot shows is in the page; an ask has been made there.
    pub(crate) fn showed(&mut self, slot: &str) {
        if self.ask.may && !self.ask.here && self.asks(slot) {
            self.asked();
            self.ask.here = true;
        }
    }

    /// As [`Engine::showed`], of every slot.
    pub(crate) fn showed_all(&mut self) {
        let slots: Vec<String> = self.decisions.iter().map(|decision| decision.slot.clone()).collect();
        slots.iter().for_each(|slot| self.showed(slot));
    }

    /// What the store remembers: more than a page that has decided nothing yet could guess. One that was made just now (not
    /// `known`) remembers nothing.
    pub(super) fn remember_ask(&mut self, at: Option<Millis>, known: bool) {
        if self.ask.last.is_some() && if self.ask.guess { !known } else { self.ready } {
            return self.keep_ask();
        }
        (self.ask.last, self.ask.guess) = (at, false);
        self.ask_anew();
    }

    pub(super) fn keep_ask(&mut self) {
        if let (Some(at), Some(grant)) = (self.ask.last, self.gate.ask().filter(|_| self.store == Store::Open)) {
            self.effects.push_back(Effect::Persist(Persist::Asked { grant, at }));
        }
    }

    /// Looks whether they may be asked.
    pub(super) fn look_whether_to_ask(&mut self) {
        let open = matches!(self.gate.state(Purpose::Personalization), ConsentState::Unknown | ConsentState::Expired)
            && !self.choices.resting(Purpose::Personalization, self.now);
        let may = open && (self.ask.here || self.ask.last.is_none());
        if may != self.ask.may {
            self.ask.may = may;
            self.dirt.touch(Group::Consent.bit());
        }
    }

    fn over(&self) -> bool {
        self.ask.last.is_some_and(|last| self.now - last >= SESSION_GAP_MS)
    }

    /// Whether what was decided for a slot hangs on whether they may be asked.
    fn asks(&self, slot: &str) -> bool {
        let owner = self.decisions.iter().find(|decision| decision.slot == slot).and_then(|d| d.experience.as_ref());
        self.site.as_ref().zip(owner).is_some_and(|(site, owner)| {
            let mut asked = site.contenders(slot).filter(|(experience, _)| experience.id == *owner);
            asked.any(|(_, nodes)| site.program().reads(&nodes.all().collect::<Vec<_>>(), UNASKED))
        })
    }
}
