//! The log, event by event, under its visitors: in whatever order it comes. Where it is too large, visitors are let go by
//! a hash of their id, so that those who stay are a fair sample and the same ones each time.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufRead;
use std::path::Path;

use vitrine_wire::{Bundle, Millis};

use super::line::{self, Line};

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
/// A longer line is no event.
const LONGEST: u64 = 1 << 20;

/// Reads everything.
///
/// # Errors
/// The log cannot be read on.
pub fn all(mut from: Box<dyn BufRead + '_>, bundle: &Bundle, limits: Limits) -> anyhow::Result<Gathered> {
    let mut gathered = Gathered::default();
    let mut joined: HashMap<u64, u64> = HashMap::new();
    let (mut bytes, mut highest, mut text) = (0usize, u64::MAX, Vec::new());
    loop {
        text.clear();
        let read = std::io::Read::take(&mut from, LONGEST).read_until(b'\n', &mut text)?;
        if read == 0 {
            break;
        }
        if read as u64 == LONGEST && text.last() != Some(&b'\n') {
            skip_line(&mut from)?;
            gathered.lines += 1;
            gathered.spoilt("longer than a megabyte".into());
            continue;
        }
        let Ok(line) = std::str::from_utf8(&text) else {
            gathered.lines += 1;
            gathered.spoilt("no UTF-8".into());
            continue;
        };
        if line.trim().is_empty() {
            continue;
        }
        gathered.lines += 1;
        let (event, anonymous, user) = match line::read(line, bundle) {
            Line::Event(event, anonymous, user) => (event, anonymous, user),
            Line::Undeclared => {
                gathered.undeclared += 1;
                continue;
            }
            Line::Bad(why) => {
                gathered.spoilt(why);
                continue;
            }
        };
        let user = user.map(|user| hash("user", &user));
        let whose = match (anonymous.map(|id| hash("anonymous", &id)), user) {
            (Some(id), Some(user)) => {
                if joined.len() < JOINED {
                    joined.entry(user).or_insert(id);
                }
                id
            }
            (Some(id), None) => id,
            (None, user) => user.map(|user| joined.get(&user).copied().unwrap_or(user)).unwrap_or_default(),
        };
        if limits.until.is_some_and(|until| event.at > until) {
            gathered.later += 1;
            continue;
        }
        if whose > highest {
            continue;
        }
        let visitor = gathered.visitors.entry(whose).or_default();
        if visitor.count >= EACH {
            gathered.excess += 1;
            continue;
        }
        let packed = postcard::to_allocvec(&*event)?;
        visitor.events.extend((packed.len() as u32).to_le_bytes());
        visitor.events.extend(&packed);
        visitor.count += 1;
        bytes += packed.len() + 4;
        while gathered.visitors.len() > limits.visitors || bytes > limits.bytes && gathered.visitors.len() > 1 {
            let Some((hash, gone)) = gathered.visitors.pop_last() else { break };
            bytes -= gone.events.len();
            highest = hash.saturating_sub(1);
        }
        let (from, to) = gathered.span.unwrap_or((event.at, event.at));
        gathered.span = Some((from.min(event.at), to.max(event.at)));
    }
    gathered.events = gathered.visitors.values().map(|v| u64::from(v.count)).sum();
    let share = if highest == u64::MAX { 1.0 } else { highest as f64 / u64::MAX as f64 };
    gathered.population = gathered.visitors.len() as f64 / share;
    Ok(gathered)
}

fn skip_line(from: &mut Box<dyn BufRead + '_>) -> std::io::Result<()> {
    loop {
        let part = from.fill_buf()?;
        let end = part.iter().position(|byte| *byte == b'\n');
        let (length, done) = (end.map_or(part.len(), |at| at + 1), end.is_some() || part.is_empty());
        from.consume(length);
        if done {
            return Ok(());
        }
    }
}

/// The same on every machine: it says who is looked at.
fn hash(kind: &str, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, id).hash(&mut hasher);
    hasher.finish()
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
            eprintln!("{}:{line}: left out: {why}", path.display());
        }
        for (count, what) in [
            (self.bad, "are no events and were left out"),
            (self.undeclared, "have a name that the site file does not declare"),
            (self.excess, "are beyond 20,000 of one visitor and were left out"),
        ] {
            if count > 0 {
                eprintln!("{}: {count} of {} lines {what}", path.display(), self.lines);
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
