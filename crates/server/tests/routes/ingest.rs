use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{PK, SITE, VISITOR, order, page_event, run, token};

fn plain(n: u32) -> Value {
    page_event(VISITOR, n, &token(VISITOR))
}

#[tokio::test]
async fn every_path_takes_its_events() {
    let server = run().await;
    let singles = [
        "/v1/track",
        "/v1/t",
        "/v1/identify",
        "/v1/i",
        "/v1/page",
        "/v1/p",
        "/v1/screen",
        "/v1/s",
        "/v1/group",
        "/v1/g",
        "/v1/alias",
        "/v1/a",
    ];
    let mut n = 0;
    for path in singles.into_iter().chain(["/v1/batch", "/v1/b", "/v1/import"]) {
        for path in [path.to_owned(), format!("{path}/")] {
            n += 1;
            let body = if singles.iter().any(|single| path.starts_with(single) && path.len() <= single.len() + 1) {
                plain(n)
            } else {
                json!({"batch": [plain(n)]})
            };
            let answer = server.post(&path, &body).basic_auth(PK, Some("")).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(answer.json::<Value>().await.unwrap()["stored"], 1, "{path}");
        }
    }
    let beacon =
        server.post(&format!("/beacon/v1/batch?writeKey={PK}"), &json!({"batch": [plain(99)]})).send().await.unwrap();
    assert_eq!(beacon.status(), StatusCode::OK);
    for path in ["/v1/batch//", "/v1/nothing", "/v1"] {
        assert_eq!(server.post(path, &json!({})).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(server.get("/v1/batch").send().await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
    server.stop().await;
}

#[tokio::test]
async fn a_single_events_type_is_its_path() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    let mut event = plain(1);
    event.as_object_mut().unwrap().remove("type");
    server.post("/v1/page", &event).basic_auth(PK, Some("")).send().await.unwrap();
    assert_eq!(server.export(VISITOR).await["events"][0]["type"], "page");
    server.stop().await;
}

#[tokio::test]
async fn the_key_may_be_given_in_several_places_that_agree() {
    let server = run().await;
    let encoded = |text: &str| format!("Basic {}", base64(text));
    let rows = [
        (Some(encoded("pk_test:")), None::<&str>, None::<&str>, 200),
        (Some(encoded("pk_test")), None, None, 200),
        (Some(encoded("pk_test").trim_end_matches('=').to_owned()), None, None, 200),
        (None, Some("pk_test"), None, 200),
        (Some(encoded("pk_test:")), Some("pk_test"), None, 200),
        (None, None, Some("pk_test"), 200),
        (None, None, Some("pk%5Ftest"), 200),
        (Some(encoded("pk_test:")), Some("pk_cmp"), None, 401),
        (None, Some("pk_test"), Some("pk_cmp"), 401),
        (None, None, None, 401),
        (None, Some("pk_other"), None, 401),
        (None, Some(""), None, 401),
        (Some("Bearer pk_test".into()), None, None, 401),
        (Some("Basic !!!".into()), Some("pk_test"), None, 401),
    ];
    for (n, (header, body, query, expected)) in rows.into_iter().enumerate() {
        let mut whole = json!({"batch": [plain(n as u32)]});
        if let Some(key) = body {
            whole["writeKey"] = key.into();
        }
        let path = query.map_or("/v1/batch".to_owned(), |key| format!("/beacon/v1/batch?writeKey={key}"));
        let mut request = server.post(&path, &whole);
        if let Some(header) = &header {
            request = request.header("authorization", header);
        }
        assert_eq!(request.send().await.unwrap().status(), expected, "{header:?} {body:?} {query:?}");
    }
    let elsewhere = server.post(&format!("/v1/batch?writeKey={PK}"), &json!({"batch": []})).send().await.unwrap();
    assert_eq!(elsewhere.status(), 401, "the query counts on the beacon only");
    server.stop().await;
}

#[tokio::test]
async fn a_secret_key_never_comes_from_a_page() {
    let server = run().await;
    let body = json!({"batch": [order("u-1", "o-1", 5.0)]});
    let request = || server.post("/v1/batch", &body).basic_auth(server.secret(), Some(""));
    assert_eq!(
        request().header("origin", super::support::ORIGIN).send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(request().send().await.unwrap().status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn the_content_type_is_ignored_and_gzip_is_read() {
    let server = run().await;
    for (n, kind) in
        ["text/plain", "application/x-www-form-urlencoded", "application/json", "nonsense"].into_iter().enumerate()
    {
        let request =
            server.post("/v1/batch", &json!({"batch": [plain(n as u32)], "writeKey": PK})).header("content-type", kind);
        assert_eq!(request.send().await.unwrap().json::<Value>().await.unwrap()["stored"], 1, "{kind}");
    }
    let request = |bytes: Vec<u8>, encoding: &str| {
        server
            .client
            .post(format!("{}/v1/batch", server.url))
            .header("content-encoding", encoding)
            .body(bytes)
            .basic_auth(PK, Some(""))
    };
    let whole = json!({"batch": [plain(50)]}).to_string();
    let packed = gzip(whole.as_bytes());
    let rows = [
        (packed.clone(), "gzip", 200),
        (packed[..packed.len() / 2].to_vec(), "gzip", 400),
        (whole.clone().into_bytes(), "gzip", 400),
        (packed, "br", 400),
        (gzip(&vec![b' '; 100_000_000]), "gzip", 400),
        (gzip(format!("{{\"batch\":[{}]}}", " ".repeat(300_000)).as_bytes()), "gzip", 400),
    ];
    for (bytes, encoding, expected) in rows {
        assert_eq!(request(bytes, encoding).send().await.unwrap().status(), expected, "{encoding}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_request_over_a_limit_is_refused_whole() {
    let server = run().await;
    let batch = |events: usize, size: usize| {
        let events: Vec<Value> = (0..events)
            .map(|n| json!({"type": "track", "anonymousId": "a", "n": n, "pad": "x".repeat(size)}))
            .collect();
        json!({"batch": events})
    };
    let rows = [
        ("/v1/batch", batch(2_501, 0), 400),
        ("/v1/batch", batch(2_500, 0), 200),
        ("/v1/batch", batch(20, 31_000), 400),
        ("/v1/track", json!({"anonymousId": "a", "pad": "x".repeat(33_000)}), 400),
        ("/v1/batch", json!([]), 400),
        ("/v1/batch", json!("text"), 400),
        ("/v1/batch", json!({"batch": {}}), 400),
        ("/v1/batch", json!({}), 400),
        ("/v1/batch", json!({"batch": []}), 200),
    ];
    for (path, body, expected) in rows {
        let answer = server.post(path, &body).basic_auth(PK, Some("")).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{path} {:.60}", body.to_string());
    }
    server.stop().await;
}

#[tokio::test]
async fn browser_clients_are_told_where_to_send() {
    let server = run().await;
    let settings: Value =
        server.get(&format!("/v1/projects/{PK}/settings")).send().await.unwrap().json().await.unwrap();
    assert_eq!(settings["integrations"]["Segment.io"]["apiKey"], PK);
    for key in ["pk_other", server.secret()] {
        assert_eq!(
            server.get(&format!("/v1/projects/{key}/settings")).send().await.unwrap().status(),
            StatusCode::UNAUTHORIZED
        );
    }
    let site = server.app.site();
    assert_eq!(site.id, SITE);
    server.stop().await;
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}
