//! First rows: what everybody sees before a choice, settled by the compiler, so that a page can show it before the engine is
//! there (docs/adr/0019).

use super::paint;
use crate::Engine;
use crate::decide::{Person, Stage};
use crate::replay::Visit;
use vitrine_wire::Millis;
use vitrine_wire::paint::PaintRow;

/// Rows for a first page from an instant on, under a bundle's payload, as `vitrine_wire::paint` says of a record's. A row without
/// operations: only the engine can say. None where nothing can be shown so.
pub fn rows(payload: &[u8], at: Millis) -> Vec<PaintRow> {
    let rows = Visit::new(payload, "", at).engine().first();
    let shows = |row: &PaintRow| row.ops.as_ref().is_some_and(|ops| !ops.is_empty());
    if rows.iter().any(shows) { rows } else { Vec::new() }
}

impl Engine {
    fn first(&self) -> Vec<PaintRow> {
        let person = Person { stage: &Stage::EMPTY, ..self.person() };
        self.here().map(|here| paint::first(&here, person)).unwrap_or_default()
    }
}
