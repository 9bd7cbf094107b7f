//! Whether Vitrine is installed so that it can work: tag, key, bundle, policy.

use sha2::{Digest as _, Sha256};
use url::Url;
use vitrine_wire::{Millis, envelope};

use super::fetch::{Client, Page};
use super::html::Element;
use super::page::{Findings, Sight, local, same_origin};

/// What a page's addresses are relative to: its own, or what its first `<base href>` says.
pub fn base(page: &Page, elements: &[Element]) -> Url {
    let said = elements.iter().find(|e| e.name == "base" && e.has("href"));
    said.and_then(|e| absolute(&page.url, e.get("href"))).unwrap_or_else(|| page.url.clone())
}

/// An address of the page made whole, where it can be asked for.
pub fn absolute(base: &Url, href: &str) -> Option<Url> {
    let url = (!href.trim().is_empty()).then(|| base.join(href).ok()).flatten()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Where the backend is: as the tag says, else where the script comes from.
pub fn endpoint(base: &Url, tag: &Element) -> String {
    let said = tag.get("data-endpoint");
    let place = if said.is_empty() {
        absolute(base, tag.get("src")).and_then(|src| before_sdk(src.as_str()))
    } else {
        absolute(base, said).map(String::from)
    };
    place.unwrap_or_else(|| base.origin().ascii_serialization()).trim_end_matches('/').to_owned()
}

/// What stands before `/sdk/<version>/<file>`.
fn before_sdk(src: &str) -> Option<String> {
    let mut parts = src.rsplitn(4, '/').skip(2);
    (parts.next() == Some("sdk")).then(|| parts.next().map(str::to_owned)).flatten()
}

/// Checks the installation. `sealed` is what the backend answered for the bundle.
pub fn check(sight: &Sight, sealed: Option<anyhow::Result<Page>>, now: Millis, client: &Client, found: &mut Findings) {
    let Some(tag) = &sight.tag else {
        return found.error(
            "tag-missing",
            "the markup has no script with `data-site`, and no inline boot",
            "add the tag of the README; a page that starts Vitrine from its own bundle cannot be checked from here",
        );
    };
    if sight.tags > 1 {
        found.warn(
            "tag-twice",
            format!("Vitrine is installed {} times", sight.tags),
            "keep one tag: the first one wins, the others cost time",
        );
    }
    if tag.get("data-key").is_empty() {
        found.error(
            "key-missing",
            "the tag has no `data-key`",
            "give the public key that `vitrine keys` prints: without it nothing is sent",
        );
    }
    if sight.page.url.scheme() == "http" && !local(&sight.page) {
        found.warn(
            "plain-http",
            "the page comes over plain HTTP",
            "serve it over HTTPS: the choice's cookie needs it, and browsers verify bundles faster there",
        );
    }
    script(sight, tag, client, found);
    bundle(tag, sealed, now, found);
    policy(sight, found);
}

fn script(sight: &Sight, tag: &Element, client: &Client, found: &mut Findings) {
    let Some(src) = absolute(&sight.base, tag.get("src")) else { return };
    match client.get(src.as_str()) {
        Ok(answer) if answer.status != 200 => {
            found.error(
                "sdk-missing",
                format!("{src} answers {}", answer.status),
                "serve the SDK's files there, or correct `src`",
            );
        }
        Ok(answer) if !answer.header("content-type").contains("javascript") => {
            let kind = answer.header("content-type");
            found.error(
                "sdk-type",
                format!("{src} comes as `{kind}`"),
                "serve .js as text/javascript and .wasm as application/wasm",
            );
        }
        Ok(_) => {}
        Err(error) => found.error("sdk-missing", format!("{error:#}"), "serve the SDK's files there, or correct `src`"),
    }
}

fn bundle(tag: &Element, sealed: Option<anyhow::Result<Page>>, now: Millis, found: &mut Findings) {
    const SERVE: &str = "check that `vitrine serve` runs there with this site, and that `data-endpoint` leads to it";
    let answer = match sealed {
        Some(Ok(answer)) if answer.status == 200 => answer,
        Some(Ok(answer)) => {
            return found.error("bundle-missing", format!("{} answers {}", answer.url, answer.status), SERVE);
        }
        Some(Err(error)) => return found.error("bundle-missing", format!("{error:#}"), SERVE),
        None => return,
    };
    let opened = match envelope::open(&answer.body) {
        Ok(opened) => opened,
        Err(code) => return found.error("bundle-malformed", format!("{}: {}", answer.url, code.message()), SERVE),
    };
    let verify = tag.get("data-verify");
    if verify.is_empty() {
        return found.warn(
            "bundle-unverified",
            "the tag has no `data-verify`: whoever can change what the backend answers can change the page",
            "add `data-verify` as `vitrine keys` prints it",
        );
    }
    let prefix = format!("{}:", opened.header.key);
    let key = verify.split([',', ' ']).find_map(|one| one.trim().strip_prefix(&prefix));
    let key = key.and_then(vitrine_server::keys::public_key);
    let signature = opened.signature.try_into().map(|bytes: [u8; 64]| ed25519_dalek::Signature::from_bytes(&bytes));
    let site: [u8; 32] = Sha256::digest(tag.get("data-site")).into();
    let site = site.first_chunk().map_or(0, |head| u64::from_le_bytes(*head));
    match (key, signature) {
        (None, _) => found.error(
            "bundle-key",
            format!("the bundle is signed with key {}, which `data-verify` does not hold", opened.header.key),
            "take the line that `vitrine keys` prints",
        ),
        (Some(key), Ok(signature)) if key.verify_strict(opened.signed, &signature).is_ok() => {
            if let Err(code) = opened.header.check(site, u64::try_from(now / 1_000).unwrap_or_default(), 0) {
                found.error("bundle-refused", code.message(), code.help());
            }
        }
        _ => found.error(
            "bundle-signature",
            "the bundle's signature does not hold under `data-verify`",
            "take the line that `vitrine keys` prints; if it is the same, look who stands between",
        ),
    }
}

fn policy(sight: &Sight, found: &mut Findings) {
    let metas = sight
        .elements
        .iter()
        .filter(|e| e.name == "meta" && e.get("http-equiv").eq_ignore_ascii_case("content-security-policy"));
    let policies: Vec<String> =
        metas.map(|e| e.get("content").to_owned()).chain([sight.page.header("content-security-policy")]).collect();
    for policy in policies.iter().filter(|policy| !policy.is_empty()) {
        let directive = |name: &str| {
            let all = policy.split([';', ',']).map(str::trim);
            all.filter_map(|one| one.split_once(' '))
                .find(|(of, _)| of.eq_ignore_ascii_case(name))
                .map(|(_, sources)| sources)
        };
        let scripts = directive("script-src").or_else(|| directive("default-src"));
        if scripts.is_some_and(|sources| !sources.contains("'wasm-unsafe-eval'") && !sources.contains("'unsafe-eval'"))
        {
            found.error(
                "csp-wasm",
                "the content security policy refuses WebAssembly",
                "add 'wasm-unsafe-eval' to script-src",
            );
        }
        let connect = directive("connect-src").or_else(|| directive("default-src"));
        let allowed = |sources: &str| sources.split_whitespace().any(|source| allows(source, sight));
        if connect.is_some_and(|sources| !allowed(sources)) {
            found.error(
                "csp-connect",
                format!("the content security policy lets the page not reach {}", sight.endpoint),
                "add the backend's origin to connect-src",
            );
        }
    }
}

/// Whether a source of a policy allows the backend (CSP 3, "Does url match expression").
fn allows(source: &str, sight: &Sight) -> bool {
    let Ok(endpoint) = Url::parse(&sight.endpoint) else { return false };
    let scheme = endpoint.scheme();
    match source {
        "*" => return true,
        "'self'" => return same_origin(&sight.page, &sight.endpoint),
        _ => {}
    }
    if let Some(only) = source.strip_suffix(':') {
        return only.eq_ignore_ascii_case(scheme);
    }
    let (wanted, place) = source.split_once("://").map_or((scheme, source), |(wanted, place)| (wanted, place));
    let place = place.split('/').next().unwrap_or_default();
    let (host, port) = place.rsplit_once(':').unwrap_or((place, ""));
    let is = endpoint.host_str().unwrap_or_default();
    let named = host.strip_prefix('*').map_or(host.eq_ignore_ascii_case(is), |rest| is.ends_with(rest));
    let given = match port {
        "*" => true,
        "" => endpoint.port().is_none(),
        _ => port.parse().ok() == endpoint.port_or_known_default(),
    };
    named && (wanted == scheme || wanted == "http" && scheme == "https") && given
}
