//! Patterns to programs.

use vitrine_wire::limits::REGEX_STATES;
use vitrine_wire::regex::{CLASS, FORK, JUMP, MATCH, PLACE, SHIFT, UNIT};

use super::Refused;
use super::parse::Node;
use super::set::Set;

/// The states so far. Until the end a class's argument is its number in the list.
#[derive(Default)]
struct Emit {
    states: Vec<u32>,
    classes: Vec<Set>,
}

/// Writes the program of a pattern.
pub(super) fn emit(pattern: &Node) -> Result<Vec<u32>, Refused> {
    let mut emit = Emit::default();
    emit.node(pattern)?;
    emit.push(MATCH, 0)?;
    Ok(emit.finish())
}

impl Emit {
    fn push(&mut self, operation: u32, argument: usize) -> Result<(), Refused> {
        if self.states.len() == REGEX_STATES {
            return Err(Refused::Large);
        }
        self.states.push(operation | (argument as u32) << SHIFT);
        Ok(())
    }

    /// A jump or fork whose aim is not known yet.
    fn open(&mut self, operation: u32) -> Result<usize, Refused> {
        self.push(operation, 0)?;
        Ok(self.states.len() - 1)
    }

    /// Aims an open one at what comes next.
    fn land(&mut self, opened: usize) {
        let here = self.states.len() as u32;
        if let Some(state) = self.states.get_mut(opened) {
            *state |= here << SHIFT;
        }
    }

    fn node(&mut self, node: &Node) -> Result<(), Refused> {
        match node {
            Node::Unit(unit) => self.push(UNIT, usize::from(*unit)),
            Node::Set(set) => self.set(set),
            Node::Place(place) => self.push(PLACE, *place as usize),
            Node::All(nodes) => nodes.iter().try_for_each(|node| self.node(node)),
            Node::Any(nodes) => self.any(nodes),
            Node::Repeat { node, least, most } => self.repeat(node, *least, *most),
        }
    }

    fn set(&mut self, set: &Set) -> Result<(), Refused> {
        if let Some(unit) = set.only() {
            return self.push(UNIT, unit as usize);
        }
        let known = self.classes.iter().position(|class| class == set);
        let class = known.unwrap_or(self.classes.len());
        if known.is_none() {
            self.classes.push(set.clone());
        }
        self.push(CLASS, class)
    }

    fn any(&mut self, nodes: &[Node]) -> Result<(), Refused> {
        let Some((last, rest)) = nodes.split_last() else { return Ok(()) };
        let mut ends = Vec::new();
        for node in rest {
            let fork = self.open(FORK)?;
            self.node(node)?;
            ends.push(self.open(JUMP)?);
            self.land(fork);
        }
        self.node(last)?;
        ends.into_iter().for_each(|end| self.land(end));
        Ok(())
    }

    fn repeat(&mut self, node: &Node, least: u32, most: Option<u32>) -> Result<(), Refused> {
        if most == Some(0) {
            return Ok(());
        }
        let Some(most) = most else {
            for _ in 1..least {
                if !self.copy(node)? {
                    return Ok(());
                }
            }
            return if least == 0 { self.star(node) } else { self.plus(node) };
        };
        for _ in 0..least {
            // Nothing, however often.
            if !self.copy(node)? {
                return Ok(());
            }
        }
        let mut ends = Vec::new();
        for _ in least..most {
            ends.push(self.open(FORK)?);
            if !self.copy(node)? {
                break;
            }
        }
        ends.into_iter().for_each(|end| self.land(end));
        Ok(())
    }

    /// Answers whether it wrote anything.
    fn copy(&mut self, node: &Node) -> Result<bool, Refused> {
        let before = self.states.len();
        self.node(node)?;
        Ok(self.states.len() > before)
    }

    fn star(&mut self, node: &Node) -> Result<(), Refused> {
        let fork = self.open(FORK)?;
        self.node(node)?;
        self.push(JUMP, fork)?;
        self.land(fork);
        Ok(())
    }

    fn plus(&mut self, node: &Node) -> Result<(), Refused> {
        let again = self.states.len();
        self.node(node)?;
        self.push(FORK, again)
    }

    fn finish(self) -> Vec<u32> {
        let mut words = self.states;
        let states = words.len();
        for (number, class) in self.classes.iter().enumerate() {
            let (unaimed, aimed) = (CLASS | (number as u32) << SHIFT, CLASS | (words.len() as u32) << SHIFT);
            // An aimed word is never taken for an unaimed one: classes stand behind all states, and have fewer numbers.
            words.iter_mut().take(states).filter(|word| **word == unaimed).for_each(|word| *word = aimed);
            let bounds = class.bounds();
            words.push(bounds.len() as u32);
            words.extend(bounds);
        }
        words
    }
}
