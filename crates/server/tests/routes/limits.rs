use std::num::NonZeroU32;

use serde_json::json;

use super::support::{ORIGIN, PK, SITE, run_with};

#[tokio::test]
async fn a_key_that_floods_is_told_when_to_come_back() {
    let server = run_with(|config| config.limits.per_key = NonZeroU32::new(5).unwrap()).await;
    let send = async |key: &str| server.post("/v1/batch", &json!({"batch": [], "writeKey": key})).send().await.unwrap();
    let mut refused = 0;
    for _ in 0..50 {
        let answer = send(PK).await;
        if answer.status() == 429 {
            refused += 1;
            let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=2).contains(&wait));
        }
    }
    assert!(refused >= 30, "{refused}");
    assert_eq!(send("pk_cmp").await.status(), 200, "another key is not harmed");
    assert_eq!(server.get(&format!("/v1/sites/{SITE}/bundle/2")).send().await.unwrap().status(), 200);
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_floods_is_told_so_whatever_it_asks() {
    let server = run_with(|config| config.limits.per_address = NonZeroU32::new(5).unwrap()).await;
    for path in [format!("/v1/sites/{SITE}/bundle/2"), "/v1/visitor/profile".into(), "/v1/visitor/choice".into()] {
        let mut refused = None;
        for _ in 0..50 {
            let answer = server.get(&path).header("origin", ORIGIN).send().await.unwrap();
            refused = Some(answer).filter(|answer| answer.status() == 429).or(refused);
        }
        let refused = refused.expect("never refused");
        assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().is_ok(), "{path}");
        assert_eq!(refused.headers()["access-control-allow-origin"], ORIGIN, "the page can read why");
    }
    assert_eq!(server.get("/healthz").send().await.unwrap().status(), 200, "the operator is not shut out");
    server.stop().await;
}
