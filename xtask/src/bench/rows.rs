//! Figures of several runs, and ratios of figures that were taken in turns.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

/// How often the pairs are drawn anew for an interval.
const DRAWS: usize = 2_000;

/// One figure of several runs.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Whose figure it is.
    pub subject: String,
    /// Of the values.
    pub unit: String,
    /// One a run, in order: those of the same run of two rows are a pair.
    pub values: Vec<f64>,
}

impl Row {
    /// A row without values yet.
    pub fn new(what: &str, subject: &str, unit: &str) -> Self {
        Self { what: what.to_owned(), subject: subject.to_owned(), unit: unit.to_owned(), values: Vec::new() }
    }

    /// The row for machines.
    pub fn json(&self) -> Value {
        let (median, min, max) = spread(&self.values);
        json!({"what": self.what, "subject": self.subject, "unit": self.unit, "median": median, "min": min, "max": max,
            "runs": self.values.len()})
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, min, max) = spread(&self.values);
        let Row { what, subject, unit, values } = self;
        write!(f, "| {what} | {subject} | {median:.2} {unit} | {min:.2} | {max:.2} | {} |", values.len())
    }
}

/// What a median must not be above.
#[derive(Debug, Clone, Copy)]
pub struct Goal(pub f64);

impl Goal {
    /// In words, given what it is compared with.
    fn verdict(self, (low, high): (f64, f64)) -> &'static str {
        if high <= self.0 {
            "met"
        } else if low > self.0 {
            "missed"
        } else {
            "open: the interval holds it"
        }
    }
}

/// How two rows compare, run by run; or how one row compares with its goal.
#[derive(Debug, Clone)]
pub struct Ratio {
    what: String,
    subject: String,
    unit: String,
    values: Vec<f64>,
    goal: Option<Goal>,
}

impl Ratio {
    /// `row ÷ other` of each pair.
    pub fn of(row: &Row, other: &Row, goal: Option<Goal>) -> Self {
        let (what, subject) = if row.what == other.what {
            (row.what.clone(), format!("{}/{}", row.subject, other.subject))
        } else {
            (format!("{} ÷ {}", row.what, other.what), row.subject.clone())
        };
        let values = row.values.iter().zip(&other.values).map(|(a, b)| a / b).collect();
        Self { what, subject, unit: "ratio".to_owned(), values, goal }
    }

    /// A row's own values against a goal in its unit.
    pub fn alone(row: &Row, goal: Goal) -> Self {
        let Row { what, subject, unit, values } = row.clone();
        Self { what, subject: format!("{subject} itself"), unit, values, goal: Some(goal) }
    }

    /// What `row` has more than `other` of each pair, against a goal in their unit.
    pub fn above(row: &Row, other: &Row, goal: Goal) -> Self {
        let Row { what, unit, .. } = row.clone();
        let values = row.values.iter().zip(&other.values).map(|(a, b)| a - b).collect();
        Self { what, subject: format!("{} − {}", row.subject, other.subject), unit, values, goal: Some(goal) }
    }

    /// The row for machines, with the interval as `low` and `high`.
    pub fn json(&self) -> Value {
        let (median, min, max) = spread(&self.values);
        let (low, high) = interval(&self.values);
        let mut row = json!({"what": self.what, "subject": self.subject, "unit": self.unit, "median": median, "min": min,
            "max": max, "runs": self.values.len(), "low": low, "high": high});
        if let (Some(goal), Some(members)) = (self.goal, row.as_object_mut()) {
            members.insert("goal".to_owned(), goal.0.into());
            members.insert("verdict".to_owned(), goal.verdict((low, high)).into());
        }
        row
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, ..) = spread(&self.values);
        let (low, high) = interval(&self.values);
        let goal = self.goal.map(|goal| (format!("≤ {:.2}", goal.0), goal.verdict((low, high))));
        let (goal, verdict) = goal.unwrap_or_default();
        let unit = if self.unit == "ratio" { String::new() } else { format!(" {}", self.unit) };
        let Ratio { what, subject, values, .. } = self;
        let pairs = values.len();
        write!(f, "| {what} | {subject} | {median:.3}{unit} | {low:.3} – {high:.3} | {pairs} | {goal} | {verdict} |")
    }
}

/// Median, least and greatest; the upper of the two middle values counts as the median.
fn spread(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    (at(sorted.len() / 2), at(0), at(sorted.len().saturating_sub(1)))
}

/// The 95 % interval of the median by bootstrap: the same draws in every run, so that the same values give the same interval.
fn interval(values: &[f64]) -> (f64, f64) {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |count: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % count.max(1)
    };
    let mut medians: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn: Vec<f64> = values.iter().filter_map(|_| values.get(below(values.len())).copied()).collect();
            spread(&drawn).0
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    let at = |share: f64| medians.get((DRAWS as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    (at(0.025), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(what: &str, subject: &str, values: &[f64]) -> Row {
        Row { values: values.to_vec(), ..Row::new(what, subject, "µs") }
    }

    #[test]
    fn ratios_are_taken_pair_by_pair() {
        let (ours, theirs) = (row("a", "vitrine", &[1.0, 4.0, 9.0]), row("a", "peer", &[2.0, 2.0, 3.0]));
        let ratio = Ratio::of(&ours, &theirs, None);
        assert_eq!((ratio.what.as_str(), ratio.subject.as_str()), ("a", "vitrine/peer"));
        assert_eq!(ratio.values, [0.5, 2.0, 3.0]);
        assert_eq!(Ratio::of(&ours, &row("b", "vitrine", &[1.0]), None).what, "a ÷ b");
        assert_eq!(Ratio::above(&ours, &theirs, Goal(8.0)).values, [-1.0, 2.0, 6.0]);
    }

    #[test]
    fn an_interval_holds_the_median_and_is_the_same_again() {
        let values: Vec<f64> = (0..31).map(f64::from).collect();
        let (low, high) = interval(&values);
        assert!(low > 5.0 && low < 15.0 && high > 15.0 && high < 25.0, "{low} {high}");
        assert_eq!(interval(&values), (low, high));
        assert_eq!(interval(&[2.0; 30]), (2.0, 2.0));
    }

    #[test]
    fn a_goal_inside_the_interval_is_neither_met_nor_missed() {
        for (interval, expected) in
            [((0.1, 0.2), "met"), ((0.3, 0.4), "missed"), ((0.1, 0.3), "open: the interval holds it")]
        {
            assert_eq!(Goal(0.2).verdict(interval), expected);
        }
    }
}
