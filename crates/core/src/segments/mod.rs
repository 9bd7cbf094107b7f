//! Segments: facts make leaves true, leaves make segments.

mod build;
pub mod calendar;
mod derived;
pub mod explain;
pub mod intern;
pub mod leaf;
pub mod matches;
pub mod program;
pub mod scores;
mod sequence;
pub mod sources;
pub mod state;
pub mod suppose;
mod wheel;
pub mod windows;
pub mod world;
