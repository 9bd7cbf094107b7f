//! Scores, cut points, thresholds of the life cycle.

use std::collections::{HashMap, HashSet, VecDeque};

use vitrine_wire::bundle::{CutPoints, Lifecycle, Score, ScoreKind};
use vitrine_wire::cond::encode;

use crate::finding::Rule;
use crate::format::site::{self as format, MOST};
use crate::lint::cond::{self, Scope};
use crate::lint::{Cx, Reads, sensitive};
use crate::node::{Node, check_id};

/// The names, before any condition reads them.
pub(super) fn names(root: &Node<'_>, cx: &mut Cx) {
    let members = root.get("scores").map(|n| n.members(&mut cx.lint)).unwrap_or_default();
    cx.scores = members.iter().map(|(name, node)| ((*name).to_owned(), node.get("by").is_some())).collect();
    cx.families = cx.scores.iter().cloned().collect();
}

/// Scores, each after those it reads.
pub(super) fn read(root: &Node<'_>, cx: &mut Cx) -> Vec<Score> {
    let members = root.get("scores").map(|n| n.members(&mut cx.lint)).unwrap_or_default();
    let mut left = Vec::new();
    for (name, node) in members {
        check_id(name, &node.pointer, &mut cx.lint);
        cx.reads = Reads::default();
        let kind = if node.get("sum").is_some() { sum(&node, cx) } else { family(&node, cx) };
        let reads = std::mem::take(&mut cx.reads);
        sensitive::check(&node, &[(name, &node.pointer)], &reads, cx);
        cx.score_reads.insert(name.to_owned(), reads.clone());
        left.push((Score { name: name.to_owned(), kind: kind.unwrap_or(ScoreKind::Unknown) }, reads, node.pointer));
    }
    let sums: HashSet<&str> = cx.scores.iter().filter(|(_, family)| !family).map(|(name, _)| name.as_str()).collect();
    // How many sums each still waits for, and who waits for it.
    let mut waits: Vec<usize> = Vec::with_capacity(left.len());
    let mut readers: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, (_, reads, _)) in left.iter().enumerate() {
        let read: HashSet<&str> =
            reads.scores.iter().map(|(path, _)| path.as_str()).filter(|path| sums.contains(path)).collect();
        waits.push(read.len());
        read.into_iter().for_each(|name| readers.entry(name.to_owned()).or_default().push(place));
    }
    let mut ready: VecDeque<usize> =
        waits.iter().enumerate().filter(|(_, n)| **n == 0).map(|(place, _)| place).collect();
    let mut left: Vec<Option<(Score, Reads, String)>> = left.into_iter().map(Some).collect();
    let mut sorted: Vec<Score> = Vec::new();
    while let Some((score, ..)) = ready.pop_front().and_then(|place| left.get_mut(place)?.take()) {
        for reader in readers.remove(&score.name).unwrap_or_default() {
            if let Some(n) = waits.get_mut(reader) {
                *n -= 1;
                if *n == 0 {
                    ready.push_back(reader);
                }
            }
        }
        sorted.push(score);
    }
    for (_, _, pointer) in left.iter().flatten() {
        cx.lint.error(Rule::Cycle, pointer, "scores read each other in a circle", "break the circle");
    }
    sorted
}

fn sum(node: &Node<'_>, cx: &mut Cx) -> Option<ScoreKind> {
    node.keys(&format::SUM, &mut cx.lint);
    let mut parts = Vec::new();
    for part in node.get("sum")?.items(&mut cx.lint) {
        let items = part.items(&mut cx.lint);
        let [when, weight] = items.as_slice() else {
            if part.value.is_array() {
                part.bad("is no pair", "write [condition, weight]", &mut cx.lint);
            }
            continue;
        };
        let when = encode(&cond::compile(when, &Scope::Visitor, cx));
        parts.push((when, weight.number(-MOST..=MOST, &mut cx.lint).unwrap_or_default()));
    }
    let mut bound = |key: &str| node.get(key).and_then(|n| n.number(-MOST..=MOST, &mut cx.lint));
    let (min, max) = (bound("min"), bound("max"));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        cx.lint.error(Rule::Contradiction, &node.pointer, "`min` is above `max`", "correct the bounds");
    }
    Some(ScoreKind::Sum { parts, min, max })
}

fn family(node: &Node<'_>, cx: &mut Cx) -> Option<ScoreKind> {
    node.keys(&format::FAMILY, &mut cx.lint);
    cx.reads.history.push(node.pointer.clone());
    let weights = node.need("weights", &mut cx.lint).map(|n| n.members(&mut cx.lint)).unwrap_or_default();
    let by = node.need("by", &mut cx.lint).and_then(|n| Some((n.text(&mut cx.lint)?, n.pointer)));
    let names: Vec<String> = weights.iter().map(|(name, _)| (*name).to_owned()).collect();
    for (name, weight) in &weights {
        if !cx.events.iter().any(|event| event.name == *name) {
            let known: Vec<_> = cx.events.iter().map(|e| e.name.as_str()).collect();
            let fix = "declare it under `events`";
            cx.lint.unknown(Rule::UnknownEvent, &weight.pointer, "the event", name, &known, fix);
        }
    }
    let (by, pointer) = by?;
    if by.starts_with("properties.") || by.starts_with("context.") {
        // Products of an order have what the order itself has not.
        let listed =
            |name: &str| cx.events.iter().any(|e| e.name == name && e.properties.iter().any(|p| p.name == "products"));
        let own: Vec<String> = names.into_iter().filter(|name| !listed(name)).collect();
        if !own.is_empty() {
            cond::kind(by, &pointer, &Scope::Event(Some(own)), cx);
        }
    } else {
        let fix = "write a path such as properties.category";
        cx.lint.error(Rule::BadValue, &pointer, format!("`{by}` is no part of an event that can be counted by"), fix);
    }
    let mut numbers = Vec::new();
    for (name, weight) in weights {
        numbers.push((name.to_owned(), weight.number(-MOST..=MOST, &mut cx.lint).unwrap_or_default()));
    }
    let half_life = node.get("halfLife").and_then(|n| cond::duration(&n, cx)).unwrap_or_default();
    Some(ScoreKind::Family { by: by.into(), weights: numbers, half_life })
}

/// Published cut points.
pub(super) fn cuts(root: &Node<'_>, cx: &mut Cx) -> CutPoints {
    let Some(node) = root.get("cutPoints") else { return CutPoints::default() };
    node.keys(&format::CUT_POINTS, &mut cx.lint);
    let mut cuts = CutPoints::default();
    if let Some(rfm) = node.get("rfm") {
        rfm.keys(&format::RFM, &mut cx.lint);
        cuts.recency = rising(rfm.get("r"), 4, cx);
        cuts.frequency = rising(rfm.get("f"), 4, cx);
        cuts.monetary = rising(rfm.get("m"), 4, cx);
    }
    cuts.size = rising(node.get("size"), 3, cx);
    cuts
}

/// Numbers that rise: none, or as many as there are edges between classes.
fn rising(node: Option<Node<'_>>, count: usize, cx: &mut Cx) -> Vec<f64> {
    let Some(node) = node else { return Vec::new() };
    let items = node.items(&mut cx.lint);
    let numbers: Vec<f64> = items.iter().filter_map(|n| n.number(-MOST..=MOST, &mut cx.lint)).collect();
    let rise = numbers.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    if numbers.len() == items.len() && (!rise || !numbers.is_empty() && numbers.len() != count) {
        let fix = format!("write {count} numbers, each greater than the one before, or none");
        node.bad("does not rise from class to class", &fix, &mut cx.lint);
    }
    numbers
}

/// Thresholds of `lifecycle`.
pub(super) fn lifecycle(root: &Node<'_>, cx: &mut Cx) -> Lifecycle {
    let mut limits = Lifecycle::default();
    let Some(node) = root.get("lifecycle") else { return limits };
    node.keys(&format::LIFECYCLE, &mut cx.lint);
    let lint = &mut cx.lint;
    let mut share = |key: &str, most: f64, to: &mut f64| {
        if let Some(n) = node.get(key).and_then(|n| n.number(0.0..=most, lint)) {
            *to = n;
        }
    };
    share("lostChurn", 1.0, &mut limits.lost_churn);
    share("lostIntervals", 1_000.0, &mut limits.lost_intervals);
    share("atRiskChurn", 1.0, &mut limits.risk_churn);
    for (key, to) in [("loyalOrders", &mut limits.loyal_orders), ("prospectSessions", &mut limits.prospect_sessions)] {
        if let Some(n) = node.get(key).and_then(|n| n.whole(1..=1_000, &mut cx.lint)) {
            *to = n.unsigned_abs();
        }
    }
    for (key, to) in [("inactive", &mut limits.inactive), ("loyalWithin", &mut limits.loyal_within)] {
        if let Some(length) = node.get(key).and_then(|n| cond::duration(&n, cx)) {
            *to = length;
        }
    }
    limits
}
