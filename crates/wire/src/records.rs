//! Tagged records: `{u16 tag, u32 length, body}`, so that a reader can skip what it does not know.
//!
//! postcard alone cannot: one unknown variant would lose everything after it. A body only grows at its end; a missing
//! tail reads as the default (zero, empty, none); a changed meaning takes a new tag.

use crate::codec::{Put, Reader, Take};

/// Appends one record.
pub fn write(out: &mut Vec<u8>, tag: u16, body: &[u8]) {
    out.extend_from_slice(&tag.to_le_bytes());
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(body);
}

/// Appends one record with a postcard body.
pub fn put<T: Put + ?Sized>(out: &mut Vec<u8>, tag: u16, body: &T) {
    let mut bytes = Vec::new();
    body.put(&mut bytes);
    write(out, tag, &bytes);
}

/// Bytes before a record's body.
pub const HEAD: usize = 6;

/// The records of a byte string. Ends at the first one that is cut short.
#[derive(Debug, Clone)]
pub struct Records<'a>(&'a [u8]);

/// Reads the records of a byte string.
pub const fn read(bytes: &[u8]) -> Records<'_> {
    Records(bytes)
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (body, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        self.0 = rest;
        Some((u16::from_le_bytes(*tag), body))
    }
}

/// Decodes a record's postcard body; a missing tail is the default, an unknown tail is ignored.
pub fn body<T: Take>(bytes: &[u8]) -> Option<T> {
    // Every postcard default (0, "", [], None, false, first variant) is zero bytes, so zeroes stand for the fields that
    // an older writer did not know. Bodies have exact lengths: a cut inside a field cannot come from a sound envelope.
    let mut r = Reader::open(bytes);
    let value = r.take();
    r.sound().then_some(value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn unknown_tags_are_seen_and_passed_over() {
        let mut out = Vec::new();
        put(&mut out, 1, "a");
        write(&mut out, 999, &[1, 2, 3]);
        put(&mut out, 2, &7u32);
        let tags: Vec<_> = read(&out).map(|(t, _)| t).collect();
        assert_eq!(tags, [1, 999, 2]);
    }

    #[test]
    fn a_body_may_grow_at_its_end() {
        let old = postcard::to_allocvec(&(5u32, "x")).unwrap();
        assert_eq!(body::<(u32, String, Option<u8>, Vec<u8>)>(&old), Some((5, "x".into(), None, vec![])));
        let new = postcard::to_allocvec(&(5u32, "x", true)).unwrap();
        assert_eq!(body::<(u32, String)>(&new), Some((5, "x".into())));
    }
}
