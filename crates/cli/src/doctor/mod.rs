//! `vitrine doctor`: whether a page asks as it should, and whether what is kept is whole: the chain of consents, a receipt, the
//! log of requests.

mod chain;
mod choice;
mod cookies;
mod fetch;
mod html;
mod install;
mod managers;
mod page;

pub use fetch::Client;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::out::say;
use anyhow::Context;
use serde_json::Value;
use vitrine_server::db::{self, Db, SiteNo};
use vitrine_server::keys::Keys;
use vitrine_server::proof::receipt;
use vitrine_wire::http::Verdict;

/// Arguments of `vitrine doctor`.
#[derive(clap::Args)]
#[command(
    group(clap::ArgGroup::new("what").required(true).multiple(true)),
    after_help = "\
Examples:
  vitrine doctor https://www.my-shop.example/                installation and consent of a page
  vitrine doctor --consents --database vitrine.db            walks the chain of consents of every site
  vitrine doctor --receipt receipt.json --database vitrine.db
  vitrine doctor --requests --database vitrine.db            access and erasure requests that are due

Exit code 1: the page has an error, a chain is broken, a receipt does not hold, a request is overdue."
)]
pub struct Args {
    /// Look at a page: how Vitrine is installed, who asks for consent, what runs before a choice
    #[arg(group = "what", conflicts_with_all = ["consents", "receipt", "requests"])]
    url: Option<String>,
    /// Walk the chain of consents: whole, or the position of its first break; and notices that were never published
    #[arg(long, group = "what")]
    consents: bool,
    /// Verify a receipt that a visitor downloaded
    #[arg(long, group = "what", value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// List requests of people that are not answered yet
    #[arg(long, group = "what")]
    requests: bool,
    /// The database: a path, or sqlite:<path>
    #[arg(long, env = "VITRINE_DATABASE", default_value = "./vitrine.db")]
    database: String,
    /// Print JSON for machines
    #[arg(long)]
    json: bool,
}

/// Looks at what was asked; exit code 1 where something is wrong.
///
/// # Errors
/// The page does not answer; the database, its keys or the receipt cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(url) = &args.url {
        return page::run(url, args.json, vitrine_server::system_clock()());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut report, mut lines, mut sound) = (serde_json::Map::new(), Vec::new(), true);
    runtime.block_on(async {
        let db = existing(&args.database)?;
        if args.consents {
            let mut sites = serde_json::Map::new();
            for (no, name) in db.sites().await? {
                let looked = chain::look(&*db, no, &name).await?;
                sound &= looked.walked.broken.is_none();
                lines.extend(chain::said(&name, &looked));
                sites.insert(name, serde_json::to_value(&looked)?);
            }
            report.insert("consents".into(), sites.into());
        }
        if let Some(path) = &args.receipt {
            let verified = verify(&*db, &args.database, path).await?;
            sound &= verified.valid;
            let place = verified.position.map(|at| format!(", position {at}")).unwrap_or_default();
            lines.push(format!("{}: {}{place}", path.display(), sentence(verified.verdict)));
            report.insert("receipt".into(), serde_json::to_value(&verified)?);
        }
        if args.requests {
            let now = vitrine_server::system_clock()();
            let mut sites = serde_json::Map::new();
            for (no, name) in db.sites().await? {
                let open: Vec<_> =
                    db.requests(no).await?.into_iter().filter(|r| r.request.answered.is_none()).collect();
                let overdue = open.iter().filter(|logged| logged.request.overdue(now)).count();
                sound &= overdue == 0;
                lines.push(format!("{name}: {} requests wait for an answer, {overdue} overdue", open.len()));
                lines.extend(open.iter().map(|logged| crate::requests::line(logged, now)));
                sites.insert(name, serde_json::json!({"open": open, "overdue": overdue}));
            }
            report.insert("requests".into(), sites.into());
        }
        db.close().await?;
        anyhow::Ok(())
    })?;
    if args.json {
        say!("{}", Value::Object(report));
    } else {
        lines.iter().for_each(|line| say!("{line}"));
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Opens a database that is there: a mistyped name makes no new one.
///
/// # Errors
/// There is none, or it does not open.
pub fn existing(database: &str) -> anyhow::Result<std::sync::Arc<dyn Db>> {
    let path = db::file(database)?;
    anyhow::ensure!(path.exists(), "there is no database {}; give --database", path.display());
    Ok(db::open(database)?)
}

async fn verify(db: &dyn Db, database: &str, path: &Path) -> anyhow::Result<vitrine_wire::http::Verified> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let receipt: Value =
        vitrine_compiler::unique(&text).with_context(|| format!("{} is no receipt", path.display()))?;
    let named = receipt.pointer("/record/site").and_then(Value::as_str).unwrap_or_default();
    let sites = db.sites().await?;
    let keys = Keys::existing(db::file(database)?)?;
    // A site that is not kept here answers as any other that is not the receipt's.
    let (no, site) = sites.into_iter().find(|(_, name)| name == named).unwrap_or((SiteNo(0), String::new()));
    Ok(receipt::verify(db, no, &site, &keys.verifying(), &receipt).await?)
}

const fn sentence(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "true, and the chain holds it",
        Verdict::Redacted => "true; what it says was erased here",
        Verdict::Foreign => "of a site that is not kept here",
        Verdict::Altered => "not as it was given out",
        Verdict::ChainAltered => "true, but the chain holds something else",
        Verdict::ChainRemoved => "true, but the chain ends before what it names, or lacks it",
    }
}
