//! Compiler, explanations and the JSON door, for a page that asks for them.
