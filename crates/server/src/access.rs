//! Who may do what: write keys and their policies, page origins.

use std::collections::HashMap;

use crate::db::Basis;

/// What an event needs to be kept, by the key it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// The event itself says what its visitor allowed.
    Event,
    /// The site gates a foreign client with its consent manager.
    Cmp,
    /// The site's server vouches, on this basis.
    Lawful(String),
}

impl Policy {
    /// The basis recorded on each event.
    pub fn basis(&self) -> Basis {
        match self {
            Policy::Event | Policy::Cmp => Basis::Consent,
            Policy::Lawful(basis) => Basis::Lawful(basis.clone()),
        }
    }
}

/// The site's write keys.
#[derive(Debug, Clone, Default)]
pub struct Access {
    keys: HashMap<String, Policy>,
}

/// A key rule that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a key rule; write pk_name=event, pk_name=cmp or sk_name=lawful-basis:contract")]
pub struct KeyRuleError(String);

impl Access {
    /// The site's two keys with their default policies.
    pub fn new(public: &str, secret: &str) -> Access {
        let keys = [(public.to_owned(), Policy::Event), (secret.to_owned(), Policy::Lawful("contract".into()))];
        Access { keys: keys.into() }
    }

    /// Adds or changes a key by a rule such as `pk_other=cmp`.
    ///
    /// # Errors
    /// A rule of another form, or a policy that does not fit the kind of key.
    pub fn rule(&mut self, rule: &str) -> Result<(), KeyRuleError> {
        let refused = || KeyRuleError(rule.to_owned());
        let (key, policy) = rule.split_once('=').ok_or_else(refused)?;
        let policy = match policy.split_once(':') {
            Some(("lawful-basis", basis)) if secret(key) && !basis.is_empty() && basis != "consent" => {
                Policy::Lawful(basis.into())
            }
            None if policy == "event" && public(key) => Policy::Event,
            None if policy == "cmp" && public(key) => Policy::Cmp,
            _ => return Err(refused()),
        };
        self.keys.insert(key.to_owned(), policy);
        Ok(())
    }

    /// The policy of a key, if it is one of the site's.
    pub fn policy(&self, key: &str) -> Option<&Policy> {
        self.keys.get(key)
    }
}

/// Whether this is a page's key.
pub fn public(key: &str) -> bool {
    key.starts_with("pk_")
}

/// Whether this is a server's key.
pub fn secret(key: &str) -> bool {
    key.starts_with("sk_")
}

/// Whether pages of `origin` may call: an exact member of the list, or in the demo the very address that was asked.
pub fn allowed(origin: &str, listed: &[String], asked_host: Option<&str>, demo: bool) -> bool {
    let own = || {
        let host = origin.strip_prefix("http://")?;
        let name = host.split_once(':').map_or(host, |(name, _)| name);
        // Only loopback names: a foreign name that points here is not this server's own origin.
        Some(Some(host) == asked_host && matches!(name, "127.0.0.1" | "localhost"))
    };
    listed.iter().any(|known| known == origin) || demo && own().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn origins_are_matched_exactly() {
        let listed = vec!["https://shop.example".to_owned()];
        let rows = [
            ("https://shop.example", false, true),
            ("https://shop.example.evil", false, false),
            ("https://evil-shop.example", false, false),
            ("http://shop.example", false, false),
            ("https://shop.example:444", false, false),
            ("null", true, false),
            ("http://127.0.0.1:8787", true, true),
            ("http://127.0.0.1:8787", false, false),
            ("http://127.0.0.1:8788", true, false),
            ("http://evil.example:8787", true, false),
        ];
        for (origin, demo, expected) in rows {
            assert_eq!(allowed(origin, &listed, Some("127.0.0.1:8787"), demo), expected, "{origin} demo={demo}");
        }
        assert!(!allowed("http://evil.example", &listed, Some("evil.example"), true), "a name that points here");
    }

    #[test]
    fn rules_fit_the_kind_of_key() {
        let mut access = Access::new("pk_a", "sk_a");
        for good in ["pk_b=cmp", "pk_a=event", "sk_b=lawful-basis:contract"] {
            access.rule(good).unwrap();
        }
        for bad in [
            "pk_b",
            "pk_b=lawful-basis:contract",
            "sk_b=event",
            "sk_b=lawful-basis:",
            "sk_b=lawful-basis:consent",
            "x=cmp",
        ] {
            assert!(access.rule(bad).is_err(), "{bad}");
        }
        assert_eq!(access.policy("pk_b"), Some(&Policy::Cmp));
    }
}
