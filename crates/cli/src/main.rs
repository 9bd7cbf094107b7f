//! The vitrine command line.
fn main() {}
