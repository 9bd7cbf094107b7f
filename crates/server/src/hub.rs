//! Who listens, and waking them: no polling. Each open stream watches its visitor and the bundle.

use std::collections::HashMap;
use std::sync::Mutex;

use tokio::sync::watch;

use crate::db::Node;

/// What a stream tells of its visitor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions {
    /// The profile's version.
    pub profile: i64,
    /// How many acts of choice.
    pub choice: i64,
    /// The stream is over: personalization was withdrawn, or the visitor erased.
    pub over: bool,
}

/// The open streams of this process.
#[derive(Default)]
pub struct Hub {
    visitors: Mutex<HashMap<Node, watch::Sender<Versions>>>,
}

impl Hub {
    /// Watches a visitor, whose versions are at least these.
    pub fn watch(&self, visitor: Node, now: Versions) -> watch::Receiver<Versions> {
        let Ok(mut visitors) = self.visitors.lock() else { return watch::channel(now).1 };
        // Those whose last stream has closed go when another opens.
        visitors.retain(|_, sender| !sender.is_closed());
        let sender = visitors.entry(visitor).or_insert_with(|| watch::channel(now).0);
        let receiver = sender.subscribe();
        sender.send_modify(|held| {
            held.profile = held.profile.max(now.profile);
            held.choice = held.choice.max(now.choice);
            held.over = false;
        });
        receiver
    }

    /// Tells the streams of these visitors that their profile changed.
    pub fn profiles(&self, woken: &[(Node, i64)]) {
        for (visitor, version) in woken {
            self.update(*visitor, |held| held.profile = held.profile.max(*version));
        }
    }

    /// Tells a visitor's streams of a choice, and ends them when personalization is closed.
    pub fn chosen(&self, visitor: Node, choices: i64, closed: bool) {
        self.update(visitor, |held| {
            held.choice = held.choice.max(choices);
            held.over = closed;
        });
    }

    /// Ends a visitor's streams.
    pub fn end(&self, visitor: Node) {
        self.update(visitor, |held| held.over = true);
    }

    /// How many visitors have a stream open.
    pub fn open(&self) -> usize {
        self.visitors.lock().map_or(0, |visitors| visitors.values().filter(|sender| !sender.is_closed()).count())
    }

    fn update(&self, visitor: Node, change: impl FnOnce(&mut Versions)) {
        let Ok(visitors) = self.visitors.lock() else { return };
        if let Some(sender) = visitors.get(&visitor) {
            sender.send_modify(change);
        }
    }
}
