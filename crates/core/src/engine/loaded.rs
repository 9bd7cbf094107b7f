//! What the store held, and what other tabs added to it.

use super::snapshot::Snapshot;
use super::{Engine, Store};
use crate::io::{Effect, Identity, Loaded, Persist, Tracked};
use crate::log::{Change, Log};
use crate::time::DAY;
use vitrine_wire::event::{StoredError, StoredEvent, restore};
use vitrine_wire::limits::ID_DAYS;
use vitrine_wire::{Code, Purpose, PurposeSet};

impl Engine {
    /// The store was opened, or its log grew.
    pub(super) fn loaded(&mut self, loaded: Loaded) {
        if self.off {
            return;
        }
        match (loaded.grown, self.store) {
            // Also where a page that came back had to read anew what it was about to open.
            (_, Store::Opening) => self.opened(loaded),
            (true, Store::Open) => self.grown(loaded),
            // The answer to a store that was closed meanwhile.
            _ => {}
        }
    }

    fn opened(&mut self, loaded: Loaded) {
        let fresh = self.ids.fresh.take();
        let known = loaded.identity.is_some() && loaded.identity != fresh;
        self.ids.own = loaded.identity.clone().or_else(|| fresh.clone());
        if let Some(code) = loaded.failed {
            return self.go_memory(code);
        }
        self.store = Store::Open;
        if let Some(choice) = &loaded.choice {
            self.restrict(choice);
        }
        if self.store != Store::Open {
            return;
        }
        self.bundle_seen(loaded.bundle_sequence);
        self.remember_ask(loaded.asked.map(|at| at.min(self.now)), known);
        let taken = self.take_in(loaded);
        if taken.is_ok() {
            self.renew_identity(fresh);
        }
        self.anew = Default::default();
        if let Err(code) = taken {
            return self.go_memory(code);
        }
        self.refold();
        if let Some(fresh) = self.ids.reset.take() {
            // The grant that opened the store is of whoever is here now.
            let receipt = self.sync.receipt.take();
            self.reset(fresh);
            self.sync.receipt = receipt;
        }
    }

    fn grown(&mut self, loaded: Loaded) {
        if let Some(code) = loaded.failed {
            return self.go_memory(code);
        }
        let stranger = loaded.identity.as_ref().filter(|id| self.ids.own.as_ref() != Some(id));
        if let Some(identity) = stranger {
            // Another tab logged out: what this one knows is of another person.
            self.ids.former = self.ids.own.replace(identity.clone());
            self.forget_profile();
            self.log = Log::default();
            if let Some(grant) = self.gate.ask() {
                self.effects.push_back(Effect::Persist(Persist::Read { grant, after: 0 }));
            }
        }
        match self.take_in(loaded) {
            Ok(change) => {
                self.fold(change);
                self.show_anew();
            }
            Err(code) => self.go_memory(code),
        }
    }

    /// Takes the snapshot, the records and the cursor in.
    fn take_in(&mut self, loaded: Loaded) -> Result<Change, Code> {
        let (mut change, mut stale, mut corrupt) = (Change::None, false, "");
        let granted = self.gate.granted();
        if let Some(bytes) = loaded.snapshot {
            match restore::<Snapshot>(&bytes) {
                Ok(mut snapshot) if snapshot.up_to >= self.log.base_up_to => {
                    let lean = snapshot.restrict(granted.without(self.anew.0));
                    stale |= lean.as_ref().is_some_and(|lean| *lean != bytes);
                    self.kept = snapshot.kept;
                    self.log.snapshot(lean.unwrap_or(bytes), snapshot.up_to);
                    change = Change::All;
                }
                Ok(_) => {}
                Err(StoredError::Newer(_)) => return Err(Code::StoreNewer),
                Err(StoredError::Corrupt) => corrupt = "snapshot",
            }
        }
        self.log.sent = self.log.sent.max(loaded.sent_up_to);
        let mut records = Vec::with_capacity(loaded.events.len());
        for (sequence, bytes) in loaded.events {
            match restore::<StoredEvent>(&bytes) {
                Ok(mut stored) => {
                    let old = stored.event.timestamp < self.anew.1;
                    let allowed = if old { granted.without(self.anew.0) } else { granted };
                    let gone = stored.purposes.without(allowed);
                    stale |= !gone.is_empty();
                    stored.purposes = stored.purposes.without(gone);
                    records.push((sequence, stored));
                }
                Err(StoredError::Newer(_)) => return Err(Code::StoreNewer),
                Err(StoredError::Corrupt) => corrupt = "event",
            }
        }
        if !corrupt.is_empty() {
            self.tell(Code::StoreCorrupt, corrupt);
        }
        if stale || !corrupt.is_empty() {
            // A page that died while it withdrew left this behind, or nobody can read it: it goes now, before anything reads it.
            let purposes: PurposeSet = Purpose::ALL.into_iter().collect();
            let purposes = purposes.without(granted.without(self.anew.0));
            self.effects.push_back(Effect::Persist(Persist::Purge { purposes, all: false }));
            self.sync.unkept = true;
        }
        let read = self.log.read(records.into_iter());
        Ok(if change == Change::All { change } else { read })
    }

    /// The store cannot be used: what is known stays, in memory.
    fn go_memory(&mut self, code: Code) {
        self.store = Store::Memory;
        self.tell(code, "");
        for reference in self.log.alone() {
            self.answer(reference, Tracked::Held);
        }
        self.refold();
    }

    /// Identifiers live 13 months from their creation, and no longer than what is granted.
    fn renew_identity(&mut self, fresh: Option<Identity>) {
        let old = self.ids.own.as_ref().is_some_and(|own| self.now - crate::time::clamp(own.created) >= ID_DAYS * DAY);
        let old = old || self.gate.granted().without(self.anew.0).is_empty();
        // Whoever was known here could not be read.
        let lost = self.ids.own == fresh;
        if let (true, false, Some(identity), Some(grant)) = (old, lost, fresh.clone(), self.gate.ask()) {
            self.ids.own = Some(identity.clone());
            self.effects.push_back(Effect::Persist(Persist::Identity { grant, identity }));
        }
        if self.ids.own == fresh {
            // The backend knows somebody else.
            self.sync.unkept |= !std::mem::take(&mut self.kept.ticket).is_empty();
        }
    }
}
