//! The backend: ingest, profiles, bundles, consents, stream.
//!
//! A request comes in through [`routes`], is checked by [`access`], [`limits`] and [`ingest`], changes what is kept through
//! the one trait [`db::Db`], and is answered after the commit; whoever watches is woken by [`hub`].

pub mod access;
pub mod app;
pub mod config;
pub mod db;
pub mod decide;
pub mod error;
pub mod hub;
pub mod ingest;
pub mod keys;
pub mod limits;
pub mod preferences;
pub mod profile;
pub mod proof;
pub mod publish;
pub mod requests;
pub mod retention;
pub mod routes;
pub mod site;
pub mod start;
mod watch;

pub use config::{Config, Limits, system_clock};
pub use start::{Server, StartError, start};
