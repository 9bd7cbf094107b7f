//! What an experience does to its slot.

use crate::records;
use crate::value::Value;
use serde::{Deserialize, Serialize};

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
    /// Typed data for a slot that renders itself.
    Content { data: Value },
    /// From a newer compiler: skipped and counted.
    Unknown,
}

/// Where inserted HTML goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

type At = Option<String>;

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
            Action::Unknown => records::write(&mut out, u16::MAX, &[]),
        }
    }
    out
}

/// Reads actions; unknown ones become [`Action::Unknown`] and are counted in `skipped`.
pub fn decode(bytes: &[u8], skipped: &mut u32) -> Vec<Action> {
    records::read(bytes)
        .map(|(tag, body)| {
            one(tag, body).unwrap_or_else(|| {
                *skipped += 1;
                Action::Unknown
            })
        })
        .collect()
}

fn one(tag: u16, body: &[u8]) -> Option<Action> {
    Some(match tag {
        1 => records::body::<(At, String)>(body).map(|(at, to)| Action::Text { at, to })?,
        2 => records::body::<(At, String)>(body).map(|(at, to)| Action::Html { at, to })?,
        3 => records::body::<(At, String, At)>(body).map(|(at, name, to)| Action::Attribute { at, name, to })?,
        4 => records::body::<(At, Vec<String>, Vec<String>)>(body).map(|(at, add, remove)| Action::Class {
            at,
            add,
            remove,
        })?,
        5 => records::body::<(At, Place, String)>(body).map(|(at, place, html)| Action::Insert { at, place, html })?,
        6 => records::body::<(At,)>(body).map(|(at,)| Action::Remove { at })?,
        7 => records::body::<(At,)>(body).map(|(at,)| Action::Hide { at })?,
        8 => records::body::<(At, Vec<String>)>(body).map(|(at, order)| Action::Reorder { at, order })?,
        9 => records::body::<(Value,)>(body).map(|(data,)| Action::Content { data })?,
        _ => return None,
    })
}
