//! The bundle's envelope: fixed little-endian fields, a payload and a signature over everything before it.

use crate::Code;
use crate::limits::BUNDLE_BYTES;

/// Format of the payload that this version writes and the newest that it reads.
pub const FORMAT: u8 = 2;
const MAGIC: &[u8; 4] = b"VTRN";
const HEAD: usize = 4 + 1 + 1 + 8 + 8 + 8 + 8 + 4;
const SIGNATURE: usize = 64;

/// What the envelope says about its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Which of the site's keys signed it.
    pub key: u8,
    /// First 8 bytes of SHA-256 of the site id, little-endian.
    pub site: u64,
    /// Rises with every publication of the site.
    pub sequence: u64,
    /// When it was signed, Unix seconds.
    pub issued: u64,
    /// When the signature ends, Unix seconds.
    pub expires: u64,
}

/// An envelope whose layout is sound. Its signature has not been checked yet.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The header.
    pub header: Header,
    /// The sections (see [`crate::bundle`]).
    pub payload: &'a [u8],
    /// What the signature covers.
    pub signed: &'a [u8],
    /// The Ed25519 signature.
    pub signature: &'a [u8],
}

/// Everything of an envelope but its signature.
pub fn unsigned(header: Header, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + payload.len() + SIGNATURE);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&[FORMAT, header.key]);
    for word in [header.site, header.sequence, header.issued, header.expires] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    out.extend_from_slice(payload);
    out
}

/// Takes an envelope apart.
///
/// # Errors
/// [`Code::BundleMalformed`] when it is cut short, too long, or of a format this version does not read.
pub fn open(bytes: &[u8]) -> Result<Envelope<'_>, Code> {
    layout(bytes).filter(|e| e.payload.len() <= BUNDLE_BYTES).ok_or(Code::BundleMalformed)
}

fn layout(bytes: &[u8]) -> Option<Envelope<'_>> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (magic, fields) = head.split_at_checked(6)?;
    let [m0, m1, m2, m3, format, key] = *magic else { return None };
    if &[m0, m1, m2, m3] != MAGIC || format != FORMAT {
        return None;
    }
    let mut words = fields.chunks_exact(8).filter_map(|c| Some(u64::from_le_bytes(c.try_into().ok()?)));
    let header =
        Header { key, site: words.next()?, sequence: words.next()?, issued: words.next()?, expires: words.next()? };
    let length = u32::from_le_bytes(fields.get(32..36)?.try_into().ok()?) as usize;
    if rest.len() != length.checked_add(SIGNATURE)? {
        return None;
    }
    let (payload, signature) = rest.split_at_checked(length)?;
    let signed = bytes.get(..HEAD + length)?;
    Some(Envelope { header, payload, signed, signature })
}

impl Header {
    /// Whether the bundle may be used: for this site, not expired, not older than the highest sequence seen.
    ///
    /// # Errors
    /// [`Code::BundleSite`], [`Code::BundleExpired`] or [`Code::BundleOld`].
    pub fn check(&self, site: u64, now_s: u64, highest: u64) -> Result<(), Code> {
        if self.site != site {
            return Err(Code::BundleSite);
        }
        if now_s > self.expires {
            return Err(Code::BundleExpired);
        }
        if self.sequence < highest {
            return Err(Code::BundleOld);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const HEADER: Header = Header { key: 1, site: 7, sequence: 3, issued: 100, expires: 200 };

    fn sealed() -> Vec<u8> {
        let mut bytes = unsigned(HEADER, b"payload");
        bytes.extend([9; 64]);
        bytes
    }

    #[test]
    fn opens_what_it_wrote() {
        let bytes = sealed();
        let envelope = open(&bytes).unwrap();
        assert_eq!((envelope.header, envelope.payload), (HEADER, &b"payload"[..]));
        assert_eq!(envelope.signed.len() + 64, bytes.len());
    }

    #[test]
    fn every_cut_is_malformed() {
        let bytes = sealed();
        for n in 0..bytes.len() {
            assert_eq!(open(&bytes[..n]).err(), Some(Code::BundleMalformed), "cut at {n}");
        }
    }

    #[test]
    fn checks_site_expiry_and_sequence() {
        let rows = [
            (7, 150, 3, Ok(())),
            (8, 150, 0, Err(Code::BundleSite)),
            (7, 201, 0, Err(Code::BundleExpired)),
            (7, 150, 4, Err(Code::BundleOld)),
        ];
        for (site, now, highest, expected) in rows {
            assert_eq!(HEADER.check(site, now, highest), expected);
        }
    }
}
