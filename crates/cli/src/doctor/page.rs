//! `vitrine doctor URL`: what a page says before any script ran, and what is wrong with it.

use std::process::ExitCode;

use serde::Serialize;
use url::Url;
use vitrine_wire::bundle::{self, Meta};
use vitrine_wire::{Millis, envelope};

use super::fetch::{Client, Page};
use super::html::{self, Element, elements};
use super::{choice, install};
use crate::out::say;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It does not work, or is not lawful.
    Error,
    /// It should be looked at.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something to tell of a page.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Its stable name.
    pub code: &'static str,
    /// What is the matter.
    pub message: String,
    /// What to do about it.
    pub fix: &'static str,
}

/// What was found so far.
#[derive(Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// It does not work, or is not lawful.
    pub fn error(&mut self, code: &'static str, message: impl Into<String>, fix: &'static str) {
        self.0.push(Finding { severity: Severity::Error, code, message: message.into(), fix });
    }

    /// It should be looked at.
    pub fn warn(&mut self, code: &'static str, message: impl Into<String>, fix: &'static str) {
        self.0.push(Finding { severity: Severity::Warning, code, message: message.into(), fix });
    }

    /// Worth knowing.
    pub fn note(&mut self, code: &'static str, message: impl Into<String>, fix: &'static str) {
        self.0.push(Finding { severity: Severity::Note, code, message: message.into(), fix });
    }
}

/// A page, its Vitrine tag, and the bundle behind it.
pub struct Sight {
    /// The page itself.
    pub page: Page,
    /// What its addresses are relative to.
    pub base: Url,
    /// Its elements.
    pub elements: Vec<Element>,
    /// The tag that installs Vitrine, if the markup has one.
    pub tag: Option<Element>,
    /// How many there are.
    pub tags: usize,
    /// Where the backend is.
    pub endpoint: String,
    /// The published site, if it could be read.
    pub meta: Option<Meta>,
    /// Scripts of the page's own origin that may configure a manager.
    pub scripts: Vec<String>,
}

/// Most scripts that are fetched to find a manager's configuration.
const SCRIPTS: usize = 12;

/// Looks at a page and prints what is the matter; exit code 1 where something is an error.
///
/// # Errors
/// The page does not answer.
pub fn run(url: &str, json: bool, now: Millis) -> anyhow::Result<ExitCode> {
    let (sight, findings) = look(url, now)?;
    let wrong = findings.0.iter().any(|finding| finding.severity == Severity::Error);
    if json {
        say!("{}", serde_json::json!({"url": sight.page.url.to_string(), "findings": findings.0}));
    } else {
        show(&sight, &findings.0);
    }
    Ok(if wrong { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn look(url: &str, now: Millis) -> anyhow::Result<(Sight, Findings)> {
    let client = Client::new();
    let page = client.get(url)?;
    anyhow::ensure!(page.status == 200, "{url} answers {} instead of a page", page.status);
    let kind = page.header("content-type");
    anyhow::ensure!(kind.contains("html"), "{url} is no HTML page but {kind}");
    let elements = elements(&page.text());
    let mut findings = Findings::default();
    let tags: Vec<Element> = elements.iter().filter_map(html::tag).collect();
    let tag = tags.first().cloned();
    let base = install::base(&page, &elements);
    let endpoint = tag.as_ref().map(|tag| install::endpoint(&base, tag)).unwrap_or_default();
    let (mut sealed, mut meta) = (None, None);
    if let Some(tag) = &tag {
        sealed = Some(client.get(&format!("{endpoint}/v1/sites/{}/bundle/{}", tag.get("data-site"), envelope::FORMAT)));
        if let Some(Ok(answer)) = &sealed {
            meta = envelope::open(&answer.body).ok().map(|opened| bundle::decode(opened.payload).meta);
        }
    }
    let own = page.url.origin();
    let scripts = elements.iter().filter(|e| e.runs()).filter_map(|e| install::absolute(&base, e.get("src")));
    let scripts = scripts.filter(|url| url.origin() == own && !url.path().contains("/sdk/")).take(SCRIPTS);
    let scripts = scripts.filter_map(|url| client.get(url.as_str()).ok()).map(|script| script.text()).collect();
    let sight = Sight { tag, tags: tags.len(), endpoint, meta, scripts, elements, base, page };
    install::check(&sight, sealed, now, &client, &mut findings);
    choice::check(&sight, &client, now, &mut findings);
    Ok((sight, findings))
}

fn show(sight: &Sight, findings: &[Finding]) {
    let colour = crate::check::coloured(&std::io::stdout());
    for finding in findings {
        let (word, code) = match finding.severity {
            Severity::Error => ("error", "31"),
            Severity::Warning => ("warning", "33"),
            Severity::Note => ("note", "36"),
        };
        let word = if colour { format!("\x1b[1;{code}m{word}\x1b[0m") } else { word.to_owned() };
        say!("{word} {}\n  {}\n  {}", finding.code, finding.message, finding.fix);
    }
    let count = |severity: Severity, what: &str| {
        let n = findings.iter().filter(|finding| finding.severity == severity).count();
        format!("{n} {what}{}", if n == 1 { "" } else { "s" })
    };
    let [errors, warnings, notes] =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
            .map(|(of, what)| count(of, what));
    say!("{}: {errors}, {warnings}, {notes}; what scripts add later is not seen", sight.page.url);
}

/// Whether an address is this machine's own: plain HTTP is no secret there.
pub fn local(page: &Page) -> bool {
    let host = page.url.host_str().unwrap_or_default();
    host == "localhost" || host.starts_with("127.") || host == "[::1]"
}

/// Whether two addresses have the same origin.
pub fn same_origin(a: &Page, url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.origin() == a.url.origin())
}
