//! What becomes of each event: kept once, set aside with a reason, bound to whom it may be.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{NOW, PHONE, PK, VISITOR, message_id, order, page_event, run, token};

fn plain(n: u32) -> Value {
    page_event(VISITOR, n, &token(VISITOR))
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

fn instant(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap().to_string()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
