//! What a visit came to, against what was expected of it.

use std::borrow::Cow;

use serde_json::{Value as Json, json};
use vitrine_core::rules::{World, holds};
use vitrine_wire::door::Readout;
use vitrine_wire::{Decision, Value};

use super::{Difference, Expect, Slot, sentence};
use crate::lower;

/// Every difference. `explain` gives the tree of a segment or slot.
pub(super) fn differences(
    expect: &Expect,
    found: &Readout,
    explain: &dyn Fn(&str) -> Option<Value>,
) -> Vec<Difference> {
    let mut out = Vec::new();
    let inside = |id: &String| found.segments.contains(id);
    let mut segment = |id: &str, wanted: bool| {
        let words = |holds: bool| if holds { "in the segment" } else { "not in the segment" }.to_owned();
        out.push(because(id, words(wanted), words(!wanted), explain(id).as_ref()));
    };
    expect.segments.iter().filter(|id| !inside(id)).for_each(|id| segment(id, true));
    expect.not.iter().filter(|id| inside(id)).for_each(|id| segment(id, false));
    if expect.only {
        let more = |id: &&String| !expect.segments.contains(id) && !expect.not.contains(id);
        found.segments.iter().filter(more).for_each(|id| segment(id, false));
    }
    for (name, slot) in &expect.slots {
        let decision = found.decisions.iter().find(|d| d.slot == *name);
        if !decision.is_some_and(|d| agrees(slot, d)) {
            let shown = decision.map_or_else(|| "nothing".into(), shown);
            out.push(because(name, wanted(slot), shown, explain(name).as_ref()));
        }
    }
    for (path, wanted) in &expect.scores {
        let value = found.scores.get(path).cloned().unwrap_or(Value::Num(0.0));
        if !passes(&value, wanted) {
            let found = serde_json::to_value(&value).unwrap_or_default().to_string();
            out.push(Difference {
                of: format!("scores.{path}"),
                expected: wanted.to_string(),
                found,
                because: None,
                decided: None,
            });
        }
    }
    for (id, wanted) in &expect.rejected {
        let reason = found.rejected.iter().find(|r| r.experience == *id).map(|r| r.reason.as_str());
        if reason != Some(wanted) {
            let found = reason.map_or_else(|| "it won its slot".into(), |reason| format!("rejected: {reason}"));
            let expected = format!("rejected: {wanted}");
            out.push(Difference { of: id.clone(), expected, found, because: None, decided: None });
        }
    }
    out
}

fn agrees(slot: &Slot, decision: &Decision) -> bool {
    slot.experience.as_ref().is_none_or(|wanted| *wanted == decision.experience)
        && slot.variant.as_ref().is_none_or(|wanted| *wanted == decision.variant)
        && slot.reason.as_ref().is_none_or(|wanted| *wanted == decision.reason.as_str())
}

fn wanted(slot: &Slot) -> String {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "nobody".into());
    let mut parts = Vec::new();
    parts.extend(slot.experience.as_ref().map(name));
    parts.extend(slot.variant.as_ref().map(|v| format!("variant {}", v.as_deref().unwrap_or("none"))));
    parts.extend(slot.reason.as_ref().map(|reason| format!("reason {reason}")));
    parts.join(", ")
}

fn shown(decision: &Decision) -> String {
    let owner = decision.experience.as_deref().unwrap_or("nobody");
    match &decision.variant {
        Some(variant) => format!("{owner}, variant {variant} ({})", decision.reason.as_str()),
        None => format!("{owner} ({})", decision.reason.as_str()),
    }
}

/// A difference with the leaf that decided, where the tree names one.
fn because(of: &str, expected: String, found: String, tree: Option<&Value>) -> Difference {
    let tree = tree.map(|tree| serde_json::to_value(tree).unwrap_or_default());
    let decided = tree.as_ref().and_then(decided).cloned();
    let because = match &decided {
        Some(leaf) => Some(sentence::leaf(leaf)),
        None => tree.as_ref().and_then(sentence::rejections),
    };
    Difference { of: of.to_owned(), expected, found, because, decided }
}

/// The deciding leaf of a segment; of a slot with one experience, of that.
fn decided(tree: &Json) -> Option<&Json> {
    let experience = match tree.get("experiences").and_then(Json::as_array).map(Vec::as_slice) {
        Some([one]) => one.get("decided"),
        _ => None,
    };
    tree.get("decided").or(experience)
}

/// Whether a score is what is expected: to a billionth of it, where a plain number is given.
fn passes(value: &Value, wanted: &Json) -> bool {
    match (wanted.as_f64(), value.as_num()) {
        (Some(wanted), Some(found)) => (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
        _ => holds(&lower::condition(&json!({ "value": wanted })), &One(value)),
    }
}

struct One<'a>(&'a Value);

impl World for One<'_> {
    fn fact(&self, _: &str) -> Option<Cow<'_, Value>> {
        Some(Cow::Borrowed(self.0))
    }
    fn group(&self, _: &str) -> Option<&[Value]> {
        None
    }
}
