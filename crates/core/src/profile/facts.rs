//! Facts of the profile by the names that conditions use (docs/rules.md).

use super::{Kept, Profile, orders, traits};
use crate::time::earlier;
use std::borrow::Cow;
use vitrine_wire::{Bundle, Millis, Value};

/// The profile, joined with the backend's rows, at an instant.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// This device's fold.
    pub profile: &'a Profile,
    /// The backend's rows.
    pub kept: &'a Kept,
    /// What the site declares.
    pub bundle: &'a Bundle,
    /// The instant.
    pub now: Millis,
}

impl<'a> Known<'a> {
    /// A fact by its root and the rest of its path.
    #[inline(never)]
    pub fn fact(&self, root: &str, rest: &str) -> Option<Cow<'a, Value>> {
        let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
        let owned = match root {
            "profile" => return self.profile(head, tail).map(Cow::Borrowed),
            "session" => self.session(head, tail)?,
            "first" => self.profile.touches.first(rest)?,
            "last" => self.profile.touches.last(rest)?,
            "cart" => self.profile.cart.fact(rest)?,
            "orders" => orders::Orders::fact(&self.profile.orders, &self.kept.orders, rest)?,
            "offers" => self.offer(head, tail)?,
            "forms" if tail == "state" => self.profile.forms.state(head)?.into(),
            "identity" if rest == "level" => self.level().into(),
            _ => return crate::rules::lookup(self.kept.rows.get(root)?, rest).map(Cow::Borrowed),
        };
        Some(Cow::Owned(owned))
    }

    /// When the next offer expires.
    pub fn next_expiry(&self) -> Option<Millis> {
        let mut next = None;
        for offers in [&self.profile.offers, &self.kept.offers] {
            earlier(&mut next, offers.next_expiry(&self.bundle.offers, self.now));
        }
        next
    }

    /// The row of a trait that counts.
    pub fn row(&self, name: &str) -> Option<&'a traits::Trait> {
        let rows = self.profile.traits.of(name).iter().chain(self.kept.traits.of(name));
        traits::strongest(rows, name, &self.bundle.traits)
    }

    /// Whether the visitor wants to be left out of a segment; its id is only looked up where any was said of.
    pub fn left_out(&self, segment: impl FnOnce() -> &'a str) -> bool {
        let any = self.profile.traits.any(traits::OUT) || self.kept.traits.any(traits::OUT);
        any && self.row(&[traits::OUT, segment()].concat()).is_some_and(|row| row.value == Value::Bool(true))
    }

    /// `authenticated` once the backend answered rows to a proof of the present user, else `anonymous`.
    pub fn level(&self) -> &'static str {
        match &self.profile.user {
            Some((_, user, true)) if *user == self.kept.user => "authenticated",
            _ => "anonymous",
        }
    }

    fn profile(&self, name: &str, rest: &str) -> Option<&'a Value> {
        let value = &self.row(name)?.value;
        if rest.is_empty() { Some(value) } else { crate::rules::lookup(value, rest) }
    }

    /// `session.*`. Once 30 minutes have passed it reads the next, empty session. Durations are seconds, from the
    /// first to the last event.
    fn session(&self, head: &str, tail: &str) -> Option<Value> {
        let sessions = &self.profile.sessions;
        let current = sessions.current(self.now);
        Some(match (head, tail) {
            ("number", "") => sessions.number(self.now).into(),
            ("pages", "") => current.map_or(0, |s| s.pages).into(),
            ("duration", "") => current.map_or(0.0, |s| (s.end - s.start.0) as f64 / 1_000.0).into(),
            ("landing", "path") => current?.landing.as_ref()?.1.as_str().into(),
            ("entry", _) => return current?.entry.get(tail),
            _ => return None,
        })
    }

    fn offer(&self, id: &str, what: &str) -> Option<Value> {
        let (state, at) = self.offer_state(id)?;
        match what {
            "state" => Some(state.as_str().into()),
            "at" => Some(at.into()),
            _ => None,
        }
    }

    /// Where an offer stands and since when.
    pub fn offer_state(&self, id: &str) -> Option<(super::offers::State, Millis)> {
        let mut offers = super::offers::Offers::default();
        offers.join(&self.profile.offers, id);
        offers.join(&self.kept.offers, id);
        offers.state(id, &self.bundle.offers, self.now)
    }

    /// The next instant at which a fact changes by time alone.
    pub fn next_change(&self) -> Option<Millis> {
        let mut next = self.profile.sessions.ends_at(self.now);
        earlier(&mut next, self.profile.next_waiting());
        earlier(&mut next, self.next_expiry());
        next
    }
}
