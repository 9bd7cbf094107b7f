//! What goes to the backend, one batch at a time: a state machine that answers Send, Wait or Idle.

pub mod jobs;
pub mod policy;

use crate::io::Ref;
use crate::log::Log;
use policy::{backoff, record_time};
use vitrine_wire::limits::{BEACON_BYTES, QUEUE_AGE_MS};
use vitrine_wire::{Event, Millis};

/// What to do about the queue now.
#[derive(Debug)]
pub enum Turn {
    /// Send these: all of one visitor id, oldest first.
    Send(Batch),
    /// Ask again at this instant.
    Wait(Millis),
    /// Nothing waits.
    Idle,
}

/// A piece of the queue.
#[derive(Debug)]
pub struct Batch {
    /// The sequence of its last record.
    pub up_to: u64,
    /// The visitor id that its events are bound to.
    pub visitor: String,
    /// The events.
    pub events: Vec<Event>,
}

/// The queue's state.
#[derive(Debug, Default)]
pub struct Queue {
    /// The batch on its way: reference and last sequence.
    flight: Option<(Ref, u64)>,
    /// Attempts that failed in a row.
    tries: u32,
    /// Not before this instant, after a failure.
    due: Millis,
    /// Since when something waits, to let a burst gather.
    since: Option<Millis>,
    /// What waits goes now.
    hurry: bool,
}

impl Queue {
    /// What waits goes now; a back-off is not shortened.
    pub fn hurry(&mut self) {
        self.hurry = true;
    }

    /// Whether the backend failed last time.
    pub fn failing(&self) -> bool {
        self.tries > 0
    }

    /// What to do now.
    pub fn turn(&mut self, log: &Log, now: Millis) -> Turn {
        if self.flight.is_some() {
            return Turn::Idle;
        }
        let waiting = log.unsent().take(policy::BURST).count();
        if waiting == 0 {
            self.since = None;
            // A record that is not durable yet keeps its hurry.
            self.hurry &= log.queue().0 > 0;
            return Turn::Idle;
        }
        let since = *self.since.get_or_insert(now);
        let gathered = self.hurry || waiting == policy::BURST;
        let due = self.due.max(if gathered { now } else { since + policy::GATHER_MS });
        if now < due {
            return Turn::Wait(due);
        }
        batch(log, 0, policy::BYTES).map_or(Turn::Idle, Turn::Send)
    }

    /// A batch left under this reference.
    pub fn sent(&mut self, reference: Ref, up_to: u64) {
        self.flight = Some((reference, up_to));
    }

    /// An answer came: the last sequence of the batch, if it is the one on its way.
    pub fn answered(&mut self, reference: Ref) -> Option<u64> {
        let (_, up_to) = self.flight.take_if(|(flight, _)| *flight == reference)?;
        Some(up_to)
    }

    /// The backend has it, or refused it for good: the next batch may go at once.
    pub fn settled(&mut self) {
        (self.tries, self.due, self.since) = (0, 0, None);
        // The rest of a long queue does not wait for a burst to gather.
        self.hurry = true;
    }

    /// It failed: later again, by the backend's word or by the back-off.
    pub fn failed(&mut self, now: Millis, after: Option<i64>, seed: u32) {
        self.due = now + backoff(self.tries, seed).max(after.unwrap_or(0).clamp(0, policy::LONGEST_MS));
        self.tries += 1;
    }
}

/// Pieces of the queue that survive the page's end.
pub fn beacons(log: &Log) -> Vec<Batch> {
    let (mut after, mut pieces) = (0, Vec::new());
    while let Some(piece) = batch(log, after, BEACON_BYTES) {
        after = piece.up_to;
        pieces.push(piece);
        if pieces.len() == policy::BEACONS {
            break;
        }
    }
    pieces
}

/// The sequence up to which the queue is too old to be sent, if any is.
pub fn expired(log: &Log, now: Millis) -> Option<u64> {
    let old = log.unsent().take_while(|e| record_time(&e.stored.event) < now - QUEUE_AGE_MS);
    old.last().map(|e| e.sequence)
}

fn batch(log: &Log, after: u64, room: usize) -> Option<Batch> {
    let mut entries = log.unsent().filter(|e| e.sequence > after).peekable();
    let first = entries.peek()?;
    let mut batch = Batch { up_to: 0, visitor: first.stored.event.anonymous_id.clone(), events: Vec::new() };
    let mut bytes = policy::HEAD_BYTES;
    for entry in entries {
        bytes += entry.bytes + 1;
        let full = batch.events.len() == policy::EVENTS || bytes > room;
        // A token proves one visitor id.
        if !batch.events.is_empty() && (full || entry.stored.event.anonymous_id != batch.visitor) {
            break;
        }
        batch.up_to = entry.sequence;
        batch.events.push(entry.stored.event.clone());
    }
    Some(batch)
}
