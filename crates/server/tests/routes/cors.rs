use reqwest::{Method, StatusCode};
use serde_json::json;

use super::support::{ORIGIN, PK, VISITOR, page_event, run, run_with, token};

#[tokio::test]
async fn only_exact_origins_may_call() {
    let server = run().await;
    let own = server.url.clone();
    let rows = [
        (Some(ORIGIN), 200),
        (None, 200),
        (Some("https://evil-shop.example"), 403),
        (Some("https://shop.example.evil"), 403),
        (Some("http://shop.example"), 403),
        (Some("https://shop.example:8443"), 403),
        (Some("https://SHOP.example"), 403),
        (Some("null"), 403),
        (Some(""), 403),
        (Some(own.as_str()), 403),
    ];
    for (n, (origin, expected)) in rows.into_iter().enumerate() {
        let mut request = server
            .post("/v1/batch", &json!({"batch": [page_event(VISITOR, n as u32, &token(VISITOR))], "writeKey": PK}));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), expected, "{origin:?}");
        assert_eq!(answer.headers()["vary"], "origin");
        let told = answer.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap());
        assert_eq!(told, origin.filter(|_| expected == 200), "{origin:?}");
    }
    server.register(VISITOR, &token(VISITOR)).await;
    assert_eq!(server.export(VISITOR).await["events"].as_array().unwrap().len(), 2, "no row from a foreign page");
    server.stop().await;
}

#[tokio::test]
async fn a_cross_site_form_or_beacon_without_origin_is_refused() {
    let server = run().await;
    for (site, expected) in [("cross-site", 403), ("same-origin", 200), ("same-site", 200), ("none", 200)] {
        let request = server.post("/v1/batch", &json!({"batch": [], "writeKey": PK})).header("sec-fetch-site", site);
        assert_eq!(request.send().await.unwrap().status(), expected, "{site}");
    }
    server.stop().await;
}

#[tokio::test]
async fn preflights_are_answered_for_pages_that_may_call() {
    let server = run().await;
    for path in ["/v1/batch", "/v1/batch/", "/v1/t", "/beacon/v1/batch", "/v1/visitor", "/v1/visitor/consents"] {
        let preflight = |origin: &'static str| {
            server
                .client
                .request(Method::OPTIONS, format!("{}{path}", server.url))
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization")
                .send()
        };
        let answer = preflight(ORIGIN).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(answer.headers()["access-control-allow-origin"], ORIGIN);
        assert_eq!(answer.headers()["access-control-allow-headers"], "authorization");
        assert_eq!(preflight("https://evil.example").await.unwrap().status(), StatusCode::FORBIDDEN);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_demo_lets_its_own_pages_call() {
    let server = run_with(|config| config.demo = true).await;
    for (origin, expected) in
        [(server.url.clone(), 200), (ORIGIN.to_owned(), 200), ("http://evil.example".to_owned(), 403)]
    {
        let request = server.post("/v1/batch", &json!({"batch": [], "writeKey": PK})).header("origin", &origin);
        assert_eq!(request.send().await.unwrap().status(), expected, "{origin}");
    }
    let rebound = server.post("/v1/batch", &json!({"batch": [], "writeKey": PK}));
    let rebound = rebound.header("origin", "http://evil.example").header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), StatusCode::FORBIDDEN, "a foreign name that points here");
    server.stop().await;
}
