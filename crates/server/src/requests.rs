//! What people ask for under GDPR 15 to 22, with the clock of one month (GDPR 12(3)).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::Serialize;
use vitrine_wire::Millis;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What is kept (GDPR 15).
    Access,
    /// To correct it (GDPR 16).
    Rectification,
    /// To forget it (GDPR 17).
    Erasure,
    /// To keep it and leave it alone (GDPR 18).
    Restriction,
    /// To hand it over (GDPR 20).
    Portability,
    /// To stop (GDPR 21).
    Objection,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] =
        [Kind::Access, Kind::Rectification, Kind::Erasure, Kind::Restriction, Kind::Portability, Kind::Objection];

    /// As kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Access => "access",
            Kind::Rectification => "rectification",
            Kind::Erasure => "erasure",
            Kind::Restriction => "restriction",
            Kind::Portability => "portability",
            Kind::Objection => "objection",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// What is asked for.
    pub kind: Kind,
    /// How it came: `page`, `letter`, `email`, …
    pub by: String,
    /// When it came.
    pub received: Millis,
    /// The last day to answer, `YYYY-MM-DD`.
    pub due: String,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Millis>,
    /// The operator's own reference.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A request in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// Its number.
    pub no: i64,
    /// What it is.
    #[serde(flatten)]
    pub request: Request,
}

impl Request {
    /// One that came by hand and is open.
    pub fn open(kind: Kind, by: &str, received: Millis, note: &str) -> Request {
        Request { kind, by: by.into(), received, due: due(received, 1), answered: None, note: note.into() }
    }

    /// One that a page made and the server answered at once.
    pub fn answered(kind: Kind, now: Millis) -> Request {
        Request { answered: Some(now), ..Request::open(kind, "page", now, "") }
    }

    /// Whether its last day is over.
    pub fn overdue(&self, now: Millis) -> bool {
        self.answered.is_none() && self.due < day(now).to_string()
    }
}

/// The last day of so many months from a day on; where the month has no such day, its last one.
pub fn due(received: Millis, months: i64) -> String {
    let received = day(received);
    received.checked_add(Span::new().months(months)).unwrap_or(received).to_string()
}

/// The day of an instant, UTC.
pub fn day(at: Millis) -> Date {
    Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_month_is_a_month_of_the_calendar() {
        let at = |day: &str| format!("{day}T23:00:00Z").parse::<Timestamp>().unwrap().as_millisecond();
        let rows = [("2026-01-15", "2026-02-15"), ("2026-01-31", "2026-02-28"), ("2027-12-31", "2028-01-31")];
        for (received, expected) in rows {
            let request = Request::open(Kind::Access, "letter", at(received), "");
            assert_eq!(request.due, expected);
            assert!(!request.overdue(at(expected)), "the last day is a day");
            assert!(request.overdue(at(expected) + 86_400_000));
            assert!(!Request::answered(Kind::Access, at(received)).overdue(i64::MAX / 2));
        }
        assert_eq!(due(at("2026-11-30"), 3), "2027-02-28", "two further months");
    }
}
