//! What the developer is told: values in the facade's order, which names them (pkg/ts/surface.ts).

use super::Runtime;
use crate::{js, value};
use vitrine_core::io::{Mode, Notify, Ref, Tracked};
use vitrine_wire::Decision;
use wasm_bindgen::JsValue;

impl Runtime {
    /// Says everything that waits to be said.
    pub(super) fn tell_all(&'static self) {
        let mut decided = Vec::new();
        while let Some(notice) = self.take(&self.notices) {
            match notice {
                Notify::Decision(of) => decided.extend(decision(&of)),
                notice => {
                    self.tell_decided(&mut decided);
                    self.tell(notice);
                }
            }
        }
        self.tell_decided(&mut decided);
    }

    /// A page may have many slots: what was decided in one turn is said in one call.
    fn tell_decided(&self, decided: &mut Vec<JsValue>) {
        if !decided.is_empty() {
            decided.insert(0, "decision".into());
            js::tell(&self.notify, std::mem::take(decided));
        }
    }

    fn tell(&'static self, notice: Notify) {
        let said: Vec<JsValue> = match notice {
            Notify::Tracked { reference, status } => {
                if let Some(done) = self.waiter(reference) {
                    answer(&done, status);
                }
                return self.dom.stored(reference);
            }
            Notify::Decision(of) => return self.tell_decided(&mut decision(&of)),
            Notify::Ready { mode } => {
                self.dom.settle_boot();
                self.settle(mode, "");
                return self.sources.consent_changed(self);
            }
            Notify::Exposure(of) => {
                let mut said = decision(&of);
                said.insert(0, "exposure".into());
                said
            }
            Notify::Stopped => vec!["stopped".into()],
            Notify::Emit { slot, experience, variant, name, detail } => {
                let said = [slot, experience, variant, name].into_iter().map(Into::into);
                ["emit".into()].into_iter().chain(said).chain([value::write(&detail)]).collect()
            }
            Notify::Segment { id, inside } => vec!["segment".into(), id.into(), inside.into()],
            Notify::Consent { purpose, state } => {
                self.sources.consent_changed(self);
                vec!["consent".into(), purpose.as_str().into(), state.as_str().into()]
            }
            Notify::Synced { unsent } => {
                self.flushing.take().iter().for_each(|done| js::give(done, unsent.into()));
                vec!["sync".into(), unsent.into()]
            }
            Notify::Diagnostic { code, detail } => vec!["diagnostic".into(), code.as_str().into(), detail.into()],
        };
        js::tell(&self.notify, said);
    }

    /// Tells the facade who asks for consent and how its categories are read, as the site file says.
    pub fn tell_consent(&self, said: &str) {
        js::tell(&self.notify, vec!["authority".into(), said.into()]);
    }

    fn waiter(&self, reference: Ref) -> Option<JsValue> {
        let mut waiting = self.waiting.borrow_mut();
        let at = waiting.iter().position(|(r, _)| *r == reference)?;
        Some(waiting.swap_remove(at).1)
    }

    /// Decisions are real, or it is known that they will not be.
    pub(super) fn settle(&self, mode: Mode, reason: &str) {
        let name = match mode {
            Mode::Full => "full",
            Mode::Memory => "memory",
            Mode::Contextual => "contextual",
            Mode::Off => "off",
        };
        let reason = if reason.is_empty() { JsValue::NULL } else { reason.into() };
        self.settled.set(true);
        js::tell(&self.notify, vec!["ready".into(), name.into(), reason]);
    }
}

/// A decision, in the facade's order.
pub fn decision(of: &Decision) -> Vec<JsValue> {
    vec![
        of.slot.as_str().into(),
        text_or_null(of.experience.as_deref()),
        text_or_null(of.variant.as_deref()),
        of.reason.as_str().into(),
        of.holdout().into(),
        of.content.as_ref().map_or(JsValue::NULL, value::write),
    ]
}

fn text_or_null(of: Option<&str>) -> JsValue {
    of.map_or(JsValue::NULL, Into::into)
}

/// Answers an event's promise.
pub fn answer(done: &JsValue, status: Tracked) {
    let (status, reason) = match status {
        Tracked::Stored => ("stored", None),
        Tracked::Held => ("held", None),
        Tracked::Dropped(code) => ("dropped", Some(code)),
    };
    let mut given = vec![status.into()];
    given.extend(reason.map(|code| JsValue::from(code.as_str())));
    js::tell(done, given);
}
