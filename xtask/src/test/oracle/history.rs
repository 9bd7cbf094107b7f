//! Questions to the past: windows, order, time since. Every event is looked at for each of them.

use serde_json::{Value, json};

use super::conditions::{all_that_match, passes};
use super::visit::{Entry, Moment};
use super::{length, list, text};

impl Moment<'_> {
    /// `$events`.
    pub fn events(&self, form: &Value) -> bool {
        let (from, to) = self.span(form);
        let inside: Vec<&Entry> = self.past.iter().copied().filter(|event| event.number_in(from, to)).collect();
        let every = json!({});
        let chosen = all_that_match(&inside, form.get("where").unwrap_or(&every), self);
        let of = text(form, "of");
        let values: Vec<Value> =
            chosen.iter().filter_map(|event| super::at(&event.facts(), of).cloned()).filter(|v| !v.is_null()).collect();
        let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
        let sum: f64 = numbers.iter().sum();
        let least = numbers.iter().copied().reduce(f64::min);
        let most = numbers.iter().copied().reduce(f64::max);
        let mean = (!numbers.is_empty()).then(|| sum / numbers.len() as f64);
        let mut different: Vec<&Value> = Vec::new();
        for value in &values {
            if !different.iter().any(|known| same(known, value)) {
                different.push(value);
            }
        }
        let results = [
            ("count", Some(chosen.len() as f64)),
            ("sum", Some(sum)),
            ("avg", mean),
            ("min", least),
            ("max", most),
            ("distinct", Some(different.len() as f64)),
        ];
        let asked = results.into_iter().find_map(|(key, result)| Some((form.get(key)?, result)));
        asked.is_some_and(|(tests, result)| result.is_some_and(|result| passes(&json!(result), tests, self)))
    }

    /// The window of `$events`: after the first key, up to the second instant.
    fn span(&self, form: &Value) -> (Option<(i64, u64)>, i64) {
        let never = Some((i64::MAX, 0));
        let to = self.now - length(form.get("before"));
        let from = match text(form, "within") {
            "" => None,
            "session" => match self.sessions().last() {
                Some(run) if self.now - run.last < super::PAUSE => Some((run.first.0, 0)),
                _ => never,
            },
            "page" => {
                let newest = self.past.iter().rev().find(|event| event.kind == "page");
                newest.map(|event| (event.at, event.number))
            }
            _ => Some((to - length(form.get("within")) + 1, 0)),
        };
        (from, to)
    }

    /// `$sequence`.
    pub fn sequence(&self, form: &Value) -> bool {
        let inside = length(form.get("in"));
        let past: Vec<&Entry> =
            self.past.iter().copied().filter(|event| inside == 0 || event.at > self.now - inside).collect();
        let outer = length(form.get("within"));
        let steps = list(form, "steps");
        // Pairs of (instant of the first step, place of the last step that matched).
        let mut reached: Vec<(i64, usize)> = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            let gap = length(step.get("within"));
            let fitting = all_that_match(&past, step.get("where").unwrap_or(&Value::Null), self);
            let fits = |event: &&Entry| fitting.iter().any(|other| other.number == event.number);
            let mut next = Vec::new();
            for (place, at) in past.iter().enumerate().filter(|(_, e)| fits(e)).map(|(place, e)| (place, e.at)) {
                if number == 0 {
                    next.push((at, place));
                    continue;
                }
                for (first, last) in &reached {
                    let before = past.get(*last).map_or(i64::MAX, |event| event.at);
                    let soon = gap == 0 || at - before <= gap;
                    let all = outer == 0 || at - first <= outer;
                    if *last < place && soon && all && !next.contains(&(*first, place)) {
                        next.push((*first, place));
                    }
                }
            }
            reached = next;
        }
        !reached.is_empty()
    }

    /// `$since`.
    pub fn since(&self, form: &Value) -> bool {
        let first = form.get("first");
        let condition = first.or(form.get("last")).unwrap_or(&Value::Null);
        let found = all_that_match(&self.past, condition, self);
        let event = if first.is_some() { found.first() } else { found.last() };
        let passed = event.map_or(f64::INFINITY, |event| (self.now - event.at) as f64);
        ["gte", "gt", "lte", "lt"].into_iter().filter(|key| form.get(key).is_some()).all(|key| {
            let limit = length(form.get(key)) as f64;
            match key {
                "gte" => passed >= limit,
                "gt" => passed > limit,
                "lte" => passed <= limit,
                _ => passed < limit,
            }
        })
    }
}

impl Entry {
    fn number_in(&self, from: Option<(i64, u64)>, to: i64) -> bool {
        self.at <= to && from.is_none_or(|from| (self.at, self.number) >= from)
    }
}

/// Equal by type and content: 1 and 1.0 are one number.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}
