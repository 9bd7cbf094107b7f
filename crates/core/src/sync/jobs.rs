//! Requests other than events: each is one job that is tried until it is answered or no longer allowed.

use super::policy::backoff;
use crate::io::{Consents, Identity, Ref};
use vitrine_wire::Millis;

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

/// Attempts for what matters less with every hour; a withdrawal's ticket is tried again at the next start.
const TRIES: u32 = 12;

/// All jobs, in order.
#[derive(Debug, Default)]
pub struct Jobs(Vec<Job>);

impl Jobs {
    /// Adds a job.
    pub fn add(&mut self, kind: Kind) {
        self.0.push(Job { kind, reference: None, tries: 0, due: 0 });
    }

    /// Whether a job of this sort waits or is on its way.
    pub fn any(&self, sort: impl Fn(&Kind) -> bool) -> bool {
        self.0.iter().any(|job| sort(&job.kind))
    }

    /// Drops jobs of this sort; answers to them will be strangers.
    pub fn drop(&mut self, sort: impl Fn(&Kind) -> bool) {
        self.0.retain(|job| !sort(&job.kind));
    }

    /// Jobs that are due and not on their way.
    pub fn due(&mut self, now: Millis) -> impl Iterator<Item = &mut Job> {
        self.0.iter_mut().filter(move |job| job.reference.is_none() && job.due <= now)
    }

    /// When the next job is due, of those that this tab may do.
    pub fn next_due(&self, may: impl Fn(&Kind) -> bool) -> Option<Millis> {
        self.0.iter().filter(|job| job.reference.is_none() && may(&job.kind)).map(|job| job.due).min()
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
        // A stream is wanted as long as it is allowed.
        if job.tries < TRIES || matches!(job.kind, Kind::Stream) {
            self.0.push(job);
        }
    }
}
