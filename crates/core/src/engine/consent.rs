//! Acts of choice: what they permit, and what they end (docs/consent.md); `ending` ends it.

use super::{Engine, Store, Undecided};
use crate::io::{Act, Broadcast, ConsentChange, Consents, Effect, Notify, Persist};
use crate::plan::Shown;
use crate::segments::sources::Group;
use crate::sync::jobs::Kind;
use vitrine_wire::paint::ChoiceRecord;
use vitrine_wire::{Code, ConsentState, Millis, Purpose, PurposeSet};

/// Begins a ticket in the choice record that no withdrawal waits for: one may come where this SDK does not run.
pub(super) const STANDS: char = '~';

impl Engine {
    /// The visitor's choice changed.
    pub(super) fn consents(&mut self, change: ConsentChange) {
        // What was granted on another page ends here as if it had been in force.
        let of: PurposeSet = change.purposes.iter().map(|(purpose, _)| *purpose).collect();
        let before = self.gate.granted().and(of.iter().filter(|p| self.was_granted(*p)).collect());
        // A store that is being opened has been given its ids.
        if let Some(fresh) = change.fresh.filter(|_| self.store != Store::Opening) {
            self.ids.fresh = Some(fresh);
        }
        let (mut news, mut restored, mut again) = (None, Vec::new(), false);
        let (decided, source, notice, locale) = match change.act {
            Act::Record(record) => return self.consent_record(record, before),
            Act::Signal => {
                self.choices.signal();
                self.apply(before);
                return;
            }
            Act::Visitor { notice, locale } => (self.now, "preference".into(), notice, locale),
            Act::Restored { decided, notice, ours } => {
                restored = decided.into_iter().map(|at| crate::time::clamp(at).min(self.now)).collect();
                again = ours;
                let first = restored.iter().copied().min().unwrap_or(self.now);
                (first, if ours { "preference" } else { "site" }.into(), notice, String::new())
            }
            Act::Source { source, acted, notice, cookie } => {
                self.choices.hear(of, cookie);
                news = Some(acted);
                (self.now, source, notice, String::new())
            }
        };
        let mut purposes = Vec::new();
        for (place, (purpose, state)) in change.purposes.into_iter().enumerate() {
            let then = restored.get(place).copied();
            let known = self.choices.recorded(purpose, self.now);
            if news.is_some_and(|acted| !self.choices.news(purpose, state, &source, acted, self.now)) {
                continue;
            }
            if then.is_some_and(|at| !self.choices.restorable(purpose, at, self.now)) {
                continue;
            }
            if let Some(state) = self.choose(purpose, state, &source, then.unwrap_or(decided)) {
                if state == ConsentState::Granted
                    && self.store == Store::Closed
                    && matches!(known, ConsentState::Denied | ConsentState::Withdrawn)
                {
                    self.anew = (self.anew.0.with(purpose), self.now);
                }
                purposes.push((purpose, state));
            }
        }
        if purposes.is_empty() {
            if news.is_some() {
                // What is confirmed is in force.
                self.apply(before);
                self.open_store();
            }
            return;
        }
        self.choices.set_notice(&notice);
        let lost = self.apply(before);
        // Granted on another page and over on this one: who it was is not read any more, and the ticket says it.
        let ticket = self.standing().filter(|_| self.ids.own.is_none() && !lost.is_empty());
        if ticket.is_some() {
            self.choices.set_ticket(ticket.clone());
        }
        let mut act =
            Consents { receipt: None, identity: None, purposes: Vec::new(), notice, locale, source, ticket, decided };
        if act.ticket.is_some() {
            let taken = |(_, state): &(_, ConsentState)| *state == ConsentState::Withdrawn;
            (act.purposes, purposes) = purposes.into_iter().partition(taken);
            self.post(act.clone());
            act.ticket = None;
        }
        if again {
            // The backend knows it; what is new is who the grant is of.
            purposes.retain(|(_, state)| *state == ConsentState::Granted);
        }
        let granting = purposes.iter().any(|(_, state)| *state == ConsentState::Granted);
        let known = granting && self.store != Store::Opening || !lost.is_empty();
        if !purposes.is_empty() {
            act.receipt = change.receipt.clone().filter(|_| granting);
            act.identity = self.ids.own.clone().filter(|_| known);
            act.purposes = purposes;
            self.post(act);
        }
        if granting && self.ids.own.is_none() {
            self.sync.receipt = change.receipt;
        }
        let word = if lost.is_empty() { Broadcast::Choice } else { Broadcast::Lost };
        if !lost.is_empty() {
            let ticket = Some(self.kept.ticket.clone()).filter(|ticket| !ticket.is_empty());
            self.lose(lost, Code::NoConsent);
            if ticket.is_some() {
                self.choices.set_ticket(ticket);
            }
        }
        self.write_choice();
        self.effects.push_back(Effect::Broadcast(word));
        self.open_store();
        // What follows is what the visitor has just asked for.
        self.shown.iter_mut().for_each(Shown::unlock);
    }

    /// The ticket that stands by.
    pub(super) fn standing(&self) -> Option<String> {
        self.choices.record().ticket.as_deref()?.strip_prefix(STANDS).map(String::from)
    }

    pub(super) fn was_granted(&self, purpose: Purpose) -> bool {
        self.choices.recorded(purpose, self.now) == ConsentState::Granted
    }

    /// The state that an act gives a purpose; none where it changes nothing.
    fn choose(&mut self, purpose: Purpose, state: ConsentState, source: &str, decided: Millis) -> Option<ConsentState> {
        let now = self.choices.recorded(purpose, self.now);
        let state = match (now, state) {
            (_, ConsentState::Granted) if self.choices.barred(purpose) => return None,
            (ConsentState::Granted, ConsentState::Denied | ConsentState::Withdrawn) => ConsentState::Withdrawn,
            // Its own grant is no more: a new notice, an end by time, a reset.
            (ConsentState::Granted, ConsentState::Unknown) if self.choices.of(purpose, source) => {
                ConsentState::Withdrawn
            }
            (_, ConsentState::Granted | ConsentState::Denied) => state,
            // Nothing to take back, and no statement of its own.
            _ => return None,
        };
        self.choices.set(purpose, state, source, decided).then_some(state)
    }

    /// The record read at start, or changed by another tab.
    fn consent_record(&mut self, record: ChoiceRecord, before: PurposeSet) {
        // At a page's start alone: a tab that was open saw the act, and the tab that made it is telling the backend.
        let starting = self.choices.record().choices.is_empty();
        let withdrawn = || record.choices.iter().filter(|c| c.state == ConsentState::Withdrawn);
        if let Some(ticket) = record.ticket.as_ref().filter(|ticket| !ticket.starts_with(STANDS))
            && starting
            && !self.sync.jobs.any(|kind| matches!(kind, Kind::Consents(_)))
        {
            self.post(Consents {
                receipt: None,
                identity: None,
                purposes: withdrawn().map(|c| (c.purpose, c.state)).collect(),
                notice: record.notice.clone(),
                locale: String::new(),
                source: withdrawn().next().map(|c| c.source.clone()).unwrap_or_default(),
                ticket: Some(ticket.clone()),
                decided: self.now,
            });
        }
        self.choices.replace(record);
        let lost = self.apply(before);
        if !lost.is_empty() {
            self.lose(lost, Code::NoConsent);
        }
        self.expire();
        self.open_store();
    }

    /// The store's copy of the choice: the more restrictive wins per purpose.
    pub(super) fn restrict(&mut self, stored: &ChoiceRecord) {
        let before = self.gate.granted();
        self.choices.restrict(stored);
        let lost = self.apply(before);
        if !lost.is_empty() {
            self.lose(lost, Code::NoConsent);
            self.write_choice();
        }
    }

    /// Grants whose last day is over. Their data goes; the decision is forgotten, so that it goes only once.
    pub(super) fn expire(&mut self) {
        let before = self.gate.granted();
        let over = |p: &Purpose| self.choices.recorded(*p, self.now) == ConsentState::Expired;
        let over: PurposeSet = Purpose::ALL.into_iter().filter(over).collect();
        // A refusal whose last day is over is none any more, and may be asked again.
        let refused = |p: &Purpose| matches!(self.gate.state(*p), ConsentState::Denied | ConsentState::Withdrawn);
        if Purpose::ALL.iter().any(|p| refused(p) && self.choices.state(*p, self.now) == ConsentState::Unknown) {
            self.apply(before);
        }
        if over.is_empty() {
            return;
        }
        self.apply(before);
        self.lose(over, Code::NoConsent);
        over.iter().for_each(|purpose| self.choices.forget(purpose));
        self.write_choice();
    }

    /// Brings the gate to the choices. Answers what was granted and is no more; capabilities of then are dead.
    pub(super) fn apply(&mut self, before: PurposeSet) -> PurposeSet {
        for purpose in Purpose::ALL {
            let state = self.choices.state(purpose, self.now);
            if state != self.gate.state(purpose) {
                self.gate.set(purpose, state);
                self.dirt.touch(Group::Consent.bit());
                self.undecided = Undecided::All;
                self.notify(Notify::Consent { purpose, state });
            }
        }
        before.without(self.gate.granted())
    }

    /// Opens the store once something is granted.
    fn open_store(&mut self) {
        if self.store != Store::Closed || self.off {
            return;
        }
        let Some(grant) = self.gate.ask() else { return };
        let Some(identity) = self.ids.fresh.clone() else { return self.tell(Code::StoreDenied, "no random numbers") };
        self.store = Store::Opening;
        self.effects.push_back(Effect::Persist(Persist::Open { grant, identity }));
    }

    /// A grant that was taken back while it was on its way may be heard after that: its end is told once more.
    pub(super) fn overtaken(&mut self, said: &mut Consents) {
        let mut over = Vec::new();
        said.purposes.retain(|(purpose, state)| {
            let stands = *state != ConsentState::Granted || self.was_granted(*purpose);
            if !stands {
                over.push((*purpose, ConsentState::Withdrawn));
            }
            stands
        });
        if !over.is_empty() && said.identity.is_some() {
            self.post(Consents { receipt: None, purposes: over, ..said.clone() });
        }
    }

    /// Reports an act, at once.
    fn post(&mut self, consents: Consents) {
        self.sync.jobs.act(consents);
        self.transmit_jobs(false);
    }

    pub(super) fn write_choice(&mut self) {
        let record = self.choices.record().clone();
        self.effects.push_back(Effect::Persist(Persist::Choice(record)));
    }
}
