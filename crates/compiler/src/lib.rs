//! Site file (JSON) to linted, compiled bundle (bytes).
