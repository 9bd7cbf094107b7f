//! The site's rules arrive.

use super::{Engine, Store};
use crate::io::{Effect, Notify, Persist};
use crate::segments::state::State;
use crate::site::Site;
use std::rc::Rc;
use vitrine_wire::limits::BUNDLE_BYTES;
use vitrine_wire::paint::PaintRecord;
use vitrine_wire::{Code, Purpose};

impl Engine {
    /// An engine of a decoded site, which many may share: what an [`Input::Bundle`](crate::io::Input::Bundle) makes of a new
    /// one. It has no next page and makes no paint records. For whoever folds many visitors; a page decodes its own bundle.
    pub fn of(site: Rc<Site>) -> Self {
        let highest = site.sequence;
        Engine { site: Some(site), highest, paints: false, ..Engine::new("") }
    }

    /// A bundle whose signature was checked. One that is older, or of another site, changes nothing.
    pub(super) fn bundle(&mut self, sequence: u64, payload: Vec<u8>) {
        if self.off {
            return;
        }
        if payload.len() > BUNDLE_BYTES {
            return self.tell(Code::BundleMalformed, "");
        }
        if sequence < self.highest {
            return self.tell(Code::BundleOld, "");
        }
        let site = Site::new(payload, sequence);
        if !self.site_id.is_empty() && site.bundle.meta.site != self.site_id {
            return self.tell(Code::BundleSite, &site.bundle.meta.site);
        }
        if site.bundle.skipped > 0 {
            self.tell(Code::BundleNewer, "");
        }
        self.inside = self.carry(&site);
        (self.state, self.met) = (State::default(), false);
        let newer = sequence > self.highest;
        (self.site, self.highest) = (Some(site.into()), sequence);
        self.refold();
        if self.site.as_ref().is_some_and(|site| site.bundle.meta.stopped) {
            self.stop();
        }
        if newer && self.store == Store::Open {
            self.remember_sequence();
        }
    }

    /// An operator stops everything: what the next page would show before it hears of that goes too.
    fn stop(&mut self) {
        // Whether or not this page has made one: the page before did.
        if let Some(grant) = self.gate.ask_render(Purpose::Personalization) {
            let record = PaintRecord { bundle: self.highest, ..PaintRecord::default() };
            self.effects.push_back(Effect::Persist(Persist::Paint { grant, record }));
        }
        self.notify(Notify::Stopped);
    }

    /// The store knows the highest sequence this device has seen.
    pub(super) fn bundle_seen(&mut self, highest: u64) {
        if self.highest > highest {
            return self.remember_sequence();
        }
        self.highest = highest;
        if self.site.as_ref().is_some_and(|site| site.sequence < highest) {
            // Rolled back: the page shows its own content until a newer one comes.
            self.site = None;
            self.tell(Code::BundleOld, "");
        }
    }

    fn remember_sequence(&mut self) {
        if let (Some(site), Some(grant)) = (&self.site, self.gate.ask()) {
            let sequence = site.sequence;
            self.effects.push_back(Effect::Persist(Persist::BundleSequence { grant, sequence }));
        }
    }

    /// Which segments of new rules the visitor was told to be in.
    fn carry(&mut self, new: &Site) -> Vec<bool> {
        let Some(old) = self.site.as_ref().filter(|_| self.inside.contains(&true)) else { return Vec::new() };
        let mut carried = vec![false; new.count() as usize];
        for (place, _) in (0..).zip(&self.inside).filter(|(_, inside)| **inside) {
            let id = old.name(place);
            match new.find(id) {
                Some(at) => carried.get_mut(at as usize).into_iter().for_each(|carried| *carried = true),
                None => {
                    let gone = Notify::Segment { id: id.into(), inside: false };
                    self.effects.push_back(Effect::Notify(gone));
                }
            }
        }
        carried
    }
}
