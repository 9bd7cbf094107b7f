//! What is checked beyond the shape: conditions, names, special categories, and experiences beside each other.

mod behaviour;
pub(crate) mod beside;
pub(crate) mod cond;
mod never;
mod possible;
pub(crate) mod sensitive;
pub(crate) mod values;
pub(crate) mod whole;

use std::collections::{HashMap, HashSet};

use vitrine_wire::bundle::{EventDecl, TraitDecl};

use crate::finding::Lint;

/// Names that the file defines: asked for often, so not searched one by one.
#[derive(Debug, Default)]
pub(crate) struct Names {
    list: Vec<String>,
    set: HashSet<String>,
}

impl Names {
    /// Whether this is one of them.
    pub fn has(&self, name: &str) -> bool {
        self.set.contains(name)
    }

    /// All of them, in the file's order.
    pub fn all(&self) -> Vec<&str> {
        self.list.iter().map(String::as_str).collect()
    }
}

impl FromIterator<String> for Names {
    fn from_iter<T: IntoIterator<Item = String>>(names: T) -> Self {
        let list: Vec<String> = names.into_iter().collect();
        Names { set: list.iter().cloned().collect(), list }
    }
}

/// What the site file declares, and what has been found so far.
#[derive(Debug, Default)]
pub(crate) struct Cx {
    pub lint: Lint,
    pub events: Vec<EventDecl>,
    /// The names of `events`.
    pub event_names: Names,
    /// None: the file has no `traits`, so any trait may be read.
    pub traits: Option<Vec<TraitDecl>>,
    pub segments: Names,
    /// None: the file has no `slots`, so any name is one.
    pub slots: Option<Names>,
    pub offers: Vec<String>,
    /// Events with a declared retention, milliseconds.
    pub kept: Vec<(String, i64)>,
    /// The names of `kept`.
    pub kept_names: HashSet<String>,
    pub groups: Vec<String>,
    /// The site's budget of solicitations, and the window that it is for, milliseconds.
    pub pressure: Option<(f64, i64)>,
    /// Scores by name, and whether each is a family.
    pub scores: Vec<(String, bool)>,
    /// The same, to look one up.
    pub families: HashMap<String, bool>,
    /// What each score depends on, by name.
    pub score_reads: HashMap<String, Reads>,
    /// What each segment depends on, by id.
    pub dependencies: HashMap<String, Reads>,
    /// Texts that point at no special category.
    pub harmless: HashSet<String>,
    /// What the condition being read depends on.
    pub reads: Reads,
}

/// What a condition depends on; each name with the pointer to where it stands.
#[derive(Debug, Default, Clone)]
pub(crate) struct Reads {
    pub segments: Vec<(String, String)>,
    pub facts: Vec<(String, String)>,
    /// Text that facts are compared with.
    pub texts: Vec<(String, String)>,
    /// Scores.
    pub scores: Vec<(String, String)>,
    /// Uses of the event history.
    pub history: Vec<String>,
}
