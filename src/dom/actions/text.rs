//! `text`: an element's content becomes this text.

use super::{Undo, children};
use crate::js;
use web_sys::Element;

pub fn apply(element: Element, to: &str) -> Box<dyn Undo> {
    children::replace(element, vec![js::document().create_text_node(to).into()])
}
