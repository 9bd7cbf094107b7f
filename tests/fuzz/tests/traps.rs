//! What must be found is found: a target that does it on purpose ends the process.
#![allow(clippy::unwrap_used)]

use std::process::Command;

#[test]
fn each_kind_of_finding_ends_the_process() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let rows = [
        ("nothing", true, ""),
        ("panic", false, "as asked"),
        ("slow", false, "a run took"),
        ("endless", false, "does not end"),
        ("memory", false, "memory allocation"),
        ("stack", false, "overflowed its stack"),
    ];
    for (what, good, said) in rows {
        let input = folder.join(what);
        std::fs::write(&input, what).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_vitrine-fuzz"));
        let done = program.args(["trap", "--endless", "3000", "--input"]).arg(&input).output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() == good && told.contains(said), "{what}: {} {told}", done.status);
    }
}
