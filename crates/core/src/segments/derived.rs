//! Classes of customers, from published cut points and thresholds: `rfm.*`, `size`, `lifecycle`, `channels.preferred`.

use super::scores;
use super::world::Here;
use crate::profile::facts::Known;
use crate::rules::World;
use crate::time::{self, DAY};
use vitrine_wire::{Millis, Value};

/// Clicks on a channel's messages count for this long,
const CLICKS: i64 = 180 * DAY;
/// and from so many on.
const ENOUGH: usize = 3;
const SIZES: [&str; 4] = ["small", "medium", "big", "very big"];

/// A derived fact by its path.
pub fn fact(path: &str, known: &Known, here: &Here) -> Option<Value> {
    let cuts = &here.site.rules().cuts;
    match path {
        "lifecycle" => Some(lifecycle(known, here).into()),
        "channels.preferred" => preferred(here, known),
        "rfm.r" => {
            let days = (known.now - last_order(known)?) as f64 / DAY as f64;
            class(&cuts.recency, days).map(|passed| (cuts.recency.len() as u32 + 1 - passed).into())
        }
        "rfm.f" => class(&cuts.frequency, orders(known).len() as f64).map(|passed| (passed + 1).into()),
        "rfm.m" => class(&cuts.monetary, value(known)).map(|passed| (passed + 1).into()),
        "size" => SIZES.get(class(&cuts.size, value(known))? as usize).map(|name| (*name).into()),
        _ => None,
    }
    .filter(|_| !path.starts_with("rfm") && path != "size" || !orders(known).is_empty())
}

/// How many cut points a number has reached; none without cut points.
fn class(cuts: &[f64], n: f64) -> Option<u32> {
    (!cuts.is_empty()).then(|| cuts.iter().filter(|cut| n >= **cut).count() as u32)
}

/// Completed orders, oldest first.
fn orders(known: &Known) -> Vec<(Millis, f64)> {
    known.profile.orders.completed(&known.kept.orders)
}

fn value(known: &Known) -> f64 {
    orders(known).iter().map(|(_, value)| value).sum()
}

fn last_order(known: &Known) -> Option<Millis> {
    orders(known).last().map(|(at, _)| *at)
}

/// The visitor's own median time between orders.
fn median(orders: &[(Millis, f64)]) -> Option<f64> {
    let mut gaps = Vec::new();
    for pair in orders.windows(2) {
        if let [(a, _), (b, _)] = pair {
            let gap = b - a;
            gaps.insert(gaps.partition_point(|other| *other < gap), gap);
        }
    }
    let (low, high) = (gaps.get(gaps.len().checked_sub(1)? / 2)?, gaps.get(gaps.len() / 2)?);
    Some((*low as f64 + *high as f64) / 2.0)
}

fn lifecycle(known: &Known, here: &Here) -> &'static str {
    let (limits, now) = (&here.site.rules().lifecycle, known.now);
    let orders = orders(known);
    let churn = scores::named("churn", here).unwrap_or(0.0);
    let silent = || {
        let (last, gap) = (orders.last()?.0, median(&orders)?);
        Some((now - last) as f64 > limits.lost_intervals * gap)
    };
    let reason = here.fact("lost.reason").is_some_and(|reason| !reason.is_null());
    let recent = orders.iter().filter(|(at, _)| *at > now.saturating_sub(limits.loyal_within)).count();
    if reason || churn >= limits.lost_churn && silent() == Some(true) {
        "lost"
    } else if churn >= limits.risk_churn {
        "at-risk"
    } else if known.profile.touches.seen().is_some_and(|seen| now - seen >= limits.inactive) {
        "inactive"
    } else if recent >= limits.loyal_orders as usize {
        "loyal"
    } else if !orders.is_empty() {
        "customer"
    } else if known.profile.user.is_some() {
        "lead"
    } else if known.profile.sessions.count() >= limits.prospect_sessions {
        "prospect"
    } else {
        "new"
    }
}

/// The channel that was chosen, else the one with the most visits from its messages.
fn preferred(here: &Here, known: &Known) -> Option<Value> {
    if let Some(declared) = known.kept.rows.get("channels").and_then(|rows| rows.get("preferred")) {
        return Some(declared.clone());
    }
    let from = known.now.saturating_sub(CLICKS);
    let mut best: Option<(usize, &str)> = None;
    for channel in &here.site.bundle.meta.channels {
        let clicks = known.profile.sessions.starts().filter(|(at, from_channel)| *at > from && from_channel == channel);
        let count = clicks.count();
        if count >= ENOUGH && best.is_none_or(|(most, _)| count > most) {
            best = Some((count, channel));
        }
    }
    best.map(|(_, channel)| channel.into())
}

/// When a derived fact, or one of orders, may change by time alone.
pub fn next(path: &str, here: &Here) -> Option<Millis> {
    let known = here.known.as_ref()?;
    let (mut next, now) = (None, here.now);
    let mut edge = |at: Millis| time::earlier(&mut next, Some(at).filter(|at| *at > now));
    match path {
        "rfm.r" => {
            let last = last_order(known)?;
            for cut in &here.site.rules().cuts.recency {
                edge(last.saturating_add((cut * DAY as f64).ceil() as i64));
            }
        }
        "channels.preferred" => known.profile.sessions.starts().for_each(|(at, _)| edge(at.saturating_add(CLICKS))),
        "lifecycle" => {
            let (limits, orders) = (&here.site.rules().lifecycle, orders(known));
            known.profile.touches.seen().into_iter().for_each(|seen| edge(seen.saturating_add(limits.inactive)));
            orders.iter().for_each(|(at, _)| edge(at.saturating_add(limits.loyal_within)));
            if let (Some((last, _)), Some(gap)) = (orders.last(), median(&orders)) {
                edge(last.saturating_add((limits.lost_intervals * gap).floor() as i64).saturating_add(1));
            }
        }
        _ => return None,
    }
    next
}
