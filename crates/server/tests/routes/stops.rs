//! The stop switch: who may use it, what pages get then, and that it outlives a restart.

use reqwest::StatusCode;
use serde_json::{Value, json};
use vitrine_wire::{bundle, envelope};

use super::support::{ORIGIN, PK, Running, SITE, run, site_file};

async fn stop(server: &Running, body: Value) -> (StatusCode, Value) {
    let answer = server.post(&format!("/v1/sites/{SITE}/stops"), &body).basic_auth(server.secret(), Some(""));
    let answer = answer.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// What a page is given: its sequence, whether the SDK is off, and whether the experience is paused.
async fn page(server: &Running) -> (u64, bool, bool) {
    let bytes = server.get(&format!("/v1/sites/{SITE}/bundle/2")).send().await.unwrap().bytes().await.unwrap();
    let sealed = envelope::open(&bytes).unwrap();
    let rules = bundle::decode(sealed.payload);
    (sealed.header.sequence, rules.meta.stopped, rules.experiences[0].paused)
}

#[tokio::test]
async fn only_the_site_s_own_server_stops() {
    let server = run().await;
    let path = format!("/v1/sites/{SITE}/stops");
    let body = json!({"all": true});
    let rows = [
        (server.post(&path, &body), 401),
        (server.post(&path, &body).basic_auth(PK, Some("")), 401),
        (server.post(&path, &body).basic_auth(server.secret(), Some("")).header("origin", ORIGIN), 403),
        (server.post("/v1/sites/other/stops", &body).basic_auth(server.secret(), Some("")), 404),
        (server.get(&path), 401),
    ];
    for (request, status) in rows {
        assert_eq!(request.send().await.unwrap().status().as_u16(), status);
    }
    assert_eq!(page(&server).await, (1, false, false));
}

#[tokio::test]
async fn what_is_stopped_is_published_at_once_and_goes_on_again() {
    let server = run().await;
    let mut watched = server.app.bundle.subscribe();
    for (what, shown) in [
        (json!({"experience": "e", "reason": "price"}), (false, true)),
        (json!({"all": true}), (false, true)),
        (json!({"sdk": true}), (true, true)),
    ] {
        let before = page(&server).await.0;
        watched.borrow_and_update();
        let (status, said) = stop(&server, what.clone()).await;
        assert_eq!((status, said["stops"].as_array().unwrap().len()), (StatusCode::OK, 1), "{what}");
        assert!(watched.has_changed().unwrap(), "streams hear of it");
        let (sequence, off, paused) = page(&server).await;
        assert_eq!(
            (sequence > before, (off, paused), said["sequence"].as_u64()),
            (true, shown, Some(sequence)),
            "{what}"
        );
        let mut resume = what.clone();
        resume["resume"] = json!(true);
        let (_, said) = stop(&server, resume).await;
        assert_eq!(said["stops"], json!([]));
        assert_eq!(page(&server).await, (sequence + 1, false, false), "{what}");
    }
}

#[tokio::test]
async fn a_stop_outlives_a_restart_and_another_site_file() {
    let server = run().await;
    stop(&server, json!({"experience": "e", "reason": "price"})).await;
    let server = server.restart().await;
    assert!(page(&server).await.2);
    server.write_site(&site_file("b"));
    server.app.publish().await.unwrap();
    assert!(page(&server).await.2);
    let list = server.get(&format!("/v1/sites/{SITE}/stops")).basic_auth(server.secret(), Some(""));
    let list: Value = list.send().await.unwrap().json().await.unwrap();
    assert_eq!(list["stops"][0]["experience"], "e");
    assert_eq!(list["stops"][0]["reason"], "price");
}

#[tokio::test]
async fn what_cannot_be_stopped_is_said() {
    let server = run().await;
    let rows = [
        json!({}),
        json!({"experience": "e", "all": true}),
        json!({"experience": ""}),
        json!({"experience": "hero-wintr"}),
        json!({"experiences": ["e"]}),
        json!({"all": true, "reason": "x".repeat(501)}),
    ];
    for row in rows {
        let (status, said) = stop(&server, row.clone()).await;
        assert!(status.is_client_error(), "{row}: {said}");
    }
    assert_eq!(page(&server).await, (1, false, false));
}
