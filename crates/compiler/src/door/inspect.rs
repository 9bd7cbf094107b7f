//! The inspector's questions: what a page's engine gave away of itself and a question in JSON in, the replica's answer out.
//! Nothing here reaches the page that it is about.

use serde_json::{Map, Value, json};
use vitrine_core::Engine;
use vitrine_core::engine::replica::Chosen;
use vitrine_core::replay::Visit;
use vitrine_core::segments::suppose;
use vitrine_wire::{ConsentState, Millis, Purpose};

use super::{Failure, json_of, replay};
use crate::json;

/// Answers one question about a state: `{visitor, consent, at: [ms], suppose: {path: value}, inputs: [{event} | {consent} |
/// {context}], explain: [id], facts, outline}`. Everything but `at` may be absent; of `at`, null is the page's own now.
/// `{ok: {reads, trees, facts, outline, unread}}`, or `{error}`.
pub fn inspect(state: &[u8], question: &str) -> String {
    let parsed = serde_json::from_str(&json::mend(question)).map_err(|e| Failure::argument(e.to_string()));
    match parsed.and_then(|question: Value| answer(state, &question)) {
        Ok(ok) => json!({"ok": ok}),
        Err(failure) => json!({"error": {"code": failure.code.as_str(), "message": failure.message}}),
    }
    .to_string()
}

fn answer(state: &[u8], question: &Value) -> Result<Value, Failure> {
    let visitor = question.get("visitor").and_then(Value::as_str).unwrap_or("supposed");
    let chosen = chosen(question.get("consent"));
    let wants = |name: &str| question.get(name) == Some(&Value::Bool(true));
    let supposed = supposed(question.get("suppose"));
    let none = Vec::new();
    let list = |name: &str| question.get(name).and_then(Value::as_array).unwrap_or(&none);
    let (mut reads, mut trees, mut out) = (Vec::new(), Map::new(), Map::new());
    for at in list("at") {
        let made = Engine::replica(state, visitor, &chosen, at.as_f64().map(|at| at as Millis));
        let (engine, rebuilt) = made.ok_or_else(|| Failure::argument("the state does not decode"))?;
        let mut visit = Visit::from(engine, visitor);
        if wants("outline") {
            out.insert("outline".into(), json_of(&visit.engine().outline()));
        }
        let now = visit.engine().now();
        for input in list("inputs") {
            visit.input(&replay::input_at(input, now).map_err(Failure::argument)?);
        }
        // As they are, before anything is supposed.
        if wants("facts") {
            out.insert("facts".into(), visit.engine().facts_read().iter().map(json_of).collect());
        }
        let read = if supposed.is_empty() { Vec::new() } else { visit.engine_mut().suppose(&supposed) };
        let unread = supposed.iter().filter(|(path, _)| read.iter().all(|(_, known)| known != path));
        out.insert("unread".into(), unread.map(|(path, _)| path.as_str()).collect());
        let engine = visit.engine();
        for id in list("explain").iter().filter_map(Value::as_str) {
            let mut tree = engine.explain(now, id).unwrap_or_default();
            suppose::named(&mut tree, &read);
            trees.insert(id.into(), json_of(&tree));
        }
        reads.push(one(engine, rebuilt));
    }
    out.insert("trees".into(), trees.into());
    out.insert("reads".into(), reads.into());
    Ok(out.into())
}

/// How things stand; the instant in milliseconds.
fn one(engine: &Engine, rebuilt: bool) -> Value {
    let mut read = replay::write(&[engine.present()], &[]).get_mut(0).map(Value::take).unwrap_or_default();
    if let Some(read) = read.as_object_mut() {
        read.insert("at".into(), engine.now().into());
        read.insert("rebuilt".into(), rebuilt.into());
        read.insert("consent".into(), json_of(&engine.consent()));
    }
    read
}

fn chosen(json: Option<&Value>) -> Vec<Chosen> {
    let one = |(purpose, choice): (&String, &Value)| {
        let state = ConsentState::parse(choice.get("state")?.as_str()?)?;
        let source = choice.get("source").and_then(Value::as_str).unwrap_or("preference");
        let decided = choice.get("decidedAt").and_then(Value::as_f64).map_or(Millis::MIN, |at| at as Millis);
        let said = !matches!(state, ConsentState::Unknown | ConsentState::Expired);
        said.then_some((Purpose::parse(purpose)?, state, source.to_owned(), decided))
    };
    json.and_then(Value::as_object).map(|all| all.iter().filter_map(one).collect()).unwrap_or_default()
}

fn supposed(json: Option<&Value>) -> Vec<(String, vitrine_wire::Value)> {
    let all = json.and_then(Value::as_object);
    all.map(|all| all.iter().map(|(path, value)| (path.clone(), json::value(value))).collect()).unwrap_or_default()
}
