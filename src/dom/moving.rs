//! Swaps that the page wants to be seen, as view transitions: they begin frames after they were decided.

use super::{Dom, find};
use crate::js;
use crate::runtime::Rt;
use vitrine_core::io::SlotPlan;
use vitrine_wire::Action;

impl Dom {
    /// Shows what the engine decided for a slot: at once, or with the transition that the page wants for it. Own content comes back
    /// at once.
    pub fn render(&self, rt: Rt, plan: SlotPlan) {
        let slot = match &plan {
            // An act is not seen: it is done, or not, before it is counted.
            SlotPlan::Show { slot, actions, .. } | SlotPlan::Contextual { slot, actions, .. }
                if !actions.iter().any(Action::acts) && js::moves() =>
            {
                slot.clone()
            }
            _ => return self.put(rt, plan),
        };
        let elements = find::named(rt, &slot);
        let mut turn = 0;
        self.change(&slot, &mut |slot| {
            slot.turn += 1;
            turn = slot.turn;
        });
        let then = move |_| {
            // Frames later: something else may be shown by then, or nothing any more.
            let mut newest = false;
            rt.dom.change(&slot, &mut |slot| newest = slot.turn == turn);
            if newest {
                rt.dom.put(rt, plan);
            }
        };
        js::transition(elements, js::once(Box::new(then)));
    }
}
