//! What the store held, and what other tabs added to it.

use super::snapshot::Snapshot;
use super::{Engine, Store};
use crate::io::{Effect, Identity, Loaded, Persist, Tracked};
use crate::log::{Change, Log};
use crate::time::DAY;
use vitrine_wire::Code;
use vitrine_wire::event::{StoredError, StoredEvent, restore};
use vitrine_wire::limits::ID_DAYS;

impl Engine {
    /// The store was opened, or its log grew.
    pub(super) fn loaded(&mut self, loaded: Loaded) {
        if self.off {
            return;
        }
        match (loaded.grown, self.store) {
            (false, Store::Opening) => self.opened(loaded),
            (true, Store::Open) => self.grown(loaded),
            // The answer to a store that was closed meanwhile.
            _ => {}
        }
    }

    fn opened(&mut self, loaded: Loaded) {
        let fresh = self.ids.fresh.take();
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
        self.renew_identity(fresh);
        if let Err(code) = self.take_in(loaded) {
            return self.go_memory(code);
        }
        self.refold();
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
            Ok(change) => self.fold(change),
            Err(code) => self.go_memory(code),
        }
    }

    /// Takes the snapshot, the records and the cursor in.
    fn take_in(&mut self, loaded: Loaded) -> Result<Change, Code> {
        let mut change = Change::None;
        if let Some(bytes) = loaded.snapshot {
            match restore::<Snapshot>(&bytes) {
                Ok(snapshot) if snapshot.up_to >= self.log.base_up_to => {
                    self.kept = snapshot.kept;
                    self.log.snapshot(bytes, snapshot.up_to);
                    change = Change::All;
                }
                Ok(_) => {}
                Err(StoredError::Newer(_)) => return Err(Code::StoreNewer),
                Err(StoredError::Corrupt) => self.tell(Code::StoreCorrupt, "snapshot"),
            }
        }
        self.log.sent = self.log.sent.max(loaded.sent_up_to);
        let granted = self.gate.granted();
        let mut records = Vec::with_capacity(loaded.events.len());
        for (sequence, bytes) in loaded.events {
            match restore::<StoredEvent>(&bytes) {
                Ok(mut stored) => {
                    stored.purposes = stored.purposes.without(stored.purposes.without(granted));
                    records.push((sequence, stored));
                }
                Err(StoredError::Newer(_)) => return Err(Code::StoreNewer),
                Err(StoredError::Corrupt) => self.tell(Code::StoreCorrupt, "event"),
            }
        }
        let read = self.log.read(records.into_iter());
        Ok(if change == Change::All { change } else { read })
    }

    /// The store cannot be used: what is known stays, in memory.
    fn go_memory(&mut self, code: Code) {
        self.store = Store::Memory;
        self.tell(code, "");
        // Transactions on their way will not answer any more.
        while let Some(reference) = self.log.open.first().map(|open| open.reference) {
            if let Some(false) = self.log.abort(reference) {
                self.answer(reference, Tracked::Dropped(code));
            }
        }
        self.refold();
    }

    /// Identifiers live 13 months from their creation.
    fn renew_identity(&mut self, fresh: Option<Identity>) {
        let old = self.ids.own.as_ref().is_some_and(|own| self.now - crate::time::clamp(own.created) >= ID_DAYS * DAY);
        let fresh = fresh.filter(|fresh| Some(fresh) != self.ids.own.as_ref());
        if let (true, Some(identity), Some(grant)) = (old, fresh, self.gate.ask()) {
            self.ids.own = Some(identity.clone());
            self.effects.push_back(Effect::Persist(Persist::Identity { grant, identity }));
            self.sync.unkept = !std::mem::take(&mut self.kept.ticket).is_empty();
        }
    }
}
