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

    /// Days that its choice lasts on this page: the most that its configuration says in the page or in a file, else its own
    /// default. A file may be the manager's own code, where the default stands without being what the site chose.
    pub fn lasts(&self, page: &[&str], files: &[String]) -> Option<u32> {
        let inline = page.iter().flat_map(|text| self.said(text));
        let foreign = files.iter().flat_map(|text| self.said(text)).filter(|days| Some(*days) != self.days);
        inline.chain(foreign).max().or(self.days)
    }

    /// Every value that a text gives its setting: of an expression, such as one that asks what was chosen, the largest number.
    fn said(&self, text: &str) -> Vec<u32> {
        if self.setting.is_empty() {
            return Vec::new();
        }
        let values = text.split(self.setting).skip(1).filter_map(|after| {
            let value = after.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
            let value = value.split([',', '}', ';', '\n']).next()?;
            // Part of a day is no more than a day.
            let numbers = value.split(|c: char| !(c.is_ascii_digit() || c == '.'));
            numbers.filter_map(|number| number.split('.').next()?.parse().ok()).max()
        });
        values.collect()
    }
}

/// The manager of that name; `tcf:755` is the TCF.
pub fn named(authority: &str) -> Option<&'static Manager> {
    MANAGERS.iter().find(|manager| manager.name == authority.split(':').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn all_that_is_said_of_the_days_is_looked_at() {
        let rows: [(&str, &str, &str, u32); 10] = [
            ("klaro", "", "", 120),
            ("klaro", "{ cookieExpiresAfterDays: 90 }", "", 90),
            ("klaro", "cookieExpiresAfterDays; x = { cookieExpiresAfterDays: 900 }", "", 900),
            ("klaro", "{ 'cookieExpiresAfterDays' : 30 }, { \"cookieExpiresAfterDays\":400 }", "", 400),
            ("klaro", "{ cookieExpiresAfterDays: 90 }", "({cookieExpiresAfterDays:120})", 90),
            (
                "klaro",
                "{ cookieExpiresAfterDays: 90 }",
                "({cookieExpiresAfterDays:120}); ({cookieExpiresAfterDays:500})",
                500,
            ),
            ("klaro", "cookieExpiresAfterDays: days", "", 120),
            ("vanilla-cookieconsent", "expiresAfterDays: kind => kind === 'all' ? 365.25 : 182,", "", 365),
            ("tarteaucitron", "expiresAfterDays: 900", "", 365),
            ("osano", "", "options = { expiryDays: 365 }", 365),
        ];
        for (name, page, file, days) in rows {
            assert_eq!(named(name).unwrap().lasts(&[page], &[file.to_owned()]), Some(days), "{name}: {page} {file}");
        }
    }
}
