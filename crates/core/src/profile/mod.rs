//! What the device knows of its visitor: a fold over the events that personalization was granted for.
//!
//! INVARIANT: the fold does not depend on arrival. Whatever the order in which the same keys come in, the state is the
//! same: every part either keeps one row per id chosen by key, or a set ordered by key. That is what makes late events land
//! in their place, snapshots agree with full folds, and un-folding a matter of folding again without the event.

pub mod cart;
pub mod facts;
pub mod forms;
pub mod history;
pub mod item;
pub mod kept;
pub mod offers;
pub mod orders;
mod recent;
pub mod sessions;
pub mod touches;
pub mod traits;
pub mod view;

use crate::gate::{self, Admitted};
use crate::segments::sources::{Dirt, Group};
pub use history::History;
pub use item::{Item, Key};
pub use kept::Kept;
use vitrine_wire::codec::{Put, read};
use vitrine_wire::{Bundle, EventKind, Millis};

/// Most events that may wait for their time to come.
const WAITING: usize = 100;

/// The profile. Every part folds one aspect of the same events.
#[derive(Debug, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Profile {
    /// Events, for `$events`.
    pub history: History,
    /// Traits by name and source.
    pub traits: traits::Traits,
    /// Visits.
    pub sessions: sessions::Sessions,
    /// What is in the cart.
    pub cart: cart::Cart,
    /// Orders by id.
    pub orders: orders::Orders,
    /// Offers by id.
    pub offers: offers::Offers,
    /// First and last contact.
    pub touches: touches::Touches,
    /// Forms and counters.
    pub forms: forms::Forms,
    /// Who identified last: the key, the id and whether it came with proof.
    pub user: Option<(Key, String, bool)>,
    /// Events whose time has not come.
    waiting: Vec<Item>,
    /// Events that were folded and not kept.
    recent: recent::Recent,
}

vitrine_wire::codec!(struct Profile { history, traits, sessions, cart, orders, offers, touches, forms, user, waiting, recent });

impl Profile {
    /// Takes one event in; one from the future waits. Duplicates (by message id) are the caller's to leave out.
    pub fn fold(&mut self, item: Admitted<gate::Profile, Item>, site: &Bundle, now: Millis, dirt: &mut Dirt) {
        let item = item.into_inner();
        if item.key.0 <= now {
            return self.take(item, site, dirt);
        }
        let place = self.waiting.partition_point(|other| other.key < item.key);
        self.waiting.insert(place, item);
        self.waiting.truncate(WAITING);
    }

    /// Takes in what waited until now.
    pub fn advance(&mut self, site: &Bundle, now: Millis, dirt: &mut Dirt) {
        while self.next_waiting().is_some_and(|due| due <= now) {
            let item = self.waiting.remove(0);
            self.take(item, site, dirt);
        }
    }

    /// Lets go of what no rule may ask for any more; that it happened stays known.
    pub fn prune(&mut self, site: &Bundle, now: Millis, dirt: &mut Dirt) {
        let before = dirt.evicted.len();
        self.history.prune(site.needs.as_deref(), now, dirt);
        for gone in dirt.evicted.iter().skip(before) {
            self.recent.put_in(gone.key, gone.id);
        }
    }

    /// A copy, made through its bytes: what writes and reads them is in the page anyway, a clone of every part is not.
    pub fn copy(&self) -> Profile {
        let mut bytes = Vec::new();
        self.put(&mut bytes);
        // What was just written is sound: values are at most 16 deep (limits.rs), the reader allows 64.
        read(&bytes).unwrap_or_default()
    }

    /// When the next waiting event's time comes.
    pub fn next_waiting(&self) -> Option<Millis> {
        self.waiting.first().map(|item| item.key.0)
    }

    /// Whether an event of this message id was folded already.
    pub fn knows(&self, id: u64) -> bool {
        self.history.knows(id) || self.recent.knows(id) || self.waiting.iter().any(|item| item.id == id)
    }

    /// Takes an event into every part, and notes what it may have changed.
    pub(crate) fn take(&mut self, item: Item, site: &Bundle, dirt: &mut Dirt) {
        dirt.touch(Group::Derived.bit() | Group::Offers.bit());
        if item.page {
            dirt.touch(Group::Session.bit() | Group::Touch.bit());
        }
        self.sessions.take(&item);
        self.touches.take(&item);
        if self.cart.take(&item) {
            dirt.touch(Group::Cart.bit());
        }
        if self.orders.take(&item) {
            dirt.touch(Group::Orders.bit());
        }
        self.offers.take(&item, &site.offers);
        if self.forms.take(&item) {
            dirt.touch(Group::Forms.bit());
        }
        if matches!(item.kind, EventKind::Identify) {
            dirt.touch(Group::Traits.bit() | Group::Identity.bit());
            dirt.traits.extend(item.data.iter().map(|(name, _)| name.to_owned()));
            // Rare, and no leaf reads it.
            dirt.all |= item.data.iter().any(|(name, _)| name.starts_with(traits::OUT));
            self.traits.take(&item);
            let newer = self.user.as_ref().is_none_or(|(key, ..)| *key < item.key);
            if newer && !item.user.is_empty() {
                self.user = Some((item.key, item.user.clone(), item.proof));
            }
        }
        let (key, id) = (item.key, item.id);
        if !self.history.take(item, site.needs.as_deref(), dirt) {
            self.recent.put_in(key, id);
        }
    }
}
