//! What conditions read, and what an input may have changed of it.

use super::derived;
use super::world::Here;
use crate::profile::Key;
use crate::profile::history::Past;
use crate::rules::World;
use crate::time;
use vitrine_wire::{Millis, Value};

/// Whether the visitor may be asked for the choice now.
pub const UNASKED: &str = "context.consent.unasked";

/// Facts that change together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// `context.*`, said by the page.
    Context,
    /// `context.time.*`.
    Clock,
    /// `consent.*`, `context.consent.*`.
    Consent,
    /// `profile.*`.
    Traits,
    /// `session.*`.
    Session,
    /// `first.*`, `last.*`.
    Touch,
    /// `cart.*`.
    Cart,
    /// `orders.*`, `rfm.*`, `size`.
    Orders,
    /// `offers.*`.
    Offers,
    /// `forms.*`.
    Forms,
    /// `identity.*`.
    Identity,
    /// `scores.*` of sums.
    Scores,
    /// `lifecycle`, `channels.*`: of almost everything.
    Derived,
    /// Rows that only the backend knows.
    Rows,
}

impl Group {
    /// Every group.
    pub const ALL: u32 = (Group::Rows.bit() << 1) - 1;
    /// What the backend's rows may change.
    pub const SYNCED: u32 = Group::Traits.bit()
        | Group::Orders.bit()
        | Group::Offers.bit()
        | Group::Identity.bit()
        | Group::Derived.bit()
        | Group::Rows.bit();

    /// The group of a path.
    pub fn of(path: &str) -> Self {
        let (root, rest) = path.split_once('.').unwrap_or((path, ""));
        match root {
            "context" if rest.starts_with("time.") => Group::Clock,
            "context" if rest.starts_with("consent.") => Group::Consent,
            "context" => Group::Context,
            "consent" => Group::Consent,
            "profile" => Group::Traits,
            "session" => Group::Session,
            "first" | "last" => Group::Touch,
            "cart" => Group::Cart,
            "orders" | "rfm" | "size" => Group::Orders,
            "offers" => Group::Offers,
            "forms" => Group::Forms,
            "identity" => Group::Identity,
            "scores" => Group::Scores,
            "lifecycle" | "channels" => Group::Derived,
            _ => Group::Rows,
        }
    }

    /// Its place in a set of groups.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A fact that some leaf reads.
#[derive(Debug)]
pub struct Fact {
    /// Its path.
    pub path: String,
    /// The trait it reads, if it reads one; else empty.
    pub of: String,
    /// What it changes with.
    pub group: Group,
    /// The sums it is made of.
    pub scores: Vec<u32>,
}

impl Fact {
    /// Its value now.
    pub fn read(&self, here: &Here) -> Value {
        here.fact(&self.path).map_or(Value::Null, std::borrow::Cow::into_owned)
    }

    /// When it may change by time alone.
    pub fn next(&self, here: &Here) -> Option<Millis> {
        let known = || here.known.as_ref();
        match self.group {
            // Zones shift by quarters of an hour at the finest: an hour's edge is always a quarter's.
            Group::Clock if self.path.ends_with(".minute") => edge(here.now, time::MINUTE),
            Group::Clock => edge(here.now, time::HOUR / 4),
            Group::Session => known()?.profile.sessions.ends_at(here.now),
            Group::Offers => known()?.next_expiry(),
            Group::Orders | Group::Derived => derived::next(&self.path, here),
            _ => None,
        }
    }
}

fn edge(now: Millis, unit: i64) -> Option<Millis> {
    Some((now.div_euclid(unit) + 1) * unit)
}

/// What an input changed, for whoever looks next.
#[derive(Debug, Default)]
pub struct Dirt {
    /// Anything may have changed.
    pub all: bool,
    /// Groups of facts that may have changed.
    pub groups: u32,
    /// The traits that events brought: where they are all that changed of their group.
    pub traits: Vec<String>,
    /// The backend's rows changed: any trait may have.
    pub synced: bool,
    /// Events that the history took in.
    pub added: Vec<Key>,
    /// Events that had to go from the history.
    pub evicted: Vec<Past>,
}

impl Dirt {
    /// Everything.
    pub fn everything() -> Self {
        Dirt { all: true, ..Dirt::default() }
    }

    /// Whether nothing changed.
    pub fn is_clean(&self) -> bool {
        !self.all && self.groups == 0 && self.added.is_empty() && self.evicted.is_empty()
    }

    /// These groups may have changed.
    pub fn touch(&mut self, groups: u32) {
        self.groups |= groups;
    }
}
