//! The backend: ingest, profiles, bundles, consents, stream.
