//! What happened to each offer.

use super::{Item, Key};
use crate::segments::world::EventWorld;
use crate::time::earlier;
use vitrine_wire::{Millis, bundle};

/// Where an offer stands. The last four are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum State {
    /// The visitor saw it.
    Shown,
    /// The visitor clicked it.
    Clicked,
    /// It was used.
    Consumed,
    /// The visitor did not want it.
    Dismissed,
    /// It was taken back.
    Cancelled,
    /// Its time is over.
    Expired,
}

vitrine_wire::codec!(
    enum State {
        Shown,
        Clicked,
        Consumed,
        Dismissed,
        Cancelled,
        Expired,
    }
);

const STATES: [(State, &str, &str); 6] = [
    (State::Shown, "shown", "Offer Shown"),
    (State::Clicked, "clicked", "Offer Clicked"),
    (State::Consumed, "consumed", "Offer Consumed"),
    (State::Dismissed, "dismissed", "Offer Dismissed"),
    (State::Cancelled, "cancelled", "Offer Cancelled"),
    (State::Expired, "expired", "Offer Expired"),
];

impl State {
    /// The name that conditions use.
    pub fn as_str(self) -> &'static str {
        STATES.iter().find(|(state, ..)| *state == self).map_or("", |(_, name, _)| name)
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        STATES.iter().find(|(_, text, _)| *text == name).map(|(state, ..)| *state)
    }
}

/// One offer's past: the first time of each step.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Offer {
    /// Its id.
    pub id: String,
    shown: Option<Key>,
    clicked: Option<Key>,
    ended: Option<(Key, State)>,
}

vitrine_wire::codec!(struct Offer { id, shown, clicked, ended });

/// Offers, sorted by id.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Offers(Vec<Offer>);

vitrine_wire::codec!(struct Offers(rows));

impl Offers {
    /// Takes an event in: a reserved one, or one that consumes an offer.
    pub fn take(&mut self, item: &Item, offers: &[bundle::Offer]) {
        if let Some((state, ..)) = STATES.iter().find(|(.., event)| *event == item.name) {
            let id = item.text("offer");
            if !id.is_empty() {
                self.put(id, item.key, *state);
            }
        }
        for offer in offers {
            if let Some(cond) = &offer.consumed_by
                && crate::rules::holds(cond, &EventWorld::item(item))
            {
                self.put(&offer.id, item.key, State::Consumed);
            }
        }
    }

    /// Puts one step in; the earliest of its kind counts, and of the final ones the earliest of all.
    pub fn put(&mut self, id: &str, key: Key, state: State) {
        let place = self.0.binary_search_by(|o| o.id.as_str().cmp(id)).unwrap_or_else(|place| {
            self.0.insert(place, Offer { id: id.into(), shown: None, clicked: None, ended: None });
            place
        });
        let Some(offer) = self.0.get_mut(place) else { return };
        let earliest = |old: Option<Key>| Some(old.map_or(key, |old| old.min(key)));
        match state {
            State::Shown => offer.shown = earliest(offer.shown),
            State::Clicked => offer.clicked = earliest(offer.clicked),
            _ if offer.ended.is_none_or(|(old, _)| key < old) => offer.ended = Some((key, state)),
            _ => {}
        }
    }

    /// Takes in what another set knows of one offer.
    pub fn join(&mut self, other: &Offers, id: &str) {
        let Some(offer) = other.0.iter().find(|o| o.id == id) else { return };
        if let Some(key) = offer.shown {
            self.put(id, key, State::Shown);
        }
        if let Some(key) = offer.clicked {
            self.put(id, key, State::Clicked);
        }
        if let Some((key, state)) = offer.ended {
            self.put(id, key, state);
        }
    }

    /// Ids of known offers.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|o| o.id.as_str())
    }

    /// State of an offer and since when, at an instant.
    pub fn state(&self, id: &str, offers: &[bundle::Offer], now: Millis) -> Option<(State, Millis)> {
        let offer = self.0.iter().find(|o| o.id == id)?;
        if let Some(expiry) = offer.expiry(offers).filter(|at| *at <= now) {
            return Some((State::Expired, expiry));
        }
        let step = offer.ended.map(|(key, state)| (state, key.0));
        step.or(offer.clicked.map(|key| (State::Clicked, key.0))).or(offer.shown.map(|key| (State::Shown, key.0)))
    }

    /// When the next offer expires, after an instant.
    pub fn next_expiry(&self, offers: &[bundle::Offer], now: Millis) -> Option<Millis> {
        let mut next = None;
        for offer in &self.0 {
            earlier(&mut next, offer.expiry(offers).filter(|at| *at > now));
        }
        next
    }
}

impl Offer {
    /// When time ends it, unless something else did before.
    fn expiry(&self, offers: &[bundle::Offer]) -> Option<Millis> {
        let length = offers.iter().find(|o| o.id == self.id)?.expires;
        let at = self.shown?.0.saturating_add(length);
        (length > 0 && self.ended.is_none_or(|(key, _)| at <= key.0)).then_some(at)
    }
}
