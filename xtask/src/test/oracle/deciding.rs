//! Who sees what, and the whole of a read.

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use vitrine_core::hash;

use super::visit::Moment;
use super::{list, members, number, text};

/// A read, in the form of the conformance door.
pub(super) fn read(moment: &Moment<'_>, asked: &Value) -> Value {
    let mut segments: Vec<&str> = members(moment.site, "segments").map(|(id, _)| id).collect();
    segments.retain(|id| moment.inside(id));
    segments.sort_unstable();
    let mut decisions = Map::new();
    let mut rejected: Vec<(&str, &str)> = Vec::new();
    let mut experiences: Vec<&Value> = list(moment.site, "experiences").iter().collect();
    let priority = |experience: &Value| experience.get("priority").and_then(Value::as_i64).unwrap_or(0);
    experiences.sort_by(|a, b| {
        priority(b).cmp(&priority(a)).then_with(|| text(a, "id").encode_utf16().cmp(text(b, "id").encode_utf16()))
    });
    for (slot, _) in members(moment.site, "slots") {
        let mut winner = None;
        for experience in experiences.iter().copied().filter(|experience| text(experience, "slot") == slot) {
            match moment.against(experience) {
                Some(reason) => rejected.push((text(experience, "id"), reason)),
                None if winner.is_some() => rejected.push((text(experience, "id"), "outranked")),
                None => winner = Some(experience),
            }
        }
        let decision = winner.map_or(json!({"experience": null, "variant": null, "reason": "none"}), |winner| {
            let (variant, reason) = moment.arm(winner);
            json!({"experience": text(winner, "id"), "variant": variant, "reason": reason})
        });
        decisions.insert(slot.into(), decision);
    }
    rejected.sort_unstable();
    let rejected: Vec<Value> = rejected.into_iter().map(|(id, why)| json!({"experience": id, "reason": why})).collect();
    json!({"at": asked, "segments": segments, "scores": moment.scores(), "decisions": decisions, "rejected": rejected})
}

impl Moment<'_> {
    /// The first reason that rules an experience out.
    fn against(&self, experience: &Value) -> Option<&'static str> {
        let is = |key: &str| experience.get(key).and_then(Value::as_bool).unwrap_or_default();
        let runs = |schedule: &Value| {
            let date = |key: &str| text(schedule, key).parse::<Date>().ok();
            date("from").is_none_or(|from| from <= self.today()) && date("to").is_none_or(|to| self.today() <= to)
        };
        let granted = self.consent(experience) == "granted" || self.contextual(experience);
        let required = text(experience, "split") == "required" && (self.unit.is_none() || self.contextual(experience));
        if is("paused") {
            Some("paused")
        } else if !experience.get("schedule").is_none_or(runs) {
            Some("schedule")
        } else if !granted || required {
            Some("consent")
        } else if !experience.get("when").is_none_or(|when| self.holds(when)) {
            Some("when")
        } else if experience.get("unless").is_some_and(|unless| self.holds(unless)) {
            Some("unless")
        } else {
            None
        }
    }

    fn consent(&self, experience: &Value) -> &str {
        let purpose = experience.get("purpose").and_then(Value::as_str).unwrap_or("personalization");
        self.consent.iter().find(|(known, _)| *known == purpose).map_or("unknown", |(_, state)| state)
    }

    /// Whether it runs on the page's own facts, before the choice or once it is over.
    fn contextual(&self, experience: &Value) -> bool {
        let allowed = super::at(self.site, "consent.contextual").and_then(Value::as_bool).unwrap_or(true);
        allowed
            && experience.get("contextual").and_then(Value::as_bool).unwrap_or_default()
            && matches!(self.consent(experience), "unknown" | "expired")
    }

    /// The arm that the visitor is in, and why.
    fn arm<'e>(&self, experience: &'e Value) -> (Option<&'e str>, &'static str) {
        let variants = list(experience, "variants");
        let weight = |variant: &Value| number(variant, "weight").unwrap_or(1.0);
        let heaviest = variants.iter().reduce(|best, other| if weight(other) > weight(best) { other } else { best });
        let heaviest = heaviest.map(|variant| text(variant, "id"));
        let Some(unit) = self.unit.filter(|_| !self.contextual(experience)) else { return (heaviest, "matched") };
        let id = text(experience, "id");
        let below = |seed: &str, share: Option<f64>| {
            let drawn = hash::hash(&format!("holdout:{seed}"), unit, 2);
            drawn.zip(share).is_some_and(|(drawn, share)| drawn < share)
        };
        if below(text(self.site, "site"), number(self.site, "holdout")) {
            return (None, "site_holdout");
        }
        if below(id, number(experience, "holdout")) {
            return (None, "holdout");
        }
        let seed = experience.get("seed").and_then(Value::as_str).unwrap_or(id);
        let sum: f64 = variants.iter().map(weight).sum();
        let shares: Vec<f64> = variants.iter().map(|variant| weight(variant) / sum).collect();
        let ranges = hash::bucket_ranges(shares.len() as f64, 1.0, Some(&shares));
        let place = hash::hash(seed, unit, 2).map_or(-1, |drawn| hash::choose_variation(drawn, &ranges));
        let chosen = usize::try_from(place).ok().and_then(|place| variants.get(place)).map(|v| text(v, "id"));
        (chosen.or(heaviest), "matched")
    }
}
