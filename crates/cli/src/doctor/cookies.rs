//! The cookies that the page's own answer sets, before any choice.

use jiff::fmt::rfc2822::DateTimeParser;
use vitrine_wire::Millis;

use super::choice::TOO_LONG;
use super::page::{Findings, Sight};

/// A date as servers write it, whatever they call its weekday.
static DATE: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);

/// Tells them, and which last too long.
pub fn check(sight: &Sight, now: Millis, found: &mut Findings) {
    let cookies: Vec<&str> = sight.page.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()).collect();
    if cookies.is_empty() {
        return;
    }
    let names: Vec<&str> = cookies.iter().map(|cookie| name(cookie)).collect();
    found.note(
        "cookies-before-choice",
        format!("the page's own answer sets {}", names.join(", ")),
        "only what is strictly necessary may be set before a choice (ePrivacy 5(3))",
    );
    let most = i64::from(TOO_LONG) * 86_400;
    for cookie in cookies.into_iter().filter(|cookie| lasts(cookie, now).is_some_and(|seconds| seconds > most)) {
        found.warn(
            "cookie-long",
            format!("the cookie {} lasts longer than thirteen months", name(cookie)),
            "shorten its Max-Age or Expires",
        );
    }
}

fn name(cookie: &str) -> &str {
    cookie.split(['=', ';']).next().unwrap_or_default().trim()
}

/// Seconds that a cookie is kept from now on; `Max-Age` stands above `Expires` (RFC 6265, 5.3). None: as long as the browser runs.
fn lasts(cookie: &str, now: Millis) -> Option<i64> {
    let attributes = || cookie.split(';').skip(1).filter_map(|one| one.split_once('='));
    let said = |wanted: &'static str| {
        attributes().filter(move |(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    // One that is no number is as if it were not there.
    if let Some(age) = said("max-age").filter_map(seconds).last() {
        return Some(age);
    }
    // Older servers write 09-Jun-2027; who means for ever writes a day of 9999 that the calendar here does not reach.
    let date = said("expires").last()?.replace('-', " ").replace(" 9999 ", " 9998 ");
    let until = DATE.parse_timestamp(date).ok()?;
    Some((until.as_millisecond() - now) / 1_000)
}

/// A `Max-Age`; more digits than a number has are for ever, or long ago.
fn seconds(age: &str) -> Option<i64> {
    let digits = age.strip_prefix('-').unwrap_or(age);
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    number.then(|| age.parse().unwrap_or(if digits == age { i64::MAX } else { i64::MIN }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_lasts_as_a_browser_keeps_it() {
        let now = 1_800_000_000_000; // 2027-01-15T08:00:00Z
        let rows = [
            ("id=1", None),
            ("id=Max-Age=9; Path=/", None),
            ("id=1; Max-Age=60", Some(60)),
            ("id=1; MAX-AGE=-1", Some(-1)),
            ("id=1; max-age=99999999999999999999999", Some(i64::MAX)),
            ("id=1; Max-Age=-99999999999999999999999", Some(i64::MIN)),
            ("id=1; Max-Age=soon", None),
            ("id=1; Max-Age=", None),
            ("id=1; Max-Age=soon; Expires=Fri, 15 Jan 2027 08:01:00 GMT", Some(60)),
            ("id=1; Max-Age=5; Max-Age=1-2", Some(5)),
            ("id=1; Expires=Fri, 15 Jan 2027 08:01:00 GMT", Some(60)),
            ("id=1; expires=Fri, 15-Jan-2027 08:01:00 GMT; Secure", Some(60)),
            ("id=1; Expires=Mon, 15 Jan 2027 08:01:00 GMT", Some(60)),
            ("id=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Some(-1_800_000_000)),
            ("id=1; Expires=Fri, 15 Jan 2027 08:01:00 GMT; Max-Age=5", Some(5)),
            ("id=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", Some(251_570_764_799)),
            ("id=1; Expires=never", None),
        ];
        for (cookie, seconds) in rows {
            assert_eq!(lasts(cookie, now), seconds, "{cookie}");
        }
    }
}
