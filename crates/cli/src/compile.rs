//! `vitrine compile`: a site file into the bundle that pages load, for static hosting.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};
use vitrine_compiler::Options;
use vitrine_wire::envelope::{Header, unsigned};
use vitrine_wire::limits::BUNDLE_VALID_S;

use crate::check;
use crate::out::say;

/// Arguments of `vitrine compile`.
#[derive(clap::Args)]
pub struct Args {
    /// The site file
    site: PathBuf,
    /// Where the bundle goes
    #[arg(short, long, default_value = "bundle")]
    output: PathBuf,
    /// Sign with this key file (`signing.key`, as `vitrine keys` keeps it); without it pages cannot verify the bundle
    #[arg(long, value_name = "FILE")]
    sign: Option<PathBuf>,
    /// The number of this publication, higher than all before; by default the time in seconds
    #[arg(long)]
    sequence: Option<u64>,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// Compiles, seals and writes the bundle.
///
/// # Errors
/// A file cannot be read or written, or the key file does not hold a key.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let text = check::read(&args.site)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    let compiled = match vitrine_compiler::compile(&text, &Options::at(now.as_millis() as i64)) {
        Ok(compiled) => compiled,
        Err(findings) => {
            if args.json {
                say!("{}", serde_json::json!({"findings": findings}));
            } else {
                check::show(&args.site, &findings);
            }
            return Ok(check::ended(&findings));
        }
    };
    let key = args.sign.as_deref().map(signing_key).transpose()?;
    let issued = now.as_secs();
    let header = Header {
        key: u8::from(key.is_some()),
        site: site_number(&compiled.bundle.meta.site),
        sequence: args.sequence.unwrap_or(issued),
        issued,
        expires: issued + BUNDLE_VALID_S,
    };
    let mut sealed = unsigned(header, &compiled.payload);
    let signature = key.map_or([0; 64], |key| key.sign(&sealed).to_bytes());
    sealed.extend(signature);
    std::fs::write(&args.output, &sealed).with_context(|| format!("cannot write {}", args.output.display()))?;
    if args.json {
        let (file, bytes) = (args.output.display().to_string(), sealed.len());
        let shown = serde_json::json!({"file": file, "bytes": bytes, "sequence": header.sequence, "signed": args.sign.is_some(),
            "findings": compiled.warnings});
        say!("{shown}");
    } else {
        check::show(&args.site, &compiled.warnings);
        say!("{}: {} bytes, sequence {}", args.output.display(), sealed.len(), header.sequence);
    }
    Ok(ExitCode::SUCCESS)
}

fn signing_key(path: &Path) -> anyhow::Result<SigningKey> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let seed = BASE64URL.decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let seed = seed.with_context(|| format!("{} does not hold a signing key", path.display()))?;
    Ok(SigningKey::from_bytes(&seed))
}

/// The site's number in the envelope: the first 8 bytes of SHA-256 of its id, little-endian.
fn site_number(id: &str) -> u64 {
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().take(8).rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
