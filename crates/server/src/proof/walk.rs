//! The walk along a chain: whole, or where it first breaks and how.

use std::collections::HashSet;

use serde::Serialize;

use super::{Hash, Head, Kept, link};

/// How a chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The row is not what was appended.
    Altered,
    /// The row that was appended here is gone.
    Removed,
    /// Another row of the chain stands here.
    Reordered,
}

/// The first break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Break {
    /// Where, from 1.
    pub position: i64,
    /// How.
    pub how: How,
}

/// What a walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Walked {
    /// Rows that are there.
    pub rows: i64,
    /// Of them, rows whose content was erased.
    pub redacted: i64,
    /// The first break.
    #[serde(rename = "break", skip_serializing_if = "Option::is_none")]
    pub broken: Option<Break>,
}

/// Walks a site's rows, given by position. `head` is how far the site says that its chain goes.
pub fn walk(site: &str, rows: &[Kept], head: Option<Head>) -> Walked {
    let redacted = rows.iter().filter(|row| row.content.is_none()).count();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Walked { rows: count(rows.len()), redacted: count(redacted), broken: broken(site, rows, head) }
}

fn broken(site: &str, rows: &[Kept], head: Option<Head>) -> Option<Break> {
    let mut last = Head::start(site);
    for (at, row) in rows.iter().enumerate() {
        let position = last.position + 1;
        let rest = rows.get(at..).unwrap_or_default();
        if row.position != position {
            // A row with its neighbour's number stands at the wrong place; a number that nobody has is a row that is gone.
            let how = if row.position > position { elsewhere(&last, rest) } else { How::Reordered };
            return Some(Break { position, how });
        }
        if row.link != link(&last.link, position, &row.digest) {
            return Some(Break { position, how: why(&last, row, rest) });
        }
        if !row.whole() || row.record().is_some_and(|record| record.position != position || record.site != site) {
            return Some(Break { position, how: How::Altered });
        }
        last = row.head();
    }
    let head = head?;
    if head.position > last.position {
        return Some(Break { position: last.position + 1, how: How::Removed });
    }
    (head != last).then_some(Break { position: last.position, how: How::Altered })
}

/// Why a row does not follow the one before, whose number it has next.
fn why(last: &Head, row: &Kept, rest: &[Kept]) -> How {
    if !row.whole() {
        return How::Altered;
    }
    if elsewhere(last, rest) == How::Reordered {
        return How::Reordered;
    }
    // Whole in itself and further on by its own word: rows before it were taken out and it was numbered anew.
    let further = row.record().is_some_and(|record| record.position > last.position + 1);
    if further { How::Removed } else { How::Altered }
}

/// Whether a later row is the one that should stand next.
fn elsewhere(last: &Head, rest: &[Kept]) -> How {
    let held: HashSet<(Hash, Hash)> = rest.iter().map(|row| (row.digest, row.link)).collect();
    let next = held.iter().any(|(digest, held)| *held == link(&last.link, last.position + 1, digest));
    if next { How::Reordered } else { How::Removed }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::super::{Content, payload};
    use super::*;
    use proptest::prelude::*;
    use vitrine_wire::http::ConsentRecord;

    fn record(position: i64) -> ConsentRecord {
        ConsentRecord {
            position,
            kind: "choice".into(),
            time: "2027-01-15T08:00:00Z".into(),
            site: "shop".into(),
            subject: Some(format!("v-{position}")),
            receipt: None,
            of: None,
            notice: "n1".into(),
            locale: "fr".into(),
            source: "banner".into(),
            processing: [].into(),
        }
    }

    fn chain(rows: i64) -> Vec<Kept> {
        let mut head = Head::start("shop");
        let mut kept = Vec::new();
        for position in 1..=rows {
            let row = head.next(payload(&record(position)), [position as u8; 32]);
            head = row.head();
            kept.push(row);
        }
        kept
    }

    fn found(rows: &[Kept], head: Head) -> Option<(i64, How)> {
        walk("shop", rows, Some(head)).broken.map(|broken| (broken.position, broken.how))
    }

    proptest! {
        #[test]
        fn a_break_is_found_where_it_is(rows in 2_i64..12, place in 0_usize..11, other in 0_usize..11, byte in 0_usize..40) {
            let whole = chain(rows);
            let (place, other) = (place % whole.len(), other % whole.len());
            let head = whole[whole.len() - 1].head();
            let at = place as i64 + 1;
            prop_assert_eq!(found(&whole, head), None);

            let mut erased = whole.clone();
            erased[place].content = None;
            prop_assert_eq!(walk("shop", &erased, Some(head)), Walked { rows, redacted: 1, broken: None });

            let mut removed = whole.clone();
            removed.remove(place);
            prop_assert_eq!(found(&removed, head), Some((at, How::Removed)));

            // Taken out, and all that follow numbered anew to hide it.
            removed.iter_mut().skip(place).for_each(|row| row.position -= 1);
            prop_assert_eq!(found(&removed, head), Some((at, How::Removed)));

            let mut altered = whole.clone();
            if let Some(Content { payload, .. }) = altered[place].content.as_mut() { payload[byte] ^= 1; }
            prop_assert_eq!(found(&altered, head), Some((at, How::Altered)));
            let mut altered = whole.clone();
            altered[place].digest[byte % 32] ^= 1;
            prop_assert_eq!(found(&altered, head), Some((at, How::Altered)));
            let mut altered = whole.clone();
            altered[place].link[byte % 32] ^= 1;
            prop_assert_eq!(found(&altered, head).map(|(position, _)| position), Some(at));

            if place != other {
                let mut moved = whole.clone();
                moved.swap(place, other);
                moved.iter_mut().zip(1..).for_each(|(row, position)| row.position = position);
                prop_assert_eq!(found(&moved, head), Some((place.min(other) as i64 + 1, How::Reordered)));
            }
        }
    }

    #[test]
    fn a_chain_written_anew_does_not_end_as_the_site_says() {
        let (whole, mut head) = (chain(3), Head::start("shop"));
        let forged: Vec<_> = (1..=3)
            .map(|position| {
                let row = head.next(payload(&ConsentRecord { source: "nobody".into(), ..record(position) }), [9; 32]);
                head = row.head();
                row
            })
            .collect();
        assert_eq!(found(&forged, whole[2].head()), Some((3, How::Altered)));
        assert_eq!(walk("other", &whole, None).broken, Some(Break { position: 1, how: How::Altered }));
    }
}
