//! Visits: inputs in, effects out, against a device that keeps what it is told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod names;
mod opening;
mod page;
mod rules;

mod anew;
mod asking;
mod consent;
mod deciding;
mod ending;
mod exposure;
mod facts;
mod fixture;
mod hurry;
mod limits;
mod lists;
mod log;
mod minor;
mod paint;
mod properties;
mod replaying;
mod sources;
mod steps;
mod sync;
mod tags;
mod whole;
mod windows;
