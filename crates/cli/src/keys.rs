//! `vitrine keys`: what pages, the site's server and build scripts need to know.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::out::say;
use anyhow::Context;
use vitrine_server::keys::Keys;

/// Arguments of `vitrine keys`.
#[derive(clap::Args)]
pub struct Args {
    /// The database beside which the keys are kept, in `<database>.keys/`: a path, or sqlite:<path>
    #[arg(long, env = "VITRINE_DATABASE", default_value = "./vitrine.db")]
    database: String,
    /// The site file whose id is printed; without it, no site is named
    #[arg(long, env = "VITRINE_SITE")]
    site: Option<PathBuf>,
    /// Keep this id (`pk_…`) as the public key from now on
    #[arg(long, env = "VITRINE_PUBLIC_KEY")]
    public_key: Option<String>,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// Prints the keys, making those that are absent.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let file = vitrine_server::db::file(&args.database)?;
    let site = args.site.as_deref().map(|path| {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file: serde_json::Value =
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
        anyhow::Ok(file.get("site").cloned().unwrap_or_default())
    });
    let site = site.transpose()?.unwrap_or_default();
    let keys = Keys::open(file, args.public_key.as_deref())?;
    if args.json {
        let shown = serde_json::json!({
            "site": site, "public": keys.public, "secret": keys.secret, "verify": keys.verify(), "proofSecret": keys.proof,
        });
        say!("{shown}");
    } else {
        say!("public key      {}   (pages: data-key)", keys.public);
        say!("verify          {}   (pages: data-verify)", keys.verify());
        say!("secret key      {}   (the site's own server alone)", keys.secret);
        say!("proof secret    {}   (the site's own server alone)", keys.proof);
    }
    Ok(ExitCode::SUCCESS)
}
