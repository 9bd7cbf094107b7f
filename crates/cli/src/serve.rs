//! `vitrine serve`: the backend, from flags and `VITRINE_…` variables.

use std::io::{IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use vitrine_server::{Config, Limits, start, system_clock};

/// Arguments of `vitrine serve`.
#[derive(clap::Args)]
pub struct Args {
    /// The site file
    #[arg(long, env = "VITRINE_SITE")]
    site: PathBuf,
    /// Where everything is kept: a path, or sqlite:<path>
    #[arg(long, env = "VITRINE_DATABASE", default_value = "./vitrine.db")]
    database: String,
    /// Folder of the SDK's files, served under /sdk/<version>/
    #[arg(long, env = "VITRINE_SDK")]
    sdk: Option<PathBuf>,
    /// Folder of static pages, served under /
    #[arg(long, env = "VITRINE_WWW")]
    www: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, env = "VITRINE_HOST", default_value_t = Ipv4Addr::LOCALHOST.into())]
    host: IpAddr,
    /// Port to listen on; 0 takes a free one
    #[arg(long, env = "VITRINE_PORT", default_value_t = 8787)]
    port: u16,
    /// Keep this id (pk_…) as the public key from now on
    #[arg(long, env = "VITRINE_PUBLIC_KEY")]
    public_key: Option<String>,
    /// One more key, or another policy: pk_x=event, pk_x=cmp, sk_x=lawful-basis:contract
    #[arg(long = "key", env = "VITRINE_KEYS", value_delimiter = ',')]
    keys: Vec<String>,
    /// Ed25519 public key (base64url) with which the site signs EdDSA login tokens
    #[arg(long, env = "VITRINE_JWT_KEY")]
    jwt_key: Option<String>,
    /// One more origin whose pages may call, beside those of the site file
    #[arg(long = "origin", env = "VITRINE_ORIGINS", value_delimiter = ',')]
    origins: Vec<String>,
    /// Serve the demo shop's endpoints, and let pages of this very address call
    #[arg(long)]
    demo: bool,
    /// Publish again whenever the site file changes
    #[arg(long)]
    watch: bool,
    /// Requests a second with one write key
    #[arg(long, env = "VITRINE_LIMIT_PER_KEY", default_value_t = Limits::default().per_key)]
    limit_per_key: NonZeroU32,
    /// Requests a second from one address prefix
    #[arg(long, env = "VITRINE_LIMIT_PER_ADDRESS", default_value_t = Limits::default().per_address)]
    limit_per_address: NonZeroU32,
}

/// Serves until Ctrl-C or SIGTERM.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    log();
    let config = Config {
        site: args.site,
        database: args.database,
        sdk: args.sdk,
        www: args.www,
        host: args.host,
        port: args.port,
        public_key: args.public_key,
        keys: args.keys,
        jwt_key: args.jwt_key,
        origins: args.origins,
        demo: args.demo,
        watch: args.watch,
        limits: Limits { per_key: args.limit_per_key, per_address: args.limit_per_address },
        clock: system_clock(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")?;
    runtime.block_on(async {
        // Listened for before anything else: a signal during the start is not lost.
        let stop = stop_signal()?;
        let server = start(config).await?;
        writeln!(std::io::stdout(), "listening on http://{}", server.address())?;
        server.run(stop).await;
        anyhow::Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a signal handler the process is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Logs to stderr: lines for people on a terminal, JSON otherwise. `RUST_LOG` chooses what.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,refinery_core=warn"));
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    if std::io::stderr().is_terminal() { lines.init() } else { lines.json().init() }
}
