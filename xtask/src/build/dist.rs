//! The files of `pkg/dist`: hashed names, compressed twins, `manifest.json`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha384};

use super::wasm::Made;
use super::{DIST, STAGE};

/// `manifest.json`: which file has which part.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The package's version: the folder that the files are served from.
    pub version: String,
    /// The id that glue and wasm share.
    pub build: String,
    /// By logical name, such as `core.wasm`.
    pub files: BTreeMap<String, File>,
}

/// One file.
#[derive(Debug, Serialize, Deserialize)]
pub struct File {
    /// Its name in the folder.
    pub file: String,
    /// Its subresource integrity.
    pub integrity: String,
    /// Bytes as it is.
    pub raw: usize,
    /// Bytes after gzip 9.
    pub gzip: usize,
    /// Bytes after brotli 11.
    pub brotli: usize,
}

impl Manifest {
    /// The manifest of `pkg/dist`.
    ///
    /// # Errors
    /// There is none: the SDK was not built.
    pub fn read() -> anyhow::Result<Self> {
        let path = Path::new(DIST).join("manifest.json");
        let text =
            fs::read(&path).with_context(|| format!("{} is missing: run `cargo xtask build`", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} does not parse: build again", path.display()))
    }
}

/// Whether `pkg/dist` has everything that its manifest says.
pub fn whole() -> bool {
    Manifest::read().is_ok_and(|manifest| {
        manifest.files.values().all(|file| {
            ["", ".br", ".gz"].iter().all(|twin| Path::new(DIST).join(format!("{}{twin}", file.file)).is_file())
        })
    })
}

/// The package's version.
///
/// # Errors
/// `pkg/package.json` has none.
pub fn version() -> anyhow::Result<String> {
    let package: serde_json::Value = serde_json::from_slice(&fs::read("pkg/package.json")?)?;
    package.get("version").and_then(|v| v.as_str()).map(str::to_owned).context("pkg/package.json has no version")
}

/// What was put on the stage so far.
#[derive(Debug, Default)]
pub struct Files(Vec<(String, String)>);

impl Files {
    /// Puts a wasm file on the stage, its name carrying its hash.
    ///
    /// # Errors
    /// It cannot be copied.
    pub fn wasm(&mut self, logical: &str, made: &Made) -> anyhow::Result<()> {
        let hash = Sha256::digest(fs::read(&made.wasm)?);
        let short: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let name = format!("{}-{short}.wasm", made.name);
        fs::copy(&made.wasm, Path::new(STAGE).join(&name))?;
        self.add(logical, &name)
    }

    /// Notes a file that is on the stage.
    ///
    /// # Errors
    /// Two parts have one name.
    pub fn add(&mut self, logical: &str, file: &str) -> anyhow::Result<()> {
        anyhow::ensure!(!self.0.iter().any(|(name, _)| name == logical), "two files are called {logical}");
        self.0.push((logical.to_owned(), file.to_owned()));
        Ok(())
    }

    /// The file of a logical name.
    ///
    /// # Errors
    /// There is none yet.
    pub fn name_of(&self, logical: &str) -> anyhow::Result<&str> {
        let found = self.0.iter().find(|(name, _)| name == logical);
        found.map(|(_, file)| file.as_str()).with_context(|| format!("{logical} was not made"))
    }

    /// Compresses everything, writes the manifest and replaces `pkg/dist`.
    ///
    /// # Errors
    /// A file cannot be read or written.
    pub fn finish(self, build: &str) -> anyhow::Result<()> {
        eprintln!("· compressing {} files …", self.0.len());
        let mut manifest = Manifest { version: version()?, build: build.to_owned(), ..Manifest::default() };
        for (logical, file) in self.0 {
            let path = Path::new(STAGE).join(&file);
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let (gzip, brotli) = (gzip(&bytes)?, brotli(&bytes)?);
            let sizes = File {
                integrity: integrity(&bytes),
                raw: bytes.len(),
                gzip: gzip.len(),
                brotli: brotli.len(),
                file: file.clone(),
            };
            fs::write(Path::new(STAGE).join(format!("{file}.gz")), gzip)?;
            fs::write(Path::new(STAGE).join(format!("{file}.br")), brotli)?;
            manifest.files.insert(logical, sizes);
        }
        fs::write(Path::new(STAGE).join("manifest.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
        if Path::new(DIST).exists() {
            fs::remove_dir_all(DIST)?;
        }
        fs::rename(STAGE, DIST).with_context(|| format!("cannot move {STAGE} to {DIST}"))?;
        eprintln!("✓ {DIST} is {} {build}", manifest.version);
        Ok(())
    }
}

/// Subresource integrity: SHA-384.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// gzip, level 9, without a time.
///
/// # Errors
/// None in memory.
pub fn gzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes)?;
    Ok(out.finish()?)
}

/// brotli, quality 11.
///
/// # Errors
/// None in memory.
pub fn brotli(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    let params =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params)?;
    Ok(out)
}
