//! The log, event by event, under its visitors: in whatever order it comes. Where it is too large, visitors are let go by
//! a hash of their id, so that those who stay are a fair sample and the same ones each time.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::path::Path;

use rayon::prelude::*;
use vitrine_wire::{Bundle, Millis};

use super::block::Block;
use super::line::{self, Line};
use crate::out::tell;

/// How much is held at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Visitors.
    pub visitors: usize,
    /// Bytes of their events.
    pub bytes: usize,
    /// Later events do not matter.
    pub until: Option<Millis>,
}

/// One visitor's events, packed.
#[derive(Debug, Default)]
pub struct Visitor {
    /// Length and postcard of each.
    pub events: Vec<u8>,
    /// How many.
    pub count: u32,
}

/// What the log held.
#[derive(Debug, Default)]
pub struct Gathered {
    /// By the hash of their id.
    pub visitors: BTreeMap<u64, Visitor>,
    /// All visitors, estimated from the hashes where some were let go.
    pub population: f64,
    /// First and last instant among the events kept.
    pub span: Option<(Millis, Millis)>,
    /// Lines.
    pub lines: u64,
    /// Events of the visitors who stayed.
    pub events: u64,
    /// Events that the site does not declare.
    pub undeclared: u64,
    /// Events after what is looked at.
    pub later: u64,
    /// Events beyond what is kept of one visitor.
    pub excess: u64,
    /// Lines that are no events, and the first of them: number and why.
    pub bad: u64,
    examples: Vec<(u64, String)>,
}

/// Events kept of one visitor: a person has fewer, a robot would take all the room.
const EACH: u32 = 20_000;
/// People known by two ids.
const JOINED: usize = 4_000_000;
/// Reads everything.
///
/// # Errors
/// The log cannot be read on.
pub fn all(mut from: impl BufRead + Send, bundle: &Bundle, limits: Limits) -> anyhow::Result<Gathered> {
    let mut gathering = Gathering::new(limits);
    let mut block = Block::read(&mut from)?;
    while !block.is_empty() {
        // The next block is read while this one is parsed, on every core; what comes of it is taken in order.
        let parse = || block.lines().into_par_iter().map(|text| line::read(text, bundle)).collect::<Vec<_>>();
        let (lines, next) = rayon::join(parse, || Block::read(&mut from));
        lines.into_iter().for_each(|line| gathering.take(line));
        block = next?;
    }
    Ok(gathering.end())
}

/// A log on its way in.
struct Gathering {
    limits: Limits,
    gathered: Gathered,
    /// Who a user was first seen as.
    joined: HashMap<u64, u64>,
    bytes: usize,
    /// The highest hash of those who may stay.
    highest: u64,
}

impl Gathering {
    fn new(limits: Limits) -> Self {
        Gathering { limits, gathered: Gathered::default(), joined: HashMap::new(), bytes: 0, highest: u64::MAX }
    }

    fn take(&mut self, line: Line) {
        let gathered = &mut self.gathered;
        gathered.lines += 1;
        let event = match line {
            Line::Event(event) => event,
            Line::Undeclared => return gathered.undeclared += 1,
            Line::Bad(why) => return gathered.spoilt(why),
        };
        let whose = match (event.anonymous, event.user) {
            (Some(id), Some(user)) => {
                if self.joined.len() < JOINED {
                    self.joined.entry(user).or_insert(id);
                }
                id
            }
            (Some(id), None) => id,
            (None, user) => user.map(|user| self.joined.get(&user).copied().unwrap_or(user)).unwrap_or_default(),
        };
        if self.limits.until.is_some_and(|until| event.at > until) {
            return gathered.later += 1;
        }
        if whose > self.highest {
            return;
        }
        let visitor = gathered.visitors.entry(whose).or_default();
        if visitor.count >= EACH {
            return gathered.excess += 1;
        }
        visitor.events.extend((event.bytes.len() as u32).to_le_bytes());
        visitor.events.extend(&event.bytes);
        visitor.count += 1;
        self.bytes += event.bytes.len() + 4;
        while gathered.visitors.len() > self.limits.visitors
            || self.bytes > self.limits.bytes && gathered.visitors.len() > 1
        {
            let Some((hash, gone)) = gathered.visitors.pop_last() else { break };
            self.bytes -= gone.events.len();
            self.highest = hash.saturating_sub(1);
        }
        let (from, to) = gathered.span.unwrap_or((event.at, event.at));
        gathered.span = Some((from.min(event.at), to.max(event.at)));
    }

    fn end(self) -> Gathered {
        let mut gathered = self.gathered;
        gathered.events = gathered.visitors.values().map(|v| u64::from(v.count)).sum();
        let share = if self.highest == u64::MAX { 1.0 } else { self.highest as f64 / u64::MAX as f64 };
        gathered.population = gathered.visitors.len() as f64 / share;
        gathered
    }
}

impl Gathered {
    fn spoilt(&mut self, why: String) {
        self.bad += 1;
        if self.examples.len() < 3 {
            self.examples.push((self.lines, why));
        }
    }

    /// Says on stderr what of the log was left out.
    pub fn complain(&self, path: &Path) {
        for (line, why) in &self.examples {
            tell!("{}:{line}: left out: {why}", path.display());
        }
        for (count, what) in [
            (self.bad, "are no events and were left out"),
            (self.undeclared, "have a name that the site file does not declare"),
            (self.excess, "are beyond 20,000 of one visitor and were left out"),
        ] {
            if count > 0 {
                tell!("{}: {count} of {} lines {what}", path.display(), self.lines);
            }
        }
    }
}

/// Unpacks a visitor's events.
pub fn unpack(visitor: &Visitor) -> Vec<super::line::Event> {
    let mut events = Vec::with_capacity(visitor.count as usize);
    let mut rest = visitor.events.as_slice();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let Some((packed, after)) = after.split_at_checked(u32::from_le_bytes(*length) as usize) else { break };
        events.extend(postcard::from_bytes(packed).ok());
        rest = after;
    }
    // As the log would have come had it been sorted: equal instants keep their order.
    events.sort_by_key(|event: &super::line::Event| event.at);
    events
}
