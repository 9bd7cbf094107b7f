//! The site's conditions as one network: leaves read facts and the history, nodes above them combine, equal parts stand
//! once.

use super::intern::Index;
use super::leaf::{Leaf, Matcher};
use super::sources::Fact;
use std::cell::Cell;

/// What a node says. A part that a newer compiler wrote must not match even when it is negated.
pub type Truth = u8;
/// It does not hold.
pub const FALSE: Truth = 0;
/// It holds.
pub const TRUE: Truth = 1;
/// Written by a newer compiler.
pub const UNKNOWN: Truth = 2;
/// Hangs on a page that is not there yet.
pub const OPEN: Truth = 3;

/// How a node comes to what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A leaf.
    Leaf(u32),
    /// Every child holds; `invert` takes the children's opposites, `negate` the result's.
    Every {
        /// None of the children instead of all.
        invert: bool,
        /// Not this.
        negate: bool,
    },
    /// A segment: its child holds for a known visitor.
    Segment(u32),
    /// The `when` or `unless` of an experience.
    Shows(u32),
    /// A weighed part of a score.
    Part(u32),
    /// Always this.
    Fixed(Truth),
}

/// One node and where its children are.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// How it is computed.
    pub kind: Kind,
    pub(super) first: u32,
    pub(super) count: u32,
}

/// The nodes of an experience's conditions.
#[derive(Debug, Clone, Copy)]
pub struct Nodes {
    /// Who sees it.
    pub when: u32,
    /// Who does not.
    pub unless: Option<u32>,
    /// What starts it, where that is a condition.
    pub trigger: Option<u32>,
    /// It was seen often enough.
    pub cap: Option<u32>,
    /// The visitor was solicited enough.
    pub pressed: Option<u32>,
}

impl Nodes {
    /// All of them.
    pub fn all(self) -> impl Iterator<Item = u32> {
        [Some(self.when), self.unless, self.trigger, self.cap, self.pressed].into_iter().flatten()
    }
}

/// The network. Children come before their parents.
#[derive(Debug, Default)]
pub struct Program {
    /// Every node.
    pub nodes: Vec<Node>,
    pub(super) children: Vec<u32>,
    /// Who combines a node.
    pub parents: Index,
    /// What leaves ask.
    pub leaves: Vec<Leaf>,
    /// The node of each leaf.
    pub leaf_nodes: Vec<u32>,
    /// Which events count for leaves.
    pub matchers: Vec<Matcher>,
    /// Leaves with a window that begins with a session or page.
    pub running: Vec<u32>,
    /// Facts that leaves read.
    pub facts: Vec<Fact>,
    /// Leaves by fact.
    pub fact_leaves: Index,
    /// Leaves by matcher.
    pub matcher_leaves: Index,
    /// What events are found by, sorted, and the matchers of each.
    pub(super) labels: Vec<String>,
    pub(super) labelled: Vec<Vec<u32>>,
    /// Leaves by family.
    pub score_leaves: Index,
    /// The node of each segment.
    pub segments: Vec<u32>,
    /// The nodes of each experience.
    pub experiences: Vec<Nodes>,
    /// The nodes of each score's parts; empty for families.
    pub parts: Vec<Vec<u32>>,
    /// How many parts of a newer compiler were passed over.
    pub skipped: u32,
    /// A text was too long for a pattern.
    pub overlong: Cell<bool>,
}

impl Program {
    /// Which matchers an event of each label must be shown to.
    pub(super) fn label(&mut self) {
        let mut labels = Vec::new();
        for matcher in &self.matchers {
            labels.extend(matcher.labels.iter().flatten().map(String::as_str));
        }
        // The last one stands for all others.
        self.labels = crate::order::owned(&labels);
        self.labelled = vec![Vec::new(); self.labels.len() + 1];
        for (number, matcher) in (0..).zip(&self.matchers) {
            for (at, list) in self.labelled.iter_mut().enumerate() {
                let label = self.labels.get(at);
                if matcher.labels.as_ref().is_none_or(|names| label.is_some_and(|label| names.contains(label))) {
                    list.push(number);
                }
            }
        }
    }

    /// The matchers that an event of this label may match.
    pub fn matchers_of(&self, label: &str) -> &[u32] {
        let at = self.labels.binary_search_by(|known| known.as_str().cmp(label)).unwrap_or(self.labels.len());
        self.labelled.get(at).map_or(&[], Vec::as_slice)
    }

    /// A node's children.
    pub fn children(&self, node: u32) -> &[u32] {
        let Some(node) = self.nodes.get(node as usize) else { return &[] };
        self.children.get(node.first as usize..(node.first + node.count) as usize).unwrap_or_default()
    }

    /// How a node is computed.
    pub fn kind(&self, node: u32) -> Kind {
        self.nodes.get(node as usize).map_or(Kind::Fixed(FALSE), |node| node.kind)
    }

    /// These nodes and all that they are computed from, children first.
    pub fn below(&self, roots: &[u32]) -> Vec<u32> {
        let mut needed = vec![false; self.nodes.len()];
        let need = |needed: &mut Vec<bool>, nodes: &[u32]| {
            for node in nodes {
                if let Some(needed) = needed.get_mut(*node as usize) {
                    *needed = true;
                }
            }
        };
        need(&mut needed, roots);
        for node in (0..self.nodes.len() as u32).rev() {
            if needed.get(node as usize) == Some(&true) {
                need(&mut needed, self.children(node));
                if let Kind::Leaf(leaf) = self.kind(node) {
                    self.scores_of(leaf).iter().for_each(|score| need(&mut needed, self.parts_of(*score)));
                }
            }
        }
        (0..self.nodes.len() as u32).filter(|node| needed.get(*node as usize) == Some(&true)).collect()
    }

    /// Whether these nodes hang on a fact.
    pub fn reads(&self, roots: &[u32], path: &str) -> bool {
        let nodes = self.below(roots);
        let read = |(fact, _): (u32, &Fact)| {
            self.fact_leaves
                .of(fact)
                .iter()
                .filter_map(|leaf| self.leaf_nodes.get(*leaf as usize))
                .any(|n| nodes.contains(n))
        };
        (0u32..).zip(&self.facts).find(|(_, fact)| fact.path == path).is_some_and(read)
    }

    /// The nodes of a score's parts.
    pub fn parts_of(&self, score: u32) -> &[u32] {
        self.parts.get(score as usize).map_or(&[], Vec::as_slice)
    }

    /// The scores that a leaf's fact is made of.
    fn scores_of(&self, leaf: u32) -> &[u32] {
        match self.leaves.get(leaf as usize) {
            Some(Leaf::Fact { fact, .. }) => self.facts.get(*fact as usize).map_or(&[], |fact| &fact.scores),
            _ => &[],
        }
    }
}
