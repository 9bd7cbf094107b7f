//! Deciding for the site's own server: who may ask, and what of a visitor may be read for it.

use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use vitrine_wire::limits::HISTORY_EVENTS;

use super::support::{NOW, ORIGIN, PHONE, PK, Running, SITE, VISITOR, order, page_event, run, token};

fn site_file() -> String {
    json!({
        "vitrine": 1, "site": SITE, "origins": [ORIGIN], "slots": {"hero": {}, "side": {}},
        "segments": {
            "viewer": {"when": {"$events": {"where": {"event": "Product Viewed"}, "count": {"$gte": 1}}}},
            "buyer": {"when": {"orders.count": {"$gte": 1}}},
            "visited": {"when": {"$events": {"where": {"event": "Product Viewed"}, "within": "session", "count": {"$gte": 1}}}},
            "busy": {"when": {"$events": {"where": {"event": "Product Viewed"}, "count": {"$gte": HISTORY_EVENTS}}}},
            "busier": {"when": {"$events": {"where": {"event": "Product Viewed"}, "count": {"$gt": HISTORY_EVENTS}}}},
            "known": {"when": {"identity.level": "authenticated"}},
        },
        "experiences": [
            {"id": "e", "slot": "hero", "when": {"$segment": "viewer"}, "variants": [{"id": "v", "actions": []}]},
            {"id": "c", "slot": "side", "contextual": true, "when": {"context.page.path": "/a"}, "variants": [{"id": "v", "actions": []}]},
        ],
    })
    .to_string()
}

async fn shop() -> Running {
    let server = run().await;
    server.write_site(&site_file());
    server.app.publish().await.unwrap();
    server
}

fn ask(server: &Running, body: &Value) -> RequestBuilder {
    server.post(&format!("/v1/sites/{SITE}/decide"), body).basic_auth(server.secret(), Some(""))
}

async fn decided(server: &Running, body: Value) -> Value {
    let answer = ask(server, &body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{body}");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    answer.json().await.unwrap()
}

async fn segments(server: &Running, visitor: &str) -> Value {
    decided(server, json!({"visitor": visitor})).await["segments"].take()
}

async fn grant(server: &Running, visitor: &str) {
    let all = json!({"measurement": "granted", "personalization": "granted"});
    assert_eq!(server.choose(visitor, all).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn only_the_site_s_own_server_asks() {
    let server = shop().await;
    let (path, body) = (format!("/v1/sites/{SITE}/decide"), json!({}));
    let rows = [
        (server.post(&path, &body), 401),
        (server.post(&path, &body).basic_auth(PK, Some("")), 401),
        (server.post(&path, &body).basic_auth("sk_other", Some("")), 401),
        (server.post(&path, &body).bearer_auth(server.secret()), 401),
        (ask(&server, &body).header("origin", ORIGIN), 403),
        (ask(&server, &body).header("origin", "https://evil.example"), 403),
        (server.post("/v1/sites/other/decide", &body).basic_auth(server.secret(), Some("")), 404),
        (ask(&server, &json!("x")), 400),
        (ask(&server, &json!({"visitor": ""})), 400),
        (ask(&server, &json!({"visitor": "v".repeat(201)})), 400),
        (ask(&server, &json!({"context": "/"})), 400),
        (ask(&server, &json!({"context": {"a": "x".repeat(17_000)}})), 400),
        (ask(&server, &json!({"at": "yesterday"})), 400),
        (ask(&server, &json!({"explain": vec!["viewer"; 21]})), 400),
        (ask(&server, &body), 200),
    ];
    for (n, (request, expected)) in rows.into_iter().enumerate() {
        assert_eq!(request.send().await.unwrap().status(), expected, "row {n}");
    }
    server.stop().await;
}

#[tokio::test]
async fn without_a_known_visitor_the_page_decides() {
    let server = shop().await;
    for visitor in [json!(null), json!("nobody")] {
        let asked =
            json!({"visitor": visitor, "context": {"page": {"path": "/a"}}, "explain": ["viewer", "hero", "none"]});
        let answer = decided(&server, asked).await;
        assert_eq!(answer["segments"], json!([]));
        assert_eq!(answer["decisions"]["side"], json!({"experience": "c", "variant": "v", "reason": "matched"}));
        assert_eq!(answer["rejected"], json!([{"experience": "e", "reason": "consent"}]));
        assert_eq!(answer["bundle"], server.app.bundle.borrow().as_ref().unwrap().sequence);
        assert!(answer["explain"]["viewer"].is_object() && answer["explain"]["none"].is_null());
    }
    server.stop().await;
}

#[tokio::test]
async fn what_was_not_allowed_is_not_read() {
    let server = shop().await;
    grant(&server, VISITOR).await;
    let mut tokenless = page_event(VISITOR, 1, "");
    tokenless["context"]["vitrine"].take();
    let mut measured = page_event(VISITOR, 2, &token(VISITOR));
    measured["context"]["consent"]["categoryPreferences"]["personalization"] = false.into();
    assert_eq!(server.send(PK, &[tokenless, measured]).await["stored"], 2);
    assert_eq!(segments(&server, VISITOR).await, json!([]), "nobody vouches for one, the other is only measured");
    assert_eq!(server.send(PK, &[page_event(VISITOR, 3, &token(VISITOR))]).await["stored"], 1);
    assert_eq!(segments(&server, VISITOR).await, json!(["viewer", "visited"]));

    server.later(1_000);
    server.choose(VISITOR, json!({"personalization": "withdrawn"})).await;
    let answer = decided(&server, json!({"visitor": VISITOR})).await;
    assert_eq!(answer["rejected"][1], json!({"experience": "e", "reason": "consent"}));
    let before = jiff::Timestamp::from_millisecond(NOW).unwrap().to_string();
    let answer = decided(&server, json!({"visitor": VISITOR, "at": before})).await;
    assert_eq!(answer["segments"], json!([]), "the past does not bring a grant back");
    server.later(1_000);
    server.choose(VISITOR, json!({"personalization": "granted"})).await;
    assert_eq!(segments(&server, VISITOR).await, json!([]), "what was withdrawn stays gone");
    assert_eq!(server.send(PK, &[page_event(VISITOR, 4, &token(VISITOR))]).await["stored"], 1);
    assert_eq!(segments(&server, VISITOR).await, json!(["viewer", "visited"]));
    server.later(182 * 86_400_000);
    assert_eq!(segments(&server, VISITOR).await, json!(["viewer"]), "its last day");
    server.later(86_400_000);
    assert_eq!(segments(&server, VISITOR).await, json!([]), "a choice lasts six months");
    let before = jiff::Timestamp::from_millisecond(NOW + 3_000).unwrap().to_string();
    let answer = decided(&server, json!({"visitor": VISITOR, "at": before})).await;
    assert_eq!(answer["segments"], json!([]), "whatever instant is asked for");
    server.stop().await;
}

#[tokio::test]
async fn a_lawful_basis_is_kept_and_opens_nothing() {
    let server = shop().await;
    let secret = server.secret().to_owned();
    let mut bare = page_event(PHONE, 1, "");
    bare["context"].take();
    assert_eq!(server.send(&secret, &[bare.clone()]).await["stored"], 1);
    assert_eq!(segments(&server, PHONE).await, json!([]), "stored on a contract, shown to nobody");
    let mut said = page_event(PHONE, 2, "");
    said["context"]["vitrine"].take();
    assert_eq!(server.send(&secret, &[said]).await["stored"], 1);
    assert_eq!(segments(&server, PHONE).await, json!(["viewer"]), "the server says what was allowed; it is no visit");
    grant(&server, PHONE).await;
    server.choose(PHONE, json!({"personalization": "denied"})).await;
    assert_eq!(segments(&server, PHONE).await, json!([]), "the visitor's own word goes first");
    server.stop().await;
}

#[tokio::test]
async fn the_person_s_rows_count() {
    let server = shop().await;
    grant(&server, VISITOR).await;
    assert_eq!(segments(&server, VISITOR).await, json!([]));
    server.login("u-1", VISITOR, 1, json!({})).await;
    let secret = server.secret().to_owned();
    server.send(&secret, &[order("u-1", "o-1", 700.0)]).await;
    assert_eq!(segments(&server, VISITOR).await, json!(["buyer", "known"]), "bought at the till, proven here");
    let body = json!({"site": SITE, "key": PK, "visitor": VISITOR, "token": token(VISITOR)});
    let erased =
        server.client.delete(format!("{}/v1/visitor", server.url)).body(body.to_string()).send().await.unwrap();
    assert_eq!(erased.status(), StatusCode::OK);
    assert_eq!(segments(&server, VISITOR).await, json!([]), "an erased visitor is a new one");
    server.stop().await;
}

#[tokio::test]
async fn the_newest_events_are_read() {
    let server = shop().await;
    grant(&server, VISITOR).await;
    for n in 0..11 {
        let events: Vec<Value> = (0..200).map(|m| page_event(VISITOR, n * 200 + m, &token(VISITOR))).collect();
        assert_eq!(server.send(PK, &events).await["stored"], 200);
    }
    assert_eq!(segments(&server, VISITOR).await, json!(["busy", "viewer", "visited"]));
    server.stop().await;
}
