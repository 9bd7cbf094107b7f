use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::support::{NOW, PHONE, PK, Running, SITE, VISITOR, order, page_event, run, token};

fn act(change: Value) -> Value {
    let mut act = json!({"site": SITE, "key": PK, "purposes": {"personalization": "granted"}, "notice": "n1", "locale": "fr", "source": "preference"});
    act.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    act
}

async fn post(server: &Running, change: Value) -> Response {
    server.post("/v1/visitor/consents", &act(change)).send().await.unwrap()
}

fn cookie(answer: &Response) -> String {
    let header = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let (pair, attributes) = header.split_once(';').unwrap();
    assert!(pair.starts_with("__Host-vt-choice="));
    assert_eq!(attributes, format!(" Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Lax", 182 * 86_400));
    pair.to_owned()
}

#[tokio::test]
async fn a_choice_outlives_script_storage_in_a_cookie_without_id() {
    let server = run().await;
    let read = async |cookie: Option<&str>| -> Value {
        let mut request = server.get("/v1/visitor/choice");
        if let Some(cookie) = cookie {
            request = request.header("cookie", format!("a=b; {cookie}; c=d"));
        }
        request.send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(read(None).await, json!({"purposes": {}}));
    let first = post(&server, json!({"purposes": {"personalization": "granted", "measurement": "granted"}, "receipt": "r-1", "visitor": VISITOR, "token": token(VISITOR)})).await;
    let first = cookie(&first);
    let day = NOW / 86_400_000 * 86_400_000;
    let expected = json!({"purposes": {"personalization": "granted", "measurement": "granted"},
        "decided": {"personalization": day, "measurement": day}, "decidedAt": day, "noticeVersion": "n1"});
    assert_eq!(read(Some(&first)).await, expected);
    let body = act(json!({"purposes": {"personalization": "withdrawn"}, "visitor": VISITOR, "token": token(VISITOR)}));
    let second = server.post("/v1/visitor/consents", &body).header("cookie", &first).send().await.unwrap();
    let second = cookie(&second);
    assert_eq!(
        read(Some(&second)).await["purposes"],
        json!({"personalization": "withdrawn", "measurement": "granted"})
    );
    assert_eq!(read(Some("__Host-vt-choice=nonsense")).await, json!({"purposes": {}}));
    server.later(182 * 86_400_000);
    assert_eq!(read(Some(&second)).await, json!({"purposes": {}}), "six months later it has expired");
    server.stop().await;
}

#[tokio::test]
async fn a_choice_ends_six_months_after_its_own_act() {
    let server = run().await;
    let read = async |cookie: &str| -> Value {
        server.get("/v1/visitor/choice").header("cookie", cookie).send().await.unwrap().json().await.unwrap()
    };
    let grant = post(&server, json!({"purposes": {"personalization": "granted"}, "receipt": "r-1"})).await;
    let first = cookie(&grant);
    server.later(100 * 86_400_000);
    assert_eq!(
        server.get("/v1/visitor/choice").send().await.unwrap().headers().get("set-cookie"),
        None,
        "reading renews nothing"
    );
    let body = act(json!({"purposes": {"marketing": "denied"}}));
    let second = server.post("/v1/visitor/consents", &body).header("cookie", &first).send().await.unwrap();
    let second = cookie(&second);
    let day = |days: i64| (NOW / 86_400_000 + days) * 86_400_000;
    let told = read(&second).await;
    assert_eq!(told["decided"], json!({"personalization": day(0), "marketing": day(100)}));
    assert_eq!(told["decidedAt"], day(0));
    server.later(82 * 86_400_000);
    let told = read(&second).await;
    assert_eq!(told["purposes"], json!({"marketing": "denied"}), "the refusal stands, the grant is over");
    server.later(100 * 86_400_000);
    assert_eq!(read(&second).await, json!({"purposes": {}}));
    server.stop().await;
}

#[tokio::test]
async fn a_choice_said_again_lasts_no_longer_and_another_sources_is_not_kept() {
    let server = run().await;
    let day = |days: i64| (NOW / 86_400_000 + days) * 86_400_000;
    let first = cookie(&post(&server, json!({"receipt": "r-1"})).await);
    server.later(100 * 86_400_000);
    let rows = [
        (json!({"decided": day(0)}), json!({"personalization": day(0)}), 82),
        (json!({"decided": day(-9)}), json!({"personalization": day(0)}), 82),
        (json!({"decided": day(300)}), json!({"personalization": day(100)}), 182),
        (json!({}), json!({"personalization": day(100)}), 182),
        (
            json!({"purposes": {"marketing": "granted"}, "decided": day(60)}),
            json!({"personalization": day(0), "marketing": day(60)}),
            142,
        ),
        (json!({"source": "klaro"}), Value::Null, 0),
        (json!({"source": "klaro", "purposes": {"marketing": "granted"}}), json!({"personalization": day(0)}), 82),
    ];
    for (change, expected, days) in rows {
        let answer =
            server.post("/v1/visitor/consents", &act(change.clone())).header("cookie", &first).send().await.unwrap();
        let header = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(header.contains(&format!("; Max-Age={};", days * 86_400)), "{change} {header}");
        let pair = header.split(';').next().unwrap();
        let told: Value =
            server.get("/v1/visitor/choice").header("cookie", pair).send().await.unwrap().json().await.unwrap();
        assert_eq!(told.get("decided").cloned().unwrap_or_default(), expected, "{change}");
    }
    let answer = post(&server, json!({"source": "klaro"})).await;
    assert_eq!(answer.headers().get("set-cookie"), None);
    server.stop().await;
}

#[tokio::test]
async fn acts_are_checked() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    let rows = [
        (json!({"receipt": "r-1"}), 200),
        (json!({"receipt": "r-1"}), 200),
        (json!({"purposes": {"personalization": "denied", "measurement": "denied"}}), 200),
        (json!({"purposes": {}}), 400),
        (json!({"purposes": {"world-domination": "granted"}}), 400),
        (json!({"purposes": {"personalization": "maybe"}}), 400),
        (json!({"purposes": {"personalization": "withdrawn"}}), 404),
        (json!({"purposes": {"personalization": "withdrawn"}, "visitor": VISITOR}), 404),
        (json!({"purposes": {"personalization": "withdrawn"}, "visitor": VISITOR, "token": token(PHONE)}), 404),
        (json!({"purposes": {"personalization": "withdrawn"}, "ticket": "nonsense"}), 404),
        (json!({"purposes": {"personalization": "granted"}, "ticket": "nonsense"}), 400),
        (json!({"token": token(VISITOR)}), 400),
        (json!({"notice": "x".repeat(201)}), 400),
        (json!({"key": "pk_other"}), 401),
        (json!({"site": "other"}), 404),
    ];
    for (change, expected) in rows {
        assert_eq!(post(&server, change.clone()).await.status(), expected, "{change}");
    }
    server.stop().await;
}

#[tokio::test]
async fn withdrawing_purges_on_the_server_before_it_is_answered() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    server.login("u-1", VISITOR, 1, json!({"plan": "gold"})).await;
    let secret = server.secret().to_owned();
    server.send(&secret, &[order("u-1", "o-1", 700.0)]).await;
    assert_eq!(server.profile_rows(VISITOR).await["orders"].as_array().unwrap().len(), 1);

    assert_eq!(server.choose(VISITOR, json!({"personalization": "withdrawn"})).await.status(), StatusCode::OK);
    assert_eq!(server.profile(VISITOR).await.status(), StatusCode::FORBIDDEN);
    let exported = server.export(VISITOR).await;
    assert_eq!(
        (&exported["profile"]["orders"], &exported["profile"]["traits"], &exported["identities"]),
        (&json!([]), &json!({}), &json!([]))
    );
    assert_eq!(exported["events"].as_array().unwrap().len(), 1, "measurement holds its events still");

    assert_eq!(server.choose(VISITOR, json!({"measurement": "withdrawn"})).await.status(), StatusCode::OK);
    let exported = server.export(VISITOR).await;
    assert_eq!(exported["events"], json!([]));
    assert_eq!(exported["consents"].as_array().unwrap().len(), 2);
    assert_eq!(server.send(PK, &[page_event(VISITOR, 2, &token(VISITOR))]).await["dropped"], 1, "a late event");
    server.stop().await;
}

/// Where a text stands in the database, but for the records of consents, which prove whose they were.
fn found(server: &Running, text: &str) -> Vec<String> {
    let db = rusqlite::Connection::open(&server.config.database).unwrap();
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'consents'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.iter().any(|table| table == "nodes") && tables.iter().any(|table| table == "events"), "{tables:?}");
    let holds = |table: &String| {
        let mut rows = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        let mut held = false;
        while let Some(row) = rows.next().unwrap() {
            held |= (0..columns).any(|at| match row.get_ref(at).unwrap() {
                rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                    bytes.windows(text.len()).any(|window| window == text.as_bytes())
                }
                _ => false,
            });
        }
        held
    };
    tables.into_iter().filter(holds).collect()
}

#[tokio::test]
async fn who_withdrew_everything_is_known_by_no_id() {
    let everything = json!({"personalization": "withdrawn", "measurement": "withdrawn"});
    let rows = [
        (json!({"personalization": "granted", "measurement": "granted"}), everything.clone()),
        (json!({"personalization": "granted"}), json!({"personalization": "withdrawn"})),
        (json!({"personalization": "granted"}), everything.clone()),
    ];
    for (granted, withdrawn) in rows {
        let server = run().await;
        server.register(VISITOR, &token(VISITOR)).await;
        server.choose(VISITOR, granted.clone()).await;
        if granted["measurement"] == "granted" {
            server.login("u-1", VISITOR, 1, json!({"plan": "gold"})).await;
            server.send(PK, &[page_event(VISITOR, 2, &token(VISITOR))]).await;
            assert_eq!(found(&server, VISITOR), ["nodes", "events"]);
            server.choose(VISITOR, json!({"personalization": "withdrawn"})).await;
            assert!(!found(&server, VISITOR).is_empty(), "what is still granted needs it");
        }
        assert_eq!(server.choose(VISITOR, withdrawn.clone()).await.status(), StatusCode::OK);
        assert_eq!(found(&server, VISITOR), Vec::<String>::new(), "{granted} {withdrawn}");
        // Said again, or by somebody else who has heard of the id: nothing comes back.
        assert_eq!(server.choose(VISITOR, withdrawn.clone()).await.status(), StatusCode::OK);
        assert_eq!(server.register(VISITOR, &token(PHONE)).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(found(&server, VISITOR), Vec::<String>::new());
        // A registration that was under way meanwhile.
        assert_eq!(server.register(VISITOR, &token(VISITOR)).await.status(), StatusCode::OK);
        assert_eq!(found(&server, VISITOR), Vec::<String>::new());
        // The choice can be proved, by who holds the token.
        assert!(!server.export(VISITOR).await["consents"].as_array().unwrap().is_empty());
        server.choose(VISITOR, granted).await;
        assert_eq!(found(&server, VISITOR), ["nodes"], "granted again");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_ticket_withdraws_without_id_or_token() {
    let server = run().await;
    let answer: Value = server.register(VISITOR, &token(VISITOR)).await.json().await.unwrap();
    server.send(PK, &[page_event(VISITOR, 1, &token(VISITOR))]).await;
    let withdraw = async |ticket: &Value| {
        post(
            &server,
            json!({"purposes": {"measurement": "withdrawn", "personalization": "withdrawn"}, "ticket": ticket}),
        )
        .await
    };
    assert_eq!(withdraw(&answer["ticket"]).await.status(), StatusCode::OK);
    assert_eq!(server.export(VISITOR).await["events"], json!([]));
    assert_eq!(withdraw(&answer["ticket"]).await.status(), StatusCode::OK, "retried because the answer was lost");
    server.stop().await;
}

#[tokio::test]
async fn a_grant_before_the_visitor_is_tied_by_its_receipt() {
    let server = run().await;
    assert_eq!(post(&server, json!({"receipt": "once"})).await.status(), StatusCode::OK);
    let body = json!({"site": SITE, "key": PK, "visitor": VISITOR, "token": token(VISITOR), "receipt": "once"});
    server.post("/v1/visitor", &body).send().await.unwrap();
    let history: Value =
        server.get("/v1/visitor/consents").bearer_auth(token(VISITOR)).send().await.unwrap().json().await.unwrap();
    let expected = json!([{"at": NOW, "purposes": {"personalization": "granted"}, "notice": "n1", "locale": "fr", "source": "preference", "receipt": "once"}]);
    assert_eq!(history["consents"], expected);
    assert_eq!(history["receipts"].as_array().unwrap().len(), 1);
    server.stop().await;
}
