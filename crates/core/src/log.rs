//! This tab's view of the device's log: the newest snapshot's bytes, the records after it, and those not yet fixed.
//!
//! INVARIANT: a sequence at or below `frontier` has been seen if it exists. Nothing beyond it is sent or snapshotted, or
//! another tab's record that fell between would be lost.

use crate::io::Ref;
use crate::profile::item::fingerprint;
use vitrine_wire::event::StoredEvent;
use vitrine_wire::{Purpose, PurposeSet};

/// One record.
#[derive(Debug)]
pub struct Entry {
    /// Its sequence; provisional while `open`.
    pub sequence: u64,
    /// A hash of its message id.
    pub id: u64,
    /// Its bytes as JSON.
    pub bytes: usize,
    /// The record.
    pub stored: StoredEvent,
}

/// A record whose transaction has not answered yet.
#[derive(Debug)]
pub struct Open {
    /// Who waits for the answer.
    pub reference: Ref,
    /// Whether the answer was given already (held events were answered when they were held).
    pub answered: bool,
    /// The record.
    pub entry: Entry,
}

/// What has to be folded after a change of the log.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// The newest record alone.
    Last,
    /// Everything from the snapshot on.
    All,
}

/// The log.
#[derive(Debug, Default)]
pub struct Log {
    /// Records with a fixed sequence, by sequence.
    pub fixed: Vec<Entry>,
    /// Records without, in the order of this tab.
    pub open: Vec<Open>,
    /// The newest sequence that the backend has, or that was given up.
    pub sent: u64,
    /// Everything up to here was seen.
    pub frontier: u64,
    /// The newest snapshot as bytes, and the sequence it ends with.
    pub base: Vec<u8>,
    /// The sequence that the snapshot ends with.
    pub base_up_to: u64,
}

impl Entry {
    /// A record under a sequence.
    pub fn new(sequence: u64, stored: StoredEvent) -> Self {
        let (id, bytes) = (fingerprint(&stored.event.message_id), crate::gate::admit::weight(&stored.event));
        Entry { sequence, id, bytes, stored }
    }
}

impl Log {
    /// The highest sequence known.
    fn highest(&self) -> u64 {
        self.fixed.last().map_or(0, |e| e.sequence).max(self.frontier)
    }

    /// Appends a record of this tab under a provisional sequence.
    pub fn append(&mut self, reference: Ref, stored: StoredEvent, answered: bool) {
        let sequence = self.highest() + self.open.len() as u64 + 1;
        self.open.push(Open { reference, answered, entry: Entry::new(sequence, stored) });
    }

    /// Fixes the sequence of an open record. Answers the reference's open record and what is to fold.
    pub fn fix(&mut self, reference: Ref, sequence: u64) -> (Option<bool>, Change) {
        let Some(at) = self.open.iter().position(|o| o.reference == reference) else { return (None, Change::None) };
        let open = self.open.remove(at);
        if self.frontier + 1 == sequence {
            self.frontier = sequence;
        }
        let answered = Some(open.answered);
        if sequence <= self.base_up_to || self.fixed.iter().any(|e| e.sequence == sequence) {
            // It was read back before its own answer came: it is already in its place.
            self.renumber();
            return (answered, Change::All);
        }
        let same = at == 0 && open.entry.sequence == sequence;
        self.insert(Entry { sequence, ..open.entry });
        if same { (answered, Change::None) } else { (answered, self.renumber()) }
    }

    /// No store answers any more: what is known is all there is. The references that wait for an answer.
    pub fn alone(&mut self) -> Vec<Ref> {
        self.frontier = self.highest();
        let mut waiting = Vec::new();
        for open in std::mem::take(&mut self.open) {
            self.frontier += 1;
            self.fixed.push(Entry { sequence: self.frontier, ..open.entry });
            if !open.answered {
                waiting.push(open.reference);
            }
        }
        waiting
    }

    /// Takes an open record out: its transaction failed.
    pub fn abort(&mut self, reference: Ref) -> Option<bool> {
        let at = self.open.iter().position(|o| o.reference == reference)?;
        let open = self.open.remove(at);
        self.renumber();
        Some(open.answered)
    }

    /// Takes in what the store holds; everything up to the newest of it has then been seen.
    pub fn read(&mut self, records: impl Iterator<Item = (u64, StoredEvent)>) -> Change {
        let (mut change, mut any) = (Change::None, false);
        for (sequence, stored) in records {
            self.frontier = self.frontier.max(sequence);
            if sequence <= self.base_up_to || self.fixed.iter().any(|e| e.sequence == sequence) {
                continue;
            }
            let entry = Entry::new(sequence, stored);
            let last = self.fixed.last().is_none_or(|e| e.sequence < sequence) && self.open.is_empty();
            change = if last && !any { Change::Last } else { Change::All };
            any = true;
            self.insert(entry);
        }
        if change == Change::All {
            self.renumber();
        }
        change
    }

    fn insert(&mut self, entry: Entry) {
        let place = self.fixed.partition_point(|e| e.sequence < entry.sequence);
        self.fixed.insert(place, entry);
    }

    fn renumber(&mut self) -> Change {
        let highest = self.highest();
        for (open, sequence) in self.open.iter_mut().zip(highest + 1..) {
            open.entry.sequence = sequence;
        }
        Change::All
    }

    /// Every record in order, open ones last.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.fixed.iter().chain(self.open.iter().map(|o| &o.entry))
    }

    /// Records that wait to be sent, oldest first.
    pub fn unsent(&self) -> impl Iterator<Item = &Entry> {
        let sendable = |e: &&Entry| {
            e.sequence > self.sent && e.sequence <= self.frontier && e.stored.purposes.has(Purpose::Measurement)
        };
        self.fixed.iter().filter(sendable)
    }

    /// How many records wait to be sent, and their bytes; those of open transactions included.
    pub fn queue(&self) -> (usize, usize) {
        let waits = |e: &&Entry| e.sequence > self.sent && e.stored.purposes.has(Purpose::Measurement);
        self.entries().filter(waits).fold((0, 0), |(count, bytes), e| (count + 1, bytes + e.bytes))
    }

    /// The newest sequence that a snapshot may end with: everything seen and, where it is to be sent, sent.
    pub fn snapshot_end(&self) -> u64 {
        self.unsent().next().map_or(self.frontier, |first| first.sequence - 1)
    }

    /// Lets records go that a snapshot now holds.
    pub fn snapshot(&mut self, base: Vec<u8>, up_to: u64) {
        self.fixed.retain(|e| e.sequence > up_to);
        (self.base, self.base_up_to) = (base, up_to);
        self.frontier = self.frontier.max(up_to);
    }

    /// Withdrawn purposes: records lose them, and go with their last one. Answers the references of open ones that went.
    pub fn withdraw(&mut self, purposes: PurposeSet) -> Vec<Ref> {
        let mut gone = Vec::new();
        let mut keep = |entry: &mut Entry| {
            entry.stored.purposes = entry.stored.purposes.without(purposes);
            !entry.stored.purposes.is_empty()
        };
        self.fixed.retain_mut(&mut keep);
        self.open.retain_mut(|open| {
            let kept = keep(&mut open.entry);
            if !kept && !open.answered {
                gone.push(open.reference);
            }
            kept
        });
        if purposes.has(Purpose::Personalization) {
            self.base = Vec::new();
        }
        gone
    }
}
