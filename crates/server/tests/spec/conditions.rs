//! The rows that ask one condition, as a segment over what a page says of itself.

use reqwest::StatusCode;
use serde_json::{Map, Value, json};
use vitrine_compiler::Options;
use vitrine_server::Limits;

use super::support::{NOW, PK, Running, VISITOR, run_with, token};
use super::{PLENTY, runner};

/// Rows that ran when this was written.
const AT_LEAST: usize = 140;

#[tokio::test]
async fn conditions_of_tests_spec() {
    let (mut said, mut groups, mut refused, mut others) = (Vec::new(), Map::new(), 0, 0);
    for row in runner::load(&super::folder()).unwrap() {
        let request: Value = serde_json::from_str(&row.line).unwrap_or_default();
        if request["op"] != "evalCondition" {
            others += 1;
            continue;
        }
        let args = request["args"].clone();
        groups.extend(args[2].as_object().cloned().unwrap_or_default());
        let segment = json!({"when": on_page(&args[0])});
        let alone =
            json!({"vitrine": 1, "site": "s", "groups": args.get(2).unwrap_or(&json!({})), "segments": {"a": segment}});
        if vitrine_compiler::compile_value(&alone, &Options::at(NOW)).is_err() {
            refused += 1;
        } else {
            said.push((row, segment, args));
        }
    }
    let ran = said.len();
    println!(
        "{ran} conditions over what a page says; {refused} that the linter refuses in a site file; {others} other rows"
    );
    let name = |n: usize| format!("row-{n}");
    let segments: Map<String, Value> =
        said.iter().enumerate().map(|(n, (_, when, _))| (name(n), when.clone())).collect();
    let site = json!({"vitrine": 1, "site": "s", "groups": groups, "segments": segments}).to_string();
    let server = run_with(|config| {
        std::fs::write(&config.site, site).unwrap();
        config.limits = Limits { per_key: PLENTY, per_address: PLENTY };
    })
    .await;
    let act = json!({"site": "s", "key": PK, "visitor": VISITOR, "token": token(VISITOR), "purposes": {"personalization": "granted"}});
    assert_eq!(server.post("/v1/visitor/consents", &act).send().await.unwrap().status(), StatusCode::OK);
    let mut wrong = Vec::new();
    for (n, (row, _, args)) in said.iter().enumerate() {
        let inside = inside(&server, &args[1]).await;
        wrong.extend(row.judge(&json!({"ok": inside.contains(&name(n).into())}).to_string()));
    }
    assert!(wrong.is_empty(), "{} of {ran} rows:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran >= AT_LEAST, "only {ran} rows ran");
    server.stop().await;
}

/// The segments that attributes of the page put the visitor in.
async fn inside(server: &Running, attributes: &Value) -> Vec<Value> {
    let asked = json!({"visitor": VISITOR, "context": {"data": attributes}});
    let request = server.post("/v1/sites/s/decide", &asked).basic_auth(server.secret(), Some(""));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json::<Value>().await.unwrap()["segments"].as_array().unwrap().clone()
}

/// The same condition, on `context.data`.
fn on_page(condition: &Value) -> Value {
    let Value::Object(members) = condition else { return condition.clone() };
    let member = |(key, value): (&String, &Value)| match (key.as_str(), value) {
        ("$and" | "$or" | "$nor", Value::Array(parts)) => (key.clone(), parts.iter().map(on_page).collect()),
        ("$not", inner) => (key.clone(), on_page(inner)),
        (operator, _) if operator.starts_with('$') => (key.clone(), value.clone()),
        (attribute, _) => (format!("context.data.{attribute}"), value.clone()),
    };
    members.iter().map(member).collect::<Map<String, Value>>().into()
}
