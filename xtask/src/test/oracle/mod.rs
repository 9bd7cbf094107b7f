//! A second, naive implementation of the rules: the judge of random visits.
//!
//! It is written from the contract and shares nothing with the engine but the published `$`-operators on one value
//! (`vitrine_core::rules`) and the published hash, which have cases of their own. There is no index, no cache and no
//! increment: every read looks through all admitted events, sorted by (timestamp, arrival), for each question anew.
//!
//! Where the contract says nothing, this is how it was read:
//! - *Nothing known.* Without consent to personalization nobody is in any segment, and there are no events, no rows of
//!   the backend and no scores: counts are 0, and facts of the profile are absent. A visitor without any event is neither inactive nor lost.
//! - *Expiry.* A grant past its time reads `expired` until the next choice, a refusal past it `unknown`.
//! - *Pages.* Before the first page event, `within: "page"` is everything.
//! - *Duplicates.* A message id is known while its event is: after a withdrawal it may come again.
//! - *Sessions.* `within: "session"` spans from the instant of the run's first event on: whatever matches counts, also
//!   a server's event. `session.duration` is in seconds, from the run's first to its last event.
//! - *Touches.* A medium is the channel, else a foreign referrer is `referral`, else `direct`. `last.*` is the newest
//!   that was not direct, else the first. Exposures of our own are touches of the page like any other event.
//! - *Orders and the cart.* The first completion of an order id says its value; a refund or cancellation takes the order
//!   out for good; what the backend says of an order goes before. A removal of what is not in the cart changes nothing.
//! - *Offers.* An offer runs out its time after it was first shown; an end at that very instant comes too late.
//! - *Identity.* Authenticated is who identified last, with proof, if the backend's rows came after that. Without an id
//!   the page's identify is of whom the device knew when it arrived.
//! - *Traits.* An identify of the page is a `form`'s, with proof the `account`'s, of a server the `server`'s.
//! - *Scores.* Only text counts as a member's name. A family's `$rank` and its place in a read leave 0 out.
//! - *Classes.* Days since the last order are not rounded. Who never ordered has no class.
//! - *Life cycle.* Intervals are between completed orders in order of time; the median of an even number is the mean of
//!   the middle two. `inactive` looks at the page's events, `prospect` counts runs.
//! - *Channels.* A click is a visit whose first event came by a channel that the site declares; of equals the one
//!   declared first.

mod calendar;
mod conditions;
mod deciding;
mod derived;
mod facts;
mod history;
mod shop;
mod visit;

use serde_json::Value;

/// What the contract makes of one read.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// In the form of the conformance door.
    pub read: Value,
    /// Whether a score was so near to a threshold that rounding may decide.
    pub close: bool,
}

/// Answers every read of a visit. The site file must be sound.
pub fn answer(site: &Value, visit: &Value) -> Vec<Answer> {
    let mut oracle = visit::Visit::new(site, visit);
    let inputs = visit.get("inputs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    inputs.iter().filter_map(|input| oracle.input(input)).collect()
}

/// Milliseconds of `30m`, `2h`, `7d`, `1w`; 0 where there is none.
fn length(json: Option<&Value>) -> i64 {
    let text = json.and_then(Value::as_str).unwrap_or_default();
    let unit = match text.chars().last() {
        Some('m') => 60_000,
        Some('h') => 3_600_000,
        Some('d') => DAY,
        Some('w') => 7 * DAY,
        _ => return 0,
    };
    text.trim_end_matches(char::is_alphabetic).parse::<i64>().map_or(0, |n| n * unit)
}

/// A day, milliseconds.
const DAY: i64 = 86_400_000;
/// A pause of this length ends a session, milliseconds.
const PAUSE: i64 = 30 * 60_000;

/// The text of a member, or empty.
fn text<'a>(json: &'a Value, key: &str) -> &'a str {
    json.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The items of a member, or none.
fn list<'a>(json: &'a Value, key: &str) -> &'a [Value] {
    json.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The members of a member, or none.
fn members<'a>(json: &'a Value, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
    json.get(key).and_then(Value::as_object).into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// The number of a member.
fn number(json: &Value, key: &str) -> Option<f64> {
    json.get(key).and_then(Value::as_f64)
}

/// The value at a dotted path of an object's members.
fn at<'a>(json: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(json, |here, key| here.as_object()?.get(key))
}

/// An instant as RFC 3339 or in milliseconds.
fn instant(json: &Value) -> Option<i64> {
    match json {
        Value::String(text) => text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond),
        other => other.as_i64(),
    }
}
