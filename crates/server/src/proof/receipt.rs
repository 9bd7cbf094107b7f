//! Receipts: made, signed, and verified against the chain. A signature over the whole of it makes every character count.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};
use vitrine_wire::http::{ChainHead, ConsentReceipt, Controller, NoticeText, ReceiptProof, Verdict, Verified};

use super::{Hash, Head, Kept, canonical, digest, hex, link, time, unhex};
use crate::db::{Db, DbError, SiteNo};
use crate::keys::Keys;

const KIND: &str = "ConsentReceipt";
const SCHEMA: &str = "ISO/IEC TS 27560:2023";

/// What a receipt is made of, beside the keys.
pub struct Made<'a> {
    /// The row.
    pub kept: &'a Kept,
    /// The link before it.
    pub previous: Hash,
    /// The end of the chain now.
    pub head: Head,
    /// Who answers for the processing.
    pub controller: Controller,
    /// The words that were read.
    pub notices: Vec<NoticeText>,
    /// When it is made, in ms since the Unix epoch.
    pub now: i64,
}

/// Makes and signs a receipt. None for a row that was erased.
pub fn make(of: Made<'_>, keys: &Keys) -> Option<ConsentReceipt> {
    let record = of.kept.record()?;
    let salt = of.kept.content.as_ref()?.salt;
    let proof = ReceiptProof {
        salt: hex(&salt),
        digest: hex(&of.kept.digest),
        previous: hex(&of.previous),
        link: hex(&of.kept.link),
        head: ChainHead { position: of.head.position, link: hex(&of.head.link) },
        key: keys.verify(),
        signature: String::new(),
    };
    let mut receipt = ConsentReceipt {
        context: serde_json::from_value(context()).ok()?,
        kind: KIND.into(),
        schema_version: SCHEMA.into(),
        identifier: format!("{}/{}", record.site, record.position),
        issued: time(of.now),
        controller: of.controller,
        record,
        notices: of.notices,
        proof,
    };
    let signed = serde_json::to_value(&receipt).ok()?;
    receipt.proof.signature = BASE64URL.encode(keys.sign(&unsigned(&signed)?));
    Some(receipt)
}

/// What the members mean, in the Data Privacy Vocabulary. Given inline: nobody has to fetch it.
fn context() -> Value {
    let term = |id: &str| json!({"@id": id, "@type": "@vocab"});
    json!({
        "@version": 1.1, "dpv": "https://w3id.org/dpv#", "dct": "http://purl.org/dc/terms/",
        "gdpr": "https://w3id.org/dpv/legal/eu/gdpr#", "vitrine": "urn:vitrine:",
        "ConsentReceipt": "dpv:ConsentReceipt", "schemaVersion": "dct:conformsTo", "identifier": "dct:identifier",
        "issued": "dct:issued", "controller": "dpv:hasDataController", "name": "dpv:hasName", "address": "dpv:hasAddress",
        "email": "dpv:hasContact", "record": "dpv:ConsentRecord", "time": "dct:date", "subject": "dpv:hasDataSubject",
        "notices": {"@id": "dpv:hasNotice", "@container": "@set"}, "notice": "dct:hasVersion", "language": "dct:language",
        "locale": "dct:language", "text": "dct:description", "source": "dpv:isIndicatedBy",
        "processing": {"@id": "dpv:hasPurpose", "@container": "@index"}, "status": term("dpv:hasConsentStatus"),
        "basis": term("dpv:hasLegalBasis"), "consent": "gdpr:A6-1-a", "granted": "dpv:ConsentGiven",
        "denied": "dpv:ConsentRefused", "withdrawn": "dpv:ConsentWithdrawn", "wording": "vitrine:wording",
        "sha256": "vitrine:sha256", "proof": "vitrine:proof", "position": "vitrine:position", "site": "vitrine:site",
    })
}

/// What the signature is over.
fn unsigned(receipt: &Value) -> Option<Vec<u8>> {
    let mut receipt = receipt.clone();
    receipt.get_mut("proof")?.as_object_mut()?.shift_remove("signature")?;
    Some(format!("vitrine receipt 1\n{}", canonical(&receipt)).into_bytes())
}

/// What a true receipt says of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    position: i64,
    digest: Hash,
    previous: Hash,
    link: Hash,
    head: Head,
}

/// Checks all that can be checked without the chain.
///
/// # Errors
/// [`Verdict::Foreign`] or [`Verdict::Altered`].
pub fn read(receipt: &Value, site: &str, key: &VerifyingKey) -> Result<Claim, Verdict> {
    let of = receipt.pointer("/record/site").and_then(Value::as_str).ok_or(Verdict::Altered)?;
    if of != site {
        return Err(Verdict::Foreign);
    }
    claim(receipt, key).ok_or(Verdict::Altered)
}

fn claim(receipt: &Value, key: &VerifyingKey) -> Option<Claim> {
    let text = |pointer: &str| receipt.pointer(pointer).and_then(Value::as_str);
    let hash = |pointer: &str| unhex(text(pointer)?);
    let signature = BASE64URL.decode(text("/proof/signature")?).ok()?;
    key.verify_strict(&unsigned(receipt)?, &Signature::from_slice(&signature).ok()?).ok()?;
    let position = receipt.pointer("/record/position").and_then(Value::as_i64)?;
    let head = receipt.pointer("/proof/head/position").and_then(Value::as_i64)?;
    let claim = Claim {
        position,
        digest: hash("/proof/digest")?,
        previous: hash("/proof/previous")?,
        link: hash("/proof/link")?,
        head: Head { position: head, link: hash("/proof/head/link")? },
    };
    let payload = canonical(receipt.get("record")?);
    let same = digest(&hash("/proof/salt")?, payload.as_bytes()) == claim.digest
        && link(&claim.previous, position, &claim.digest) == claim.link;
    same.then_some(claim)
}

/// Compares a claim with the rows at its position and at its head.
pub fn compare(claim: &Claim, row: Option<&Kept>, head: Option<&Kept>) -> Verdict {
    let (Some(row), Some(head)) = (row, head) else { return Verdict::ChainRemoved };
    if row.digest != claim.digest || row.link != claim.link || head.link != claim.head.link || !row.whole() {
        return Verdict::ChainAltered;
    }
    if row.content.is_some() { Verdict::Valid } else { Verdict::Redacted }
}

/// The verdict on a receipt.
///
/// # Errors
/// What the database says.
pub async fn verify(
    db: &dyn Db,
    no: SiteNo,
    site: &str,
    key: &VerifyingKey,
    receipt: &Value,
) -> Result<Verified, DbError> {
    let position = receipt.pointer("/record/position").and_then(Value::as_i64);
    let verdict = match read(receipt, site, key) {
        Err(verdict) => verdict,
        Ok(claim) => {
            let row = db.chain(no, claim.position, 1).await?;
            let head = db.chain(no, claim.head.position, 1).await?;
            let at = |rows: &[Kept], position| rows.first().filter(|row| row.position == position).cloned();
            compare(&claim, at(&row, claim.position).as_ref(), at(&head, claim.head.position).as_ref())
        }
    };
    Ok(Verified { valid: matches!(verdict, Verdict::Valid | Verdict::Redacted), verdict, position })
}
