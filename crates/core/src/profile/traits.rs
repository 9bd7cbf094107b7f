//! Traits, each with where it came from.

use super::{Item, Key};
use vitrine_wire::Value;
use vitrine_wire::bundle::TraitDecl;

/// The source of what visitors correct themselves.
pub const VISITOR: &str = "visitor";
/// What the name of a trait begins with that says, followed by a segment's id, whether the visitor wants to be left out of it.
pub const OUT: &str = "$out.";

/// How a fact came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Provenance {
    /// The visitor said so.
    Declared,
    /// Seen in the visitor's behaviour.
    Observed,
    /// From another system, through the backend.
    Imported,
}

vitrine_wire::codec!(
    enum Provenance {
        Declared,
        Observed,
        Imported,
    }
);

impl Provenance {
    /// The name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Provenance::Declared => "declared",
            Provenance::Observed => "observed",
            Provenance::Imported => "imported",
        }
    }
}

/// One value of one trait from one source.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Trait {
    /// Its name.
    pub name: String,
    /// Which system or form said so.
    pub source: String,
    /// Its value.
    pub value: Value,
    /// Its place in the order of events.
    pub key: Key,
    /// How it came to be known.
    pub provenance: Provenance,
}

vitrine_wire::codec!(struct Trait { name, source, value, key, provenance });

/// One row per name and source: the newest.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Traits(Vec<Trait>);

vitrine_wire::codec!(struct Traits(rows));

impl Traits {
    /// Takes the traits of an identify.
    pub fn take(&mut self, item: &Item) {
        let (source, provenance) = match (item.page, item.proof) {
            (true, _) if item.corrects() => (VISITOR, Provenance::Declared),
            (true, true) => ("account", Provenance::Declared),
            (true, false) => ("form", Provenance::Declared),
            (false, _) => ("server", Provenance::Observed),
        };
        for (name, value) in item.data.iter() {
            self.put(Trait {
                name: name.into(),
                source: source.into(),
                value: value.clone(),
                key: item.key,
                provenance,
            });
        }
    }

    /// Puts one row in, if it is newer than the one of the same name and source.
    pub fn put(&mut self, row: Trait) {
        let order = |t: &Trait| t.name.cmp(&row.name).then_with(|| t.source.cmp(&row.source));
        match self.0.binary_search_by(order) {
            Ok(place) => {
                if let Some(old) = self.0.get_mut(place).filter(|old| old.key < row.key) {
                    *old = row;
                }
            }
            Err(place) => self.0.insert(place, row),
        }
    }

    /// The rows of one trait.
    pub fn of(&self, name: &str) -> &[Trait] {
        let start = self.0.partition_point(|row| row.name.as_str() < name);
        let rest = self.0.get(start..).unwrap_or_default();
        rest.get(..rest.partition_point(|row| row.name == name)).unwrap_or_default()
    }

    /// Whether there is a trait whose name begins so.
    pub fn any(&self, start: &str) -> bool {
        let place = self.0.partition_point(|row| row.name.as_str() < start);
        self.0.get(place).is_some_and(|row| row.name.starts_with(start))
    }

    /// Every row.
    pub fn rows(&self) -> &[Trait] {
        &self.0
    }
}

/// The row of a trait that counts: the strongest source of the declared order, then the newest. What the visitor corrected
/// counts before any other source until the visitor says something newer.
pub fn strongest<'a>(
    rows: impl Iterator<Item = &'a Trait> + Clone,
    name: &str,
    decls: &[TraitDecl],
) -> Option<&'a Trait> {
    let order: &[String] = decls.iter().find(|d| d.name == name).map_or(&[], |d| &d.source);
    let rank = |row: &Trait| order.iter().position(|s| *s == row.source).unwrap_or(order.len());
    let corrected = rows.clone().filter(|row| row.source == VISITOR).map(|row| row.key).max();
    let says = |row: &&Trait| row.source == VISITOR || row.provenance == Provenance::Declared;
    let rows = rows.filter(|row| corrected.is_none_or(|at| row.key >= at && says(row)));
    let mut best: Option<(usize, &Trait)> = None;
    for row in rows {
        let rank = rank(row);
        if best.is_none_or(|(least, known)| rank < least || rank == least && row.key >= known.key) {
            best = Some((rank, row));
        }
    }
    best.map(|(_, row)| row)
}

/// A trait row of the backend.
pub fn imported(name: &str, row: &Value) -> Option<Trait> {
    Some(Trait {
        name: name.into(),
        source: row.get("source").and_then(Value::as_str).unwrap_or("server").into(),
        value: row.get("value")?.clone(),
        key: (row.get("at").and_then(super::kept::instant).unwrap_or(0), 0),
        provenance: Provenance::Imported,
    })
}
