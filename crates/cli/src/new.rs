//! `vitrine new`: a site file to begin with, its tests beside it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};

use crate::out::say;
use crate::schema;

/// Arguments of `vitrine new`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  vitrine new                                      a small site.json here, to read and to extend
  vitrine new shop --template retail --site shop   the whole life cycle of a shop's customers, in ./shop
  vitrine check shop/site.json && vitrine test shop/site.json

The templates have ready segments for source and channel of acquisition, interests, recent buyers, anonymous and identified
abandoners, newsletter and preferences, preferred channel, size, cross-sell and up-sell, saturation, missing consent,
inactivity, signs of leaving, lost by reason and win-back, each with a test and titles in English and French.")]
pub struct Args {
    /// The folder; it is made if it is not there
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// What kind of site
    #[arg(short, long, value_enum)]
    template: Option<Template>,
    /// The site's id
    #[arg(long)]
    site: Option<String>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// What kind of site.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Template {
    /// A shop: products, carts, orders
    Retail,
    /// A service that people subscribe to: trials, plans, payments, features
    Subscription,
    /// A paper or channel: articles, films, podcasts, a paywall
    Media,
}

impl Template {
    const fn text(this: Option<Self>) -> &'static str {
        match this {
            None => include_str!("../templates/minimal.json"),
            Some(Template::Retail) => include_str!("../templates/retail.json"),
            Some(Template::Subscription) => include_str!("../templates/subscription.json"),
            Some(Template::Media) => include_str!("../templates/media.json"),
        }
    }
}

/// Writes `site.json` and the schema that editors read beside it.
///
/// # Errors
/// A file is there already and `--force` is not given, or a file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let site = args.folder.join("site.json");
    let schema = args.folder.join("site.schema.json");
    if site.exists() && !args.force {
        anyhow::bail!("{} is there already; give --force to replace it", site.display());
    }
    let text = renamed(Template::text(args.template), args.site.as_deref())?;
    std::fs::create_dir_all(&args.folder).with_context(|| format!("cannot make {}", args.folder.display()))?;
    write(&site, &text)?;
    write(&schema, &schema::text()?)?;
    let file: Value = serde_json::from_str(&text)?;
    let count = |key: &str| {
        file.get(key)
            .map_or(0, |v| v.as_object().map_or_else(|| v.as_array().map_or(0, Vec::len), serde_json::Map::len))
    };
    let (segments, experiences, tests) = (count("segments"), count("experiences"), count("tests"));
    if args.json {
        say!(
            "{}",
            json!({"files": [site.display().to_string(), schema.display().to_string()], "segments": segments,
                "experiences": experiences, "tests": tests})
        );
    } else {
        say!("{}: {segments} segments, {experiences} experiences, {tests} tests", site.display());
        say!("{}: for editors", schema.display());
        say!("next: vitrine check {0} && vitrine test {0}", site.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The template with a site's own id: the one line that holds it.
fn renamed(text: &str, site: Option<&str>) -> anyhow::Result<String> {
    let Some(site) = site else { return Ok(text.to_owned()) };
    anyhow::ensure!(
        !site.trim().is_empty() && site.chars().count() <= 100 && !site.chars().any(char::is_control),
        "a site's id has 1 to 100 characters, none of them a control character"
    );
    let line = |line: &str| match line.starts_with("  \"site\": ") {
        true => format!("  \"site\": {},", Value::from(site)),
        false => line.to_owned(),
    };
    Ok(text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n")
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
