//! The engine: consent gate, profile, segments, decisions and plan, pure and deterministic.
