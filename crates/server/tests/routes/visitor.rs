use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{PHONE, PK, SITE, VISITOR, order, page_event, run, token};

#[tokio::test]
async fn registering_is_idempotent_and_the_first_token_stays() {
    let server = run().await;
    let first: Value = server.register(VISITOR, &token(VISITOR)).await.json().await.unwrap();
    assert_eq!(first["ticket"].as_str().unwrap().len(), 43);
    assert_eq!(server.register(VISITOR, &token(VISITOR)).await.status(), StatusCode::OK);
    assert_eq!(server.register(VISITOR, &token(PHONE)).await.status(), StatusCode::NOT_FOUND);
    let rows = [
        (json!({"site": SITE, "key": PK, "visitor": "u-1", "token": token("x")}), 400),
        (json!({"site": SITE, "key": PK, "visitor": PHONE, "token": "short"}), 400),
        (json!({"site": SITE, "key": PK, "visitor": PHONE}), 400),
        (json!({"site": "other", "key": PK, "visitor": PHONE, "token": token(PHONE)}), 404),
        (json!({"site": SITE, "key": "pk_other", "visitor": PHONE, "token": token(PHONE)}), 401),
        (json!({"site": SITE, "key": server.secret(), "visitor": PHONE, "token": token(PHONE)}), 401),
    ];
    for (body, expected) in rows {
        assert_eq!(server.post("/v1/visitor", &body).send().await.unwrap().status(), expected, "{body}");
    }
    server.stop().await;
}

#[tokio::test]
async fn unknown_and_foreign_visitors_look_the_same() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    server.register(PHONE, &token(PHONE)).await;
    let body = |visitor: &str, token: &str| json!({"site": SITE, "key": PK, "visitor": visitor, "token": token});
    let unknown = "0190a1b2-c3d4-7abc-8def-0000000000ff";
    let mut answers = Vec::new();
    for (visitor, held) in
        [(VISITOR, token(PHONE)), (VISITOR, token("nobody")), (unknown, token(VISITOR)), (unknown, token("nobody"))]
    {
        let stream = server.post("/v1/visitor/stream", &body(visitor, &held)).send().await.unwrap();
        let erase = server
            .client
            .delete(format!("{}/v1/visitor", server.url))
            .body(body(visitor, &held).to_string())
            .send()
            .await
            .unwrap();
        answers
            .extend([(stream.status(), stream.text().await.unwrap()), (erase.status(), erase.text().await.unwrap())]);
    }
    for path in ["profile", "export", "consents"] {
        for header in ["Bearer x", "Basic x", "Bearer", ""] {
            let answer =
                server.get(&format!("/v1/visitor/{path}")).header("authorization", header).send().await.unwrap();
            answers.push((answer.status(), answer.text().await.unwrap()));
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == StatusCode::NOT_FOUND), "{answers:?}");
    assert_eq!(server.profile(VISITOR).await.status(), StatusCode::OK, "and nothing was erased");
    server.stop().await;
}

#[tokio::test]
async fn an_offline_order_reaches_every_proven_device() {
    let server = run().await;
    for (n, visitor) in [VISITOR, PHONE].into_iter().enumerate() {
        server.register(visitor, &token(visitor)).await;
        server.later(1_000);
        server.login("u-17", visitor, n as u32 + 1, json!({"email": "a@shop.example"})).await;
    }
    let mut refund = order("u-17", "o-2", 0.0);
    refund["event"] = "Order Refunded".into();
    refund["messageId"] = "till-refund".into();
    let secret = server.secret().to_owned();
    server
        .send(&secret, &[order("u-17", "o-1", 700.0), order("u-17", "o-2", 20.0), refund, order("u-18", "o-9", 1.0)])
        .await;
    let (here, there) = (server.profile_rows(VISITOR).await, server.profile_rows(PHONE).await);
    assert_eq!(here, there, "one person, one profile");
    assert_eq!(here["unit"], VISITOR, "the oldest unit");
    let orders: Vec<_> = here["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| (o["id"].as_str().unwrap(), o["value"].as_f64().unwrap(), o["state"].as_str().unwrap()))
        .collect();
    assert_eq!(orders, [("o-1", 700.0, "completed"), ("o-2", 20.0, "refunded")]);
    assert_eq!(here["traits"]["email"]["source"], "account");
    let exported = server.export(PHONE).await;
    assert_eq!(exported["identities"][0]["user"], "u-17");
    assert_eq!(exported["events"].as_array().unwrap().len(), 1, "this device's own events");
    server.stop().await;
}

#[tokio::test]
async fn a_proof_of_another_visitor_or_time_joins_nothing() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    let identify = |n: u32, proof: Value| {
        let mut event = page_event(VISITOR, n, &token(VISITOR));
        event["type"] = "identify".into();
        event["userId"] = "u-1".into();
        event["context"]["vitrine"]["proof"] = proof;
        event
    };
    let old = server.proof("u-1", VISITOR);
    server.later(601_000);
    let rows = [
        server.proof("u-1", PHONE),
        server.proof("u-2", VISITOR),
        old,
        json!({}),
        json!("x"),
        json!({"jwt": "eyJhbGciOiJub25lIn0.e30."}),
    ];
    for (n, proof) in rows.into_iter().enumerate() {
        assert_eq!(server.send(PK, &[identify(n as u32, proof)]).await["stored"], 1);
    }
    assert_eq!(server.export(VISITOR).await["identities"], json!([]));
    assert_eq!(server.send(PK, &[identify(99, server.proof("u-1", VISITOR))]).await["stored"], 1);
    assert_eq!(server.export(VISITOR).await["identities"][0]["evidence"], "hmac");
    server.stop().await;
}

#[tokio::test]
async fn erasing_is_for_good() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    server.login("u-1", VISITOR, 1, json!({"plan": "gold"})).await;
    let body = json!({"site": SITE, "key": PK, "visitor": VISITOR, "token": token(VISITOR)});
    let erase = server.client.delete(format!("{}/v1/visitor", server.url)).body(body.to_string()).send().await.unwrap();
    assert_eq!(erase.status(), StatusCode::OK);
    let logged = server.app.db.requests(server.app.site).await.unwrap();
    let kinds: Vec<_> = logged.iter().map(|row| (row.request.kind.as_str(), row.request.answered.is_some())).collect();
    assert_eq!(kinds, [("erasure", true)], "in the log, naming nobody");
    let server = server.restart().await;
    assert_eq!(server.profile(VISITOR).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(server.register(VISITOR, &token(VISITOR)).await.status(), StatusCode::NOT_FOUND);
    let late = server.send(PK, &[page_event(VISITOR, 9, &token(VISITOR))]).await;
    assert_eq!((&late["stored"], &late["dropped"]), (&json!(0), &json!(1)));
    server.stop().await;
}

#[tokio::test]
async fn a_server_takes_away_what_is_too_old_by_itself() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    server.send(PK, &[page_event(VISITOR, 1, &token(VISITOR))]).await;
    // Shorter and longer than 25 months, counted as a calendar does.
    server.later(24 * 31 * 86_400_000);
    let server = server.restart().await;
    server.send(PK, &[page_event(VISITOR, 2, &token(VISITOR))]).await;
    assert_eq!(server.export(VISITOR).await["events"].as_array().unwrap().len(), 2);
    server.later(2 * 31 * 86_400_000);
    let server = server.restart().await;
    // The sweep runs beside the requests.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while server.export(VISITOR).await["events"].as_array().unwrap().len() != 1 {
        assert!(std::time::Instant::now() < end, "the sweep took nothing away");
        tokio::task::yield_now().await;
    }
    server.stop().await;
}
