//! How much one key and one address prefix may ask. Beyond: 429 with a whole number of seconds to wait.

use std::net::IpAddr;

use axum::http::StatusCode;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use vitrine_wire::Code;

use crate::config::Limits;
use crate::error::{HttpError, HttpResult};

/// Forget idle addresses when more than this many are held.
const ADDRESSES: usize = 65_536;

/// Counts requests.
pub struct Gauge {
    keys: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Gauge {
    /// Starts counting.
    pub fn new(limits: Limits) -> Gauge {
        let quota = |n: std::num::NonZeroU32| Quota::per_second(n).allow_burst(n.saturating_mul(TWO));
        Gauge {
            keys: RateLimiter::keyed(quota(limits.per_key)),
            addresses: RateLimiter::keyed(quota(limits.per_address)),
            clock: DefaultClock::default(),
        }
    }

    /// One request from an address.
    ///
    /// # Errors
    /// 429 over the limit.
    pub fn address(&self, from: IpAddr) -> HttpResult<()> {
        if self.addresses.len() > ADDRESSES {
            self.addresses.retain_recent();
        }
        self.addresses.check_key(&prefix(from)).map_err(|until| self.refuse(until))
    }

    /// One request with a key that is the site's.
    ///
    /// # Errors
    /// 429 over the limit.
    pub fn key(&self, key: &str) -> HttpResult<()> {
        self.keys.check_key(&key.to_owned()).map_err(|until| self.refuse(until))
    }

    fn refuse(&self, until: governor::NotUntil<governor::clock::QuantaInstant>) -> HttpError {
        let wait = until.wait_time_from(self.clock.now());
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        HttpError::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimit).retry_after(seconds)
    }
}

const TWO: std::num::NonZeroU32 = match std::num::NonZeroU32::new(2) {
    Some(two) => two,
    None => std::num::NonZeroU32::MIN,
};

fn prefix(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & 0xffff_ff00).into()),
        IpAddr::V6(v6) => v6
            .to_ipv4_mapped()
            .map_or_else(|| IpAddr::V6((v6.to_bits() & (u128::MAX << 80)).into()), |v4| prefix(IpAddr::V4(v4))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn neighbours_share_a_prefix() {
        let rows = [("10.1.2.3", "10.1.2.0"), ("::ffff:10.1.2.3", "10.1.2.0"), ("2001:db8:1:2::3", "2001:db8:1::")];
        for (given, expected) in rows {
            assert_eq!(prefix(given.parse().unwrap()), expected.parse::<IpAddr>().unwrap());
        }
    }

    #[test]
    fn one_flood_harms_nobody_else() {
        let one = std::num::NonZeroU32::MIN;
        let gauge = Gauge::new(Limits { per_key: one, per_address: one });
        let flooder = "10.0.0.1".parse().unwrap();
        let refused = (0..20).filter(|_| gauge.address(flooder).is_err()).count();
        assert!(refused >= 17, "{refused}");
        gauge.address("10.0.1.1".parse().unwrap()).unwrap();
    }
}
