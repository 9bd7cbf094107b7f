//! The paint record: what the next page would show, decided before it exists (architecture.md "What the boot reads").
//!
//! Every condition is settled now but the path and time; what hangs on anything else of the next page leaves its slot
//! pending.

use crate::decide::{self, Person};
use crate::order::sorted;
use crate::profile::facts::Known;
use crate::segments::world::{Here, Probe};
use crate::segments::{self, Leaf};
use crate::size;
use crate::time::earlier;
use std::cell::Cell;
use vitrine_wire::limits::PAINT_BYTES;
use vitrine_wire::paint::{PaintRecord, PaintRow, PathTest};
use vitrine_wire::{Action, Cond, Millis, Purpose, Test, Value};

/// Spans of time looked ahead for each session; later ones have no row.
const SPANS: usize = 3;

/// Makes the record for the next page.
pub fn record(here: &Here, person: Person) -> PaintRecord {
    let granted: Vec<&str> = here.gate.granted().iter().map(Purpose::as_str).collect();
    let ends = here.known.and_then(|known| known.profile.sessions.ends_at(here.now));
    let mut paint = PaintRecord {
        bundle: here.site.sequence,
        choice: sorted(&granted).join(","),
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
        let (paths, settled, conds) = reads(here, slot);
        let mut start = Some(from);
        for _ in 0..SPANS {
            let Some(now) = start.filter(|start| until.is_none_or(|until| *start < until)) else { break };
            let moved = at(here, now);
            let ends = next_flip(&moved, &conds);
            let time = (Some(now).filter(|now| *now > from), ends);
            let mut any = row(&moved, person, slot, (PathTest::Any, ""), fresh, time);
            if !settled {
                any = Some(PaintRow { path: PathTest::Any, ops: None, ..own(slot, "", time) });
            }
            for path in &paths {
                let exact = row(&moved, person, slot, (PathTest::Exact((*path).into()), path), fresh, time);
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
    Here { now, known: here.known.map(|known| Known { now, ..known }), ..*here }
}

fn own(slot: &str, path: &str, (not_before, not_after): (Option<Millis>, Option<Millis>)) -> PaintRow {
    PaintRow {
        slot: slot.into(),
        path: PathTest::Exact(path.into()),
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
        PathTest::Any => 4,
        PathTest::Exact(path) | PathTest::Prefix(path) => size::string(path) + 6,
    };
    for text in [&row.slot, &row.experience, &row.variant] {
        bytes += size::string(text);
    }
    if let Some(left) = room.checked_sub(bytes) {
        *room = left;
        out.push(row);
    }
}

/// What the slot would show on a path. The empty path stands for every path that no rule names.
fn row(
    here: &Here,
    person: Person,
    slot: &str,
    (test, path): (PathTest, &str),
    fresh: bool,
    time: (Option<Millis>, Option<Millis>),
) -> Option<PaintRow> {
    let probe = Probe { path, fresh, open: Cell::new(false) };
    let there = Here { probe: Some(&probe), inside: &[], ..*here };
    let inside = inside(&there, slot);
    probe.open.set(false);
    let there = Here { probe: Some(&probe), inside: &inside.0, ..*here };
    let verdict = decide::slot(&there, person, slot, &mut |_| {});
    let pending = probe.open.get() || inside.1;
    let winner = verdict.winner.and_then(|(experience, variant)| Some((experience, variant?)));
    if !pending && winner.is_none() {
        return None;
    }
    let mut row = PaintRow { path: test, ops: None, ..own(slot, "", time) };
    if let Some((experience, variant)) = winner {
        (row.experience, row.variant) = (experience.id.clone(), variant.id.clone());
        if !pending {
            row.ops = ops(&variant.actions);
        }
    }
    Some(row)
}

/// The segments that a slot's experiences read, on the next page, and whether one of them is open.
fn inside(there: &Here, slot: &str) -> (Vec<bool>, bool) {
    let (_, needed) = needs(there, slot);
    let (mut inside, mut open) = (Vec::with_capacity(needed.len()), false);
    for (segment, needed) in there.site.bundle.segments.iter().zip(needed) {
        there.probe.into_iter().for_each(|probe| probe.open.set(false));
        let holds = needed && crate::rules::holds(&segment.when, &Here { inside: &inside, ..*there });
        open |= there.probe.is_some_and(|probe| probe.open.get());
        inside.push(holds);
    }
    (inside, open)
}

fn need(cond: &Cond, here: &Here, needed: &mut [bool]) {
    segments::leaves(cond, &mut |leaf| {
        if let Leaf::Segment(id) = leaf
            && let Some(needed) = here.site.segment(id).and_then(|at| needed.get_mut(at))
        {
            *needed = true;
        }
    });
}

fn conditions<'a>(here: &Here<'a>, slot: &str) -> Vec<&'a Cond> {
    let mut conds = Vec::new();
    for experience in here.site.bundle.experiences.iter().filter(|e| e.slot == slot) {
        conds.push(&experience.when);
        if let Some(unless) = &experience.unless {
            conds.push(unless);
        }
    }
    conds
}

/// A slot's conditions, and which segments they need, directly or by other segments. Conditions of those come along.
fn needs<'a>(here: &Here<'a>, slot: &str) -> (Vec<&'a Cond>, Vec<bool>) {
    let mut needed = vec![false; here.site.bundle.segments.len()];
    let mut conds = conditions(here, slot);
    conds.iter().for_each(|cond| need(cond, here, &mut needed));
    for (at, segment) in here.site.bundle.segments.iter().enumerate().rev() {
        if needed.get(at) == Some(&true) {
            need(&segment.when, here, &mut needed);
            conds.push(&segment.when);
        }
    }
    (conds, needed)
}

/// The paths that a slot's conditions name, whether they name them all, and all conditions, those of segments included.
fn reads<'a>(here: &Here<'a>, slot: &str) -> (Vec<&'a str>, bool, Vec<&'a Cond>) {
    let (conds, _) = needs(here, slot);
    let (mut paths, mut settled) = (Vec::new(), true);
    for cond in &conds {
        segments::leaves(cond, &mut |leaf| {
            if let Leaf::Fact("context.page.path", tests) = leaf {
                settled &= tests.iter().all(|test| named(test, &mut paths));
            }
        });
    }
    (sorted(&paths), settled, conds)
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

fn next_flip(here: &Here, conds: &[&Cond]) -> Option<Millis> {
    let mut next = segments::next_flip(conds, here);
    earlier(&mut next, decide::next_schedule(here));
    earlier(&mut next, here.known.and_then(|known| known.next_change()));
    next
}

/// The operations that the boot knows; none where an action needs more.
fn ops(actions: &[Action]) -> Option<Vec<Value>> {
    let texts = |list: &[String]| Value::List(list.iter().map(|t| t.as_str().into()).collect());
    let mut out = Vec::new();
    for action in actions {
        let op: Vec<Value> = match action {
            Action::Text { at, to } => vec!["text".into(), at.clone().into(), to.as_str().into()],
            Action::Attribute { at, name, to } => {
                vec!["attribute".into(), at.clone().into(), name.as_str().into(), to.clone().into()]
            }
            Action::Class { at, add, remove } => vec!["class".into(), at.clone().into(), texts(add), texts(remove)],
            Action::Hide { at } => vec!["hide".into(), at.clone().into()],
            Action::Reorder { at, order } => vec!["reorder".into(), at.clone().into(), texts(order)],
            // For scripts that render the slot themselves: nothing to paint.
            Action::Content { .. } => continue,
            _ => return None,
        };
        out.push(Value::List(op));
    }
    Some(out)
}

/// The record as the shell writes it, to tell whether it changed.
pub fn same(a: &PaintRecord, b: &PaintRecord) -> bool {
    let aligned = (a.session_ends_at - b.session_ends_at).abs() < crate::time::MINUTE;
    aligned && a.bundle == b.bundle && a.choice == b.choice && a.same == b.same && a.fresh == b.fresh
}
