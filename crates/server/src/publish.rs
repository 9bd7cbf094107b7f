//! Publishing: site file → compiled → signed → kept → served and announced.

use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::watch;
use vitrine_wire::bundle::Bundle;
use vitrine_wire::envelope::{FORMAT, Header, unsigned};
use vitrine_wire::http::Stop;
use vitrine_wire::{Millis, limits};

use crate::db::{BundleRow, Db, DbError, SiteNo, hash};
use crate::keys::{Keys, SIGNING_KEY_ID};
use crate::site::{SiteError, envelope_id};

/// A bundle is signed again when its signature is older than this, in seconds: pages refuse expired ones.
const SIGN_AGAIN_S: u64 = 86_400;

/// A bundle as it is served.
#[derive(Debug, Clone)]
pub struct Published {
    /// Rises with every publication.
    pub sequence: u64,
    /// Of the sealed bytes, hex.
    pub hash: String,
    /// When it was signed, Unix seconds.
    pub issued: u64,
    /// Envelope, payload, signature.
    pub sealed: Bytes,
    /// The same, for those who accept brotli.
    pub brotli: Bytes,
}

/// The bundle that is served now; streams watch it.
pub type Current = watch::Sender<Option<Arc<Published>>>;

/// Why a site file was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It cannot be served.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The bundle cannot be kept.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Publishes a site file's text, unless it is what is published already and freshly signed.
///
/// # Errors
/// Findings of the compiler, or what the database says.
pub async fn publish(
    db: &dyn Db,
    site: SiteNo,
    id: &str,
    keys: &Keys,
    text: &str,
    now: Millis,
    current: &Current,
) -> Result<(), PublishError> {
    let now_s = u64::try_from(now / 1_000).unwrap_or_default();
    let stops = db.stops(site).await?;
    let source = source(text, &stops, keys, now);
    let newest = db.newest_bundle(site, FORMAT).await?.filter(|row| row.source == source);
    let row = match newest {
        Some(row) if now_s.saturating_sub(row.issued) < SIGN_AGAIN_S => row,
        // The same content under the same sequence: nothing on a page changes, its signature only lasts longer.
        Some(row) => {
            seal_and_keep(db, site, id, keys, payload(text, &stops, now)?, row.sequence, now_s, source).await?
        }
        None => {
            let payload = payload(text, &stops, now)?;
            let sequence = db.next_sequence(site).await?;
            seal_and_keep(db, site, id, keys, payload, sequence, now_s, source).await?
        }
    };
    let published = Arc::new(serve(row));
    tracing::info!(sequence = published.sequence, hash = published.hash, "bundle published");
    current.send_replace(Some(published));
    Ok(())
}

/// A kept bundle, ready to be served.
pub fn serve(row: BundleRow) -> Published {
    let brotli = compress(&row.sealed);
    let BundleRow { sequence, hash, issued, sealed, .. } = row;
    Published { sequence, hash, issued, sealed: sealed.into(), brotli: brotli.into() }
}

#[expect(clippy::too_many_arguments, reason = "called twice, just above")]
async fn seal_and_keep(
    db: &dyn Db,
    site: SiteNo,
    id: &str,
    keys: &Keys,
    payload: Vec<u8>,
    sequence: u64,
    issued: u64,
    source: String,
) -> Result<BundleRow, DbError> {
    let expires = issued + limits::BUNDLE_VALID_S;
    let mut sealed =
        unsigned(Header { key: SIGNING_KEY_ID, site: envelope_id(id), sequence, issued, expires }, &payload);
    sealed.extend(keys.sign(&sealed));
    let row = BundleRow { hash: hex(&hash(&sealed), 16), format: FORMAT, sequence, issued, source, sealed };
    db.keep_bundle(site, row.clone()).await?;
    Ok(row)
}

/// Names what a bundle is made of: text, compiler, key, and the month, since bundles hold a zone's offsets for 13 months.
fn source(text: &str, stops: &[Stop], keys: &Keys, now: Millis) -> String {
    let month = now.div_euclid(30 * 86_400_000);
    let stopped: String = stops.iter().map(|stop| format!("{} {:?}\n", stop.what, stop.experience)).collect();
    let parts = format!("{}\n{}\n{month}\n{stopped}{text}", env!("CARGO_PKG_VERSION"), keys.verify());
    hex(&hash(parts.as_bytes()), 32)
}

fn payload(text: &str, stops: &[Stop], now: Millis) -> Result<Vec<u8>, SiteError> {
    match vitrine_compiler::compile(text, &vitrine_compiler::Options::at(now)) {
        Ok(compiled) => {
            for warning in &compiled.warnings {
                tracing::warn!(finding = said(warning), "the site file has a finding");
            }
            Ok(if stops.is_empty() {
                compiled.payload
            } else {
                vitrine_compiler::payload(&stopped(compiled.bundle, stops), now)
            })
        }
        Err(findings) => Err(SiteError::Findings(findings.iter().map(|f| format!("  {}\n", said(f))).collect())),
    }
}

/// The rules without what is stopped.
fn stopped(mut bundle: Bundle, stops: &[Stop]) -> Bundle {
    let named = |what: &str| stops.iter().any(|stop| stop.what == what);
    bundle.meta.stopped = named("sdk");
    for experience in &mut bundle.experiences {
        experience.paused |=
            named("all") || named("sdk") || stops.iter().any(|stop| stop.experience.as_ref() == Some(&experience.id));
    }
    bundle
}

fn said(finding: &vitrine_compiler::Finding) -> String {
    let place = if finding.pointer.is_empty() { "/" } else { &finding.pointer };
    format!("{} at {place}: {}; {}", finding.code.name(), finding.message, finding.fix)
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4_096, 11, 22);
    // Writing into memory cannot fail.
    let _ = writer.write_all(bytes);
    writer.into_inner()
}

fn hex(bytes: &[u8], length: usize) -> String {
    bytes.iter().take(length).map(|byte| format!("{byte:02x}")).collect()
}
