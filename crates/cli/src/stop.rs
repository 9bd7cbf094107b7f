//! `vitrine stop`: one switch for an experience, for all of them, or for the SDK, on pages that are open.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use vitrine_server::keys::Keys;
use vitrine_wire::http::{StopRequest, Stops};

use crate::doctor::Client;
use crate::out::say;

/// Arguments of `vitrine stop`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  vitrine stop hero-winter --reason \"wrong price\"    one experience
  vitrine stop --all                                  every experience: pages show their own content
  vitrine stop --sdk                                  the SDK itself: nothing is collected either
  vitrine stop hero-winter --resume                   it goes on
  vitrine stop                                        what is stopped")]
pub struct Args {
    /// The experience
    experience: Option<String>,
    /// Every experience
    #[arg(long, conflicts_with = "experience")]
    all: bool,
    /// The SDK itself, on every page
    #[arg(long, conflicts_with_all = ["experience", "all"])]
    sdk: bool,
    /// Let it go on
    #[arg(long)]
    resume: bool,
    /// Why, for whoever reads it later
    #[arg(long, default_value = "")]
    reason: String,
    /// Where the backend is
    #[arg(long, env = "VITRINE_URL", default_value = "http://127.0.0.1:8787")]
    url: String,
    /// The site's id
    #[arg(long, env = "VITRINE_SITE_ID")]
    id: Option<String>,
    /// The site file, for its id
    #[arg(long, env = "VITRINE_SITE")]
    site: Option<PathBuf>,
    /// The secret key (`sk_…`); read beside the database if absent
    #[arg(long, env = "VITRINE_SECRET_KEY", hide_env_values = true)]
    key: Option<String>,
    /// The database beside which the keys are kept
    #[arg(long, env = "VITRINE_DATABASE", default_value = "./vitrine.db")]
    database: String,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// Stops, or says what is stopped.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let site = match (&args.id, &args.site) {
        (Some(id), _) => id.clone(),
        (None, Some(file)) => {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            vitrine_server::site::Site::parse(&text)?.id
        }
        (None, None) => bail!("which site? give --site site.json, or its --id"),
    };
    let key = match &args.key {
        Some(key) => key.clone(),
        None => Keys::existing(vitrine_server::db::file(&args.database)?)?.secret,
    };
    let url = format!("{}/v1/sites/{}/stops", args.url.trim_end_matches('/'), escape(&site));
    let named = args.experience.is_some() || args.all || args.sdk;
    if !named && args.resume {
        bail!("what goes on? name an experience, --all or --sdk");
    }
    let asked = named.then(|| StopRequest {
        experience: args.experience.clone(),
        all: args.all,
        sdk: args.sdk,
        resume: args.resume,
        reason: args.reason.clone(),
    });
    let body = asked.map(|asked| serde_json::to_vec(&asked)).transpose()?;
    let answer = Client::new().ask(&url, &key, body.as_deref())?;
    let text = answer.text();
    if answer.status != 200 {
        let said: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let message = said.pointer("/error/message").and_then(|m| m.as_str()).unwrap_or("no reason given");
        bail!("{url} answers {}: {message}", answer.status);
    }
    if args.json {
        say!("{text}");
        return Ok(ExitCode::SUCCESS);
    }
    let now: Stops = serde_json::from_str(&text).context("the backend's answer is not understood")?;
    if now.stops.is_empty() {
        say!("nothing is stopped");
    }
    for stop in now.stops {
        let what = match (stop.what.as_str(), &stop.experience) {
            (_, Some(id)) => format!("experience {id}"),
            ("all", _) => "every experience".into(),
            _ => "the SDK".into(),
        };
        let since = jiff::Timestamp::from_millisecond(stop.since).map_or(String::new(), |at| format!("{at:.0}"));
        let reason = if stop.reason.is_empty() { String::new() } else { format!("  ({})", stop.reason) };
        say!("stopped since {since}: {what}{reason}");
    }
    Ok(ExitCode::SUCCESS)
}

fn escape(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}
