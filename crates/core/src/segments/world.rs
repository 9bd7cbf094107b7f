//! The worlds that conditions are evaluated in: one event of the past, and the visitor now.

use super::matches::Matches;
use super::program::{OPEN, TRUE, Truth};
use super::{derived, scores};
use crate::gate::Gate;
use crate::plan::lists::Catalog;
use crate::profile::{Item, facts::Known, history::Past};
use crate::rules::{World, lookup};
use crate::site::Site;
use crate::time;
use std::borrow::Cow;
use std::cell::Cell;
use vitrine_wire::{EventKind, Map, Millis, Purpose, Value};

/// One event, as `where` reads it: `event`, `name`, `type`, `properties.*`, `context.*`.
pub struct EventWorld<'a> {
    kind: EventKind,
    name: &'a str,
    /// None: the page event that the next page will bring; reading more than its type is an open question.
    data: Option<(&'a Map, &'a Map)>,
    open: Option<&'a Cell<bool>>,
    /// Set when a text was too long for a pattern.
    overlong: Option<&'a Cell<bool>>,
}

impl<'a> EventWorld<'a> {
    /// An event on its way into the profile.
    pub fn item(item: &'a Item) -> Self {
        EventWorld {
            kind: item.kind,
            name: &item.name,
            data: Some((&item.data, &item.context)),
            open: None,
            overlong: None,
        }
    }

    /// An event of the history.
    pub fn past(past: &'a Past, overlong: &'a Cell<bool>) -> Self {
        EventWorld {
            kind: past.kind,
            name: &past.name,
            data: Some((&past.properties, &past.context)),
            open: None,
            overlong: Some(overlong),
        }
    }

    /// The page event of a page that does not exist yet.
    pub fn next_page(open: &'a Cell<bool>) -> Self {
        EventWorld { kind: EventKind::Page, name: "", data: None, open: Some(open), overlong: None }
    }
}

impl World for EventWorld<'_> {
    fn fact(&self, path: &str) -> Option<Cow<'_, Value>> {
        let track = matches!(self.kind, EventKind::Track);
        let (root, rest) = path.split_once('.').unwrap_or((path, ""));
        let map = match (root, self.data) {
            ("type", _) => return Some(Cow::Owned(self.kind.as_str().into())),
            // Only a track has an `event`; pages and screens have a `name`.
            ("event", _) => return track.then(|| Cow::Owned(self.name.into())),
            (_, None) => {
                self.open.into_iter().for_each(|open| open.set(true));
                return None;
            }
            ("name", _) => return (!track).then(|| Cow::Owned(self.name.into())),
            ("properties", Some((properties, _))) => properties,
            ("context", Some((_, context))) => context,
            _ => return None,
        };
        let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
        let value = map.get(head)?;
        let found = if tail.is_empty() { Some(value) } else { lookup(value, tail) };
        found.map(Cow::Borrowed)
    }
    fn group(&self, _: &str) -> Option<&[Value]> {
        None
    }
    fn overlong(&self) {
        self.overlong.into_iter().for_each(|overlong| overlong.set(true));
    }
}

/// The question what the next page would show, before it exists (see `plan::paint`).
pub struct Probe<'a> {
    /// The path assumed.
    pub path: &'a str,
    /// The next page begins a new session.
    pub fresh: bool,
    /// Set when the answer hangs on something that only the page itself will know.
    pub open: Cell<bool>,
}

/// The visitor on this page at an instant.
pub struct Here<'a> {
    /// The site's rules.
    pub site: &'a Site,
    /// What is known of the visitor; none without personalization.
    pub known: Option<Known<'a>>,
    /// The page's own facts.
    pub context: &'a Value,
    /// The visitor's choices.
    pub gate: &'a Gate,
    /// Whether they may be asked for the choice now.
    pub unasked: bool,
    /// The instant.
    pub now: Millis,
    /// When the page view began.
    pub view: Millis,
    /// The visitor's own zone; empty where it is not known.
    pub zone: &'a [(Millis, i32)],
    /// The site's catalogue.
    pub catalog: &'a Catalog,
    /// Which events count for what.
    pub matches: &'a Matches,
    /// What the network's nodes say, as far as they are evaluated.
    pub values: &'a [Truth],
    /// What facts were when they were last read; empty: they are read anew.
    pub facts: &'a [Value],
    /// Assumes the next page instead of this one.
    pub probe: Option<&'a Probe<'a>>,
}

impl Here<'_> {
    /// Whether a node of the network holds. One that hangs on the next page leaves the answer open.
    pub fn holds(&self, node: u32) -> bool {
        let value = self.values.get(node as usize).copied();
        if value == Some(OPEN) {
            self.leave_open();
        }
        value == Some(TRUE)
    }

    /// Whether a segment holds, by its place.
    pub fn inside(&self, place: usize) -> bool {
        self.site.program().segments.get(place).is_some_and(|node| self.holds(*node))
    }

    /// Notes that the answer is not known before the page is there.
    pub fn leave_open(&self) {
        self.probe.into_iter().for_each(|probe| probe.open.set(true));
    }

    /// The same where the question is what everybody would see, whose zone and visit are not known.
    pub fn leave_open_to_all(&self) {
        if self.known.is_none() {
            self.leave_open();
        }
    }

    fn context(&self, path: &str) -> Option<Cow<'_, Value>> {
        if let Some(part) = path.strip_prefix("time.") {
            return time_fact(time::local(&self.site.bundle.meta.zone, self.now), part).map(Cow::Owned);
        }
        if path == "consent.unasked" {
            self.leave_open_to_all();
            return Some(Cow::Owned(self.unasked.into()));
        }
        match self.probe {
            Some(probe) if path == "page.path" => Some(Cow::Owned(probe.path.into())),
            Some(_) => {
                self.leave_open();
                None
            }
            None => lookup(self.context, path).map(Cow::Borrowed),
        }
    }

    /// What the next page will change of the profile is open.
    fn settled(&self, root: &str, rest: &str) -> bool {
        let fresh = self.probe.is_some_and(|probe| probe.fresh);
        match (root, rest) {
            ("session", "number") => true,
            ("session", "pages" | "duration") | ("last", _) => false,
            ("session", _) => !fresh,
            // A page more: someone who was inactive is not.
            ("lifecycle", _) | ("channels", "preferred") => false,
            _ => true,
        }
    }
}

impl World for Here<'_> {
    fn fact(&self, path: &str) -> Option<Cow<'_, Value>> {
        let (root, rest) = path.split_once('.').unwrap_or((path, ""));
        match root {
            "context" => self.context(rest),
            "consent" => Some(Cow::Owned(self.gate.state(Purpose::parse(rest)?).as_str().into())),
            _ => {
                if self.probe.is_some() && !self.settled(root, rest) {
                    self.leave_open();
                }
                let known = self.known.as_ref()?;
                if root == "scores" {
                    return scores::named(rest, self).map(|value| Cow::Owned(value.into()));
                }
                known.fact(root, rest).or_else(|| derived::fact(path, known, self).map(Cow::Owned))
            }
        }
    }

    fn group(&self, name: &str) -> Option<&[Value]> {
        self.site.rules().groups.iter().find(|(id, _)| id == name).map(|(_, values)| values.as_slice())
    }

    fn overlong(&self) {
        self.site.program().overlong.set(true);
    }
}

/// `context.time.*`: `hour`, `minute`, `day` (`mon` … `sun`), `date` (`YYYY-MM-DD`), of a wall clock.
fn time_fact(wall: Millis, name: &str) -> Option<Value> {
    let day = time::day(wall);
    Some(match name {
        "hour" => (wall.rem_euclid(time::DAY) / time::HOUR).into(),
        "minute" => (wall.rem_euclid(time::HOUR) / time::MINUTE).into(),
        // 1 January 1970 was a Thursday.
        "day" => (*["thu", "fri", "sat", "sun", "mon", "tue", "wed"].get(day.rem_euclid(7) as usize)?).into(),
        "date" => {
            let (year, month, date) = time::civil(day);
            let mut text = String::new();
            for (n, unit) in [(year, 1_000), (month, 10), (date, 10)] {
                if !text.is_empty() {
                    text.push('-');
                }
                let mut unit = unit;
                while unit > 0 {
                    text.push(char::from(b'0' + (n / unit % 10).unsigned_abs() as u8));
                    unit /= 10;
                }
            }
            text.into()
        }
        _ => return None,
    })
}
