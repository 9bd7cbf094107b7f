//! What the server itself reads from the site file. Everything else in it is the compiler's.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use vitrine_wire::Purpose;
use vitrine_wire::http::{Controller, NoticeText, Wording};

use crate::db::Shown;
use crate::profile::Sources;
use crate::proof::hex;

/// A site, as its file describes it.
#[derive(Debug, Clone)]
pub struct Site {
    /// The site's id.
    pub id: String,
    /// Origins whose pages may call, exactly.
    pub origins: Vec<String>,
    /// Purposes a visitor can be asked for.
    pub purposes: Vec<String>,
    /// What is shown for each purpose that the file describes.
    pub shown: BTreeMap<String, Shown>,
    /// What visitors read before they choose, in every version and language that the file has.
    pub notices: Vec<NoticeText>,
    /// Channels, by id.
    pub channels: BTreeMap<String, Declared>,
    /// Topics, by id.
    pub topics: BTreeMap<String, Declared>,
    /// Who answers for the processing.
    pub controller: Controller,
    /// Trait sources in order of strength.
    pub sources: Sources,
    /// Events that are sent but never folded into a profile.
    pub measured_only: Vec<String>,
}

/// A channel or a topic.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Declared {
    /// Its name for people: text, or text by language.
    #[serde(default)]
    pub title: vitrine_wire::Value,
    /// Why a message may be sent.
    pub basis: Option<String>,
    /// The notice that says so.
    pub notice: Option<String>,
}

/// Topics are names, or names with what is said of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Topics {
    Names(Vec<String>),
    Said(BTreeMap<String, Declared>),
}

/// Why a site file cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// It cannot be read.
    #[error("the site file {0} cannot be read: {1}")]
    Read(std::path::PathBuf, std::io::Error),
    /// It is not JSON, or a member has the wrong type.
    #[error("the site file does not parse: {0}")]
    Parse(serde_json::Error),
    /// The compiler refuses it.
    #[error("the site file has findings:\n{0}")]
    Findings(String),
}

#[derive(Deserialize)]
struct File {
    site: String,
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default)]
    purposes: BTreeMap<String, Described>,
    #[serde(default)]
    notices: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    controller: Option<Controller>,
    #[serde(default)]
    channels: BTreeMap<String, Declared>,
    topics: Option<Topics>,
    #[serde(default)]
    traits: BTreeMap<String, Value>,
    #[serde(default)]
    events: BTreeMap<String, Event>,
}

#[derive(Deserialize)]
struct Described {
    basis: Option<String>,
    notice: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    purpose: Option<String>,
}

/// A trait's sources; where it is declared by its type alone, none.
fn sources(declared: &Value) -> Vec<String> {
    let listed = declared.get("source").and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(|source| source.as_str().map(str::to_owned)).collect()
}

/// A notice in each of its languages.
fn texts((notice, languages): (String, BTreeMap<String, String>)) -> impl Iterator<Item = NoticeText> {
    languages.into_iter().map(move |(language, text)| {
        let sha256 = hex(&Sha256::digest(&text));
        NoticeText { wording: Wording { notice: notice.clone(), language, sha256 }, text }
    })
}

impl Site {
    /// Reads a site file's text.
    ///
    /// # Errors
    /// [`SiteError::Parse`].
    pub fn parse(text: &str) -> Result<Site, SiteError> {
        let file: File = serde_json::from_str(text).map_err(SiteError::Parse)?;
        let mut purposes: Vec<String> = Purpose::ALL.iter().map(|p| p.as_str().to_owned()).collect();
        purposes.extend(file.purposes.keys().filter(|name| Purpose::parse(name).is_none()).cloned());
        let consent = || "consent".to_owned();
        let shown = |of: Described| Shown { notice: of.notice, basis: of.basis.unwrap_or_else(consent) };
        let measured = |event: &Event| event.purpose.as_deref() == Some(Purpose::Measurement.as_str());
        Ok(Site {
            controller: file
                .controller
                .unwrap_or_else(|| Controller { name: file.site.clone(), ..Controller::default() }),
            shown: file.purposes.into_iter().map(|(purpose, of)| (purpose, shown(of))).collect(),
            channels: file.channels,
            topics: match file.topics {
                Some(Topics::Names(names)) => names.into_iter().map(|name| (name, Declared::default())).collect(),
                Some(Topics::Said(said)) => said,
                None => BTreeMap::new(),
            },
            notices: file.notices.into_iter().flat_map(texts).collect(),
            id: file.site,
            origins: file.origins,
            purposes,
            sources: file.traits.into_iter().map(|(name, declared)| (name, sources(&declared))).collect(),
            measured_only: file.events.into_iter().filter(|(_, e)| measured(e)).map(|(name, _)| name).collect(),
        })
    }
}

/// The site's number in the bundle's envelope: the first 8 bytes of SHA-256 of its id, little-endian.
pub fn envelope_id(site: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(site).into();
    digest.first_chunk().copied().map_or(0, u64::from_le_bytes)
}
