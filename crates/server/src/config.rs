//! What the operator decides.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use vitrine_wire::Millis;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// Everything `vitrine serve` is told.
#[derive(Clone)]
pub struct Config {
    /// The site file.
    pub site: PathBuf,
    /// A path, or the URL of a database.
    pub database: String,
    /// Folder of the SDK's files, served under `/sdk/<version>/`.
    pub sdk: Option<PathBuf>,
    /// Folder of static pages, served under `/`.
    pub www: Option<PathBuf>,
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Keep this `pk_` id as the public key.
    pub public_key: Option<String>,
    /// More keys, or other policies: `pk_other=cmp`, `sk_till=lawful-basis:contract`.
    pub keys: Vec<String>,
    /// The site's Ed25519 public key (base64url), if it proves logins with EdDSA tokens.
    pub jwt_key: Option<String>,
    /// Origins allowed beside those of the site file.
    pub origins: Vec<String>,
    /// Serve the demo's own endpoints, and let pages of this very address call.
    pub demo: bool,
    /// Publish again whenever the site file changes.
    pub watch: bool,
    /// How much one caller may ask.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
}

/// Requests a second, each with a burst of twice as many.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// With one write key.
    pub per_key: NonZeroU32,
    /// From one address prefix (IPv4 /24, IPv6 /48).
    pub per_address: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        // A page sends a batch every few seconds: these stop floods, not crowds behind one address.
        let or = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Limits { per_key: or(5_000), per_address: or(1_000) }
    }
}

/// The system's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
