use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use ed25519_dalek::{Signature, VerifyingKey};
use reqwest::StatusCode;
use vitrine_server::site::envelope_id;
use vitrine_wire::envelope::{Header, open};

use super::support::{NOW, Running, SITE, run, site_file};

async fn header(server: &Running) -> (Header, String) {
    let answer = server.get(&format!("/v1/sites/{SITE}/bundle/2")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["cache-control"], "no-cache");
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let bytes = answer.bytes().await.unwrap();
    let envelope = open(&bytes).unwrap();
    let verify = server.app.keys.verify();
    let key = VerifyingKey::from_bytes(&BASE64URL.decode(&verify[2..]).unwrap().try_into().unwrap()).unwrap();
    key.verify_strict(envelope.signed, &Signature::from_slice(envelope.signature).unwrap()).unwrap();
    (envelope.header, tag)
}

#[tokio::test]
async fn a_bundle_is_signed_bound_to_its_site_and_rises() {
    let server = run().await;
    let now = (NOW / 1_000) as u64;
    let (first, _) = header(&server).await;
    let expected = Header { key: 1, site: envelope_id(SITE), sequence: 1, issued: now, expires: now + 30 * 86_400 };
    assert_eq!(first, expected);
    let server = server.restart().await;
    assert_eq!(header(&server).await.0, first, "a restart publishes nothing new");
    server.write_site(&site_file("b"));
    server.app.publish().await.unwrap();
    assert_eq!(header(&server).await.0.sequence, 2);
    server.write_site(&site_file("a"));
    server.app.publish().await.unwrap();
    assert_eq!(header(&server).await.0.sequence, 3, "going back is publishing forward");
    for broken in [
        "{",
        "{\"vitrine\": 1, \"site\": \"other\"}",
        &site_file("c").replace("\"slot\":\"hero\"", "\"slot\":\"hreo\""),
    ] {
        server.write_site(broken);
        assert!(server.app.publish().await.is_err(), "{broken}");
    }
    assert_eq!(header(&server).await.0.sequence, 3, "the last good one is served");
    server.stop().await;
}

#[tokio::test]
async fn a_signature_is_renewed_daily_under_its_sequence() {
    let server = run().await;
    let (first, tag) = header(&server).await;
    server.later(86_399_000);
    server.app.sign_again().await.unwrap();
    assert_eq!(header(&server).await, (first, tag.clone()));
    server.later(1_000);
    server.app.sign_again().await.unwrap();
    let (second, other) = header(&server).await;
    assert_eq!((second.sequence, second.issued), (first.sequence, first.issued + 86_400));
    assert_ne!(other, tag);
    server.stop().await;
}

#[tokio::test]
async fn a_page_that_has_it_is_told_so() {
    let server = run().await;
    let path = format!("/v1/sites/{SITE}/bundle/2");
    let (_, tag) = header(&server).await;
    for (known, expected) in [(tag.as_str(), 304), (&format!("\"x\", W/{tag}"), 304), ("*", 304), ("\"x\"", 200)] {
        let answer = server.get(&path).header("if-none-match", known).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{known}");
        assert_eq!(answer.headers()["etag"], tag.as_str());
    }
    let packed = server.get(&path).header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "br");
    let vary: Vec<_> = packed.headers().get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(vary, ["accept-encoding", "origin"]);
    let packed_tag = packed.headers()["etag"].to_str().unwrap().to_owned();
    let mut plain = Vec::new();
    let bytes = packed.bytes().await.unwrap();
    std::io::Read::read_to_end(&mut brotli::Decompressor::new(bytes.as_ref(), 4_096), &mut plain).unwrap();
    open(&plain).unwrap();
    let again =
        server.get(&path).header("accept-encoding", "br").header("if-none-match", packed_tag).send().await.unwrap();
    assert_eq!((again.status(), again.bytes().await.unwrap().len()), (StatusCode::NOT_MODIFIED, 0));
    server.stop().await;
}

#[tokio::test]
async fn a_bundle_by_hash_never_changes() {
    let server = run().await;
    let (_, tag) = header(&server).await;
    let hash = tag.trim_matches('"').to_owned();
    server.write_site(&site_file("b"));
    server.app.publish().await.unwrap();
    let old = server.get(&format!("/v1/sites/{SITE}/bundle/2/{hash}")).send().await.unwrap();
    assert_eq!(old.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(open(&old.bytes().await.unwrap()).unwrap().header.sequence, 1);
    for path in [
        format!("/v1/sites/{SITE}/bundle/2/ffff"),
        format!("/v1/sites/{SITE}/bundle/3"),
        "/v1/sites/other/bundle/2".into(),
        format!("/v1/sites/{SITE}/bundle/x"),
    ] {
        assert_eq!(server.get(&path).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
    server.stop().await;
}
