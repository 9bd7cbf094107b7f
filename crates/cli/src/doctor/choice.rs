//! Whether the visitor is asked, can say no and take it back, and what runs before: the rules of `docs/consent.md` as far as
//! a page's markup shows them.

use std::collections::BTreeMap;

use vitrine_wire::Millis;

use super::cookies;
use super::fetch::Client;
use super::html::Element;
use super::managers::{MANAGERS, Manager, named};
use super::page::{Findings, Sight, same_origin};

/// Half a year, in days.
const LONG: u32 = 184;
/// Thirteen months, in days.
pub const TOO_LONG: u32 = 397;

/// Scripts of others that write or read on the device as soon as they run: what their address contains, and who they are.
const TRACKERS: [(&str, &str); 12] = [
    ("googletagmanager.com", "Google Tag Manager"),
    ("google-analytics.com", "Google Analytics"),
    ("doubleclick.net", "Google Ads"),
    ("connect.facebook.net", "the Meta pixel"),
    ("hotjar.com", "Hotjar"),
    ("clarity.ms", "Microsoft Clarity"),
    ("bat.bing.com", "Microsoft Advertising"),
    ("analytics.tiktok.com", "the TikTok pixel"),
    ("snap.licdn.com", "the LinkedIn Insight Tag"),
    ("criteo.", "Criteo"),
    ("segment.com/analytics.js", "Segment"),
    ("matomo.js", "Matomo"),
];

/// What the site file says of consent.
#[derive(Default, serde::Deserialize)]
struct Rule {
    #[serde(default)]
    authority: String,
    #[serde(default)]
    map: BTreeMap<String, Vec<String>>,
}

/// Checks consent.
pub fn check(sight: &Sight, client: &Client, now: Millis, found: &mut Findings) {
    let rule: Rule = sight.meta.as_ref().and_then(|meta| serde_json::from_str(&meta.consent).ok()).unwrap_or_default();
    let scripts: Vec<&Element> = sight.elements.iter().filter(|e| e.name == "script").collect();
    let seen: Vec<&Manager> = MANAGERS.iter().filter(|manager| manager.there(&scripts)).collect();
    let said = sight.tag.as_ref().map_or("", |tag| tag.get("data-consent"));
    let authority =
        [said, &rule.authority].into_iter().find(|name| !name.is_empty() && *name != "auto").unwrap_or_default();
    let asks = who(sight, authority, &seen, found);
    if let Some(manager) = asks {
        lasts(sight, manager, &scripts, found);
        means(manager, &rule, found);
        if !manager.early && sight.tag.as_ref().is_some_and(|tag| tag.get("src").is_empty()) {
            let name = manager.name;
            found.note("paint-late", format!("{name} keeps no record that can be read at once: the first paint shows the page's own content until it answered"), "nothing to do; with a manager of which a cookie is read (see docs/consent.md) returning visitors see their content at once");
        }
    }
    back(sight, asks.is_some() || !seen.is_empty(), found);
    before(&scripts, found);
    cookies::check(sight, now, found);
    kept(sight, found);
    notices(sight, found);
    let gpc = client.get(&format!("{}/.well-known/gpc.json", sight.page.origin()));
    if !gpc.is_ok_and(|answer| answer.status == 200 && answer.text().contains("\"gpc\"")) {
        found.note(
            "gpc-unsaid",
            "the site does not say that it honours Global Privacy Control",
            "let /.well-known/gpc.json lead to the backend, which answers it",
        );
    }
}

/// Who asks, as far as the markup shows it.
fn who(sight: &Sight, authority: &str, seen: &[&'static Manager], found: &mut Findings) -> Option<&'static Manager> {
    let own = sight.elements.iter().any(|e| e.name.starts_with("vitrine-consent") || e.name == "vitrine-preferences");
    // A button alone opens the preferences, and leaves it to a manager to ask.
    let opened = sight.elements.iter().any(|e| e.get("data-vitrine-consent") == "open");
    if let Some(manager) = named(authority) {
        if !seen.iter().any(|other| other.name == manager.name) {
            found.warn(
                "authority-unseen",
                format!("`{authority}` is to ask for consent, and the markup does not load it"),
                "load it on this page, unless another script does: until it answers, nothing runs",
            );
        }
        return Some(manager);
    }
    match (authority, seen) {
        ("manual" | "consent-mode", _) => None,
        ("", [first, rest @ ..]) => {
            let decides = if own { "the site's own banner" } else { first.name };
            if own || !rest.is_empty() {
                let names: Vec<&str> = seen.iter().map(|manager| manager.name).collect();
                let beside = if own { " beside the site's own banner" } else { "" };
                found.note(
                    "several-managers",
                    format!("in the page: {}{beside}; {decides} decides, all others may only refuse", names.join(", ")),
                    "name one in `data-consent`, so that a change of scripts changes nothing",
                );
            }
            (!own).then_some(*first)
        }
        ("", []) => {
            if !own && !opened {
                found.error("nobody-asks", "nobody asks for consent on this page: nothing is ever collected or personalised", "add <vitrine-consent-banner>, a consent manager, or call vitrine.consent.set() from your own banner and set data-consent=\"manual\"");
            }
            None
        }
        (unknown, _) => {
            found.error(
                "authority-unknown",
                format!("`{unknown}` is no consent source"),
                "take a name of the table in docs/consent.md",
            );
            None
        }
    }
}

/// Rule 3: half a year is long, thirteen months is too long.
fn lasts(sight: &Sight, manager: &Manager, scripts: &[&Element], found: &mut Findings) {
    let texts: Vec<&str> = scripts.iter().map(|script| script.text.as_str()).collect();
    let Some(days) = manager.lasts(&texts, &sight.scripts) else { return };
    let message = format!("a choice made in {} lasts {days} days", manager.name);
    if days > TOO_LONG {
        found.error(
            "choice-too-long",
            message,
            "let it last six months; Vitrine ends it after thirteen (CNIL 2020-091)",
        );
    } else if days > LONG {
        found.warn("choice-long", message, "let it last six months, for a refusal as for an agreement (CNIL 2020-091)");
    }
}

/// Whether a category stands for personalization.
fn means(manager: &Manager, rule: &Rule, found: &mut Findings) {
    const MAP: &str = "write `consent.map` in the site file: {\"<its category>\": [\"personalization\"]}";
    let mapped = rule.map.values().flatten().any(|purpose| purpose == "personalization");
    if !rule.map.is_empty() && !mapped {
        found.warn(
            "unmapped",
            format!("no category of {} stands for personalization: nothing will ever be personalised", manager.name),
            MAP,
        );
    } else if rule.map.is_empty() && !manager.named {
        found.error(
            "unmapped",
            format!("{} has categories that say nothing by their names, and the site file has no map", manager.name),
            MAP,
        );
    }
}

/// Rule 6: withdrawing is one step from every page.
fn back(sight: &Sight, managed: bool, found: &mut Findings) {
    let own = sight.elements.iter().any(|e| e.has("data-vitrine-consent") || e.name == "vitrine-preferences");
    if own || sight.tag.is_none() {
        return;
    }
    let (message, fix) = (
        "the markup has no control that opens the choices again",
        "add <button data-vitrine-consent=\"open\"> to every page, in the footer for instance (GDPR 7(3))",
    );
    if managed {
        found.note("no-way-back", format!("{message}; the consent manager may add its own"), fix);
    } else {
        found.error("no-way-back", message, fix);
    }
}

/// What runs before any choice.
fn before(scripts: &[&Element], found: &mut Findings) {
    let denied = scripts.iter().any(|script| {
        script.text.contains("consent") && script.text.contains("default") && script.text.contains("denied")
    });
    let running = scripts.iter().filter(|script| script.runs());
    let mut told: Vec<&str> = Vec::new();
    for script in running {
        let (src, text) = (script.get("src"), script.text.as_str());
        for (sign, name) in TRACKERS {
            let there = src.contains(sign) || text.contains(sign);
            if !there || told.contains(&name) || name.starts_with("Google") && denied {
                continue;
            }
            told.push(name);
            found.warn("runs-before-choice", format!("{name} runs as the page loads, before any choice"), "let the consent manager start it, or give the script type=\"text/plain\" until then (ePrivacy 5(3)); Google's tags may run after a `consent default` that denies");
        }
    }
}

/// What the place of the backend loses.
fn kept(sight: &Sight, found: &mut Findings) {
    if sight.tag.is_some() && !same_origin(&sight.page, &sight.endpoint) {
        found.warn("endpoint-elsewhere", format!("the backend is at {}, another origin than the page: the choice cannot be kept in a cookie of its own, and who uses a browser that empties script storage after seven days is asked again", sight.endpoint), "let the site's own server pass /v1 on to it, and set data-endpoint to the page's origin");
    }
}

fn notices(sight: &Sight, found: &mut Findings) {
    let Some(meta) = &sight.meta else { return };
    let without: Vec<&str> =
        meta.notices.iter().filter(|(_, notice)| notice.is_empty()).map(|(purpose, _)| purpose.as_str()).collect();
    if meta.notices.is_empty() || !without.is_empty() {
        let which = if without.is_empty() { "its purposes".to_owned() } else { without.join(", ") };
        found.warn(
            "notice-unnamed",
            format!("the site file names no notice for {which}: a proof of consent will not say what was read"),
            "give each purpose its `notice`, and the texts under `notices`",
        );
    }
    if meta.hold {
        found.note(
            "held-before-choice",
            "events before the choice are held in memory and sent once it is yes",
            "say so in the notice",
        );
    }
}
