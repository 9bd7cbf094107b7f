//! What every handler shares.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::{HeaderMap, header};
use ed25519_dalek::VerifyingKey;
use tokio::sync::{Mutex, watch};
use vitrine_wire::http::Stop;
use vitrine_wire::{Millis, OperatorCode};

use crate::access::{self, Access};
use crate::config::{Clock, Config};
use crate::db::{Db, SiteNo};
use crate::error::{HttpError, HttpResult};
use crate::hub::Hub;
use crate::keys::{self, Keys};
use crate::limits::Gauge;
use crate::publish::{self, Current, PublishError};
use crate::site::Site;
use crate::start::StartError;

/// Most notices without a text that the log tells of.
const TOLD: usize = 100;

/// The running server.
pub struct App {
    /// What is kept.
    pub db: Arc<dyn Db>,
    /// The site's number there.
    pub site: SiteNo,
    /// The site's keys.
    pub keys: Keys,
    /// Write keys and policies.
    pub access: Access,
    /// Open streams.
    pub hub: Hub,
    /// Rate limits.
    pub gauge: Gauge,
    /// The bundle served now.
    pub bundle: Current,
    /// Turns true when the server stops: streams end.
    pub stopping: watch::Sender<bool>,
    /// The site's key for EdDSA tokens.
    pub jwt_key: Option<VerifyingKey>,
    /// Folder of the SDK's files.
    pub sdk: Option<PathBuf>,
    /// Folder of static pages.
    pub www: Option<PathBuf>,
    /// Whether the demo's endpoints are on.
    pub demo: bool,
    /// The site file.
    pub file: PathBuf,
    described: RwLock<Arc<Site>>,
    text: Mutex<String>,
    /// Notices without a text that the log told of.
    told: std::sync::Mutex<BTreeSet<String>>,
    address: SocketAddr,
    origins: Vec<String>,
    clock: Clock,
}

/// How handlers hold it.
pub type Shared = Arc<App>;

impl App {
    /// The server of `site`, with nothing published yet.
    ///
    /// # Errors
    /// A key that the configuration gives cannot be used.
    pub fn new(
        config: &Config,
        address: SocketAddr,
        site: Site,
        no: SiteNo,
        db: Arc<dyn Db>,
        keys: Keys,
    ) -> Result<App, StartError> {
        let mut access = Access::new(&keys.public, &keys.secret);
        for rule in &config.keys {
            access.rule(rule)?;
        }
        let jwt_key =
            config.jwt_key.as_deref().map(|key| keys::public_key(key).ok_or(StartError::JwtKey)).transpose()?;
        Ok(App {
            db,
            site: no,
            keys,
            access,
            hub: Hub::default(),
            gauge: Gauge::new(config.limits),
            bundle: watch::Sender::new(None),
            stopping: watch::Sender::new(false),
            jwt_key,
            sdk: config.sdk.clone(),
            www: config.www.clone(),
            demo: config.demo,
            file: config.site.clone(),
            described: RwLock::new(Arc::new(site)),
            text: Mutex::default(),
            told: std::sync::Mutex::default(),
            address,
            origins: config.origins.clone(),
            clock: Arc::clone(&config.clock),
        })
    }

    /// Now, in ms since the Unix epoch.
    pub fn now(&self) -> Millis {
        (self.clock)()
    }

    /// The site, as its file describes it now.
    pub fn site(&self) -> Arc<Site> {
        let held = self.described.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&held)
    }

    /// Whether pages of `origin` may call.
    pub fn allows(&self, origin: &str, asked_host: Option<&str>) -> bool {
        access::allowed(origin, &self.site().origins, asked_host, self.demo) || self.origins.iter().any(|o| o == origin)
    }

    /// Counts acts that name notices without a text; the log tells each version once. The act itself is recorded.
    pub fn warn_unpublished(&self, versions: &[String]) {
        let code = OperatorCode::NoticeUnpublished;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for version in versions {
            metrics::counter!("vitrine_warnings_total", "code" => code.as_str()).increment(1);
            // Anybody may send names: there is an end to telling them.
            if told.len() < TOLD && told.insert(version.clone()) {
                tracing::warn!(code = code.as_str(), notice = ?version, "{}; {}", code.message(), code.help());
            }
        }
    }

    /// Checks that a page's body names this site with a public key, and counts it.
    ///
    /// # Errors
    /// 404 for another site, 401 for another key, 429 over the limit.
    pub fn page(&self, site: &str, key: &str) -> HttpResult<()> {
        if site != self.site().id {
            return Err(HttpError::new(axum::http::StatusCode::NOT_FOUND, vitrine_wire::Code::SiteUnknown));
        }
        if !access::public(key) || self.access.policy(key).is_none() {
            return Err(HttpError::key());
        }
        self.gauge.key(key)
    }

    /// As [`App::backend`], of a request by its headers.
    ///
    /// # Errors
    /// As there; 401 without any key.
    pub fn secret(&self, site: &str, headers: &HeaderMap) -> HttpResult<()> {
        let key =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(HttpError::key)?;
        self.backend(site, &crate::ingest::basic(key)?, headers.contains_key(header::ORIGIN))
    }

    /// Checks that the site's own server asks about this site with a secret key, and counts it.
    ///
    /// # Errors
    /// 404 for another site, 401 for another key, 403 when a page asks, 429 over the limit.
    pub fn backend(&self, site: &str, key: &str, from_page: bool) -> HttpResult<()> {
        if !access::secret(key) || self.access.policy(key).is_none() {
            return Err(HttpError::key().because("the site's own server asks with its secret key, sk_…"));
        }
        if from_page {
            return Err(HttpError::secret_in_page());
        }
        if site != self.site().id {
            return Err(HttpError::new(axum::http::StatusCode::NOT_FOUND, vitrine_wire::Code::SiteUnknown));
        }
        self.gauge.key(key)
    }

    /// Reads the site file again and publishes it. What is served stays when the file cannot be served.
    ///
    /// # Errors
    /// The file does not read, parse or compile, is another site's, or the database failed.
    pub async fn publish(&self) -> Result<(), PublishError> {
        let text = read(&self.file)?;
        let site = Site::parse(&text)?;
        let id = self.site().id.clone();
        if site.id != id {
            let what = format!("  it is of the site `{}`, this server serves `{id}`\n", site.id);
            return Err(crate::site::SiteError::Findings(what).into());
        }
        let mut published = self.text.lock().await;
        // Before pages can show them.
        self.db.keep_wordings(self.site, site.notices.clone(), self.now()).await?;
        publish::publish(&*self.db, self.site, &id, &self.keys, &text, self.now(), &self.bundle).await?;
        *published = text;
        *self.described.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(site);
        Ok(())
    }

    /// The ids of the experiences that are published.
    pub async fn experiences(&self) -> Vec<String> {
        let file: serde_json::Value = serde_json::from_str(&self.text.lock().await).unwrap_or_default();
        let all = file.get("experiences").and_then(serde_json::Value::as_array).into_iter().flatten();
        all.filter_map(|one| one.get("id")?.as_str().map(str::to_owned)).collect()
    }

    /// Stops something on every page, or lets it go on; what is published says so at once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stop(&self, stop: Stop, on: bool) -> Result<(), PublishError> {
        self.db.stop(self.site, stop, on).await?;
        self.sign_again().await
    }

    /// Signs what is published again when its signature has grown old.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_again(&self) -> Result<(), PublishError> {
        let published = self.text.lock().await;
        let id = self.site().id.clone();
        publish::publish(&*self.db, self.site, &id, &self.keys, &published, self.now(), &self.bundle).await
    }

    /// Where this server itself is reached, for what it starts on this machine.
    pub fn address(&self) -> String {
        let ip = self.address.ip();
        let ip = if ip.is_unspecified() { std::net::Ipv4Addr::LOCALHOST.into() } else { ip };
        format!("http://{}", SocketAddr::new(ip, self.address.port()))
    }
}

/// A site file's text.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &std::path::Path) -> Result<String, crate::site::SiteError> {
    std::fs::read_to_string(path).map_err(|e| crate::site::SiteError::Read(path.to_owned(), e))
}
