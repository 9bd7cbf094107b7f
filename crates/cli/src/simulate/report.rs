//! What a simulation found: a table for people, JSON for machines.

use jiff::Timestamp;
use serde_json::{Value, json};
use vitrine_wire::{Bundle, Millis};

use super::plot::{short, sparkline};
use super::tally::{Shown, Tally};
use crate::check;
use crate::out::say;

/// Longer names are cut.
const NAME: usize = 40;

/// Everything that is said.
#[derive(Debug)]
pub struct Report {
    /// The site's id.
    pub site: String,
    /// The instants looked at.
    pub steps: Vec<Millis>,
    /// Ids, in the bundle's order.
    pub segments: Vec<String>,
    experiences: Vec<(String, String)>,
    /// The counts.
    pub tally: Tally,
}

impl Report {
    /// A report on a bundle.
    pub fn new(tally: Tally, bundle: &Bundle, steps: Vec<Millis>) -> Self {
        let segments = bundle.segments.iter().map(|segment| segment.id.clone()).collect();
        let experiences = bundle.experiences.iter().map(|e| (e.id.clone(), e.slot.clone())).collect();
        Report { site: bundle.meta.site.clone(), steps, segments, experiences, tally }
    }

    /// For machines. Sizes are of the visitors looked at.
    pub fn json(&self) -> Value {
        let tally = &self.tally;
        let segments = self.segments.iter().zip(&tally.sizes).zip(&tally.ever);
        let segments: serde_json::Map<String, Value> = segments
            .map(|((id, sizes), ever)| (id.clone(), json!({"now": sizes.last(), "ever": ever, "sizes": sizes})))
            .collect();
        let experience = |((id, slot), shown): (&(String, String), &Shown)| {
            let rejected: serde_json::Map<String, Value> =
                shown.rejected.iter().map(|(reason, count)| (reason.as_str().to_owned(), (*count).into())).collect();
            let one = json!({"slot": slot, "now": shown.sizes.last(), "ever": shown.ever, "heldOut": shown.held,
                "rejected": rejected, "sizes": shown.sizes});
            (id.clone(), one)
        };
        let experiences: serde_json::Map<String, Value> =
            self.experiences.iter().zip(&tally.experiences).map(experience).collect();
        json!({
            "visitors": tally.visitors,
            "population": tally.population.round(),
            "events": tally.events,
            "steps": self.steps.iter().map(|at| written(*at)).collect::<Vec<_>>(),
            "known": tally.known,
            "segments": segments,
            "experiences": experiences,
        })
    }

    /// For people, on standard output.
    pub fn print(&self) {
        let tally = &self.tally;
        let (from, to) =
            (self.steps.first().copied().unwrap_or_default(), self.steps.last().copied().unwrap_or_default());
        let of = if tally.population.round() as u64 > tally.visitors {
            format!(" (of about {})", grouped(tally.population.round() as u64))
        } else {
            String::new()
        };
        say!("{} events of {} visitors{of}", grouped(tally.events), grouped(tally.visitors));
        say!("{} to {}, {} instants", written(from), written(to), self.steps.len());
        let known = tally.known.last().copied().unwrap_or_default();
        let names = self.segments.iter().chain(self.experiences.iter().map(|(id, _)| id));
        let width = names.map(|name| name.chars().count()).max().unwrap_or(0).clamp(12, NAME);
        heading(&format!("{:width$} {:>11} {:>7} {:>11}  over time", "segment", "now", "share", "ever"));
        let mut rows: Vec<_> = self.segments.iter().zip(&tally.sizes).zip(&tally.ever).collect();
        rows.sort_by_key(|((_, sizes), ever)| std::cmp::Reverse((sizes.last().copied(), **ever)));
        let nobody: Vec<&str> = rows.iter().filter(|(_, ever)| **ever == 0).map(|((id, _), _)| id.as_str()).collect();
        for ((id, sizes), ever) in rows.into_iter().filter(|(_, ever)| **ever > 0) {
            line(id, width, sizes, *ever, known, "");
        }
        if !nobody.is_empty() {
            say!("nobody, ever: {}", nobody.join(", "));
        }
        if self.experiences.is_empty() {
            return;
        }
        heading(&format!("{:width$} {:>11} {:>7} {:>11}  over time", "would see", "now", "share", "ever"));
        for ((id, slot), shown) in self.experiences.iter().zip(&tally.experiences) {
            let mut why: Vec<_> = shown.rejected.iter().map(|(reason, count)| (*count, reason.as_str())).collect();
            why.extend((shown.held > 0).then_some((shown.held, "held out")));
            why.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
            let why: Vec<String> =
                why.iter().map(|(count, reason)| format!("{reason} {}", share(*count, known))).collect();
            line(id, width, &shown.sizes, shown.ever, known, &format!("  in {slot}; not: {}", why.join(", ")));
        }
    }
}

fn heading(text: &str) {
    say!("");
    if check::coloured(&std::io::stdout()) { say!("\x1b[1m{text}\x1b[0m") } else { say!("{text}") }
}

fn line(id: &str, width: usize, sizes: &[u64], ever: u64, known: u64, after: &str) {
    let now = sizes.last().copied().unwrap_or_default();
    say!(
        "{:width$} {:>11} {:>7} {:>11}  {}{after}",
        short(id, width),
        grouped(now),
        share(now, known),
        grouped(ever),
        sparkline(sizes, 40)
    );
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "–".into() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

/// A number with its thousands apart.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// An instant as it is written.
pub fn written(at: Millis) -> String {
    Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        for (n, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(n), expected);
        }
        assert_eq!((share(1, 8), share(1, 0)), ("12.5 %".into(), "–".into()));
    }
}
