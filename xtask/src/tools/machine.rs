//! What a machine may lack: the wasm target, npm packages, browsers. Each is added where that may be done.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{command, fingerprint, process};

/// Adds the `wasm32-unknown-unknown` target to the toolchain when it is missing.
///
/// # Errors
/// rustup refused.
pub fn wasm_target() -> anyhow::Result<()> {
    let sysroot = quiet(&mut command("rustc", ["--print", "sysroot"])).unwrap_or_default();
    if Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown").is_dir() {
        return Ok(());
    }
    process::run("adding the wasm target", &mut command("rustup", ["target", "add", "wasm32-unknown-unknown"]))
        .map(drop)
}

/// Adds rustfmt and clippy, which a minimal toolchain lacks.
///
/// # Errors
/// rustup refused.
pub fn lint_tools() -> anyhow::Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if quiet(&mut command(program, ["--version"])).is_none() {
            let what = format!("adding {component}");
            process::run(&what, &mut command("rustup", ["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Installs the npm packages of the lock file, without their install scripts, unless they are there already.
///
/// # Errors
/// npm failed, or is missing.
pub fn npm() -> anyhow::Result<()> {
    let inputs = ["package.json", "package-lock.json", "pkg/package.json", "tests/package.json", "bench/package.json"];
    fingerprint::unless_fresh("node_modules/.vitrine-stamp", &inputs, || {
        process::run(
            "installing npm packages",
            &mut command("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
        )
        .map(drop)
    })
}

/// A program that the tests use, and the Debian package that brings it.
struct Wanted {
    /// Any of these will do: a name on the path.
    programs: &'static [&'static str],
    package: &'static str,
}

const WANTED: [Wanted; 4] = [
    Wanted {
        programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
        package: "chromium",
    },
    Wanted { programs: &["firefox-esr", "firefox"], package: "firefox-esr" },
    Wanted { programs: &["WebKitWebDriver"], package: "webkit2gtk-driver" },
    Wanted { programs: &["Xvfb"], package: "xvfb" },
];

/// Installs the browsers that are missing, on Debian as root; elsewhere the machine's own are used and what is missing
/// is said by the suites that need it.
///
/// # Errors
/// apt-get failed.
pub fn browsers() -> anyhow::Result<()> {
    let missing: Vec<&str> = WANTED
        .iter()
        .filter(|wanted| !wanted.programs.iter().any(|program| on_path(program)))
        .map(|wanted| wanted.package)
        .collect();
    if missing.is_empty() || !on_path("apt-get") || !root_user() {
        return Ok(());
    }
    process::run("reading the package lists", apt().arg("update"))?;
    let what = format!("installing {}", missing.join(", "));
    process::run(&what, apt().args(["install", "--yes", "--no-install-recommends"]).args(missing)).map(drop)
}

/// Whether a program of this name can be found on the path.
pub fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The output of a short program, if it ran well.
pub fn quiet(command: &mut Command) -> Option<String> {
    let done = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).into_owned())
}

fn apt() -> Command {
    let mut apt = command("apt-get", ["-q"]);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn root_user() -> bool {
    quiet(&mut command("id", ["-u"])).is_some_and(|id| id.trim() == "0")
}
