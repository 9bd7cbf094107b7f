use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use reqwest::StatusCode;
use serde_json::{Value, json};
use vitrine_server::proof::receipt::read;

use super::support::{ORIGIN, PK, Running, SITE, VISITOR, run, token};

const NOTICE: &str = "We remember your visit on this device.";

/// A site with notices.
fn site_file(text: &str) -> String {
    json!({
        "vitrine": 1, "site": SITE, "origins": [ORIGIN], "locales": ["en"],
        "notices": {"n1": {"en": text}}, "purposes": {"personalization": {"notice": "n1"}},
        "controller": {"name": "Shop SAS", "email": "privacy@shop.example"},
    })
    .to_string()
}

async fn shop() -> Running {
    let server = run().await;
    server.write_site(&site_file(NOTICE));
    server.app.publish().await.unwrap();
    server.register(VISITOR, &token(VISITOR)).await;
    server
}

async fn receipts(server: &Running) -> Vec<Value> {
    let request = server.get("/v1/visitor/consents").bearer_auth(token(VISITOR));
    let history: Value = request.send().await.unwrap().json().await.unwrap();
    history["receipts"].as_array().unwrap().clone()
}

async fn verdict(server: &Running, receipt: &Value) -> (bool, String) {
    let answer: Value = server.post("/v1/consents/verify", receipt).send().await.unwrap().json().await.unwrap();
    (answer["valid"].as_bool().unwrap(), answer["verdict"].as_str().unwrap().to_owned())
}

fn is(valid: bool, verdict: &str) -> (bool, String) {
    (valid, verdict.to_owned())
}

#[tokio::test]
async fn a_choice_under_a_notice_that_was_never_published_is_kept_and_told_to_the_operator() {
    let server = shop().await;
    let act = json!({"site": SITE, "key": PK, "visitor": VISITOR, "token": token(VISITOR), "notice": "n1,n7",
        "purposes": {"personalization": "granted"}, "locale": "en", "source": "site"});
    let answer = server.post("/v1/visitor/consents", &act).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let [receipt] = receipts(&server).await.try_into().unwrap();
    assert_eq!(receipt["record"]["notice"], "n1,n7");
    let counts = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(counts.contains("vitrine_warnings_total{code=\"VT-NOTICE-UNPUBLISHED\"}"), "{counts}");
    server.stop().await;
}

#[tokio::test]
async fn a_receipt_says_what_was_read_and_verifies() {
    let server = shop().await;
    server.choose(VISITOR, json!({"personalization": "granted"})).await;
    let [receipt] = receipts(&server).await.try_into().unwrap();
    assert_eq!(receipt["schemaVersion"], "ISO/IEC TS 27560:2023");
    assert_eq!(receipt["controller"]["name"], "Shop SAS");
    assert_eq!(receipt["notices"][0]["text"], NOTICE, "in the site's language, since it has none in the page's");
    let wording = &receipt["record"]["processing"]["personalization"]["wording"];
    assert_eq!(wording["sha256"], vitrine_server::proof::hex(&vitrine_server::db::hash(NOTICE.as_bytes())));
    assert_eq!(receipt["record"]["subject"], VISITOR);
    assert_eq!(verdict(&server, &receipt).await, is(true, "valid"));

    // The text changes; what was read stays provable.
    server.write_site(&site_file("Something else."));
    server.app.publish().await.unwrap();
    server.choose(VISITOR, json!({"personalization": "withdrawn"})).await;
    let server = server.restart().await;
    assert_eq!(verdict(&server, &receipt).await, is(true, "valid"), "the chain went on, and the server was restarted");
    let all = receipts(&server).await;
    assert_eq!(
        (&all[0]["notices"][0]["text"], &all[1]["notices"][0]["text"]),
        (&json!(NOTICE), &json!("Something else."))
    );
    assert_eq!(all[1]["proof"]["previous"], all[0]["proof"]["link"]);
    server.stop().await;
}

/// Every member of a value: pointers to its texts, numbers and keys.
fn leaves(value: &Value, here: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            out.push(format!("{here}/{name}#"));
            leaves(member, &format!("{here}/{name}"), out);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| leaves(item, &format!("{here}/{n}"), out)),
        _ => out.push(here.to_owned()),
    }
}

/// The receipt with one character of one member, or of its name, made another.
fn altered(receipt: &Value, pointer: &str, at: usize, to: char) -> Option<Value> {
    let change = |text: &str| {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at % chars.len().max(1);
        if chars.is_empty() {
            chars.push(to)
        } else {
            chars[at] = to
        }
        chars.into_iter().collect::<String>()
    };
    let mut copy = receipt.clone();
    if let Some(name) = pointer.strip_suffix('#') {
        let (parent, name) = name.rsplit_once('/').unwrap();
        let parent = copy.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        let value = parent.remove(name).unwrap();
        parent.insert(change(name), value);
    } else {
        let leaf = copy.pointer_mut(pointer)?;
        *leaf = match *leaf {
            Value::String(ref text) => change(text).into(),
            ref other => serde_json::from_str(&change(&other.to_string())).ok()?,
        };
    }
    (copy != *receipt).then_some(copy)
}

#[tokio::test]
async fn a_receipt_altered_by_one_character_fails() {
    let server = shop().await;
    server.choose(VISITOR, json!({"personalization": "granted"})).await;
    let [receipt] = receipts(&server).await.try_into().unwrap();
    let key = server.app.keys.verifying();
    assert!(read(&receipt, SITE, &key).is_ok());
    let mut all = Vec::new();
    leaves(&receipt, "", &mut all);
    assert!(all.len() > 80, "{}", all.len());
    for pointer in &all {
        let mut tried = (0..100).flat_map(|at| ['x', '7'].map(|to| (at, to)));
        let changed = tried.find_map(|(at, to)| altered(&receipt, pointer, at, to)).expect(pointer);
        assert!(read(&changed, SITE, &key).is_err(), "{pointer}: {changed}");
    }
    let count = all.len();
    let characters = (0..count, 0_usize..500, any::<char>());
    let run = TestRunner::new(ProptestConfig::with_cases(64)).run(&characters, |(member, at, to)| {
        if let Some(changed) = altered(&receipt, &all[member], at, to) {
            prop_assert!(read(&changed, SITE, &key).is_err(), "{}", all[member]);
        }
        Ok(())
    });
    run.unwrap();

    let mut more = receipt.clone();
    more["record"]["more"] = json!(1);
    assert_eq!(verdict(&server, &more).await, is(false, "altered"));
    more = receipt.clone();
    more["record"]["site"] = json!("other");
    assert_eq!(verdict(&server, &more).await, is(false, "foreign"));
    assert_eq!(verdict(&server, &json!([])).await, is(false, "altered"));
    // Of a key that is written twice, others may read the first.
    let twice = receipt.to_string().replacen("{", r#"{"record": {}, "#, 1);
    for text in ["{".to_owned(), twice] {
        let nonsense =
            server.client.post(format!("{}/v1/consents/verify", server.url)).body(text).send().await.unwrap();
        assert_eq!(nonsense.status(), StatusCode::BAD_REQUEST);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_chain_is_asked_too() {
    let server = shop().await;
    server.choose(VISITOR, json!({"personalization": "granted"})).await;
    server.choose(VISITOR, json!({"marketing": "granted"})).await;
    let [first, second] = receipts(&server).await.try_into().unwrap();
    let sql = |statement: &str| {
        rusqlite::Connection::open(&server.config.database).unwrap().execute(statement, []).unwrap();
    };
    sql("UPDATE consents SET payload = CAST(replace(CAST(payload AS TEXT), 'banner', 'person') AS BLOB) WHERE no = 1");
    assert_eq!(verdict(&server, &first).await, is(false, "chain-altered"));
    assert_eq!(verdict(&server, &second).await, is(true, "valid"));
    sql("DELETE FROM consents WHERE no = 2");
    assert_eq!(verdict(&server, &second).await, is(false, "chain-removed"));
    server.stop().await;
}

#[tokio::test]
async fn an_erased_visitors_receipt_finds_its_place_empty() {
    let server = shop().await;
    server.choose(VISITOR, json!({"personalization": "granted"})).await;
    let [receipt] = receipts(&server).await.try_into().unwrap();
    let body = json!({"site": SITE, "key": PK, "visitor": VISITOR, "token": token(VISITOR)});
    server.client.delete(format!("{}/v1/visitor", server.url)).body(body.to_string()).send().await.unwrap();
    assert_eq!(verdict(&server, &receipt).await, is(true, "redacted"));
    server.stop().await;
}

#[tokio::test]
async fn global_privacy_control_is_announced() {
    let server = run().await;
    let answer: Value = server.get("/.well-known/gpc.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["gpc"], true);
    server.stop().await;
}

#[tokio::test]
async fn the_page_is_served_and_framed_by_nobody() {
    let server = run().await;
    let rows =
        [("/receipt/", "text/html"), ("/receipt/receipt.css", "text/css"), ("/receipt/receipt.js", "text/javascript")];
    for (path, kind) in rows {
        let answer = server.get(path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(kind));
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        let text = answer.text().await.unwrap();
        assert!(!text.contains("<style") && !text.contains(" style=") && !text.contains(" onclick="), "{path}");
    }
    server.stop().await;
}
