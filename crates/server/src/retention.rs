//! What is too old goes: once a day, in pieces that are each one transaction. An interruption loses nothing but the rest of
//! the work, which the next run does; nothing needs to be remembered between runs.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use vitrine_wire::Millis;

use crate::app::Shared;
use crate::db::{Db, DbError, Expired, SiteNo, Woken};

/// Months that events and profiles are kept that rest on consent (CNIL, guidelines on cookies, of 2020-09-17, § 50).
pub const DATA_MONTHS: i32 = 25;
/// Months that preferences and addresses are kept after a person's last contact (CNIL, commercial management, 2022).
pub const CONTACT_MONTHS: i32 = 36;

/// How often what is kept is looked through.
const DAILY: Duration = Duration::from_secs(86_400);
/// Rows of one transaction: writes of visitors wait no longer than these take.
const PIECE: usize = 500;
/// How long a busy database is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// Before when is too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Events, facts, and visitors that nothing is known of any more.
    pub data: Millis,
    /// What a person wants to receive, and where.
    pub contact: Millis,
    /// What has its own last day, such as objections, ends by now.
    pub now: Millis,
}

impl Cut {
    /// As of an instant, by the calendar in UTC.
    pub fn at(now: Millis) -> Cut {
        Cut { data: months_before(now, DATA_MONTHS), contact: months_before(now, CONTACT_MONTHS), now }
    }
}

/// Where the calendar ends, nothing is old.
fn months_before(now: Millis, months: i32) -> Millis {
    let now = Timestamp::from_millisecond(now).map(|now| now.to_zoned(TimeZone::UTC));
    let then = now.and_then(|now| now.checked_sub(Span::new().months(months)));
    then.map_or(Millis::MIN, |then| then.timestamp().as_millisecond())
}

/// Takes away what is too old at every site. `tell` hears of visitors whose profile changed.
///
/// # Errors
/// The database failed; what was done before stays done.
pub async fn sweep(db: &dyn Db, now: Millis, mut tell: impl FnMut(SiteNo, &Woken)) -> Result<Expired, DbError> {
    let (cut, mut total) = (Cut::at(now), Expired::default());
    for (site, _) in db.sites().await? {
        let mut from = None;
        loop {
            let piece = match db.expire(site, cut, from, PIECE).await {
                Err(DbError::Busy) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                piece => piece?,
            };
            tell(site, &piece.woken);
            total.add(&piece);
            match piece.next {
                Some(next) => from = Some(next),
                None => break,
            }
        }
    }
    Ok(total)
}

/// Sweeps at start and then daily, for as long as the server runs.
pub(crate) async fn daily(app: Shared) {
    let mut timer = tokio::time::interval(DAILY);
    loop {
        timer.tick().await;
        let told = |site, woken: &Woken| {
            if site == app.site {
                app.hub.profiles(woken);
            }
        };
        match sweep(&*app.db, app.now(), told).await {
            Ok(done) => {
                for (what, count) in done.counts() {
                    metrics::counter!("vitrine_expired_total", "what" => what).increment(count);
                }
                if done.any() {
                    tracing::info!(counts = ?done.counts(), "what was too old is gone");
                }
            }
            Err(error) => tracing::error!(%error, "what is too old was not all taken away; it is tried again in a day"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        let rows = [
            ("2026-11-22T10:00:00.001Z", "2024-10-22T10:00:00.001Z", "2023-11-22T10:00:00.001Z"),
            // There is no 31st of June, and no 29th of February in 2025.
            ("2026-07-31T00:00:00Z", "2024-06-30T00:00:00Z", "2023-07-31T00:00:00Z"),
            ("2028-02-29T00:00:00Z", "2026-01-29T00:00:00Z", "2025-02-28T00:00:00Z"),
        ];
        for (now, data, contact) in rows {
            let now = at(now);
            assert_eq!(Cut::at(now), Cut { data: at(data), contact: at(contact), now });
        }
        for now in [i64::MAX, i64::MIN] {
            let never = Cut { data: i64::MIN, contact: i64::MIN, now };
            assert_eq!(Cut::at(now), never, "a clock that is far off ends nothing");
        }
    }
}
