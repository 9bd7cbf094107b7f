//! Makes the network from a bundle's records, without a tree in between: a page waits for it.

use super::intern::{Index, Interner};
use super::leaf::{Leaf, Matcher};
use super::program::{FALSE, Kind, Node, Nodes, Program, TRUE, UNKNOWN};
use super::sources::{Fact, Group};
use crate::site::Site;
use vitrine_wire::bundle::{Score, ScoreKind, Trigger};
use vitrine_wire::codec::Reader;
use vitrine_wire::cond::{self, Cond, Inner, Within};
use vitrine_wire::limits::COND_DEPTH;
use vitrine_wire::{Experience, records};

struct Builder<'a> {
    scores: &'a [Score],
    site: Option<&'a Site>,
    program: Program,
    whole: Interner<'a>,
    /// The node of each number of `whole`.
    nodes: Vec<u32>,
    facts: Interner<'a>,
    matchers: Interner<'a>,
    on_fact: Vec<(u32, u32)>,
    on_matcher: Vec<(u32, u32)>,
    on_score: Vec<(u32, u32)>,
    parents: Vec<(u32, u32)>,
    /// Scores whose parts are there, or being made.
    scored: Vec<bool>,
}

impl Program {
    /// Makes the network of these experiences and of a site's segments and scores; without a site nothing is known of a
    /// visitor, and no segment holds.
    pub fn new<'a>(experiences: &'a [Experience], site: Option<&'a Site>) -> Self {
        // Nothing of an early one reads a score.
        let scores = site.map_or(&[][..], |site| &site.rules().scores);
        let mut b = Builder {
            scores,
            site,
            program: Program { parts: vec![Vec::new(); scores.len()], ..Program::default() },
            whole: Interner::default(),
            nodes: Vec::new(),
            facts: Interner::default(),
            matchers: Interner::default(),
            on_fact: Vec::new(),
            on_matcher: Vec::new(),
            on_score: Vec::new(),
            parents: Vec::new(),
            scored: vec![false; scores.len()],
        };
        for place in 0..site.map_or(0, Site::count) {
            let when = site.and_then(|site| site.segment(place)).map_or(&[][..], |(_, when)| when);
            let child = b.condition(when, 0);
            let node = b.node(Kind::Segment(place), &[child]);
            b.program.segments.push(node);
        }
        for (place, experience) in experiences.iter().enumerate() {
            let mut shows = |condition: &'a [u8]| {
                let child = b.condition(condition, 0);
                b.node(Kind::Shows(place as u32), &[child])
            };
            let when = shows(&experience.when);
            let trigger = match &experience.trigger {
                Trigger::When(condition) => Some(shows(condition)),
                _ => None,
            };
            let mut shows = |condition: &'a Option<Vec<u8>>| condition.as_deref().map(&mut shows);
            let (unless, cap) = (shows(&experience.unless), shows(&experience.cap));
            let pressed = shows(&experience.pressed);
            b.program.experiences.push(Nodes { when, unless, trigger, cap, pressed });
        }
        (0..scores.len()).for_each(|score| b.score(score));
        let mut program = b.program;
        program.parents = Index::new(program.nodes.len(), &b.parents);
        program.fact_leaves = Index::new(program.facts.len(), &b.on_fact);
        program.matcher_leaves = Index::new(program.matchers.len(), &b.on_matcher);
        program.score_leaves = Index::new(scores.len(), &b.on_score);
        program.label();
        program
    }
}

impl<'a> Builder<'a> {
    fn node(&mut self, kind: Kind, children: &[u32]) -> u32 {
        let program = &mut self.program;
        let number = program.nodes.len() as u32;
        let (first, count) = (program.children.len() as u32, children.len() as u32);
        program.nodes.push(Node { kind, first, count });
        program.children.extend_from_slice(children);
        for child in children {
            self.parents.push((*child, number));
        }
        number
    }

    /// The node of a condition's record.
    fn condition(&mut self, bytes: &'a [u8], depth: usize) -> u32 {
        match records::read(bytes).next() {
            Some((tag, body)) => self.record(tag, body, depth + 1),
            None => self.skip(),
        }
    }

    fn skip(&mut self) -> u32 {
        self.program.skipped += 1;
        self.node(Kind::Fixed(UNKNOWN), &[])
    }

    fn record(&mut self, tag: u16, body: &'a [u8], depth: usize) -> u32 {
        if depth > COND_DEPTH {
            return self.skip();
        }
        let (number, new) = self.whole.number(tag, body);
        if let Some(known) = self.nodes.get(number as usize).filter(|_| !new) {
            return *known;
        }
        // Held while the parts are made; a part cannot contain the whole.
        self.nodes.push(0);
        let node = match cond::inner(tag) {
            Some(inner) => self.inner(inner, body, depth),
            None => self.leaf(tag, body, depth),
        };
        if let Some(place) = self.nodes.get_mut(number as usize) {
            *place = node;
        }
        node
    }

    fn inner(&mut self, inner: Inner, body: &'a [u8], depth: usize) -> u32 {
        let mut children = Vec::new();
        for (tag, body) in records::read(body) {
            let child = self.record(tag, body, depth + 1);
            children.push(child);
        }
        let (invert, negate) = match inner {
            Inner::And => (false, false),
            // The published semantics: an empty `$or` is true.
            Inner::Or if children.is_empty() => return self.node(Kind::Fixed(TRUE), &[]),
            Inner::Nor if children.is_empty() => return self.node(Kind::Fixed(FALSE), &[]),
            Inner::Not if children.is_empty() => return self.skip(),
            Inner::Or => (true, true),
            Inner::Nor => (true, false),
            Inner::Not => {
                children.truncate(1);
                (true, false)
            }
        };
        self.node(Kind::Every { invert, negate }, &children)
    }

    fn leaf(&mut self, tag: u16, body: &'a [u8], depth: usize) -> u32 {
        let mut parts = Reader::open(body);
        // Most leaves are facts: what is known of their path is not read again.
        let cond = match tag {
            cond::FACT => {
                let path = parts.bytes();
                let tests = cond::fact_tests(parts.bytes(), &mut self.program.skipped);
                let leaf = match self.member(path) {
                    Some((score, member)) => Leaf::Score { score, member, tests },
                    None => Leaf::Fact { fact: self.fact(path, depth), tests },
                };
                return self.add(leaf);
            }
            _ => cond::leaf(tag, body, &mut self.program.skipped),
        };
        let mut body = parts;
        let leaf = match cond {
            Cond::Segment(id) => {
                // A segment reads only earlier ones.
                let place = self.site.and_then(|site| site.find(&id));
                let node = place.and_then(|place| self.program.segments.get(place as usize));
                return node.copied().unwrap_or_else(|| self.node(Kind::Fixed(FALSE), &[]));
            }
            Cond::Anniversary(day) => Leaf::Anniversary { fact: self.fact(body.bytes(), depth), day },
            Cond::Events(events) => Leaf::Events { matcher: self.matcher(body.bytes()), events },
            Cond::Since(since) => {
                Leaf::Since { matcher: self.matcher(body.bytes()), first: since.first, tests: since.tests }
            }
            Cond::Sequence(sequence) => {
                let (_, _): (i64, i64) = (body.take(), body.take());
                let _ = body.count();
                let mut steps = Vec::new();
                for (_, within) in sequence.steps {
                    steps.push((self.matcher(body.bytes()), within));
                    let _: i64 = body.take();
                }
                Leaf::Sequence { steps, within: sequence.within, inside: sequence.inside }
            }
            Cond::Rank { score, top, is } => {
                let score = self.scores.iter().position(|s| s.name == score);
                let Some(score) = score else { return self.node(Kind::Fixed(FALSE), &[]) };
                Leaf::Rank { score: score as u32, top, is }
            }
            Cond::Time(window) => Leaf::Time(window),
            _ => return self.node(Kind::Fixed(UNKNOWN), &[]),
        };
        self.add(leaf)
    }

    /// The node of a new leaf.
    fn add(&mut self, leaf: Leaf) -> u32 {
        let number = self.program.leaves.len() as u32;
        if let Leaf::Events { events, .. } = &leaf
            && matches!(events.within, Within::Session | Within::Page)
        {
            self.program.running.push(number);
        }
        match &leaf {
            Leaf::Fact { fact, .. } | Leaf::Anniversary { fact, .. } => self.on_fact.push((*fact, number)),
            Leaf::Events { matcher, .. } | Leaf::Since { matcher, .. } => self.on_matcher.push((*matcher, number)),
            Leaf::Sequence { steps, .. } => steps.iter().for_each(|(step, _)| self.on_matcher.push((*step, number))),
            Leaf::Score { score, .. } | Leaf::Rank { score, .. } => self.on_score.push((*score, number)),
            Leaf::Time(_) => {}
        }
        self.program.leaves.push(leaf);
        let node = self.node(Kind::Leaf(number), &[]);
        self.program.leaf_nodes.push(node);
        node
    }

    /// A fact by its path, which a record holds.
    fn fact(&mut self, path: &'a [u8], depth: usize) -> u32 {
        let (number, new) = self.facts.number(0, path);
        if new {
            let path = std::str::from_utf8(path).unwrap_or_default().to_owned();
            let scores = self.scores_in(&path);
            let of =
                path.strip_prefix("profile.").and_then(|rest| rest.split('.').next()).unwrap_or_default().to_owned();
            self.program.facts.push(Fact { group: Group::of(&path), scores: scores.clone(), of, path });
            // What it is made of comes before its leaves.
            if depth < COND_DEPTH {
                scores.iter().for_each(|score| self.score(*score as usize));
            }
        }
        number
    }

    /// The sums that a fact is made of.
    fn scores_in(&self, path: &str) -> Vec<u32> {
        let names = self.scores.iter().map(|score| score.name.as_str());
        let wanted = if path == "lifecycle" { Some("churn") } else { path.strip_prefix("scores.") };
        (0u32..).zip(names).filter(|(_, name)| Some(*name) == wanted).map(|(at, _)| at).collect()
    }

    /// The family and member that a path names.
    fn member(&self, path: &[u8]) -> Option<(u32, String)> {
        let rest = std::str::from_utf8(path.strip_prefix(b"scores.")?).ok()?;
        for (at, score) in (0u32..).zip(self.scores) {
            let member = rest.strip_prefix(score.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            if let (ScoreKind::Family { .. }, Some(member)) = (&score.kind, member) {
                return Some((at, member.into()));
            }
        }
        None
    }

    fn score(&mut self, score: usize) {
        let made = self.scored.get_mut(score).is_none_or(|made| std::mem::replace(made, true));
        let Some(ScoreKind::Sum { parts, .. }) = self.scores.get(score).map(|s| &s.kind).filter(|_| !made) else {
            return;
        };
        for (when, _) in parts {
            let child = self.condition(when, 0);
            let node = self.node(Kind::Part(score as u32), &[child]);
            if let Some(nodes) = self.program.parts.get_mut(score) {
                nodes.push(node);
            }
        }
    }

    fn matcher(&mut self, bytes: &'a [u8]) -> u32 {
        let (number, new) = self.matchers.number(0, bytes);
        if new {
            self.program.matchers.push(Matcher::new(cond::decode(bytes, &mut self.program.skipped)));
        }
        number
    }
}
