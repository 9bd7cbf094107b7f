//! The conformance door: one request a line in, one answer a line out. JSON is read and written here,
//! conditions and site files are compiled here; the engine gets bytes and answers bytes, natively or in wasm.

mod args;
mod inspect;
mod replay;

use serde_json::{Value, json};
use vitrine_wire::door::{Answer, Request};
use vitrine_wire::{Code, cond};

use crate::{compile_value, json, lower};
use args::Args;
pub use inspect::inspect;

/// Why a request got no answer.
#[derive(Debug, Clone, PartialEq)]
struct Failure {
    code: Code,
    message: String,
    /// Findings of a site file that does not compile.
    findings: Option<Value>,
}

impl Failure {
    fn argument(message: impl Into<String>) -> Self {
        Failure { code: Code::Argument, message: message.into(), findings: None }
    }
}

/// Answers one line. `engine` is `vitrine_core::door::answer`, or the same function in another wasm module.
/// Nothing is fatal: what cannot be answered gets an `error` with a code.
pub fn answer(line: &str, engine: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> String {
    let mut id = Value::Null;
    let done = request(line, &mut id).and_then(|(op, args)| run(&op, &Args(&args), engine));
    match done {
        Ok(ok) => json!({"id": id, "ok": ok}),
        Err(failure) => {
            let mut error = json!({"code": failure.code.as_str(), "message": failure.message});
            if let (Some(findings), Some(error)) = (failure.findings, error.as_object_mut()) {
                error.insert("findings".into(), findings);
            }
            json!({"id": id, "error": error})
        }
    }
    .to_string()
}

fn request(line: &str, id: &mut Value) -> Result<(String, Vec<Value>), Failure> {
    let failed = |message: String| Failure { code: Code::Request, message, findings: None };
    let parsed: Value =
        serde_json::from_str(&json::mend(line)).map_err(|e| failed(format!("the line is not JSON: {e}")))?;
    *id = parsed.get("id").cloned().unwrap_or_default();
    let op = parsed.get("op").and_then(Value::as_str).ok_or_else(|| failed("`op` is missing or no text".into()))?;
    match parsed.get("args") {
        Some(Value::Array(args)) => Ok((op.into(), args.clone())),
        _ => Err(failed("`args` is missing or no array".into())),
    }
}

fn run(op: &str, args: &Args<'_>, engine: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Result<Value, Failure> {
    let request = match op {
        "evalCondition" => Request::EvalCondition {
            condition: cond::encode(&lower::condition(args.value(0)?)),
            attributes: args.map(1)?,
            groups: args.map(2)?,
        },
        "hash" => Request::Hash { seed: args.text(0)?, value: args.text(1)?, version: args.version(2) },
        "getBucketRange" => {
            let args = args.spread();
            Request::BucketRange {
                variations: args.variations(0)?,
                coverage: args.number_or(1, 1.0)?,
                weights: args.numbers(2)?,
            }
        }
        "chooseVariation" => Request::ChooseVariation { n: args.number(0)?, ranges: args.ranges(1)? },
        "inNamespace" => {
            let namespace = args.namespace(1)?;
            let namespace = Args(&namespace);
            Request::InNamespace {
                id: args.text(0)?,
                namespace: namespace.text(0)?,
                from: namespace.number(1)?,
                to: namespace.number(2)?,
            }
        }
        "getEqualWeights" => Request::EqualWeights { n: args.spread().variations(0)? },
        "getQueryStringOverride" => {
            Request::QueryOverride { key: args.text(0)?, url: args.text(1)?, variations: args.number(2)? }
        }
        "check" => {
            let findings = match args.value(0)? {
                Value::String(text) => crate::check(text),
                value => crate::check_value(value),
            };
            return serde_json::to_value(findings).map_err(|e| Failure::argument(e.to_string()));
        }
        "replay" | "explain" => return visit(op, args, engine),
        _ => {
            let message = format!("no operation is called `{op}`");
            return Err(Failure { code: Code::Request, message, findings: None });
        }
    };
    plain(ask(&request, engine)?)
}

/// Replays a visit: compiles the site file for the time that the inputs span, then asks the engine.
fn visit(op: &str, args: &Args<'_>, engine: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Result<Value, Failure> {
    let visit = replay::read(args.value(1)?)?;
    let options = visit.options();
    let compiled = match args.value(0)? {
        Value::String(text) => crate::compile(text, &options),
        value => compile_value(value, &options),
    };
    let bundle = compiled.map_err(|findings| Failure {
        code: Code::SiteFile,
        message: findings
            .iter()
            .find(|f| f.is_error())
            .map_or_else(String::new, |f| format!("{}: {}", f.pointer, f.message)),
        findings: serde_json::to_value(findings).ok(),
    })?;
    let replay::Visit { visitor, inputs, asked } = visit;
    if op == "replay" {
        let request = Request::Replay { bundle: bundle.payload, visitor, inputs };
        return match ask(&request, engine)? {
            Answer::Reads(reads) => Ok(replay::write(&reads, &asked)),
            other => plain(other),
        };
    }
    plain(ask(&Request::Explain { bundle: bundle.payload, visitor, inputs, id: args.text(2)? }, engine)?)
}

fn ask(request: &Request, engine: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Result<Answer, Failure> {
    let bytes = postcard::to_allocvec(request).map_err(|e| Failure::argument(e.to_string()))?;
    let answered = engine(&bytes);
    postcard::from_bytes(&answered).map_err(|_| Failure {
        code: Code::Trap,
        message: "the engine's answer does not decode".into(),
        findings: None,
    })
}

fn plain(answer: Answer) -> Result<Value, Failure> {
    let number = |n: f64| json_of(&vitrine_wire::Value::Num(n));
    Ok(match answer {
        Answer::Bool(b) => b.into(),
        Answer::Number(n) => n.map_or(Value::Null, number),
        Answer::Ranges(ranges) => ranges.iter().map(|(a, b)| json!([number(*a), number(*b)])).collect(),
        Answer::Numbers(numbers) => numbers.into_iter().map(number).collect(),
        Answer::Reads(reads) => replay::write(&reads, &[]),
        Answer::Tree(tree) => json_of(&tree),
        Answer::Error(message) => return Err(Failure::argument(message)),
    })
}

/// A value of the engine as JSON; numbers as JavaScript writes them.
fn json_of(value: &vitrine_wire::Value) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
