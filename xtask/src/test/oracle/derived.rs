//! Scores, classes of customers, the life cycle, the preferred channel.

use serde_json::{Map, Value, json};

use super::conditions::NEAR;
use super::visit::Moment;
use super::{DAY, length, list, members, number, text};

/// A channel is preferred for its clicks of so many days.
const CLICKS: i64 = 180 * DAY;

/// After so many halves a score has lost its digits, and soon itself, to rounding.
const FADED: i64 = 600;

impl Moment<'_> {
    /// Every score by its name, members of a family below it.
    pub fn scores(&self) -> Map<String, Value> {
        let mut all = Map::new();
        if !self.known {
            return all;
        }
        for (name, score) in members(self.site, "scores") {
            if score.get("sum").is_some() {
                all.insert(name.into(), json!(self.sum(score)));
            } else {
                for (member, value) in self.family(score) {
                    all.insert(format!("{name}.{member}"), json!(value));
                }
            }
        }
        all
    }

    /// `scores.*` by the rest of its path.
    pub fn score(&self, path: &str) -> Option<f64> {
        let family = |name: &str, score: &Value| {
            let member = path.strip_prefix(name)?.strip_prefix('.')?;
            Some(self.family(score).into_iter().find(|(known, _)| known == member).map_or(0.0, |(_, value)| value))
        };
        members(self.site, "scores").find_map(|(name, score)| match score.get("sum") {
            Some(_) => (name == path).then(|| self.sum(score)),
            None => family(name, score),
        })
    }

    fn sum(&self, score: &Value) -> f64 {
        let mut sum = 0.0;
        for part in list(score, "sum") {
            let (when, weight) = (part.get(0).unwrap_or(&Value::Null), part.get(1).and_then(Value::as_f64));
            if self.holds(when) {
                sum += weight.unwrap_or(0.0);
            }
        }
        let sum = number(score, "min").map_or(sum, |min| f64::max(sum, min));
        number(score, "max").map_or(sum, |max| f64::min(sum, max))
    }

    /// Names and strengths of a family, those of 0 left out.
    fn family(&self, score: &Value) -> Vec<(String, f64)> {
        let (by, half_life) = (text(score, "by"), length(score.get("halfLife")));
        let mut found: Vec<(String, f64)> = Vec::new();
        for event in self.past.iter().filter(|event| event.kind == "track") {
            let Some(weight) = score.get("weights").and_then(|weights| number(weights, &event.name)) else { continue };
            let age = (self.now - event.at) as f64;
            let strength = if half_life == 0 { weight } else { weight * (-age / half_life as f64).exp2() };
            let facts = event.facts();
            let mut names: Vec<&str> = Vec::new();
            match super::at(&facts, by) {
                Some(value) => names.extend(value.as_str()),
                None => {
                    let key = by.rsplit('.').next().unwrap_or_default();
                    for product in list(&event.data, "products") {
                        names.extend(product.get(key).and_then(Value::as_str).filter(|name| !names.contains(name)));
                    }
                }
            }
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                match found.iter_mut().find(|(known, _)| known == name) {
                    Some((_, sum)) => *sum += strength,
                    None => found.push((name.to_owned(), strength)),
                }
            }
        }
        found.retain(|(_, value)| *value != 0.0);
        found
    }

    /// `$rank`.
    pub fn rank(&self, form: &Value) -> bool {
        if !self.known {
            return false;
        }
        let Some((_, score)) = members(self.site, "scores").find(|(name, _)| *name == text(form, "score")) else {
            return false;
        };
        let mut ranks = self.family(score);
        ranks.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.encode_utf16().cmp(b.0.encode_utf16())));
        for pair in ranks.windows(2) {
            if let [(_, more), (_, less)] = pair
                && more != less
                && more - less <= NEAR * more.abs()
            {
                self.close.set(true);
            }
        }
        // What faded below the least number still ranks, though no number says so.
        let half_life = length(score.get("halfLife"));
        if half_life > 0 && self.past.iter().any(|event| (self.now - event.at) / half_life > FADED) {
            self.close.set(true);
        }
        let top = form.get("top").and_then(Value::as_u64).unwrap_or(1);
        ranks.iter().take(usize::try_from(top).unwrap_or(usize::MAX)).any(|(name, _)| name == text(form, "is"))
    }

    /// `rfm.*`: 1 to 5.
    pub fn rfm(&self, name: &str) -> Option<Value> {
        let cuts = self.site.get("cutPoints")?.get("rfm")?;
        let orders = self.orders();
        let last = orders.last()?.0.0;
        let above = |key: &str, value: f64| {
            let cuts: Vec<f64> = list(cuts, key).iter().filter_map(Value::as_f64).collect();
            (!cuts.is_empty()).then(|| cuts.iter().filter(|cut| value >= **cut).count())
        };
        match name {
            "r" => above("r", (self.now - last) as f64 / DAY as f64).map(|passed| json!(5 - passed)),
            "f" => above("f", orders.len() as f64).map(|passed| json!(1 + passed)),
            "m" => above("m", orders.iter().map(|(_, value)| value).sum()).map(|passed| json!(1 + passed)),
            _ => None,
        }
    }

    /// `size`.
    pub fn size(&self) -> Option<Value> {
        let cuts: Vec<f64> = list(self.site.get("cutPoints")?, "size").iter().filter_map(Value::as_f64).collect();
        let orders = self.orders();
        if cuts.is_empty() || orders.is_empty() {
            return None;
        }
        let value: f64 = orders.iter().map(|(_, value)| value).sum();
        let passed = cuts.iter().filter(|cut| value >= **cut).count();
        ["small", "medium", "big", "very big"].get(passed).map(|name| json!(name))
    }

    /// `lifecycle`: the first that holds.
    pub fn lifecycle(&self) -> &'static str {
        let site = self.site.get("lifecycle").unwrap_or(&Value::Null);
        let limit = |key: &str, default: f64| number(site, key).unwrap_or(default);
        let span = |key: &str, default: i64| site.get(key).map_or(default, |given| length(Some(given)));
        let churn = self.score("churn").unwrap_or(0.0);
        let orders = self.orders();
        let reason = self.rows.json.get("lost").and_then(|lost| lost.get("reason")).is_some_and(|r| !r.is_null());
        let overdue = self
            .median(&orders)
            .zip(orders.last())
            .is_some_and(|(median, (last, _))| (self.now - last.0) as f64 > limit("lostIntervals", 2.0) * median);
        let recent = orders.iter().filter(|((at, _), _)| *at > self.now - span("loyalWithin", 365 * DAY)).count();
        let quiet = self.touches().last().is_some_and(|event| self.now - event.at >= span("inactive", 90 * DAY));
        if reason || overdue && churn >= limit("lostChurn", 0.8) {
            "lost"
        } else if churn >= limit("atRiskChurn", 0.5) {
            "at-risk"
        } else if quiet {
            "inactive"
        } else if recent as f64 >= limit("loyalOrders", 3.0) {
            "loyal"
        } else if !orders.is_empty() {
            "customer"
        } else if self.user().is_some() {
            "lead"
        } else if self.sessions().len() as f64 >= limit("prospectSessions", 2.0) {
            "prospect"
        } else {
            "new"
        }
    }

    /// The median of the time between orders, milliseconds.
    fn median(&self, orders: &[((i64, u64), f64)]) -> Option<f64> {
        let times: Vec<i64> = orders.iter().map(|(key, _)| key.0).collect();
        let mut gaps: Vec<f64> = times.windows(2).filter_map(|w| Some((w.get(1)? - w.first()?) as f64)).collect();
        gaps.sort_by(f64::total_cmp);
        let upper = *gaps.get(gaps.len() / 2)?;
        let lower = *gaps.get((gaps.len() - 1) / 2)?;
        Some((upper + lower) / 2.0)
    }

    /// `channels.preferred`.
    pub fn preferred(&self) -> Option<Value> {
        let declared = self.rows.json.get("channels").and_then(|channels| channels.get("preferred"));
        if let Some(declared) = declared.filter(|declared| !declared.is_null()) {
            return Some(declared.clone());
        }
        let runs = self.sessions();
        let mut best: Option<(usize, &str)> = None;
        for (name, _) in members(self.site, "channels") {
            let by = |run: &&super::facts::Run<'_>| {
                run.first.0 > self.now - CLICKS
                    && run.events.first().is_some_and(|event| super::facts::channel(event) == name)
            };
            let clicks = runs.iter().filter(by).count();
            if clicks >= 3 && best.is_none_or(|(most, _)| clicks > most) {
                best = Some((clicks, name));
            }
        }
        best.map(|(_, name)| json!(name))
    }
}
