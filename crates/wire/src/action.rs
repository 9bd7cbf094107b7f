//! What an experience does to its slot.

use crate::codec::Reader;
use crate::records;
use crate::value::Value;

/// One change to a slot. `at` is a selector inside the slot; none means the slot itself.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Replaces the text of the element.
    Text { at: Option<String>, to: String },
    /// Replaces the children of the element by sanitized HTML.
    Html { at: Option<String>, to: String },
    /// Sets an attribute, or removes it where `to` is none.
    Attribute { at: Option<String>, name: String, to: Option<String> },
    /// Adds and removes classes.
    Class { at: Option<String>, add: Vec<String>, remove: Vec<String> },
    /// Puts sanitized HTML at a place relative to the element.
    Insert { at: Option<String>, place: Place, html: String },
    /// Takes the element out of the page; it is kept for undo.
    Remove { at: Option<String> },
    /// Hides the element; it keeps its place in the tree.
    Hide { at: Option<String> },
    /// Reorders the children; those not listed keep their order, last.
    Reorder { at: Option<String>, order: Vec<String> },
    /// Sets styles: names, values and priorities (`important` or empty). An empty value takes one away.
    Style { at: Option<String>, set: Vec<(String, String, String)> },
    /// Shows another image, with its text.
    Image { at: Option<String>, src: String, alt: String },
    /// Puts sanitized HTML in the element's place; it is kept for undo.
    Replace { at: Option<String>, html: String },
    /// Takes the element to a place relative to another one in the slot.
    Move { at: Option<String>, place: Place, to: Option<String> },
    /// Replaces the slot's content by a copy of a template in it, by its `data-variant`.
    Template { name: String },
    /// Typed data for a slot that renders itself.
    Content { data: Value },
    /// Leaves for another page.
    Redirect { to: String },
    /// Items of the catalogue, each as a copy of a template; without one for a slot that renders itself. A bundle has no `items`:
    /// they are chosen at display.
    List { at: Option<String>, list: List, items: Vec<Value> },
    /// Tells the page something, by its name.
    Emit { name: String, detail: Value },
    /// From a newer compiler: skipped and counted.
    Unknown,
}

impl Action {
    /// Whether it is over as soon as it is done: nothing of it stays on screen.
    pub fn acts(&self) -> bool {
        matches!(self, Action::Redirect { .. } | Action::Emit { .. })
    }
}

/// Which items of the catalogue are shown, and how (docs/rules.md).
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The address of the catalogue.
    pub from: String,
    /// The member that names an item.
    pub key: String,
    /// Selector of the page's template for one item; none where the page renders them.
    pub each: Option<String>,
    /// What an item must be: a condition on its members, as its record (`cond::encode`).
    pub filter: Vec<u8>,
    /// What puts them in order, the first that tells two apart: a score family and the item's member that it is by, or
    /// [`List::TOGETHER`].
    pub rank: Vec<(String, String)>,
    /// What leaves an item out: a score family of the items' keys, or [`List::CART`].
    pub exclude: Vec<String>,
    /// How many at most.
    pub max: u32,
}

impl List {
    /// Of [`List::rank`]: what is often bought together with what is in the cart. An item's member of this name lists keys.
    pub const TOGETHER: &str = "together";
    /// Of [`List::exclude`]: what is in the cart.
    pub const CART: &str = "cart";
}

crate::codec!(struct List { from, key, each, filter, rank, exclude, max });

/// Where inserted HTML goes, or what is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, serde::Deserialize))]
pub enum Place {
    /// Before the element.
    Before,
    /// After the element.
    After,
    /// As its first children.
    Prepend,
    /// As its last children.
    Append,
}

crate::codec!(
    enum Place {
        Before,
        After,
        Prepend,
        Append,
    }
);

/// Writes actions as tagged records.
pub fn encode(actions: &[Action]) -> Vec<u8> {
    let mut out = Vec::new();
    for action in actions {
        match action {
            Action::Text { at, to } => records::put(&mut out, 1, &(at, to)),
            Action::Html { at, to } => records::put(&mut out, 2, &(at, to)),
            Action::Attribute { at, name, to } => records::put(&mut out, 3, &(at, name, to)),
            Action::Class { at, add, remove } => records::put(&mut out, 4, &(at, add, remove)),
            Action::Insert { at, place, html } => records::put(&mut out, 5, &(at, place, html)),
            Action::Remove { at } => records::put(&mut out, 6, &(at,)),
            Action::Hide { at } => records::put(&mut out, 7, &(at,)),
            Action::Reorder { at, order } => records::put(&mut out, 8, &(at, order)),
            Action::Content { data } => records::put(&mut out, 9, &(data,)),
            Action::Style { at, set } => records::put(&mut out, 10, &(at, set)),
            Action::Image { at, src, alt } => records::put(&mut out, 11, &(at, src, alt)),
            Action::Replace { at, html } => records::put(&mut out, 12, &(at, html)),
            Action::Move { at, place, to } => records::put(&mut out, 13, &(at, place, to)),
            Action::Template { name } => records::put(&mut out, 14, &(None::<String>, name)),
            Action::Redirect { to } => records::put(&mut out, 15, &(None::<String>, to)),
            Action::Emit { name, detail } => records::put(&mut out, 16, &(None::<String>, name, detail)),
            Action::List { at, list, .. } => records::put(&mut out, 17, &(at, list)),
            Action::Unknown => records::write(&mut out, u16::MAX, &[]),
        }
    }
    out
}

/// Reads actions; unknown ones become [`Action::Unknown`] and are counted in `skipped`.
pub fn decode(bytes: &[u8], skipped: &mut u32) -> Vec<Action> {
    let mut actions = Vec::new();
    for (tag, body) in records::read(bytes) {
        let mut r = Reader::open(body);
        let mut action = one(tag, &mut r);
        if !r.sound() {
            action = Action::Unknown;
        }
        *skipped += u32::from(matches!(action, Action::Unknown));
        actions.push(action);
    }
    actions
}

fn one(tag: u16, r: &mut Reader<'_>) -> Action {
    if tag == 9 {
        return Action::Content { data: r.take() };
    }
    // Every other action begins with its place.
    let at = r.take();
    match tag {
        1 => Action::Text { at, to: r.take() },
        2 => Action::Html { at, to: r.take() },
        3 => Action::Attribute { at, name: r.take(), to: r.take() },
        4 => Action::Class { at, add: r.take(), remove: r.take() },
        5 => Action::Insert { at, place: r.take(), html: r.take() },
        6 => Action::Remove { at },
        7 => Action::Hide { at },
        8 => Action::Reorder { at, order: r.take() },
        10 => Action::Style { at, set: r.take() },
        11 => Action::Image { at, src: r.take(), alt: r.take() },
        12 => Action::Replace { at, html: r.take() },
        13 => Action::Move { at, place: r.take(), to: r.take() },
        14 => Action::Template { name: r.take() },
        15 => Action::Redirect { to: r.take() },
        16 => Action::Emit { name: r.take(), detail: r.take() },
        17 => Action::List { at, list: r.take(), items: Vec::new() },
        _ => Action::Unknown,
    }
}
