//! The paint record: what the next page would show, decided before it exists.
//!
//! Every condition is settled now but the path and time; what hangs on anything else of the next page leaves its slot
//! pending.

use super::tags;
use crate::decide::{self, Person};
use crate::order::sorted;
use crate::profile::facts::Known;
use crate::segments::leaf::{self, Leaf};
use crate::segments::program::Kind;
use crate::segments::state::evaluate;
use crate::segments::world::{Here, Probe};
use crate::size;
use crate::time::earlier;
use std::cell::Cell;
use vitrine_wire::limits::PAINT_BYTES;
use vitrine_wire::paint::{PaintRecord, PaintRow};
use vitrine_wire::{Action, Millis, Purpose, Test, Value};

/// Spans of time looked ahead for each session; later ones have no row.
const SPANS: usize = 3;

/// Makes the record for the next page.
pub fn record(here: &Here, person: Person) -> PaintRecord {
    let granted: Vec<&str> = here.gate.granted().iter().map(Purpose::as_str).collect();
    let ends = here.known.and_then(|known| known.profile.sessions.ends_at(here.now));
    let mut paint = PaintRecord {
        bundle: here.site.sequence,
        choice: sorted(&granted).join(","),
        cookie: String::new(),
        session_ends_at: ends.unwrap_or(here.now),
        same: Vec::new(),
        fresh: Vec::new(),
    };
    let mut room = PAINT_BYTES.saturating_sub(160);
    if ends.is_some() {
        paint.same = rows(here, person, false, here.now, ends, &mut room);
    }
    paint.fresh = rows(here, person, true, paint.session_ends_at, None, &mut room);
    paint
}

/// Rows of a first page for everybody, from now on.
pub fn first(here: &Here, person: Person) -> Vec<PaintRow> {
    rows(here, person, true, here.now, None, &mut PAINT_BYTES.saturating_sub(160))
}

/// Rows of all slots from an instant on.
fn rows(
    here: &Here,
    person: Person,
    fresh: bool,
    from: Millis,
    until: Option<Millis>,
    room: &mut usize,
) -> Vec<PaintRow> {
    let mut out = Vec::new();
    for slot in &here.site.slots {
        let needed = needed(here, slot);
        let (paths, settled) = paths(here, &needed);
        let mut start = Some(from);
        for _ in 0..SPANS {
            let Some(now) = start.filter(|start| until.is_none_or(|until| *start < until)) else { break };
            let moved = at(here, now);
            let ends = next_flip(&moved, &needed);
            let time = (Some(now).filter(|now| *now > from), ends);
            let mut any = row(&moved, person, slot, &needed, None, fresh, time);
            if !settled {
                any = Some(PaintRow { path: None, ops: None, ..own(slot, "", time) });
            }
            for path in &paths {
                let exact = row(&moved, person, slot, &needed, Some(*path), fresh, time);
                let owns = any.is_some() && exact.is_none();
                // Where every other path has content, the page's own must be said.
                let exact = exact.or_else(|| owns.then(|| own(slot, path, time)));
                push(&mut out, exact, room);
            }
            push(&mut out, any, room);
            start = ends;
        }
    }
    out
}

fn at<'a>(here: &Here<'a>, now: Millis) -> Here<'a> {
    Here { now, known: here.known.map(|known| Known { now, ..known }), facts: &[], ..*here }
}

fn own(slot: &str, path: &str, (not_before, not_after): (Option<Millis>, Option<Millis>)) -> PaintRow {
    PaintRow {
        slot: slot.into(),
        path: Some(path.into()),
        not_before,
        not_after,
        ops: Some(vec![]),
        experience: String::new(),
        variant: String::new(),
    }
}

/// Rows that do not fit are left out whole: such a slot shows its own content first.
fn push(out: &mut Vec<PaintRow>, row: Option<PaintRow>, room: &mut usize) {
    let Some(row) = row else { return };
    let mut bytes = 120;
    for op in row.ops.as_deref().unwrap_or_default() {
        bytes += size::bytes(op) + 1;
    }
    bytes += match &row.path {
        None => 4,
        Some(path) => size::string(path) + 6,
    };
    for text in [&row.slot, &row.experience, &row.variant] {
        bytes += size::string(text);
    }
    if let Some(left) = room.checked_sub(bytes) {
        *room = left;
        out.push(row);
    }
}

/// What the slot would show on a path; none stands for every path that no rule names.
fn row(
    here: &Here,
    person: Person,
    slot: &str,
    needed: &[u32],
    path: Option<&str>,
    fresh: bool,
    time: (Option<Millis>, Option<Millis>),
) -> Option<PaintRow> {
    let probe = Probe { path: path.unwrap_or_default(), fresh, open: Cell::new(false) };
    let there = Here { probe: Some(&probe), facts: &[], ..*here };
    let values = evaluate(&there, needed);
    let there = Here { values: &values, ..there };
    let verdict = decide::slot(&there, person, slot, &mut |_| {});
    let pending = probe.open.get();
    let winner = verdict.winner.and_then(|(experience, variant)| Some((experience, variant?)));
    if !pending && winner.is_none() {
        return None;
    }
    let mut row = PaintRow { path: path.map(str::to_owned), ops: None, ..own(slot, "", time) };
    if let Some((experience, variant)) = winner {
        (row.experience, row.variant) = (experience.id.clone(), variant.id.clone());
        if !pending {
            row.ops = ops(&variant.actions);
        }
    }
    Some(row)
}

/// The nodes that a slot's experiences hang on, children first.
fn needed(here: &Here, slot: &str) -> Vec<u32> {
    let program = here.site.program();
    let mut roots = Vec::new();
    for (experience, nodes) in here.site.contenders(slot) {
        roots.extend(nodes.all());
        for (_, nodes, _) in here.site.group(&experience.group).filter(|_| !experience.group.is_empty()) {
            roots.extend(nodes.all());
        }
    }
    program.below(&roots)
}

/// The leaves among some nodes.
fn leaves<'a>(here: &Here<'a>, nodes: &[u32]) -> impl Iterator<Item = &'a Leaf> {
    let program = here.site.program();
    nodes.iter().filter_map(|node| match program.kind(*node) {
        Kind::Leaf(leaf) => program.leaves.get(leaf as usize),
        _ => None,
    })
}

/// The paths that some nodes name, and whether they name all that matter.
fn paths<'a>(here: &Here<'a>, nodes: &[u32]) -> (Vec<&'a str>, bool) {
    let (mut paths, mut settled) = (Vec::new(), true);
    for leaf in leaves(here, nodes) {
        if let Leaf::Fact { fact, tests } = leaf
            && here.site.program().facts.get(*fact as usize).is_some_and(|fact| fact.path == "context.page.path")
        {
            settled &= tests.iter().all(|test| named(test, &mut paths));
        }
    }
    // No page has the path that is none: such a row would be everywhere's.
    paths.retain(|path| !path.is_empty());
    (sorted(&paths), settled)
}

/// Whether a test only tells named paths from all others; it adds the names.
fn named<'a>(test: &'a Test, paths: &mut Vec<&'a str>) -> bool {
    match test {
        Test::Bare(value) | Test::Eq(value) | Test::Ne(value) => paths.extend(value.as_str()),
        Test::In(Some(list)) | Test::Nin(Some(list)) => paths.extend(list.iter().filter_map(Value::as_str)),
        Test::Not(tests) => return tests.iter().all(|test| named(test, paths)),
        _ => return false,
    }
    true
}

fn next_flip(here: &Here, nodes: &[u32]) -> Option<Millis> {
    let mut next = decide::next_schedule(here);
    for leaf in leaves(here, nodes) {
        earlier(&mut next, leaf::next(leaf, here));
        if let Leaf::Fact { fact, .. } = leaf {
            earlier(&mut next, here.site.program().facts.get(*fact as usize).and_then(|fact| fact.next(here)));
        }
    }
    earlier(&mut next, here.known.and_then(|known| known.next_change()));
    next
}

/// The operations that the boot knows; none where an action needs more.
pub fn ops(actions: &[Action]) -> Option<Vec<Value>> {
    let mut out = Vec::new();
    for action in actions {
        match action {
            // The record holds nothing of anybody.
            action if tags::tagged(action) => return None,
            Action::Text { at, to } => call(&mut out, "", at, "replaceChildren", &[to]),
            Action::Attribute { at, name, to: None } => call(&mut out, "", at, "removeAttribute", &[name]),
            Action::Attribute { at, name, to: Some(to) } => call(&mut out, "", at, "setAttribute", &[name, to]),
            Action::Class { at, add, remove } => {
                for (method, classes) in [("add", add), ("remove", remove)] {
                    // Nothing to do must not touch the spaces of the page's own text.
                    if !classes.is_empty() {
                        call(&mut out, "classList", at, method, &texts(classes));
                    }
                }
            }
            Action::Hide { at } => call(&mut out, "style", at, "setProperty", &["display", "none", "important"]),
            Action::Style { at, set } => {
                for (name, value, priority) in set {
                    call(&mut out, "style", at, "setProperty", &[name, value, priority]);
                }
            }
            Action::Reorder { at, order } => call(&mut out, "an order", at, "prepend", &texts(order)),
            Action::Template { name } => call(&mut out, "a template", &None, "replaceChildren", &[name]),
            // For scripts that render the slot themselves: nothing to paint.
            Action::Content { .. } => {}
            _ => return None,
        }
    }
    Some(out)
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// One call of a method of the element, or of what it has: `pkg/ts/ops.ts`.
#[inline(never)]
fn call(out: &mut Vec<Value>, of: &str, at: &Option<String>, method: &str, given: &[&str]) {
    let mut op: Vec<Value> = vec![of.into(), at.clone().into(), method.into()];
    op.extend(given.iter().map(|text| Value::from(*text)));
    out.push(Value::List(op));
}

/// The record as the shell writes it, to tell whether it changed.
pub fn same(a: &PaintRecord, b: &PaintRecord) -> bool {
    let aligned = (a.session_ends_at - b.session_ends_at).abs() < crate::time::MINUTE;
    aligned && a.bundle == b.bundle && a.choice == b.choice && a.same == b.same && a.fresh == b.fresh
}
