//! Types, limits and codes that every part of Vitrine shares.
//!
//! No logic but validation and encoding: the engine, the compiler, the browser shell and the server all depend on this
//! crate and on nothing of each other's to agree on what a thing is called and how it is written down.

pub mod action;
pub mod bundle;
pub mod code;
pub mod codec;
pub mod cond;
pub mod decision;
pub mod door;
pub mod envelope;
pub mod event;
pub mod http;
pub mod limits;
pub mod paint;
pub mod purpose;
pub mod records;
pub mod regex;
pub mod value;

pub use action::Action;
pub use bundle::{Bundle, Experience, Segment, Variant};
pub use code::{Code, OperatorCode};
pub use cond::{Cond, Test};
pub use decision::{Decision, Reason, Rejected, Rejection};
pub use event::{Event, EventKind, StoredEvent};
pub use purpose::{ConsentState, Purpose, PurposeSet};
pub use value::{Map, Value};

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = i64;
