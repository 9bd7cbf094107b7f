use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{PK, VISITOR, page_event, run, run_with, token};

#[tokio::test]
async fn the_demo_proves_a_login() {
    let server = run_with(|config| config.demo = true).await;
    server.register(VISITOR, &token(VISITOR)).await;
    let proof: Value = server
        .post("/demo/login", &json!({"user": "u-1", "visitorId": VISITOR}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mut event = page_event(VISITOR, 1, &token(VISITOR));
    event["type"] = "identify".into();
    event["userId"] = "u-1".into();
    event["context"]["vitrine"]["proof"] = proof;
    server.send(PK, &[event]).await;
    assert_eq!(server.export(VISITOR).await["identities"][0]["user"], "u-1");
    server.stop().await;
}

#[tokio::test]
async fn an_order_whose_script_fails_is_not_called_sent() {
    let server = run_with(|config| config.demo = true).await;
    let answer =
        server.post("/demo/order", &json!({"user": "u-1", "orderId": "o-1", "revenue": 5})).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY, "there is no order.mjs beside this site file");
    server.stop().await;
}

#[tokio::test]
async fn without_demo_there_is_none() {
    let server = run().await;
    let answer = server.post("/demo/login", &json!({"user": "u-1", "visitorId": VISITOR})).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    server.stop().await;
}
