//! The one door to standard output and standard error. Who reads may go at any time, as `head` does: then nothing more is
//! written, and the command ends as it would have.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};

/// A line on standard output.
macro_rules! say {
    ($($text:tt)*) => { $crate::out::line(&mut std::io::stdout().lock(), format_args!($($text)*)) };
}

/// A line on standard error.
macro_rules! tell {
    ($($text:tt)*) => { $crate::out::line(&mut std::io::stderr().lock(), format_args!($($text)*)) };
}

pub(crate) use {say, tell};

/// Writes a line.
pub fn line(to: &mut impl Write, text: Arguments<'_>) {
    done(writeln!(to, "{text}"));
}

/// Writes a text to standard output as it is.
pub fn text(text: &str) {
    let mut out = io::stdout().lock();
    done(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// A reader who is gone is no failure; a full disk is one.
fn done(written: io::Result<()>) {
    let Err(error) = written else { return };
    if error.kind() != ErrorKind::BrokenPipe {
        // Said where it still can be.
        let _ = writeln!(io::stderr(), "error: cannot write the output: {error}");
        std::process::exit(1);
    }
}
