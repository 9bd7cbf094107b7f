//! The engine: consent gate, profile, segments, decisions and plan. Pure and deterministic.
//!
//! No clock, no randomness, no I/O, no JSON text: time, ids and results come in as [`Input`], everything that must happen
//! goes out as [`Effect`]. The same inputs give the same effects, so any visit can be replayed.

pub mod decide;
pub mod door;
pub mod engine;
pub mod fifo;
pub mod gate;
pub mod hash;
pub mod io;
pub mod json;
pub mod log;
pub mod order;
pub mod plan;
pub mod profile;
pub mod replay;
pub mod rules;
pub mod segments;
pub mod site;
pub mod size;
pub mod sync;
pub mod time;

pub use engine::Engine;
pub use gate::Granted;
pub use io::{Effect, Input};
