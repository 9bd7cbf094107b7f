//! The stored form of the profile: a snapshot up to a sequence, from which later records are folded.

use super::{Engine, Store};
use crate::io::{Broadcast, Effect, Persist};
use crate::profile::{Kept, Profile};
use vitrine_wire::event::{restore, store};
use vitrine_wire::{Purpose, PurposeSet};

/// What the store keeps under one key, after its schema byte. INVARIANT: a changed shape takes a new schema.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(PartialEq, serde::Serialize, serde::Deserialize))]
pub(super) struct Snapshot {
    /// The newest sequence that is folded in.
    pub up_to: u64,
    /// The fold.
    pub profile: Profile,
    /// What no event says.
    pub kept: Kept,
}

vitrine_wire::codec!(struct Snapshot { up_to, profile, kept });

impl Snapshot {
    /// Takes out what rests on purposes that are not granted. The bytes of what is left, where something may be missing.
    pub fn restrict(&mut self, granted: PurposeSet) -> Option<Vec<u8>> {
        if granted.has(Purpose::Personalization) {
            return None;
        }
        let mut choices = std::mem::take(&mut self.kept.choices);
        if !granted.has(Purpose::Experiments) {
            choices.clear();
        }
        (self.profile, self.kept) = (Profile::default(), Kept { choices, ..Kept::default() });
        Some(store(self))
    }
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
        if let Some(site) = &self.site {
            let rules = site.rules();
            self.profile.prune(rules, self.now, &mut self.dirt);
            if let Some(needs) = &rules.needs {
                self.kept.adopt(needs, self.now);
            }
        }
        let part = (ready < self.log.fixed.len() || !self.log.open.is_empty()).then(|| self.profile_up_to(up_to));
        // Written from where it is: a profile may be hundreds of kilobytes.
        let bytes = store(&(up_to, part.as_ref().unwrap_or(&self.profile), &self.kept));
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Snapshot;
    use crate::io::Identity;
    use proptest::prelude::*;
    use serde::{Serialize, de::DeserializeOwned};
    use vitrine_wire::codec::{Put, Take, read};

    /// Both read the same, or neither reads, and both write it alike. Says whether they read.
    fn agree<T: Put + Take + Serialize + DeserializeOwned>(any: &[u8]) -> bool {
        let ours = read::<T>(any).map(|value| {
            let mut out = Vec::new();
            value.put(&mut out);
            out
        });
        let theirs = postcard::from_bytes::<T>(any).ok().map(|value| postcard::to_allocvec(&value).unwrap());
        assert_eq!(ours, theirs);
        ours.is_some()
    }

    /// What a released version kept, behind its schema byte.
    fn kept() -> &'static [u8] {
        include_bytes!("../../tests/fixtures/device-3.bin").get(1..).unwrap()
    }

    #[test]
    fn what_a_released_version_kept_is_read_as_postcard_reads_it() {
        assert!(agree::<Snapshot>(kept()));
        for cut in 0..kept().len() {
            assert!(!agree::<Snapshot>(kept().get(..cut).unwrap()), "{cut}");
        }
        assert_eq!(read::<Snapshot>(kept()), postcard::from_bytes(kept()).ok());
    }

    proptest! {
        #[test]
        fn damage_is_read_as_postcard_reads_it(damage in prop::collection::vec((any::<prop::sample::Index>(), 0u8..9), 1..4)) {
            let mut bytes = kept().to_vec();
            for (at, byte) in damage {
                *at.get_mut(&mut bytes) = byte;
            }
            agree::<Snapshot>(&bytes);
        }

        /// Mostly small numbers: bytes that often mean something.
        #[test]
        fn any_bytes_read_as_postcard_reads_them(
            any in prop::collection::vec(prop_oneof![12 => 0u8..=1, 4 => 0u8..=5, 1 => any::<u8>()], 0..600),
        ) {
            agree::<Snapshot>(&any);
            agree::<Identity>(&any);
        }
    }
}
