//! `class`: classes come and go.

use super::{Undo, attribute};
use vitrine_wire::Code;
use web_sys::Element;

struct Class {
    element: Element,
    before: Option<String>,
    after: Option<String>,
    added: Vec<String>,
    removed: Vec<String>,
}

pub fn apply(element: Element, add: &[String], remove: &[String]) -> Result<Box<dyn Undo>, Code> {
    let list = element.class_list();
    let before = element.get_attribute("class");
    let added: Vec<String> = add.iter().filter(|c| !list.contains(c)).cloned().collect();
    let removed: Vec<String> = remove.iter().filter(|c| list.contains(c)).cloned().collect();
    let class = Class { element, before, after: None, added, removed };
    class.each(true).ok_or(Code::ActionFailed)?;
    let after = class.element.get_attribute("class");
    Ok(Box::new(Class { after, ..class }))
}

impl Class {
    fn each(&self, forth: bool) -> Option<()> {
        let list = self.element.class_list();
        let (add, remove) = if forth { (&self.added, &self.removed) } else { (&self.removed, &self.added) };
        add.iter().try_for_each(|c| list.add_1(c)).ok()?;
        remove.iter().try_for_each(|c| list.remove_1(c)).ok()
    }
}

impl Undo for Class {
    fn intact(&self) -> bool {
        let list = self.element.class_list();
        self.added.iter().all(|c| list.contains(c)) && !self.removed.iter().any(|c| list.contains(c))
    }

    fn undo(self: Box<Self>) -> bool {
        if self.element.get_attribute("class") == self.after {
            attribute::set(&self.element, "class", self.before.as_deref());
            return true;
        }
        // The page has its own newer classes: ours go, its stay.
        self.each(false);
        false
    }
}
