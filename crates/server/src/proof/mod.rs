//! Proof of consent: records, the chain over their salted digests, receipts. Nothing here knows a database.
//!
//! A record is hashed with a random salt; links are hashed over digests. Without record and salt the digest tells nothing
//! and the chain still verifies: so a visitor is erased from it.

pub mod receipt;
pub mod walk;

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use vitrine_wire::Millis;
use vitrine_wire::http::ConsentRecord;

/// SHA-256.
pub type Hash = [u8; 32];

/// A row of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its place, from 1.
    pub position: i64,
    /// The record's canonical JSON and its salt; none once erased.
    pub content: Option<Content>,
    /// Of salt and record.
    pub digest: Hash,
    /// Of the link before, the position and the digest.
    pub link: Hash,
}

/// What is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Random.
    pub salt: Hash,
    /// Canonical JSON.
    pub payload: Vec<u8>,
}

/// The end of a site's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many rows were ever appended.
    pub position: i64,
    /// The last link.
    pub link: Hash,
}

impl Head {
    /// The chain of a site that has no record yet.
    pub fn start(site: &str) -> Head {
        let link = Sha256::new().chain_update(b"vitrine chain 1\n").chain_update(site).finalize().into();
        Head { position: 0, link }
    }

    /// The row that comes next. `payload` is canonical JSON.
    pub fn next(&self, payload: Vec<u8>, salt: Hash) -> Kept {
        let position = self.position + 1;
        let digest = digest(&salt, &payload);
        let link = link(&self.link, position, &digest);
        Kept { position, content: Some(Content { salt, payload }), digest, link }
    }
}

impl Kept {
    /// The end of the chain up to here.
    pub fn head(&self) -> Head {
        Head { position: self.position, link: self.link }
    }

    /// The record, where it was not erased.
    pub fn record(&self) -> Option<ConsentRecord> {
        serde_json::from_slice(&self.content.as_ref()?.payload).ok()
    }

    /// Whether content and digest belong together; what was erased cannot be asked.
    pub fn whole(&self) -> bool {
        self.content.as_ref().is_none_or(|content| digest(&content.salt, &content.payload) == self.digest)
    }
}

/// The versions that a page names together.
pub fn versions(notice: &str) -> impl Iterator<Item = &str> {
    notice.split(',').filter(|version| !version.is_empty())
}

/// What stands for a record once it is gone.
pub fn digest(salt: &Hash, payload: &[u8]) -> Hash {
    Sha256::new().chain_update(b"vitrine consent 1\n").chain_update(salt).chain_update(payload).finalize().into()
}

/// Ties a digest to its place and to everything before.
pub fn link(previous: &Hash, position: i64, digest: &Hash) -> Hash {
    let hash = Sha256::new().chain_update(b"vitrine link 1\n").chain_update(previous);
    hash.chain_update(position.to_be_bytes()).chain_update(digest).finalize().into()
}

/// One text for one value: keys sorted, no white space. Records hold text and whole numbers only.
pub fn canonical(value: &Value) -> String {
    sorted(value).to_string()
}

/// A record as it is hashed.
pub fn payload(record: &ConsentRecord) -> Vec<u8> {
    serde_json::to_value(record).map(|value| canonical(&value)).unwrap_or_default().into_bytes()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(name, member)| (name.clone(), sorted(member))).collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// An instant as records say it.
pub fn time(at: Millis) -> String {
    Timestamp::from_millisecond(at).unwrap_or_default().to_string()
}

/// An instant as records say it, read back; 0 where it is none.
pub fn millis(time: &str) -> Millis {
    time.parse::<Timestamp>().map(Timestamp::as_millisecond).unwrap_or_default()
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 32 bytes from lower-case hex.
pub fn unhex(text: &str) -> Option<Hash> {
    let digit = |c: &u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect();
    bytes?.try_into().ok().filter(|_| rest.is_empty())
}
