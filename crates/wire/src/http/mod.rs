//! Bodies of the HTTP API (wire.md §1–3).
