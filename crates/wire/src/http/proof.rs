//! Proof of consent: what is chained, and the receipt that a person keeps, JSON-LD in the shape of ISO/IEC TS 27560.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Choice;
use crate::Value;

/// One record of the chain: who, when, how, what and who said so. Its canonical JSON is what is hashed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRecord {
    /// Its place in the site's chain, from 1.
    pub position: i64,
    /// `choice`: an act of choice; `tied`: the act at `of` was this visitor's, as its receipt id showed.
    pub kind: String,
    /// When the server learnt of it, RFC 3339.
    pub time: String,
    /// The site's id.
    pub site: String,
    /// The visitor's public id, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The random one-use id that came with a grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The position of the act that is tied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<i64>,
    /// Which notice the page says was read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notice: String,
    /// The language of the page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub locale: String,
    /// Who reports the choice.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Purpose id to what was chosen, on which basis, after which words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub processing: BTreeMap<String, ConsentProcessing>,
}

/// What was chosen for one purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentProcessing {
    /// The choice.
    pub status: Choice,
    /// Why the processing is lawful.
    pub basis: String,
    /// The words that were read, as the published site has them; absent where it has none of that version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<Wording>,
}

/// Which words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Wording {
    /// The notice's version.
    pub notice: String,
    /// The language that it was shown in.
    pub language: String,
    /// SHA-256 of its text in UTF-8, hex.
    pub sha256: String,
}

/// A receipt: the record, who answers for it, the words that were read, and what it takes to verify all that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentReceipt {
    /// What the members mean, in the W3C's Data Privacy Vocabulary.
    #[serde(rename = "@context")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub context: Value,
    /// Always `ConsentReceipt`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// Always `ISO/IEC TS 27560:2023`.
    pub schema_version: String,
    /// Site id and position.
    pub identifier: String,
    /// When this receipt was made, RFC 3339.
    pub issued: String,
    /// Who answers for the processing.
    pub controller: Controller,
    /// What is proved.
    pub record: ConsentRecord,
    /// The words that the record's hashes are of.
    pub notices: Vec<NoticeText>,
    /// What it takes to verify it.
    pub proof: ReceiptProof,
}

/// Who answers for the processing, as the site file says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Controller {
    /// The company or body; the site's id where the site file names none.
    pub name: String,
    /// Its postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Where people write to use their rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Who speaks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    /// How to reach the data protection officer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpo: Option<String>,
    /// The supervisory authority to complain to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

/// A notice that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeText {
    /// Which.
    #[serde(flatten)]
    pub wording: Wording,
    /// Its text.
    pub text: String,
}

/// What verifies a receipt. Bytes are hex.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptProof {
    /// 32 random bytes that are hashed before the record, so that its digest tells nothing once they are gone.
    pub salt: String,
    /// SHA-256 of `vitrine consent 1\n`, salt and the record's canonical JSON (keys sorted, no white space).
    pub digest: String,
    /// The link of the row before.
    pub previous: String,
    /// SHA-256 of `vitrine link 1\n`, the link before, the position (8 bytes, big-endian) and the digest.
    pub link: String,
    /// The end of the chain when the receipt was made.
    pub head: ChainHead,
    /// The signing key's id and public half, as in `data-verify`.
    pub key: String,
    /// Ed25519 over the receipt's canonical JSON without this member, base64url.
    pub signature: String,
}

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainHead {
    /// How many records there are.
    pub position: i64,
    /// The last link, hex.
    pub link: String,
}

/// The answer of `POST /v1/consents/verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verified {
    /// Whether the receipt is this site's, as it was given out, and the chain still holds it.
    pub valid: bool,
    /// Why.
    pub verdict: Verdict,
    /// The position that the receipt names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
}

/// What became of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Verdict {
    /// True, and the chain holds it.
    Valid,
    /// True, and the chain holds its place; its content was erased here, as its visitor asked.
    Redacted,
    /// Of another site.
    Foreign,
    /// Not as it was given out: a member, the signature or the key differs.
    Altered,
    /// True, but the chain holds something else at its place.
    ChainAltered,
    /// True, but the chain ends before it or lacks it.
    ChainRemoved,
}
