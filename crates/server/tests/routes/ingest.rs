use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{NOW, PHONE, PK, SITE, VISITOR, message_id, order, page_event, run, token};

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
async fn one_bad_event_never_fails_its_neighbours() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut event = plain(7);
        change(&mut event);
        event.to_string()
    };
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let rows: Vec<(&str, String)> = vec![
        ("not_an_object", "7".into()),
        ("not_an_object", "[]".into()),
        ("not_an_object", "null".into()),
        ("type", with(&|e| e["type"] = "charge".into())),
        ("type", with(&|e| drop(e.as_object_mut().unwrap().remove("type")))),
        ("identity", with(&|e| e["anonymousId"] = Value::Null)),
        ("identity", with(&|e| e["anonymousId"] = "".into())),
        ("identity", with(&|e| e["anonymousId"] = json!({}))),
        ("message_id", with(&|e| e["messageId"] = "x".repeat(100).into())),
        ("message_id", with(&|e| e["messageId"] = 7.into())),
        ("timestamp", with(&|e| e["timestamp"] = "yesterday".into())),
        ("too_large", with(&|e| e["pad"] = "x".repeat(32 * 1_024).into())),
        ("too_deep", with(&|_| ()).replace("\"42\"", &deep(16))),
        ("number_range", with(&|_| ()).replace("\"42\"", "1e400")),
        ("number_range", with(&|_| ()).replace("\"42\"", &format!("-{}", "9".repeat(400)))),
        ("no_consent", with(&|e| e["context"] = json!({}))),
        ("no_consent", with(&|e| e["context"]["consent"]["categoryPreferences"]["measurement"] = "true".into())),
        ("token", with(&|e| e["context"]["vitrine"]["token"] = token(PHONE).into())),
    ];
    let fine = [with(&|e| e["messageId"] = message_id(20).into()), with(&|_| ()).replace("\"42\"", &deep(15))];
    let events: Vec<&str> = fine
        .iter()
        .map(String::as_str)
        .take(1)
        .chain(rows.iter().map(|row| row.1.as_str()))
        .chain([fine[1].as_str()])
        .collect();
    let body = format!("{{\"batch\":[{}]}}", events.join(","));
    let answer = server
        .client
        .post(format!("{}/v1/batch", server.url))
        .basic_auth(PK, Some(""))
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!((&answer["success"], &answer["stored"]), (&json!(true), &json!(2)));
    let reasons: Vec<_> = answer["quarantined"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["index"].as_u64().unwrap(), row["reason"].as_str().unwrap()))
        .collect();
    let expected: Vec<_> = rows.iter().enumerate().map(|(n, row)| (n as u64 + 1, row.0)).collect();
    assert_eq!(reasons, expected);
    server.stop().await;
}

#[tokio::test]
async fn an_event_is_stored_once_whatever_its_id() {
    let server = run().await;
    let foreign = |id: &str| {
        let mut event = plain(0);
        event["messageId"] = id.into();
        event
    };
    let mut bare = plain(0);
    bare.as_object_mut().unwrap().remove("messageId");
    let mut same = bare.clone();
    same["properties"] = serde_json::from_str(r#"{"sku":"\u0034\u0032"}"#).unwrap();
    let mut other = bare.clone();
    other["properties"]["sku"] = "43".into();
    let rows = [
        (vec![plain(1)], 1, 0),
        (vec![plain(1), plain(2)], 1, 1),
        (vec![foreign("ajs-next-1"), foreign("ajs-next-1")], 1, 1),
        (vec![foreign("ajs-next-1"), foreign("id \u{1f600}")], 1, 1),
        (vec![bare.clone(), same.clone()], 2, 0),
        (vec![bare.clone(), bare.clone()], 0, 2),
        (vec![bare.clone(), bare.clone(), bare, other], 2, 2),
    ];
    for (n, (events, stored, duplicates)) in rows.into_iter().enumerate() {
        let answer = server.send(PK, &events).await;
        assert_eq!((&answer["stored"], &answer["duplicates"]), (&json!(stored), &json!(duplicates)), "row {n}");
    }
    let server = server.restart().await;
    assert_eq!(server.send(PK, &[plain(1), foreign("ajs-next-1")]).await["duplicates"], 2, "after a restart");
    server.stop().await;
}

#[tokio::test]
async fn what_is_kept_is_what_was_sent_less_secrets_and_addresses() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    let event = format!(
        r#"{{"type":"track","event":"a\ud800b\u0000","anonymousId":"{VISITOR}","messageId":"{}","properties":{{"n":1.50,"big":12345678901234567890,"a":1,"a":2}},
        "context":{{"ip":"203.0.113.9","consent":{{"categoryPreferences":{{"measurement":true}}}},"vitrine":{{"token":"{}","proof":{{"iat":1,"mac":"x"}},"bundle":3}}}}}}"#,
        message_id(1),
        token(VISITOR)
    );
    let body = format!("{{\"batch\":[{event}]}}");
    server.client.post(format!("{}/v1/batch", server.url)).basic_auth(PK, Some("")).body(body).send().await.unwrap();
    let kept = &server.export(VISITOR).await["events"][0];
    assert_eq!(kept["event"], "a\u{fffd}b\0");
    assert_eq!((&kept["properties"]["n"], &kept["properties"]["a"]), (&json!(1.5), &json!(2)));
    assert_eq!(
        kept["context"],
        json!({"consent": {"categoryPreferences": {"measurement": true}}, "vitrine": {"bundle": 3}})
    );
    let bytes = std::fs::read(&server.config.database).unwrap();
    let wal = std::fs::read(format!("{}-wal", server.config.database)).unwrap_or_default();
    for canary in [token(VISITOR), "203.0.113.9".into()] {
        assert!(!contains(&bytes, &canary) && !contains(&wal, &canary), "{canary}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_clock_that_is_far_off_is_corrected() {
    let server = run().await;
    let secret = server.secret().to_owned();
    server.register(VISITOR, &token(VISITOR)).await;
    server.login("u-1", VISITOR, 1, json!({})).await;
    let hour = 3_600_000;
    // The client's clock is two hours behind: it said one minute before it sent.
    let sent = instant(NOW - 2 * hour);
    let mut late = order("u-1", "skewed", 1.0);
    late["timestamp"] = instant(NOW - 2 * hour - 60_000).into();
    let mut historical = order("u-1", "old", 1.0);
    historical["timestamp"] = "2020-01-01T00:00:00.000000000+01:00".into();
    for (path, event) in [("/v1/batch", late), ("/v1/import", historical)] {
        let body = json!({"batch": [event], "sentAt": sent, "writeKey": secret});
        server.post(path, &body).send().await.unwrap();
    }
    let profile = server.profile_rows(VISITOR).await;
    let at: Vec<_> = profile["orders"].as_array().unwrap().iter().map(|row| row["at"].as_i64().unwrap()).collect();
    assert_eq!(at, [1_577_833_200_000, NOW - 60_000]);
    server.stop().await;
}

#[tokio::test]
async fn a_user_id_without_proof_is_only_a_label() {
    let server = run().await;
    server.register(VISITOR, &token(VISITOR)).await;
    server.login("u-1", VISITOR, 1, json!({"plan": "gold"})).await;
    let before = server.profile_rows(VISITOR).await;
    let consent = json!({"consent": {"categoryPreferences": {"measurement": true, "personalization": true}}});
    let mut bare = order("u-1", "o-1", 700.0);
    bare["context"] = consent.clone();
    let mut from_elsewhere = order("u-1", "o-2", 700.0);
    from_elsewhere["context"] = consent.clone();
    from_elsewhere["anonymousId"] = PHONE.into();
    let mut on_their_device = order("u-1", "o-3", 700.0);
    on_their_device["context"] = consent.clone();
    on_their_device["anonymousId"] = VISITOR.into();
    let claimed = json!({"type": "identify", "userId": "u-1", "anonymousId": PHONE, "traits": {"plan": "none"}, "context": consent});
    let mut forged = claimed.clone();
    forged["context"]["vitrine"] = json!({"proof": server.proof("u-2", PHONE)});
    let answer = server.send(PK, &[bare, from_elsewhere, on_their_device, claimed, forged]).await;
    assert_eq!(answer["stored"], 5, "kept, as what they are");
    assert_eq!(server.profile_rows(VISITOR).await, before, "nothing changed");
    server.stop().await;
}

#[tokio::test]
async fn a_cmp_key_needs_no_consent_in_its_events() {
    let server = run().await;
    let event = json!({"type": "page", "anonymousId": "ajs", "messageId": "ajs-1"});
    assert_eq!(server.send("pk_cmp", std::slice::from_ref(&event)).await["stored"], 1);
    assert_eq!(server.send(PK, &[event]).await["quarantined"][0]["reason"], "no_consent");
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

fn instant(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap().to_string()
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

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
