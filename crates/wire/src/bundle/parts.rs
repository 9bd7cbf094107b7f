//! A payload read in parts: a page needs little of it before anything is granted, and may never need the rest.

use super::codec::{EARLY, EXPERIENCES, SEGMENTS, one, read};
use super::experience::experience;
use super::{Bundle, Experience};
use crate::codec::Reader;
use crate::records;

/// As [`super::decode`], what is needed before anything is granted but the experiences: the site as a whole, and slots.
pub fn outline(payload: &[u8]) -> Bundle {
    read(payload, 1 << 1 | 1 << 3)
}

/// What may be asked before anything is granted, so that nothing is searched for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Early {
    /// The names of all slots, in order: declared ones and those that experiences want.
    pub slots: Vec<String>,
    /// The places of the experiences that may run before the choice.
    pub contextual: Vec<u32>,
}

crate::codec!(struct Early { slots, contextual });

/// As the compiler wrote it; none in a bundle of one that did not write it yet.
pub fn early(payload: &[u8]) -> Option<Early> {
    records::body(records::read(payload).find(|(kind, _)| *kind == EARLY)?.1)
}

/// As [`super::decode`], everything else but experiences and segments.
pub fn rules(payload: &[u8]) -> Bundle {
    read(payload, 1 << 2 | 0b1_1111_1100_0000)
}

/// The experiences, all of them or those at these places, and how much of a newer compiler was passed over.
pub fn experiences(payload: &[u8], places: Option<&[u32]>) -> (Vec<Experience>, u32) {
    let (mut list, mut skipped) = (Vec::new(), 0);
    for (place, record) in (0..).zip(records::read(section(payload, EXPERIENCES))) {
        if places.is_none_or(|places| places.contains(&place)) {
            list.extend(one(record, &mut skipped, experience));
        }
    }
    (list, skipped)
}

/// Where each segment's record begins in a payload, and how many are of a newer compiler. A site may have thousands, and
/// a page asks none of them before it may.
pub fn segments(payload: &[u8]) -> (Vec<u32>, u32) {
    let (mut places, mut skipped) = (Vec::new(), 0);
    for (tag, body) in records::read(section(payload, SEGMENTS)) {
        let place = (body.as_ptr() as usize - payload.as_ptr() as usize - records::HEAD) as u32;
        if tag == 1 && segment_at(payload, place).is_some() {
            places.push(place);
        } else {
            skipped += 1;
        }
    }
    (places, skipped)
}

/// The id of the segment whose record begins there, and its condition.
pub fn segment_at(payload: &[u8], place: u32) -> Option<(&str, &[u8])> {
    open(payload, place).map(|(id, when, _)| (id, when))
}

/// The name for people, by language, of the segment whose record begins there.
pub fn title_at(payload: &[u8], place: u32) -> Vec<(String, String)> {
    open(payload, place).map(|(_, _, mut rest)| rest.take()).unwrap_or_default()
}

fn open(payload: &[u8], place: u32) -> Option<(&str, &[u8], Reader<'_>)> {
    let (_, body) = records::read(payload.get(place as usize..)?).next()?;
    let mut r = Reader::open(body);
    let id = std::str::from_utf8(r.bytes()).ok()?;
    let when = r.bytes();
    r.sound().then_some((id, when, r))
}

fn section(payload: &[u8], kind: u16) -> &[u8] {
    records::read(payload).find(|(known, _)| *known == kind).map_or(&[], |(_, section)| section)
}
