//! The site's keys, in files beside the database and never in it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use rand::RngCore;

/// The id under which pages know the signing key.
pub const SIGNING_KEY_ID: u8 = 1;

/// What a site signs with and is recognised by.
pub struct Keys {
    /// `pk_…`, for pages.
    pub public: String,
    /// `sk_…`, for the site's own server.
    pub secret: String,
    /// The text whose UTF-8 bytes are the HMAC-SHA256 secret of identity proofs.
    pub proof: String,
    signing: SigningKey,
}

/// Why keys could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file could not be read or written.
    #[error("key file {0} cannot be used: {1}")]
    File(PathBuf, io::Error),
    /// A file does not hold what it should.
    #[error("key file {0} does not hold a key; restore it from a backup, or remove it to make a new one")]
    Malformed(PathBuf),
}

impl Keys {
    /// Reads the keys kept beside `database`, making those that are absent. A given `public` key id is kept from then on.
    ///
    /// # Errors
    /// [`KeysError`] when a file cannot be read, written or understood.
    pub fn open(database: &Path, public: Option<&str>) -> Result<Keys, KeysError> {
        let folder = folder(database);
        create_folder(&folder).map_err(|e| KeysError::File(folder.clone(), e))?;
        let seed = read_or_create(&folder.join("signing.key"), || BASE64URL.encode(random::<32>()))?;
        let seed = BASE64URL.decode(seed).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let seed = seed.ok_or_else(|| KeysError::Malformed(folder.join("signing.key")))?;
        let named = folder.join("public.key");
        if let Some(public) = public {
            write(&named, public).map_err(|e| KeysError::File(named.clone(), e))?;
        }
        Ok(Keys {
            public: read_or_create(&named, || format!("pk_{}", BASE64URL.encode(random::<12>())))?,
            secret: read_or_create(&folder.join("secret.key"), || format!("sk_{}", BASE64URL.encode(random::<24>())))?,
            proof: read_or_create(&folder.join("proof.key"), || BASE64URL.encode(random::<32>()))?,
            signing: SigningKey::from_bytes(&seed),
        })
    }

    /// Reads the keys kept beside `database`, making none.
    ///
    /// # Errors
    /// [`KeysError`] when there are none, or a file cannot be understood.
    pub fn existing(database: &Path) -> Result<Keys, KeysError> {
        let seed = folder(database).join("signing.key");
        fs::metadata(&seed).map_err(|e| KeysError::File(seed, e))?;
        Keys::open(database, None)
    }

    /// The Ed25519 signature over `bytes`.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing.sign(bytes).to_bytes()
    }

    /// What verifies this site's signatures.
    pub fn verifying(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    /// What a page's `data-verify` holds: key id, colon, public key in base64url.
    pub fn verify(&self) -> String {
        format!("{SIGNING_KEY_ID}:{}", BASE64URL.encode(self.signing.verifying_key().as_bytes()))
    }
}

/// `N` bytes from the system's random source.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// An Ed25519 public key from base64url.
pub fn public_key(text: &str) -> Option<VerifyingKey> {
    let bytes = BASE64URL.decode(text.trim_end_matches('=')).ok()?;
    VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()
}

fn folder(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".keys");
    PathBuf::from(name)
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn read_or_create(path: &Path, make: impl FnOnce() -> String) -> Result<String, KeysError> {
    let failed = |e| KeysError::File(path.to_owned(), e);
    match fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => Err(KeysError::Malformed(path.to_owned())),
        Ok(text) => Ok(text.trim().to_owned()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            write(path, &make()).map_err(failed)?;
            // Read back: of two processes that start at once, both use the file that stayed.
            fs::read_to_string(path).map(|text| text.trim().to_owned()).map_err(failed)
        }
        Err(e) => Err(failed(e)),
    }
}

/// Writes beside and renames, so that a crash leaves the old file or the new one.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keys_are_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("v.db");
        let first = Keys::open(&database, None).unwrap();
        let named = Keys::open(&database, Some("pk_demo")).unwrap();
        let third = Keys::open(&database, None).unwrap();
        assert!(first.public.starts_with("pk_") && first.secret.starts_with("sk_"));
        assert_eq!((named.public.as_str(), third.public.as_str()), ("pk_demo", "pk_demo"));
        assert_eq!(
            (first.secret, first.proof, first.signing.to_bytes()),
            (third.secret.clone(), third.proof.clone(), third.signing.to_bytes())
        );
    }

    #[cfg(unix)]
    #[test]
    fn key_files_are_readable_by_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("v.db");
        Keys::open(&database, Some("pk_demo")).unwrap();
        for entry in fs::read_dir(super::folder(&database)).unwrap() {
            assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
