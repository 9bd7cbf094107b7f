//! The conformance door as a child process: all requests in, all answers out, in order.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::thread;

use anyhow::Context;
use serde_json::Value;

/// Sends every request to `engine` and returns as many answers.
///
/// # Errors
/// The door could not be opened, closed early, or answered with a line that is not JSON.
pub fn ask(engine: &str, requests: &[Value]) -> anyhow::Result<Vec<Value>> {
    ask_lines(engine, &requests.iter().map(Value::to_string).collect::<Vec<_>>())
}

/// As [`ask`], for requests that may be no JSON at all.
///
/// # Errors
/// As [`ask`].
pub fn ask_lines(engine: &str, requests: &[String]) -> anyhow::Result<Vec<Value>> {
    let mut child = crate::tools::xtask(["conform", "--engine", engine])?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot open the {engine} door"))?;
    let mut input = child.stdin.take().context("the door has no input")?;
    let output = child.stdout.take().context("the door has no output")?;
    let lines: String = requests.iter().map(|request| format!("{request}\n")).collect();
    // A thread of its own: a door that answers while it reads would otherwise wait for us, and we for it.
    let writer = thread::spawn(move || input.write_all(lines.as_bytes()));
    let mut answers = Vec::with_capacity(requests.len());
    for line in BufReader::new(output).lines() {
        answers.push(serde_json::from_str(&line?).context("the door answered a line that is not JSON")?);
    }
    let status = child.wait()?;
    // A broken pipe is told better by the count below.
    let _ = writer.join();
    anyhow::ensure!(
        answers.len() == requests.len(),
        "{} requests, {} answers from the {engine} door, which ended with {status}",
        requests.len(),
        answers.len()
    );
    Ok(answers)
}
