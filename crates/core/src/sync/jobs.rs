//! Requests other than events: each is one job that is tried until it is answered or no longer allowed.

use super::policy::backoff;
use crate::io::{Consents, Identity, Ref};
use vitrine_wire::{ConsentState, Millis, Purpose};

/// What is asked of the backend.
#[derive(Debug)]
pub enum Kind {
    /// Register the token.
    Register {
        /// Ties the grant, posted before there was an id, to this visitor.
        receipt: Option<String>,
    },
    /// Fetch the profile.
    Profile,
    /// Hold the stream.
    Stream,
    /// Report an act of choice.
    Consents(Consents),
    /// Erase the visitor.
    Erase(Identity),
}

impl Kind {
    /// Jobs of one visitor that only the leading tab does.
    pub fn leads(&self) -> bool {
        matches!(self, Kind::Register { .. } | Kind::Profile | Kind::Stream)
    }
}

/// One job.
#[derive(Debug)]
pub struct Job {
    /// What is asked.
    pub kind: Kind,
    /// While it is on its way.
    pub reference: Option<Ref>,
    tries: u32,
    /// Not before this instant.
    pub due: Millis,
}

impl Job {
    /// An act of choice that waits, and that nobody has failed to tell yet.
    fn waits(&mut self) -> Option<&mut Consents> {
        match &mut self.kind {
            Kind::Consents(said) if said.ticket.is_none() && self.reference.is_none() && self.tries == 0 => Some(said),
            _ => None,
        }
    }
}

impl Consents {
    /// Whether it may be told together with a later act: by the same person, of the same words, and of other purposes.
    fn joins(&self, act: &Consents) -> bool {
        self.grants() == act.grants()
            && (&self.source, &self.notice, &self.identity) == (&act.source, &act.notice, &act.identity)
            && !self.purposes.iter().any(|(p, _)| act.purposes.iter().any(|(q, _)| q == p))
    }
}

/// The order of acts of choice. What is taken back waits for little; a grant waits for everything that was said before it; and
/// who it is of is said once it was heard. By ticket somebody else is meant, who was here before.
struct Turn {
    /// On their way.
    flying: usize,
    /// Not on their way yet.
    waiting: usize,
    /// One that waits stands before.
    before: bool,
    /// Nobody sees the page, and it may not come back: then a grant that is heard before what it followed, and ends with it, is
    /// better than one that is never told.
    hidden: bool,
}

impl Turn {
    fn goes(&mut self, job: &Job, now: Millis) -> bool {
        if job.reference.is_some() {
            return false;
        }
        let due = job.due <= now;
        match &job.kind {
            Kind::Consents(said) if said.ticket.is_none() => {
                // A refusal has no proof to lose, and is not told twice where its answer alone was lost.
                let due = due || self.hidden && said.grants();
                let most = if said.grants() { 1 } else { ACTS };
                let blocked = self.flying >= most || said.grants() && self.before;
                let goes = due && (self.hidden || !blocked);
                self.before |= !goes;
                if goes {
                    (self.flying, self.waiting) = (self.flying + 1, self.waiting.saturating_sub(1));
                }
                goes
            }
            Kind::Register { .. } => due && (self.hidden || self.waiting + self.flying == 0),
            _ => due,
        }
    }
}

/// Attempts for what matters less with every hour; a withdrawal's ticket is tried again at the next start.
const TRIES: u32 = 12;

const GRANTED: ConsentState = ConsentState::Granted;
/// Acts of choice that are on their way at most: whoever acts faster says less often what was chosen in the end.
const ACTS: usize = 4;

/// All jobs, in order.
#[derive(Debug, Default)]
pub struct Jobs(Vec<Job>);

impl Jobs {
    /// Adds a job.
    pub fn add(&mut self, kind: Kind) {
        self.0.push(Job { kind, reference: None, tries: 0, due: 0 });
    }

    /// Adds an act of choice. Of those that wait the last act on a purpose counts: a grant that was taken back before it was
    /// told is not told, and what is taken back is told before it is granted again.
    pub fn act(&mut self, mut act: Consents) {
        let busy = || self.any(|kind| matches!(kind, Kind::Consents(said) if said.ticket.is_none()));
        let taken = |(_, state): &(Purpose, ConsentState)| *state == ConsentState::Withdrawn;
        if act.grants() && act.identity.is_some() && act.purposes.iter().any(taken) && busy() {
            // What is taken back does not wait as what is granted with it.
            let (ended, rest) = std::mem::take(&mut act.purposes).into_iter().partition(taken);
            self.act(Consents { receipt: None, purposes: ended, ..act.clone() });
            act.purposes = rest;
        }
        if act.ticket.is_none() {
            let of = act.purposes.clone();
            for said in self.0.iter_mut().filter_map(Job::waits) {
                act.purposes
                    .retain(|(p, s)| *s == GRANTED || !said.purposes.iter().any(|(q, was)| q == p && *was != GRANTED));
                said.purposes.retain(|(p, s)| *s != GRANTED || !of.iter().any(|(q, _)| q == p));
            }
            self.0.retain(|job| !matches!(&job.kind, Kind::Consents(said) if said.purposes.is_empty()));
            let last = self.0.iter_mut().filter_map(Job::waits).filter(|said| !act.grants() || said.grants()).last();
            if let Some(said) = last.filter(|said| said.joins(&act)) {
                said.purposes.append(&mut act.purposes);
                said.receipt = act.receipt.take().or(said.receipt.take());
            }
        }
        if !act.purposes.is_empty() {
            self.add(Kind::Consents(act));
        }
    }

    /// Takes back what was not told yet of grants that are over, whatever they wait for.
    pub fn recall(&mut self, stands: impl Fn(Purpose) -> bool) {
        let waiting = self.0.iter_mut().filter(|job| job.reference.is_none());
        for said in waiting.filter_map(|job| if let Kind::Consents(said) = &mut job.kind { Some(said) } else { None }) {
            said.purposes.retain(|(purpose, state)| *state != GRANTED || stands(*purpose));
        }
        let empty = |kind: &Kind| matches!(kind, Kind::Consents(said) if said.purposes.is_empty());
        self.0.retain(|job| job.reference.is_some() || !empty(&job.kind));
    }

    /// Whether a job of this sort waits or is on its way.
    pub fn any(&self, sort: impl Fn(&Kind) -> bool) -> bool {
        self.0.iter().any(|job| sort(&job.kind))
    }

    /// Whether a job of this sort is on its way.
    pub fn flies(&self, sort: impl Fn(&Kind) -> bool) -> bool {
        self.0.iter().any(|job| job.reference.is_some() && sort(&job.kind))
    }

    /// Drops jobs of this sort; answers to them will be strangers.
    pub fn drop(&mut self, sort: impl Fn(&Kind) -> bool) {
        self.0.retain(|job| !sort(&job.kind));
    }

    /// Jobs that are due and may go; on a page that nobody sees acts of choice wait for nothing.
    pub fn due(&mut self, now: Millis, hidden: bool) -> impl Iterator<Item = &mut Job> {
        let mut turn = self.turn(hidden);
        self.0.iter_mut().filter(move |job| turn.goes(job, now))
    }

    /// When the next job is due after now, of those that this tab may do and that wait for no answer.
    pub fn next_due(&self, now: Millis, may: impl Fn(&Kind) -> bool) -> Option<Millis> {
        let mut turn = self.turn(false);
        let waits = self.0.iter().filter(|job| may(&job.kind) && turn.goes(job, Millis::MAX));
        waits.map(|job| job.due).filter(|due| *due > now).min()
    }

    fn turn(&self, hidden: bool) -> Turn {
        let acts = self.0.iter().filter(|job| matches!(&job.kind, Kind::Consents(said) if said.ticket.is_none()));
        let (flying, waiting): (Vec<_>, Vec<_>) = acts.partition(|job| job.reference.is_some());
        Turn { flying: flying.len(), waiting: waiting.len(), before: false, hidden }
    }

    /// Takes the job out that this reference belongs to.
    pub fn answered(&mut self, reference: Ref) -> Option<Job> {
        let at = self.0.iter().position(|job| job.reference == Some(reference))?;
        Some(self.0.remove(at))
    }

    /// Puts a job back that is still on its way.
    pub fn keep(&mut self, mut job: Job) {
        job.tries = 0;
        self.0.push(job);
    }

    /// Puts a failed job back, unless it was tried often enough.
    pub fn again(&mut self, mut job: Job, now: Millis, after: Option<i64>, seed: u32) {
        job.due = now + backoff(job.tries, seed).max(after.unwrap_or(0).clamp(0, super::policy::LONGEST_MS));
        job.tries += 1;
        job.reference = None;
        if let Kind::Consents(said) = &job.kind {
            // A grant that waits for it stays behind it.
            if !said.purposes.is_empty() && job.tries < TRIES {
                self.0.insert(0, job);
            }
            return;
        }
        // A stream is wanted as long as it is allowed.
        if job.tries < TRIES || matches!(job.kind, Kind::Stream) {
            self.0.push(job);
        }
    }
}
