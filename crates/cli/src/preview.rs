//! `vitrine preview`: a signed link that shows one variant to whoever opens it, and counts nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use serde_json::json;
use url::Url;
use vitrine_server::keys::{Keys, SIGNING_KEY_ID};
use vitrine_server::system_clock;
use vitrine_wire::bundle;

use crate::out::say;

/// Arguments of `vitrine preview`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  vitrine preview hero-winter --site site.json --page https://www.shop.example/
  vitrine preview hero-winter --variant b --expires 2h --site site.json --page http://127.0.0.1:8787/

Without --page only the token is printed, for vitrine.preview(token). Pages need the site's public key (`data-verify`). Paused
experiences and those outside their dates can be previewed; one that is not published cannot.")]
pub struct Args {
    /// The experience
    experience: String,
    /// Its variant; the first if absent
    #[arg(long)]
    variant: Option<String>,
    /// The site file
    #[arg(long, env = "VITRINE_SITE")]
    site: PathBuf,
    /// The page to look at
    #[arg(long)]
    page: Option<Url>,
    /// How long the link is good: 30m, 2h, 7d
    #[arg(long, default_value = "1d")]
    expires: String,
    /// The database beside which the keys are kept
    #[arg(long, env = "VITRINE_DATABASE", default_value = "./vitrine.db")]
    database: String,
}

/// Prints the link.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(&args.site).with_context(|| format!("cannot read {}", args.site.display()))?;
    let now = system_clock()();
    let compiled = vitrine_compiler::compile(&text, &vitrine_compiler::Options::at(now));
    let Ok(compiled) = compiled else { bail!("{} does not compile: run `vitrine check`", args.site.display()) };
    let variant = variant(&compiled.bundle.experiences, &args.experience, args.variant.as_deref())?;
    let length = vitrine_compiler::duration(&args.expires)
        .with_context(|| format!("`{}` is no length of time: write 30m, 2h, 7d", args.expires))?;
    let keys = Keys::existing(vitrine_server::db::file(&args.database)?)?;
    let said = json!({"site": compiled.bundle.meta.site, "key": SIGNING_KEY_ID, "experience": args.experience, "variant": variant,
        "expires": now + length});
    let said = BASE64URL.encode(said.to_string());
    let token = format!("{said}.{}", BASE64URL.encode(keys.sign(format!("vitrine-preview {said}").as_bytes())));
    match args.page.clone() {
        Some(mut page) => {
            page.query_pairs_mut().append_pair("vitrine-preview", &token);
            say!("{page}");
        }
        None => say!("{token}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn variant<'a>(experiences: &'a [bundle::Experience], id: &str, variant: Option<&str>) -> anyhow::Result<&'a str> {
    let Some(experience) = experiences.iter().find(|experience| experience.id == id) else {
        let known: Vec<_> = experiences.iter().map(|experience| experience.id.as_str()).collect();
        bail!("there is no experience `{id}`; the site file has: {}", known.join(", "));
    };
    let ids: Vec<_> = experience.variants.iter().map(|variant| variant.id.as_str()).collect();
    match variant {
        None => ids.first().copied().context("the experience has no variant"),
        Some(wanted) => {
            let found = ids.iter().find(|id| **id == wanted);
            found.copied().with_context(|| format!("`{id}` has no variant `{wanted}`; it has: {}", ids.join(", ")))
        }
    }
}
