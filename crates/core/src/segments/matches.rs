//! Which events of the history count for which question: kept, so that no question searches the history.

use super::leaf::label;
use super::program::Program;
use crate::profile::Key;
use crate::profile::history::{History, Past};
use vitrine_wire::bundle::{Score, ScoreKind};
use vitrine_wire::{Map, Value};

/// What the history said of each member of a score family, by member, then by key.
pub type Members = Vec<(String, Vec<(Key, f64)>)>;

/// Keys of matching events, by matcher; contributions, by score.
#[derive(Debug, Default)]
pub struct Matches {
    keys: Vec<Vec<Key>>,
    families: Vec<Members>,
}

impl Matches {
    /// Of no history.
    pub const NONE: Matches = Matches { keys: Vec::new(), families: Vec::new() };

    /// Of a whole history.
    pub fn new(program: &Program, scores: &[Score], history: &History) -> Self {
        let mut matches =
            Matches { keys: vec![Vec::new(); program.matchers.len()], families: vec![Vec::new(); scores.len()] };
        for past in history.all() {
            matches.put(program, scores, past, true, &mut |_| {});
        }
        matches
    }

    /// The keys of a matcher's events, oldest first.
    pub fn of(&self, matcher: u32) -> &[Key] {
        self.keys.get(matcher as usize).map_or(&[], Vec::as_slice)
    }

    /// A score's members.
    pub fn members(&self, score: u32) -> &[(String, Vec<(Key, f64)>)] {
        self.families.get(score as usize).map_or(&[], Vec::as_slice)
    }

    /// Takes an event in or out. Tells `touched` which matchers and scores it counts for.
    pub fn put(
        &mut self,
        program: &Program,
        scores: &[Score],
        past: &Past,
        inside: bool,
        touched: &mut dyn FnMut(Touched),
    ) {
        let name = label(past.kind, &past.name);
        for number in program.matchers_of(&name) {
            let matcher = program.matchers.get(*number as usize);
            if let Some(keys) = self.keys.get_mut(*number as usize)
                && matcher.is_some_and(|matcher| matcher.holds(past, &program.overlong))
            {
                place(keys, past.key, inside);
                touched(Touched::Matcher(*number));
            }
        }
        for ((number, score), members) in (0..).zip(scores).zip(&mut self.families) {
            let ScoreKind::Family { by, weights, .. } = &score.kind else { continue };
            let Some((_, weight)) = weights.iter().find(|(event, _)| *event == name) else { continue };
            for member in values(past, by) {
                let at = members.partition_point(|(known, _)| *known < member);
                if members.get(at).is_none_or(|(known, _)| *known != member) {
                    members.insert(at, (member, Vec::new()));
                }
                if let Some((_, list)) = members.get_mut(at) {
                    place(list, (past.key, *weight), inside);
                }
            }
            touched(Touched::Score(number));
        }
    }
}

/// What an event counted for.
#[derive(Debug, Clone, Copy)]
pub enum Touched {
    /// A matcher.
    Matcher(u32),
    /// A score.
    Score(u32),
}

/// Puts an entry into its place, or takes it out.
fn place<T: Entry>(list: &mut Vec<T>, entry: T, inside: bool) {
    let at = list.partition_point(|other| other.key() < entry.key());
    let held = list.get(at).is_some_and(|other| other.key() == entry.key());
    match (inside, held) {
        (true, false) => list.insert(at, entry),
        (false, true) => drop(list.remove(at)),
        _ => {}
    }
}

trait Entry {
    fn key(&self) -> Key;
}

impl Entry for Key {
    fn key(&self) -> Key {
        *self
    }
}

impl Entry for (Key, f64) {
    fn key(&self) -> Key {
        self.0
    }
}

/// What a family counts an event for: the text at its path, or each text there among the event's products.
fn values(past: &Past, by: &str) -> Vec<String> {
    if let Some(value) = super::windows::read(by, past) {
        return text(value).into_iter().collect();
    }
    let mut found: Vec<String> = Vec::new();
    let products = past.properties.get("products").and_then(Value::as_list).unwrap_or_default();
    for product in products.iter().filter_map(Value::as_map) {
        let value = by.strip_prefix("properties.").and_then(|name| Map::get(product, name));
        if let Some(text) = value.and_then(text).filter(|text| !found.contains(text)) {
            found.push(text);
        }
    }
    found
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) if !text.is_empty() => Some(text.clone()),
        Value::Num(_) => Some(crate::rules::js::to_text(value).into_owned()),
        _ => None,
    }
}
