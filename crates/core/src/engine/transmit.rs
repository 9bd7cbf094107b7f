//! What leaves for the backend, and when.

use super::{Engine, Store};
use crate::gate;
use crate::io::{Effect, Identity, Ref, Send};
use crate::profile::item::fingerprint;
use crate::sync::jobs::Kind;
use crate::sync::{self, Batch, Turn};
use vitrine_wire::{Code, ConsentState, Millis};

impl Engine {
    /// Requests that are due; the queue's next batch; all of the queue when the page goes away.
    pub(super) fn transmit(&mut self, hidden: bool) {
        self.want_stream();
        self.transmit_jobs(hidden);
        if let Some(up_to) = sync::expired(&self.log, self.now).filter(|_| self.sync.lead) {
            self.tell(Code::QueueExpired, "");
            self.give_up(up_to);
        }
        if self.may_send() {
            if hidden {
                let pieces = sync::beacons(&self.log);
                pieces.into_iter().for_each(|piece| self.send_batch(piece, true));
            } else if let Turn::Send(batch) = self.sync.queue.turn(&self.log, self.now) {
                self.send_batch(batch, false);
            }
        }
        if self.sync.flushing && (self.log.queue().0 == 0 || !self.may_send() || self.sync.queue.failing()) {
            self.synced();
        }
    }

    /// When there is something to send by time alone.
    pub(super) fn next_transmission(&mut self) -> Option<Millis> {
        let queue = if self.may_send() { self.sync.queue.turn(&self.log, self.now) } else { Turn::Idle };
        let queue = match queue {
            Turn::Wait(due) => Some(due),
            // Left by beacon without an answer: the same again, if the page lives on.
            Turn::Send(_) => Some(self.now + sync::policy::GATHER_MS),
            Turn::Idle => None,
        };
        let (lead, off) = (self.sync.lead, self.off);
        let jobs = self.sync.jobs.next_due(self.now, |kind| !kind.leads() || lead && !off);
        [queue, jobs].into_iter().flatten().min()
    }

    /// The leading tab registers the device, then holds the stream.
    fn want_stream(&mut self) {
        let ready = matches!(self.store, Store::Open | Store::Memory) && self.site.is_some();
        if !self.sync.lead || !ready || self.gate.ask::<gate::Sync>().is_none() {
            return;
        }
        if !self.known() {
            if !self.sync.jobs.any(|kind| matches!(kind, Kind::Register { .. })) {
                let receipt = self.sync.receipt.clone();
                self.sync.jobs.add(Kind::Register { receipt });
            }
        } else if !self.sync.jobs.any(|kind| matches!(kind, Kind::Stream)) {
            self.sync.jobs.add(Kind::Stream);
        }
    }

    /// Whether the backend knows this device.
    fn known(&self) -> bool {
        self.sync.registered || !self.kept.ticket.is_empty()
    }

    /// Whether this tab sends events now: it leads, and the backend can check the token that goes with them.
    fn may_send(&self) -> bool {
        let settled = matches!(self.store, Store::Open | Store::Memory) && self.site.is_some();
        let token = self.gate.ask::<gate::Sync>().is_none() || self.known();
        self.sync.lead && !self.off && settled && token && self.gate.ask::<gate::Collect>().is_some()
    }

    fn send_batch(&mut self, mut batch: Batch, beacon: bool) {
        let Some(grant) = self.gate.ask() else { return };
        if self.gate.ask::<gate::Split>().is_none() {
            // Who an experiment took them for is nobody's business any more.
            batch.events.iter_mut().for_each(|event| event.properties.retain(&|name| name != "unit"));
        }
        let of = |id: &&Identity| id.visitor == batch.visitor;
        let owner = self.ids.own.iter().chain(&self.ids.former).find(of);
        let token = owner.map_or(String::new(), |id| id.token.clone());
        let reference = self.reference();
        if !beacon {
            self.sync.queue.sent(reference, batch.up_to);
        }
        let send = Send::Events { grant, events: batch.events, token, beacon };
        self.effects.push_back(Effect::Send { reference, send });
    }

    /// Sends every job that is due and that this tab may do.
    pub(super) fn transmit_jobs(&mut self, hidden: bool) {
        let (choices, now) = (&self.choices, self.now);
        self.sync.jobs.recall(|purpose| choices.recorded(purpose, now) == ConsentState::Granted);
        let (lead, off, own) = (self.sync.lead, self.off, self.ids.own.as_ref());
        let mut next = self.sync.next;
        for job in self.sync.jobs.due(self.now, hidden) {
            let send = match (&job.kind, own) {
                (Kind::Consents(consents), _) => Some(Send::Consents(consents.clone())),
                (Kind::Erase(identity), _) => Some(Send::Erase { identity: identity.clone() }),
                (_, Some(own)) if lead && !off => leading(&job.kind, own, &self.gate),
                _ => None,
            };
            if let Some(send) = send {
                next = next.wrapping_add(1);
                job.reference = Some(next);
                self.effects.push_back(Effect::Send { reference: next, send });
            }
        }
        self.sync.next = next;
    }

    /// A reference of our own.
    pub(super) fn reference(&mut self) -> Ref {
        self.sync.next = self.sync.next.wrapping_add(1);
        self.sync.next
    }

    /// A number of this device's own, so that devices do not retry in step.
    pub(super) fn seed(&self) -> u32 {
        self.ids.own.as_ref().map_or(1, |own| fingerprint(&own.visitor) as u32)
    }
}

fn leading(kind: &Kind, own: &Identity, gate: &gate::Gate) -> Option<Send> {
    let (token, visitor) = (own.token.clone(), own.visitor.clone());
    Some(match kind {
        Kind::Register { receipt } => {
            Send::Register { grant: gate.ask()?, identity: own.clone(), receipt: receipt.clone() }
        }
        Kind::Profile => Send::Profile { grant: gate.ask()?, token, visitor },
        Kind::Stream => Send::Stream { grant: gate.ask()?, token, visitor },
        Kind::Consents(_) | Kind::Erase(_) => return None,
    })
}
