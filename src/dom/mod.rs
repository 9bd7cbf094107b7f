//! The page's content: what each slot shows, and its way back.

mod actions;
mod boot;
mod find;
mod observe;
mod sanitize;

use crate::js;
use crate::runtime::Runtime;
use actions::Undo;
use std::cell::RefCell;
use std::rc::Rc;
use vitrine_core::Input;
use vitrine_core::io::{DomResult, Facts, SlotPlan};
use vitrine_wire::{Action, Code};
use wasm_bindgen::JsValue;
use web_sys::{Element, MutationObserver};

/// A page that undoes a change this often is left alone.
const REVERTS: u8 = 5;

/// The page's slots.
pub struct Dom {
    slots: RefCell<Vec<Slot>>,
    /// Names of the slots that the engine knows to be in the page.
    present: RefCell<Vec<String>>,
    boot: boot::Boot,
    observer: RefCell<Option<MutationObserver>>,
}

/// A slot that is, or was, in the page.
struct Slot {
    name: String,
    plan: Option<Rc<Plan>>,
    shown: Vec<Shown>,
    reverts: u8,
}

/// What a slot shows.
struct Plan {
    experience: String,
    variant: String,
    actions: Vec<Action>,
}

/// One element that shows it, and how to put its own content back.
struct Shown {
    element: Element,
    way: Way,
}

enum Way {
    /// Undone last first.
    Ours(Vec<Box<dyn Undo>>),
    /// The boot's row.
    Boot(JsValue),
}

impl Dom {
    /// The page as the boot left it.
    pub fn new(boot: &JsValue) -> Self {
        Dom {
            slots: RefCell::default(),
            present: RefCell::default(),
            boot: boot::Boot::new(boot),
            observer: RefCell::default(),
        }
    }

    /// Looks which slots there are, now and whenever the page changes.
    pub fn start(&self, rt: &Rc<Runtime>) {
        observe::start(rt);
        self.look(rt);
    }

    /// Shows what the engine decided for a slot.
    pub fn render(&self, rt: &Rc<Runtime>, plan: SlotPlan) {
        let (slot, plan) = match plan {
            SlotPlan::Own { slot } => (slot, None),
            SlotPlan::Show { grant, slot, .. } if !rt.alive(&grant) => (slot, None),
            SlotPlan::Show { slot, experience, variant, actions, .. }
            | SlotPlan::Contextual { slot, experience, variant, actions } => {
                (slot, Some(Rc::new(Plan { experience, variant, actions })))
            }
        };
        self.quietly(|| {
            self.put_back(rt, &slot);
            let mut result = DomResult::Applied;
            if let Some(plan) = plan {
                let elements = find::named(&slot);
                if elements.is_empty() {
                    result = DomResult::Missing;
                    self.present.borrow_mut().retain(|name| *name != slot);
                }
                self.with(&slot, |slot| {
                    slot.plan = Some(plan.clone());
                    slot.reverts = 0;
                });
                for element in elements {
                    if let Err(code) = self.show(&slot, element, &plan) {
                        result = DomResult::Failed(code);
                    }
                }
                if let DomResult::Failed(_) = result {
                    self.put_back(rt, &slot);
                }
                self.boot.settle_slot(&slot, false);
            } else {
                self.boot.settle_slot(&slot, true);
            }
            rt.input(Input::DomResult { at: rt.now(), slot, result });
        });
    }

    /// The engine has decided: what the boot showed and nobody took over is no longer true.
    pub fn settle_boot(&self) {
        self.quietly(|| self.boot.settle());
    }

    /// Makes visible what waits, whatever it holds.
    pub fn show_hidden(&self) {
        self.boot.show();
    }

    /// A grant was lost: what the boot showed on it goes; what we showed follows by the engine's plans.
    pub fn consent_lost(&self) {
        self.quietly(|| self.boot.undo());
    }

    /// The page's own content everywhere.
    pub fn revert_all(&self, rt: &Rc<Runtime>) {
        if let Some(observer) = self.observer.take() {
            observer.disconnect();
        }
        let names: Vec<String> = self.slots.borrow().iter().map(|s| s.name.clone()).collect();
        names.iter().for_each(|name| self.put_back(rt, name));
        self.boot.settle();
    }

    /// Changes the page without hearing of it.
    fn quietly(&self, change: impl FnOnce()) {
        change();
        if let Some(observer) = &*self.observer.borrow() {
            observer.take_records();
        }
    }

    /// Calls with a slot's entry, made where there is none. `then` must not come back here.
    fn with<T>(&self, name: &str, then: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        let mut slots = self.slots.borrow_mut();
        if !slots.iter().any(|s| s.name == name) {
            slots.push(Slot { name: name.into(), plan: None, shown: Vec::new(), reverts: 0 });
        }
        slots.iter_mut().find(|s| s.name == name).map(then)
    }

    fn show(&self, slot: &str, element: Element, plan: &Plan) -> Result<(), Code> {
        let way = match self.boot.adopt(&element, &plan.experience, &plan.variant) {
            Some(row) => Way::Boot(row),
            None => Way::Ours(actions::apply_all(&element, &plan.actions)?),
        };
        observe::watch(self, &element);
        self.with(slot, |s| s.shown.push(Shown { element, way }));
        Ok(())
    }

    fn put_back(&self, rt: &Rc<Runtime>, slot: &str) {
        let shown = self.with(slot, |s| {
            s.plan = None;
            std::mem::take(&mut s.shown)
        });
        let conflict = shown.into_iter().flatten().fold(false, |conflict, one| !one.undo() | conflict);
        if conflict {
            rt.diagnose(Code::UndoConflict, slot);
        }
    }

    /// Looks for slots that are new, and for changes of ours that the page undid.
    fn look(&self, rt: &Rc<Runtime>) {
        let found = find::all();
        let mut names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        self.quietly(|| {
            for (name, element) in found {
                self.late(rt, &name, element);
            }
            self.repair(rt);
            self.boot.settle_late();
        });
        if *self.present.borrow() != names {
            self.present.replace(names.clone());
            rt.facts(Facts::Slots(names));
        }
    }

    /// An element that came after its slot was decided. Asked again at display: the decision may be over.
    fn late(&self, rt: &Rc<Runtime>, name: &str, element: Element) {
        let plan = self.with(name, |slot| {
            let here = slot.shown.iter().any(|s| s.element == element);
            slot.plan.clone().filter(|_| !here)
        });
        let Some(Some(plan)) = plan else { return };
        let decision = rt.ask(|e| e.decide(name));
        if decision.experience.as_ref() == Some(&plan.experience) && decision.variant.as_ref() == Some(&plan.variant) {
            // Where it fails here the slot's first element shows it all the same.
            let _ = self.show(name, element, &plan);
        }
    }

    /// Applies again what the page undid, a few times; what left the page is forgotten.
    fn repair(&self, rt: &Rc<Runtime>) {
        let broken: Vec<(String, Rc<Plan>, Shown, bool)> = {
            let mut slots = self.slots.borrow_mut();
            let mut broken = Vec::new();
            for slot in slots.iter_mut() {
                let Some(plan) = slot.plan.clone() else { continue };
                for gone in slot.shown.extract_if(.., |s| !s.intact()) {
                    slot.reverts += u8::from(gone.element.is_connected());
                    broken.push((slot.name.clone(), plan.clone(), gone, slot.reverts > REVERTS));
                }
            }
            broken
        };
        for (name, plan, shown, stop) in broken {
            let element = shown.element.clone();
            shown.undo();
            if stop {
                self.put_back(rt, &name);
                rt.diagnose(Code::Reverted, &name);
                rt.input(Input::DomResult { at: rt.now(), slot: name, result: DomResult::Failed(Code::Reverted) });
            } else if element.is_connected() {
                let _ = self.show(&name, element, &plan);
            }
        }
    }
}

impl Shown {
    /// Whether the page shows it still.
    fn intact(&self) -> bool {
        match &self.way {
            Way::Ours(undo) => undo.iter().all(|u| u.intact()),
            Way::Boot(_) => self.element.is_connected(),
        }
    }

    /// Puts the page's own content back. False where the page's newer one was left.
    fn undo(self) -> bool {
        match self.way {
            Way::Ours(undo) => actions::undo_all(undo),
            Way::Boot(row) => {
                js::call(&row, "undo", &[]);
                true
            }
        }
    }
}
