//! The consent managers that a page's markup shows.

use super::html::Element;

/// What is known of a manager.
pub struct Manager {
    /// As in `data-consent` and `consent.authority`.
    pub name: &'static str,
    /// What its scripts' addresses or inline code contain.
    signs: &'static [&'static str],
    /// Days that its choice lasts, where the site does not say.
    pub days: Option<u32>,
    /// What its configuration calls those days.
    pub setting: &'static str,
    /// Whether its own record can be read before the first paint.
    pub early: bool,
    /// Whether its categories mean something by their names.
    pub named: bool,
}

const fn manager(name: &'static str, signs: &'static [&'static str]) -> Manager {
    Manager { name, signs, days: None, setting: "", early: false, named: true }
}

/// In the order in which they are believed.
pub const MANAGERS: [Manager; 11] = [
    Manager {
        days: Some(182),
        setting: "expiresAfterDays",
        early: true,
        ..manager("vanilla-cookieconsent", &["vanilla-cookieconsent", "CookieConsent.run"])
    },
    Manager {
        days: Some(120),
        setting: "cookieExpiresAfterDays",
        early: true,
        ..manager("klaro", &["/klaro", "klaroConfig"])
    },
    Manager { days: Some(365), early: true, ..manager("tarteaucitron", &["tarteaucitron"]) },
    Manager {
        days: Some(365),
        setting: "expiryDays",
        early: true,
        named: false,
        ..manager("osano", &["cookieconsent.min.js", "cookieconsent.initialise"])
    },
    Manager { named: false, ..manager("onetrust", &["otSDKStub", "cookielaw.org", "OneTrust"]) },
    manager("didomi", &["privacy-center.org", "didomiOnReady"]),
    Manager { named: false, ..manager("commanders-act", &["trustcommander", "tagcommander"]) },
    Manager { named: false, ..manager("axeptio", &["axept.io", "axeptioSettings"]) },
    manager("transcend", &["transcend.io", "transcend-cdn", "airgap.js"]),
    manager("tcf", &["__tcfapi"]),
    manager("gpp", &["__gpp"]),
];

impl Manager {
    /// Whether a page's scripts show it.
    pub fn there(&self, scripts: &[&Element]) -> bool {
        scripts
            .iter()
            .any(|script| self.signs.iter().any(|sign| script.get("src").contains(sign) || script.text.contains(sign)))
    }

    /// Days that its choice lasts on this page: as its configuration says in one of these texts, else its own default.
    pub fn lasts(&self, texts: &[&str]) -> Option<u32> {
        let said = texts.iter().filter(|_| !self.setting.is_empty()).find_map(|text| {
            let (_, after) = text.split_once(self.setting)?;
            let value = after.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
            value.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        });
        said.or(self.days)
    }
}

/// The manager of that name; `tcf:755` is the TCF.
pub fn named(authority: &str) -> Option<&'static Manager> {
    MANAGERS.iter().find(|manager| manager.name == authority.split(':').next().unwrap_or_default())
}
