//! The rows of `tests/spec` through a real server: its site file is published, its events come in over HTTP as a page sends
//! them, its choices are posted, and `decide` answers its reads. What cannot be said to a server is counted by reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs, dead_code)]

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::StreamExt;
use reqwest::StatusCode;
use serde_json::{Map, Value, json};
use vitrine_server::Limits;

#[path = "spec/conditions.rs"]
mod conditions;
#[path = "../../../tests/spec/runner.rs"]
mod runner;
#[path = "routes/support.rs"]
mod support;

use support::{PK, Running, VISITOR, run_with, token};

/// Rows that ran when this was written; fewer means that a way through was lost.
const AT_LEAST: (usize, usize) = (200, 110);
/// Servers at once: most of their time they wait for the disk.
const AT_ONCE: usize = 8;

/// More requests a second than a test makes.
const PLENTY: NonZeroU32 = NonZeroU32::new(100_000).unwrap();

/// Who sends the events.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sender {
    /// A page with the public key and the visitor's token; choices are posted.
    Page,
    /// The site's server with the secret key, under the row's own visitor; events carry the consent.
    Backend,
}

/// A row as a server can hear it.
struct Row {
    site: Value,
    unit: String,
    inputs: Vec<(i64, Value)>,
    explain: Option<String>,
}

#[tokio::test]
async fn rows_of_tests_spec() {
    let (mut said, mut others) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for row in runner::load(&folder()).unwrap() {
        match sayable(&row) {
            Ok(visit) => said.push((row, visit)),
            Err(reason) => *others.entry(reason).or_default() += 1,
        }
    }
    let (ran, again) = (said.len(), said.iter().filter(|(_, visit)| visit.by_backend()).count());
    println!("{ran} rows as a page says them, {again} again as the site's server says them; others: {others:#?}");
    let judged = said.iter().map(async |(row, visit)| {
        let wrong = |(sender, answer)| Some(format!("{sender:?}, {}", row.judge(&json!({"ok": answer}).to_string())?));
        answers(visit).await.into_iter().filter_map(wrong).collect::<Vec<_>>()
    });
    let wrong = futures_util::stream::iter(judged).buffer_unordered(AT_ONCE).concat().await;
    assert!(wrong.is_empty(), "{} of {ran} rows:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran >= AT_LEAST.0 && again >= AT_LEAST.1, "only {ran} and {again} rows ran");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/spec")
}

/// What a row says to a server, or why it says nothing to one.
fn sayable(row: &runner::Row) -> Result<Row, &'static str> {
    let request: Value = serde_json::from_str(&row.line).map_err(|_| "a line that is not JSON")?;
    let args = &request["args"];
    match request["op"].as_str() {
        Some("replay" | "explain") if row.expected.0 == "ok" => {}
        Some("replay" | "explain") => return Err("what the door refuses in words of its own"),
        Some("check") => return Err("a question to the linter"),
        Some("evalCondition") => return Err("a bare condition: see `conditions`"),
        _ => return Err("a question without a visit"),
    }
    let instant = |input: &Value| input["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let listed = args[1]["inputs"].as_array().unwrap();
    let inputs: Vec<(i64, Value)> = listed.iter().map(|input| (instant(input), input.clone())).collect();
    if inputs.is_sorted_by_key(|(at, _)| at) {
        let unit = args[1]["visitor"].as_str().unwrap().to_owned();
        let said = Row { site: args[0].clone(), unit, inputs, explain: args[2].as_str().map(str::to_owned) };
        said.heard().map(|()| said)
    } else {
        Err("the clock goes back, and a server holds no visit's own now")
    }
}

impl Row {
    fn heard(&self) -> Result<(), &'static str> {
        let mut allowed = Map::new();
        for (_, input) in &self.inputs {
            if input.get("profile").is_some() {
                return Err("rows of a profile that no event brings");
            }
            allowed.extend(input["consent"].as_object().cloned().unwrap_or_default());
            let silent = allowed.get("measurement").is_none_or(|state| state != "granted");
            if input.get("event").is_some() && silent && allowed.get("personalization").is_some_and(|s| s == "granted")
            {
                return Err("events of a visitor who is not measured stay on the device");
            }
        }
        Ok(())
    }

    /// Whether the site's server can say it too: its first event says what is allowed for good, and nothing asks for visits or when
    /// the visitor was seen: that is what pages send.
    fn by_backend(&self) -> bool {
        let site = self.site.to_string();
        let visits = ["inactive", "session", "\"page\"", "prospect", "channels.", "first.", "last."];
        let choices = self.inputs.iter().filter(|(_, input)| input.get("consent").is_some()).count();
        let first = self.inputs.iter().find(|(_, input)| input.get("consent").is_none());
        !self.splits()
            && choices == 1
            && first.is_some_and(|(_, input)| input.get("event").is_some())
            && !visits.iter().any(|v| site.contains(v))
    }

    /// Whether the answer depends on the unit, which rows choose and pages draw.
    fn splits(&self) -> bool {
        let drawn = |holder: &Value| holder["holdout"].as_f64().is_some_and(|share| share > 0.0 && share < 1.0);
        let several = |e: &Value| e["variants"].as_array().is_some_and(|variants| variants.len() > 1);
        let experiences = self.site["experiences"].as_array().into_iter().flatten();
        drawn(&self.site) || experiences.into_iter().any(|e| drawn(e) || several(e))
    }
}

/// Lives through a row with a server of its own, and gives what it decided for the visitor of each sender.
async fn answers(row: &Row) -> Vec<(Sender, Value)> {
    let clock = Arc::new(AtomicI64::new(row.inputs[0].0));
    let time = clock.clone();
    let server = run_with(|config| {
        std::fs::write(&config.site, row.site.to_string()).unwrap();
        config.limits = Limits { per_key: PLENTY, per_address: PLENTY };
        config.clock = Arc::new(move || time.load(Ordering::SeqCst));
    })
    .await;
    if row.splits() {
        same_person(&server, &row.unit, &clock).await;
    }
    let mut visits = vec![Visit::new(Sender::Page, VISITOR)];
    visits.extend(row.by_backend().then(|| Visit::new(Sender::Backend, &row.unit)));
    for (at, input) in &row.inputs {
        clock.store(*at, Ordering::SeqCst);
        for visit in &mut visits {
            visit.input(&server, input).await;
        }
    }
    if let (Some(id), Some((_, last))) = (&row.explain, row.inputs.last()) {
        for visit in &mut visits {
            visit.answer = visit.decide(&server, &last["at"], Some(id)).await["explain"][id].take();
        }
    }
    server.stop().await;
    visits.into_iter().map(|visit| (visit.sender, visit.answer)).collect()
}

/// Makes the page's visitor a person who was first seen under the row's unit.
async fn same_person(server: &Running, unit: &str, clock: &AtomicI64) {
    let secret = server.secret().to_owned();
    clock.fetch_sub(2, Ordering::SeqCst);
    for visitor in [unit, VISITOR] {
        clock.fetch_add(1, Ordering::SeqCst);
        let login = json!({"type": "identify", "anonymousId": visitor, "userId": "u", "messageId": visitor});
        assert_eq!(server.send(&secret, &[login]).await["stored"], 1);
    }
}

/// What the sender holds.
struct Visit {
    sender: Sender,
    visitor: String,
    context: Value,
    allowed: Map<String, Value>,
    answer: Value,
}

impl Visit {
    fn new(sender: Sender, visitor: &str) -> Visit {
        Visit { sender, visitor: visitor.into(), context: Value::Null, allowed: Map::new(), answer: json!([]) }
    }

    async fn input(&mut self, server: &Running, input: &Value) {
        if let Some(purposes) = input.get("consent") {
            self.choose(server, purposes).await;
        } else if let Some(event) = input.get("event") {
            self.send(server, &input["at"], event).await;
        } else if let Some(context) = input.get("context") {
            self.context = context.clone();
        } else {
            let read = self.decide(server, &input["at"], None).await;
            self.answer.as_array_mut().unwrap().push(read);
        }
    }

    async fn choose(&mut self, server: &Running, purposes: &Value) {
        self.allowed.extend(purposes.as_object().unwrap().clone());
        if self.sender == Sender::Backend {
            return;
        }
        let act = json!({"site": "s", "key": PK, "visitor": VISITOR, "token": token(VISITOR), "purposes": purposes});
        let answer = server.post("/v1/visitor/consents", &act).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{act}");
    }

    /// As the page's engine sends it: with the page it happened on, what was allowed, and the visitor's token.
    async fn send(&self, server: &Running, at: &Value, event: &Value) {
        let granted = |purpose: &str| self.allowed.get(purpose).is_some_and(|state| state == "granted");
        if !granted("measurement") {
            return;
        }
        let mut event = event.clone();
        event["anonymousId"] = self.visitor.clone().into();
        if event.get("timestamp").is_none() {
            event["timestamp"] = at.clone();
        }
        if event.get("context").is_none() {
            event["context"] = json!({"page": self.context.get("page").cloned().unwrap_or(json!({}))});
        }
        let key = match self.sender {
            Sender::Page => PK,
            Sender::Backend => server.secret(),
        };
        if self.sender == Sender::Page {
            event["context"]["vitrine"] = json!({"token": token(VISITOR)});
        } else if let Some(id) = event["messageId"].as_str() {
            // Another event than the page's.
            event["messageId"] = format!("{id} again").into();
        }
        event["context"]["consent"]["categoryPreferences"] =
            ["measurement", "personalization", "experiments", "marketing"]
                .into_iter()
                .map(|purpose| (purpose.to_owned(), granted(purpose).into()))
                .collect::<Map<String, Value>>()
                .into();
        let answer = server.send(key, &[event.clone()]).await;
        assert_eq!(answer["stored"].as_u64().unwrap() + answer["duplicates"].as_u64().unwrap(), 1, "{event} {answer}");
    }

    async fn decide(&self, server: &Running, at: &Value, explain: Option<&str>) -> Value {
        let mut asked = json!({"visitor": self.visitor, "at": at, "explain": explain.into_iter().collect::<Vec<_>>()});
        if self.context.is_object() {
            asked["context"] = self.context.clone();
        }
        let asked = server.post("/v1/sites/s/decide", &asked).basic_auth(server.secret(), Some(""));
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }
}
