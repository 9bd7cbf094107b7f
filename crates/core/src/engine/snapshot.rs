//! The stored form of the profile: a snapshot up to a sequence, from which later records are folded.

use super::{Engine, Store};
use crate::io::{Broadcast, Effect, Persist};
use crate::profile::{Kept, Profile};
use serde::{Deserialize, Serialize};
use vitrine_wire::event::{restore, store};

/// What the store keeps under one key, after its schema byte. INVARIANT: a changed shape takes a new schema.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Snapshot {
    /// The newest sequence that is folded in.
    pub up_to: u64,
    /// The fold.
    pub profile: Profile,
    /// What no event says.
    pub kept: Kept,
}

/// Records after a snapshot that are worth a new one.
const ENOUGH: usize = 64;

impl Engine {
    /// The fold up to the newest snapshot.
    pub(super) fn base_profile(&self) -> Profile {
        restore::<Snapshot>(&self.log.base).map(|snapshot| snapshot.profile).unwrap_or_default()
    }

    /// Writes a snapshot where enough has come together. Memory mode only lets the records go.
    pub(super) fn keep_snapshot(&mut self, hidden: bool) {
        let leading = self.sync.lead && self.store == Store::Open || self.store == Store::Memory;
        if !leading || self.gate.granted().is_empty() || self.site.is_none() {
            return;
        }
        let up_to = self.log.snapshot_end();
        let ready = self.log.fixed.partition_point(|e| e.sequence <= up_to);
        if !(ready >= ENOUGH || self.sync.unkept || hidden && ready > 0 && self.store == Store::Open) {
            return;
        }
        let profile = if ready == self.log.fixed.len() && self.log.open.is_empty() {
            self.profile.clone()
        } else {
            self.profile_up_to(up_to)
        };
        let bytes = store(&Snapshot { up_to, profile, kept: self.kept.clone() });
        self.log.snapshot(bytes.clone(), up_to);
        if let Some(grant) = self.gate.ask().filter(|_| self.store == Store::Open) {
            self.effects.push_back(Effect::Persist(Persist::Snapshot { grant, up_to, bytes }));
            if self.sync.unkept {
                self.effects.push_back(Effect::Broadcast(Broadcast::Snapshot));
            }
        }
        self.sync.unkept = false;
    }

    fn profile_up_to(&mut self, up_to: u64) -> Profile {
        let base = self.base_profile();
        let whole = std::mem::replace(&mut self.profile, base);
        let log = std::mem::take(&mut self.log);
        log.fixed.iter().take_while(|e| e.sequence <= up_to).for_each(|entry| self.fold_entry(entry));
        self.log = log;
        std::mem::replace(&mut self.profile, whole)
    }
}
