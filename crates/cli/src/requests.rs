//! `vitrine requests`: what people asked for, with the day by which each must be answered.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use vitrine_server::db::{Db, SiteNo};
use vitrine_server::requests::{Kind, Logged, Request, due};
use vitrine_server::system_clock;

use crate::doctor::existing;
use crate::out::say;

/// Arguments of `vitrine requests`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  vitrine requests list --open
  vitrine requests add access --by letter --received 2026-11-02 --note \"letter 12\"
  vitrine requests answer 12
  vitrine requests extend 12 --reason \"three systems to search\"

What visitors ask for on the page is answered at once and logged by the server. Exit code 1 of `list`: one is overdue.")]
pub struct Args {
    #[command(subcommand)]
    act: Act,
    /// The database: a path, or sqlite:<path>
    #[arg(long, global = true, env = "VITRINE_DATABASE", default_value = "./vitrine.db")]
    database: String,
    /// The site's id; needed where the database keeps several
    #[arg(long, global = true)]
    site: Option<String>,
    /// Print JSON for machines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Act {
    /// List requests, those that came first on top
    List {
        /// Only those that are not answered
        #[arg(long)]
        open: bool,
    },
    /// Enter one that came by letter, e-mail or telephone
    Add {
        /// What is asked for
        kind: Asked,
        /// How it came
        #[arg(long, default_value = "letter")]
        by: String,
        /// The day it came, YYYY-MM-DD; today if absent
        #[arg(long)]
        received: Option<Date>,
        /// Your own reference; no personal data
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Note that one was answered
    Answer {
        /// Its number
        no: i64,
    },
    /// Take two further months (GDPR 12(3)): the person must be told why within the first
    Extend {
        /// Its number
        no: i64,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Asked {
    Access,
    Rectification,
    Erasure,
    Restriction,
    Portability,
    Objection,
}

impl From<Asked> for Kind {
    fn from(asked: Asked) -> Kind {
        match asked {
            Asked::Access => Kind::Access,
            Asked::Rectification => Kind::Rectification,
            Asked::Erasure => Kind::Erasure,
            Asked::Restriction => Kind::Restriction,
            Asked::Portability => Kind::Portability,
            Asked::Objection => Kind::Objection,
        }
    }
}

/// Lists or changes the log.
///
/// # Errors
/// The database, site or request is not there.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let now = system_clock()();
    runtime.block_on(async {
        let db = existing(&args.database)?;
        let site = site(&*db, args.site.as_deref()).await?;
        let code = act(args, &*db, site, now).await?;
        db.close().await?;
        Ok(code)
    })
}

async fn site(db: &dyn Db, wanted: Option<&str>) -> anyhow::Result<SiteNo> {
    let sites = db.sites().await?;
    let names = || sites.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
    match (wanted, sites.as_slice()) {
        (None, [(no, _)]) => Ok(*no),
        (None, _) => anyhow::bail!("the database keeps several sites or none; give --site: {}", names()),
        (Some(wanted), _) => sites
            .iter()
            .find(|(_, name)| name == wanted)
            .map(|(no, _)| *no)
            .with_context(|| format!("no site `{wanted}` is kept here; there is: {}", names())),
    }
}

async fn act(args: &Args, db: &dyn Db, site: SiteNo, now: i64) -> anyhow::Result<ExitCode> {
    let no = match &args.act {
        Act::List { open } => {
            let mut all = db.requests(site).await?;
            all.retain(|logged| !open || logged.request.answered.is_none());
            return Ok(list(&all, now, args.json));
        }
        Act::Add { kind, by, received, note } => {
            let received = match received {
                Some(day) => day.to_zoned(TimeZone::UTC)?.timestamp().as_millisecond(),
                None => now,
            };
            anyhow::ensure!(received <= now, "a request cannot have come in the future");
            db.log_request(site, Request::open((*kind).into(), by, received, note)).await?
        }
        Act::Answer { no } => {
            anyhow::ensure!(db.answer_request(site, *no, now).await?, "no open request has the number {no}");
            *no
        }
        Act::Extend { no, reason } => {
            let all = db.requests(site).await?;
            let found = all.iter().find(|logged| logged.no == *no && logged.request.answered.is_none());
            let found = found.with_context(|| format!("no open request has the number {no}"))?;
            anyhow::ensure!(!found.request.overdue(now), "it is overdue: its first month is over");
            let later = due(found.request.received, 3);
            anyhow::ensure!(db.extend_request(site, *no, &later, reason).await?, "it was extended before");
            *no
        }
    };
    let all = db.requests(site).await?;
    let changed: Vec<Logged> = all.into_iter().filter(|logged| logged.no == no).collect();
    list(&changed, now, args.json);
    Ok(ExitCode::SUCCESS)
}

/// Prints requests; 1 where one is overdue.
pub fn list(all: &[Logged], now: i64, json: bool) -> ExitCode {
    let overdue = all.iter().filter(|logged| logged.request.overdue(now)).count();
    if json {
        say!("{}", json!({"requests": all, "overdue": overdue}));
    } else {
        all.iter().for_each(|logged| say!("{}", line(logged, now)));
        if all.is_empty() {
            say!("no requests");
        }
    }
    if overdue > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// A request for people.
pub fn line(logged: &Logged, now: i64) -> String {
    let Request { kind, by, received, due, answered, note } = &logged.request;
    let day = vitrine_server::requests::day;
    let state = match answered {
        Some(at) if at == received => "answered at once".to_owned(),
        Some(at) => format!("answered {}", day(*at)),
        None if logged.request.overdue(now) => format!("OVERDUE since {due}"),
        None => format!("due {due}"),
    };
    let note = if note.is_empty() { String::new() } else { format!("  {note}") };
    format!("{:>5}  {}  {:<13}  {by:<8}  {state}{note}", logged.no, day(*received), kind.as_str())
}
