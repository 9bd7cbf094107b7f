use serde_json::{Value, json};

use super::support::{PK, SITE, VISITOR, page_event, run, token};

#[tokio::test]
async fn health_readiness_and_counts() {
    let server = run().await;
    assert_eq!(server.get("/healthz").send().await.unwrap().status(), 200);
    let ready: Value = server.get("/readyz").send().await.unwrap().json().await.unwrap();
    assert_eq!(ready, json!({"ready": true, "site": SITE, "bundle": 1}));
    server.send(PK, &[page_event(VISITOR, 1, &token(VISITOR))]).await;
    let counts = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(counts.contains("vitrine_events_total{outcome=\"stored\"}"), "{counts}");
    assert!(!counts.contains(VISITOR));
    server.app.db.close().await.unwrap();
    assert_eq!(server.get("/readyz").send().await.unwrap().status(), 503, "without its database it is not ready");
    let body = json!({"batch": [page_event(VISITOR, 2, &token(VISITOR))], "writeKey": PK});
    let refused = server.post("/v1/batch", &body).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (503, "1"));
    server.stop().await;
}
