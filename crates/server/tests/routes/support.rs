//! A server on a free port with its own database and a clock that the test holds, and a client for it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use vitrine_server::app::Shared;
use vitrine_server::ingest::proof::{Claim, mac};
use vitrine_server::{Config, Limits, start};

pub const PK: &str = "pk_test";
pub const SITE: &str = "shop";
pub const ORIGIN: &str = "https://shop.example";
pub const NOW: i64 = 1_800_000_000_000;
pub const VISITOR: &str = "0190a1b2-c3d4-7abc-8def-000000000001";
pub const PHONE: &str = "0190a1b2-c3d4-7abc-8def-000000000002";

pub struct Running {
    pub url: String,
    pub app: Shared,
    pub client: Client,
    pub config: Config,
    clock: Arc<AtomicI64>,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
    folder: TempDir,
}

/// A server with the usual configuration.
pub async fn run() -> Running {
    run_with(|_| ()).await
}

/// A server with another configuration.
pub async fn run_with(change: impl FnOnce(&mut Config)) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(AtomicI64::new(NOW));
    let time = clock.clone();
    let site = folder.path().join("site.json");
    std::fs::write(&site, site_file("a")).unwrap();
    let mut config = Config {
        site,
        database: folder.path().join("v.db").to_str().unwrap().to_owned(),
        sdk: None,
        www: None,
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        public_key: Some(PK.into()),
        keys: vec!["pk_cmp=cmp".into()],
        jwt_key: None,
        origins: vec![],
        demo: false,
        watch: false,
        limits: Limits::default(),
        clock: Arc::new(move || time.load(Ordering::SeqCst)),
    };
    change(&mut config);
    begin(config, clock, folder).await
}

async fn begin(config: Config, clock: Arc<AtomicI64>, folder: TempDir) -> Running {
    let server = start(config.clone()).await.unwrap();
    let (stop, stopped) = oneshot::channel();
    let (url, app) = (format!("http://{}", server.address()), server.app().clone());
    let done = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Running { url, app, client, config, clock, stop, done, folder }
}

/// A site file whose compiled form differs with `text`.
pub fn site_file(text: &str) -> String {
    json!({
        "vitrine": 1, "site": SITE, "origins": [ORIGIN], "slots": {"hero": {}},
        "traits": {"email": {"type": "string", "source": ["account", "form"]}},
        "experiences": [{"id": "e", "slot": "hero", "variants": [{"id": "v", "actions": [{"text": {"at": "h1", "to": text}}]}]}],
    })
    .to_string()
}

impl Running {
    /// Moves the clock.
    pub fn later(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    /// Stops in order and starts again over the same files.
    pub async fn restart(self) -> Running {
        let Running { config, clock, stop, done, folder, .. } = self;
        stop.send(()).unwrap();
        done.await.unwrap();
        begin(config, clock, folder).await
    }

    /// Stops in order.
    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.done.await.unwrap();
    }

    pub fn write_site(&self, text: &str) {
        std::fs::write(&self.config.site, text).unwrap();
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url)).body(body.to_string())
    }

    /// Sends events with a key and gives the answer's JSON, which must be a success.
    pub async fn send(&self, key: &str, events: &[Value]) -> Value {
        let answer = self.post("/v1/batch", &json!({"batch": events})).basic_auth(key, Some("")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    pub fn secret(&self) -> &str {
        &self.app.keys.secret
    }

    pub async fn register(&self, visitor: &str, token: &str) -> Response {
        self.post("/v1/visitor", &json!({"site": SITE, "key": PK, "visitor": visitor, "token": token}))
            .send()
            .await
            .unwrap()
    }

    /// `context.vitrine.proof` that `visitor` is `user`.
    pub fn proof(&self, user: &str, visitor: &str) -> Value {
        let iat = self.app.now() / 1_000;
        let claim = Claim { site: SITE, user, visitor, now_s: iat };
        json!({"iat": iat, "mac": mac(&self.app.keys.proof, &claim, iat)})
    }

    /// A proven login of a device, as its page sends it.
    pub async fn login(&self, user: &str, visitor: &str, n: u32, traits: Value) {
        let mut event = page_event(visitor, n, &token(visitor));
        event["type"] = "identify".into();
        event["userId"] = user.into();
        event["traits"] = traits;
        event["context"]["vitrine"]["proof"] = self.proof(user, visitor);
        assert_eq!(self.send(PK, &[event]).await["stored"], 1);
    }

    pub async fn profile(&self, visitor: &str) -> Response {
        self.get("/v1/visitor/profile").bearer_auth(token(visitor)).send().await.unwrap()
    }

    pub async fn profile_rows(&self, visitor: &str) -> Value {
        let answer = self.profile(visitor).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    pub async fn export(&self, visitor: &str) -> Value {
        self.get("/v1/visitor/export").bearer_auth(token(visitor)).send().await.unwrap().json().await.unwrap()
    }

    /// An act of choice by a visitor with its token.
    pub async fn choose(&self, visitor: &str, purposes: Value) -> Response {
        let act = json!({"site": SITE, "key": PK, "visitor": visitor, "token": token(visitor), "purposes": purposes,
            "notice": "n1", "locale": "fr", "source": "banner"});
        self.post("/v1/visitor/consents", &act).send().await.unwrap()
    }
}

/// The token that tests give a visitor: 43 characters of base64url.
pub fn token(visitor: &str) -> String {
    format!("{:A<43}", visitor.replace('-', ""))
}

/// A UUIDv7 for event `n`.
pub fn message_id(n: u32) -> String {
    format!("0190a1b2-c3d4-7abc-8def-{n:012x}")
}

/// A track that a page of ours sends, with measurement and personalization allowed.
pub fn page_event(visitor: &str, n: u32, token: &str) -> Value {
    json!({"type": "track", "event": "Product Viewed", "anonymousId": visitor, "messageId": message_id(n), "properties": {"sku": "42"},
        "context": {"consent": {"categoryPreferences": {"measurement": true, "personalization": true}}, "vitrine": {"token": token}}})
}

/// An offline order of a known customer.
pub fn order(user: &str, id: &str, revenue: f64) -> Value {
    json!({"type": "track", "event": "Order Completed", "userId": user, "messageId": format!("till-{id}"),
        "properties": {"order_id": id, "revenue": revenue}})
}
