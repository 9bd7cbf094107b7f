//! Every endpoint, over a real connection to a listening server. Modules mirror `src/routes/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod bundle;
mod consents;
mod cors;
mod decide;
mod demo;
mod events;
mod files;
mod health;
mod hostile;
mod ingest;
mod limits;
mod openapi;
mod preferences;
mod proof;
mod stops;
mod stream;
mod support;
mod visitor;
