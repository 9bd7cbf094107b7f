//! Child processes: their output is kept, and shown as progress while they run.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

/// How often a long step says that it is still going where there is no terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);
/// How many lines of a failed step are shown.
const TAIL: usize = 60;

/// What a process left behind.
#[derive(Debug)]
pub struct Done {
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output and error, in the order they came.
    pub text: String,
}

/// Runs a step that must succeed. On failure the end of its output is part of the error.
///
/// # Errors
/// The program cannot be started, or ended with another code than 0.
pub fn run(what: &str, command: &mut Command) -> anyhow::Result<String> {
    let done = watch(what, command)?;
    if done.status.success() {
        return Ok(done.text);
    }
    anyhow::bail!("{what}: {} ended with {}\n{}", name(command), done.status, tail(&done.text))
}

/// Runs a step to its end, whatever that is, showing one line of progress.
///
/// # Errors
/// The program cannot be started.
pub fn watch(what: &str, command: &mut Command) -> anyhow::Result<Done> {
    let shown = Shown::new(what);
    let (sender, receiver) = channel();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", name(command)))?;
    let readers = [
        child.stdout.take().map(|out| read(out, sender.clone())),
        child.stderr.take().map(|err| read(err, sender.clone())),
    ];
    drop(sender);
    let text = collect(&receiver, &shown);
    for reader in readers.into_iter().flatten() {
        // A reader only ends by itself; nothing is lost if it could not be joined.
        let _ = reader.join();
    }
    let status = child.wait()?;
    shown.end(status.success());
    Ok(Done { status, text })
}

/// The last lines of a text, without empty ones at its end.
pub fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines.iter().skip(lines.len().saturating_sub(TAIL)).copied().collect::<Vec<_>>().join("\n")
}

/// Keeps the whole output of a step in `target/xtask/<name>.log`, for whoever must see more than its end.
///
/// # Errors
/// The file cannot be written.
pub fn keep_log(name: &str, text: &str) -> anyhow::Result<String> {
    let folder = Path::new("target/xtask");
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("{name}.log"));
    std::fs::write(&path, text)?;
    Ok(path.display().to_string())
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let first = command.get_args().next().unwrap_or_default();
    format!("{} {}", program.to_string_lossy(), first.to_string_lossy()).trim_end().to_owned()
}

fn read(stream: impl Read + Send + 'static, lines: Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while matches!(stream.read_until(b'\n', &mut line), Ok(count) if count > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            line.clear();
            if lines.send(text).is_err() {
                return;
            }
        }
    })
}

fn collect(lines: &Receiver<String>, shown: &Shown) -> String {
    let mut text = String::new();
    let mut signed = Instant::now();
    loop {
        match lines.recv_timeout(SIGN_OF_LIFE.saturating_sub(signed.elapsed())) {
            Ok(line) => {
                shown.tell(&line);
                text.push_str(&line);
                text.push('\n');
            }
            Err(RecvTimeoutError::Timeout) => {
                shown.alive(text.lines().next_back().unwrap_or_default());
                signed = Instant::now();
            }
            Err(RecvTimeoutError::Disconnected) => return text,
        }
    }
}

/// One step on the screen: a spinner on a terminal, plain lines elsewhere.
struct Shown {
    what: String,
    began: Instant,
    bar: Option<ProgressBar>,
}

impl Shown {
    fn new(what: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}");
            let bar = ProgressBar::new_spinner().with_prefix(what.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar
        });
        if bar.is_none() {
            eprintln!("· {what} …");
        }
        Self { what: what.to_owned(), began: Instant::now(), bar }
    }

    fn tell(&self, line: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(line.trim().to_owned());
        }
    }

    fn alive(&self, line: &str) {
        if self.bar.is_none() {
            eprintln!("  {} s so far: {}", self.began.elapsed().as_secs(), line.trim());
        }
    }

    fn end(self, good: bool) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let sign = if good { "✓" } else { "✗" };
        eprintln!("{sign} {} ({:.1} s)", self.what, self.began.elapsed().as_secs_f64());
        // Progress is for people; a closed pipe must not end the work.
        let _ = std::io::stderr().flush();
    }
}
