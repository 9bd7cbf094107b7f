//! Where each form stands, and how often each event happened.

use super::{Item, Key};
use vitrine_wire::{EventKind, Millis};

/// Different event names counted; later ones are not.
const COUNTERS: usize = 200;
/// Different forms kept.
const FORMS: usize = 100;

/// Forms and counters, sorted by name.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub struct Forms {
    forms: Vec<(String, Key, u8)>,
    counters: Vec<(String, u32, Millis)>,
}

vitrine_wire::codec!(struct Forms { forms, counters });

const STATES: [(&str, &str); 3] =
    [("Form Started", "started"), ("Form Submitted", "submitted"), ("Form Abandoned", "abandoned")];

impl Forms {
    /// Takes an event in. Whether it was one of a form.
    pub fn take(&mut self, item: &Item) -> bool {
        let state = STATES.iter().position(|(event, _)| *event == item.name);
        if let Some(state) = state {
            let id = item.text("form");
            let room = self.forms.len() < FORMS && !id.is_empty();
            match self.forms.binary_search_by(|(form, ..)| form.as_str().cmp(id)) {
                Ok(place) => {
                    if let Some(form) = self.forms.get_mut(place).filter(|form| form.1 < item.key) {
                        (form.1, form.2) = (item.key, state as u8);
                    }
                }
                Err(place) if room => self.forms.insert(place, (id.into(), item.key, state as u8)),
                Err(_) => {}
            }
        }
        let name = if matches!(item.kind, EventKind::Track) { &item.name } else { item.kind.as_str() };
        let room = self.counters.len() < COUNTERS;
        match self.counters.binary_search_by(|(counted, ..)| counted.as_str().cmp(name)) {
            Ok(place) => {
                if let Some(counter) = self.counters.get_mut(place) {
                    (counter.1, counter.2) = (counter.1.saturating_add(1), counter.2.max(item.key.0));
                }
            }
            Err(place) if room => self.counters.insert(place, (name.into(), 1, item.key.0)),
            Err(_) => {}
        }
        state.is_some()
    }

    /// `forms.<id>.state`.
    pub fn state(&self, id: &str) -> Option<&'static str> {
        let (.., state) = self.forms.iter().find(|(form, ..)| form == id)?;
        STATES.get(usize::from(*state)).map(|(_, name)| *name)
    }

    /// Ids of known forms.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().map(|(id, ..)| id.as_str())
    }

    /// Event name, how often, and when last.
    pub fn counters(&self) -> &[(String, u32, Millis)] {
        &self.counters
    }
}
