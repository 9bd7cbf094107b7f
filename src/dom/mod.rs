//! The page's content: what each slot shows, and its way back.

mod act;
mod actions;
mod boot;
mod find;
mod layers;
mod moving;
mod observe;
mod sanitize;
mod seen;

use crate::js;
use crate::runtime::Rt;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vitrine_core::Input;
use vitrine_core::io::{DomResult, Facts, Ref, SlotPlan};
use vitrine_core::order;
use vitrine_wire::{Action, Code};
use wasm_bindgen::JsValue;

/// A page that undoes a change this often is left alone.
const REVERTS: u8 = 5;

/// The page's slots.
pub struct Dom {
    slots: RefCell<Vec<Slot>>,
    /// Names of the slots that the engine knows to be in the page.
    present: RefCell<Vec<String>>,
    boot: boot::Boot,
    observer: RefCell<JsValue>,
    /// Looks at the page again.
    changed: RefCell<JsValue>,
    /// Elements that the page named as slots.
    given: RefCell<Vec<(String, JsValue)>>,
    /// Where the visitor is about to be sent.
    leaving: RefCell<JsValue>,
    /// The exposure that this waits for.
    acting: Cell<Option<Ref>>,
    /// It will be looked again soon.
    again: Cell<bool>,
    /// What is said once a page.
    told: RefCell<Vec<(Code, String)>>,
}

/// A slot that is, or was, in the page.
struct Slot {
    name: String,
    plan: Option<Rc<Plan>>,
    shown: Vec<Shown>,
    reverts: u8,
    /// It would lead in a circle: nothing happened.
    refused: bool,
    /// Raised by all that is shown in it, and by its end.
    turn: u32,
    watch: seen::Watch,
}

/// What a slot shows.
struct Plan {
    experience: String,
    variant: String,
    actions: Vec<Action>,
}

/// One element that shows it, and how to put its own content back.
struct Shown {
    element: JsValue,
    /// What it stands in.
    home: JsValue,
    way: Way,
}

enum Way {
    /// Undone last first.
    Ours(actions::Done),
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
            changed: RefCell::default(),
            given: RefCell::default(),
            leaving: RefCell::default(),
            acting: Cell::default(),
            again: Cell::default(),
            told: RefCell::default(),
        }
    }

    /// Looks which slots there are, now and whenever the page changes.
    pub fn start(&self, rt: Rt) {
        observe::start(rt);
        self.look(rt);
    }

    /// Shows what the engine decided for a slot, now.
    #[inline(never)]
    fn put(&self, rt: Rt, plan: SlotPlan) {
        let (slot, plan) = match plan {
            SlotPlan::Own { slot } => (slot, None),
            SlotPlan::Show { grant, slot, .. } if !rt.alive(&grant) => (slot, None),
            SlotPlan::Show { slot, experience, variant, actions, .. }
            | SlotPlan::Contextual { slot, experience, variant, actions } => {
                (slot, Some(Rc::new(Plan { experience, variant, actions })))
            }
        };
        let own = plan.is_none();
        let elements = if own { Vec::new() } else { find::named(rt, &slot) };
        self.put_back(rt, &slot);
        self.strip_inside(rt, &slot, &elements);
        let mut result = DomResult::Applied;
        if let Some(plan) = plan {
            if elements.is_empty() {
                result = DomResult::Missing;
                self.present.borrow_mut().retain(|name| *name != slot);
            }
            self.change(&slot, &mut |slot| {
                slot.plan = Some(plan.clone());
                slot.reverts = 0;
                slot.refused = false;
            });
            for element in elements {
                if let Err(code) = self.show(&slot, element, &plan) {
                    result = DomResult::Failed(code);
                }
            }
            if let (DomResult::Applied, Err(code)) = (&result, self.prepare(rt, &plan.actions)) {
                result = DomResult::Failed(code);
            }
            if let DomResult::Failed(_) = result {
                self.put_back(rt, &slot);
                self.change(&slot, &mut |slot| slot.refused = true);
            }
        }
        self.boot.settle_slot(&slot, own);
        rt.input(Input::DomResult { at: rt.now(), slot, result });
        self.hush();
    }

    /// The engine has decided: what the boot showed and nobody took over is no longer true.
    pub fn settle_boot(&self) {
        self.boot.settle();
        self.hush();
    }

    /// Makes visible what waits, whatever it holds.
    pub fn show_hidden(&self) {
        self.boot.show();
    }

    /// A grant was lost: what the boot showed on it goes; what we showed follows by the engine's plans.
    pub fn consent_lost(&self) {
        self.stay();
        self.unwatch();
        self.boot.undo();
        self.hush();
    }

    /// The page's own content everywhere.
    pub fn revert_all(&self, rt: Rt) {
        js::run(&self.observer.take(), "disconnect");
        self.stay();
        self.unwatch();
        let names: Vec<String> = self.slots.borrow().iter().map(|s| s.name.clone()).collect();
        names.iter().for_each(|name| self.put_back(rt, name));
        self.boot.settle();
    }

    /// The page was changed: nothing needs to be heard of it.
    fn hush(&self) {
        js::run(&self.observer.borrow(), "takeRecords");
    }

    /// Calls with a slot's entry, made where there is none. `then` must not come back here.
    #[inline(never)]
    fn change(&self, name: &str, then: &mut dyn FnMut(&mut Slot)) {
        let mut slots = self.slots.borrow_mut();
        if let Some(slot) = slots.iter_mut().find(|s| s.name == name) {
            return then(slot);
        }
        let mut slot = Slot {
            name: name.into(),
            plan: None,
            shown: Vec::new(),
            reverts: 0,
            refused: false,
            turn: 0,
            watch: Default::default(),
        };
        then(&mut slot);
        slots.push(slot);
    }

    fn show(&self, slot: &str, element: JsValue, plan: &Plan) -> Result<(), Code> {
        let home = find::home(&element);
        let way = match self.boot.adopt(&element, plan) {
            Some(row) => Way::Boot(row),
            None => Way::Ours(actions::apply_all(&element, &plan.actions)?),
        };
        observe::watch(self, &element);
        let mut shown = Some(Shown { element, home, way });
        self.change(slot, &mut |slot| slot.shown.extend(shown.take()));
        Ok(())
    }

    fn put_back(&self, rt: Rt, slot: &str) {
        self.change(slot, &mut |slot| {
            slot.plan = None;
            slot.turn += 1;
        });
        self.strip(rt, slot);
    }

    /// Looks for slots that are new, and for changes of ours that the page undid.
    pub fn look(&self, rt: Rt) {
        let found = find::all(rt);
        observe::roots(self);
        let slots = self.slots.borrow();
        // One that a variant took away is there all the same: it comes back when that ends.
        let away = slots.iter().filter(|slot| slot.shown.iter().any(Shown::away)).map(|slot| slot.name.as_str());
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).chain(away).collect();
        let names = order::owned(&names);
        drop(slots);
        for (name, element) in found {
            self.late(rt, &name, element);
        }
        self.repair(rt);
        self.watch_again(rt);
        self.boot.settle_late();
        self.hush();
        if *self.present.borrow() != names {
            self.present.replace(names.clone());
            rt.facts(Facts::Slots(names));
        }
    }

    /// An element that came after its slot was decided. Asked again at display: the decision may be over.
    #[inline(never)]
    fn late(&self, rt: Rt, name: &str, element: JsValue) {
        let mut plan = None;
        self.change(name, &mut |slot| {
            let here = slot.shown.iter().any(|s| s.element == element);
            plan = slot.plan.clone().filter(|_| !here);
        });
        let Some(plan) = plan else { return };
        let decision = rt.ask(|e| e.decide(name));
        if decision.experience.as_ref() == Some(&plan.experience) && decision.variant.as_ref() == Some(&plan.variant) {
            // Where it fails here the slot's first element shows it all the same.
            let _ = self.show(name, element, &plan);
        }
    }

    /// Applies again what the page undid, a few times; what left the page is forgotten.
    #[inline(never)]
    fn repair(&self, rt: Rt) {
        let broken: Vec<(String, Rc<Plan>, Shown, bool)> = {
            let mut slots = self.slots.borrow_mut();
            let mut broken = Vec::new();
            for slot in slots.iter_mut() {
                let Some(plan) = slot.plan.clone() else { continue };
                for gone in slot.shown.extract_if(.., |s| !s.intact()) {
                    slot.reverts += u8::from(connected(&gone.element));
                    broken.push((slot.name.clone(), plan.clone(), gone, slot.reverts > REVERTS));
                }
            }
            broken
        };
        for (name, plan, shown, stop) in broken {
            let element = shown.element.clone();
            self.strip_inside(rt, &name, std::slice::from_ref(&element));
            shown.undo();
            if stop {
                self.put_back(rt, &name);
                rt.input(Input::DomResult { at: rt.now(), slot: name, result: DomResult::Failed(Code::Reverted) });
            } else if connected(&element) {
                let _ = self.show(&name, element, &plan);
            }
        }
    }
}

/// Whether a node is in the page.
#[inline(never)]
fn connected(node: &JsValue) -> bool {
    js::get(node, "isConnected") == true
}

impl Shown {
    /// Whether a variant took the element itself out of the page.
    fn away(&self) -> bool {
        !connected(&self.element) && connected(&self.home) && self.intact()
    }

    /// Whether the page shows it still.
    fn intact(&self) -> bool {
        match &self.way {
            Way::Ours(done) => done.intact(),
            Way::Boot(row) => boot::intact(row),
        }
    }

    /// Puts the page's own content back. False where the page's newer one was left.
    fn undo(self) -> bool {
        match self.way {
            Way::Ours(done) => actions::undo_all(done),
            Way::Boot(row) => boot::undo(&row),
        }
    }
}
