//! Asks a site for its pages and files, as a visitor's browser does before any script ran.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use ureq::http::HeaderMap;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, http};
use url::Url;

/// Most of a page, script or bundle that is read, bytes.
const MOST: u64 = 8 << 20;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, whatever its status.
pub struct Page {
    /// Where it came from, after redirects.
    pub url: Url,
    /// The status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Page {
    /// A header's values, joined as HTTP allows.
    pub fn header(&self, name: &str) -> String {
        let values: Vec<&str> = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        values.join(", ")
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// Asks.
pub struct Client(Agent);

impl Client {
    /// Trusts whom the system trusts.
    pub fn new() -> Client {
        let roots: Vec<_> = rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .map(|cert| Certificate::from_der(cert).to_owned())
            .collect();
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::from(roots))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("vitrine-doctor/", env!("CARGO_PKG_VERSION")))
            .build();
        Client(agent.into())
    }

    /// Asks the backend with a secret key; with a body, tells it something.
    ///
    /// # Errors
    /// No answer.
    pub fn ask(&self, url: &str, key: &str, body: Option<&[u8]>) -> anyhow::Result<Page> {
        let basic = format!("Basic {}", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{key}:")));
        let answer = match body {
            Some(body) => self.0.post(url).header("authorization", &basic).content_type("application/json").send(body),
            None => self.0.get(url).header("authorization", &basic).call(),
        };
        Self::page(url, answer)
    }

    /// Gets an address.
    ///
    /// # Errors
    /// No answer, or a larger one than this reads.
    pub fn get(&self, url: &str) -> anyhow::Result<Page> {
        Self::page(url, self.0.get(url).call())
    }

    fn page(url: &str, answer: Result<http::Response<Body>, ureq::Error>) -> anyhow::Result<Page> {
        use ureq::ResponseExt as _;
        let mut answer = answer.with_context(|| format!("{url} does not answer"))?;
        let body =
            answer.body_mut().with_config().limit(MOST).read_to_vec().with_context(|| format!("{url} breaks off"))?;
        let from = Url::parse(&answer.get_uri().to_string()).with_context(|| format!("{url} leads to no address"))?;
        let status = answer.status().as_u16();
        Ok(Page { url: from, status, headers: answer.headers().clone(), body })
    }
}
