//! The browser SDK.
