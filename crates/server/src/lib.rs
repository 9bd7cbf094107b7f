//! The backend: ingest, profiles, bundles, consents, stream.

pub mod keys;
