//! A minor is not profiled and gets no advertising (docs/consent.md).

use super::Engine;
use crate::io::{Act, ConsentChange};
use vitrine_wire::{ConsentState, Purpose, PurposeSet};

impl Engine {
    /// The page says that the visitor is a minor, or is none, or a choice came in: what is granted and barred is taken back,
    /// in the site's name.
    pub(super) fn bar(&mut self) {
        let granted: PurposeSet =
            Purpose::ALL.into_iter().filter(|p| self.choices.barred(*p) && self.was_granted(*p)).collect();
        if granted.is_empty() {
            self.apply(PurposeSet::NONE);
            return;
        }
        self.consents(ConsentChange {
            purposes: granted.iter().map(|purpose| (purpose, ConsentState::Denied)).collect(),
            act: Act::Source {
                source: "site".into(),
                acted: true,
                notice: self.choices.record().notice.clone(),
                cookie: String::new(),
            },
            fresh: None,
            receipt: None,
        });
    }
}
