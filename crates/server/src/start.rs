//! From a configuration to a listening server, and its orderly end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::access::KeyRuleError;
use crate::app::{App, Shared, read};
use crate::config::Config;
use crate::db::{self, DbError};
use crate::keys::{Keys, KeysError};
use crate::publish::PublishError;
use crate::retention;
use crate::routes::{self, Peer};
use crate::site::{Site, SiteError};
use crate::watch;

/// How long a client may take to send a request's head.
const HEAD: Duration = Duration::from_secs(10);
/// How long requests in flight may take to end when the server stops.
const DRAIN: Duration = Duration::from_secs(10);
/// How often the signature's age is looked at.
const SIGN_CHECK: Duration = Duration::from_secs(3_600);
/// Most connections at once.
const CONNECTIONS: usize = 10_000;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The site file.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A key rule.
    #[error(transparent)]
    KeyRule(#[from] KeyRuleError),
    /// The EdDSA key.
    #[error("the key for EdDSA tokens is not 32 bytes of base64url")]
    JwtKey,
    /// The database is of another kind.
    #[error(transparent)]
    Kind(DbError),
    /// The database. What says its cause by itself has no source: who prints the chain of causes would say it twice.
    #[error("{0}; check that the file and its folder can be written")]
    Db(DbError),
    /// The bundle.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The address.
    #[error("cannot listen on {0}; stop what listens there, or choose another address with --port or --host")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The watch over the site file.
    #[error("the site file cannot be watched: {0}")]
    Watch(notify::Error),
}

impl From<DbError> for StartError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Kind(_) => StartError::Kind(error),
            _ => StartError::Db(error),
        }
    }
}

/// A server that listens.
pub struct Server {
    address: SocketAddr,
    app: Shared,
    listener: TcpListener,
    tasks: Vec<JoinHandle<()>>,
    _watcher: Option<notify::RecommendedWatcher>,
}

/// Opens the database, publishes the site and listens.
///
/// # Errors
/// [`StartError`], each saying what to do.
pub async fn start(config: Config) -> Result<Server, StartError> {
    routes::recorder();
    let file = db::file(&config.database)?;
    let site = Site::parse(&read(&config.site)?)?;
    let keys = Keys::open(file, config.public_key.as_deref())?;
    let db = db::open(&config.database)?;
    let no = db.site(&site.id).await?;
    let wanted = SocketAddr::new(config.host, config.port);
    let listener = TcpListener::bind(wanted).await.map_err(|e| StartError::Listen(wanted, e))?;
    let address = listener.local_addr().map_err(|e| StartError::Listen(wanted, e))?;
    let app = Arc::new(App::new(&config, address, site, no, db, keys)?);
    app.publish().await?;
    let mut tasks = vec![tokio::spawn(sign_again(app.clone())), tokio::spawn(retention::daily(app.clone()))];
    let mut watcher = None;
    if config.watch {
        let (watch, task) = watch::follow(app.clone()).map_err(StartError::Watch)?;
        watcher = Some(watch);
        tasks.push(task);
    }
    Ok(Server { address, app, listener, tasks, _watcher: watcher })
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it shares with its handlers.
    pub fn app(&self) -> &Shared {
        &self.app
    }

    /// Serves until `stop`, then takes no more, ends streams, lets requests in flight end and closes the database.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let router = routes::router(self.app.clone());
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = accept(&self.listener, &room) => accepted,
            };
            if let Some((stream, from, place)) = accepted {
                serve(stream, from, place, router.clone(), &graceful);
            }
        }
        drop(self.listener);
        self.app.stopping.send_replace(true);
        for task in self.tasks {
            task.abort();
        }
        if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
            tracing::warn!("requests in flight were cut off");
        }
        if let Err(error) = self.app.db.close().await {
            tracing::error!(%error, "the database did not close");
        }
    }
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<Accepted> {
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, from)) => {
            // Answers are small; waiting to fill packets would only delay them.
            let _ = stream.set_nodelay(true);
            Some((stream, from, place))
        }
        Err(error) => {
            // Out of file descriptors, most often: give others time to close theirs.
            tracing::warn!(%error, "a connection was not accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

fn serve(
    stream: TcpStream,
    from: SocketAddr,
    place: OwnedSemaphorePermit,
    router: Router,
    graceful: &GracefulShutdown,
) {
    let peer = Peer(from.ip());
    let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        let _place = place;
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
}

async fn sign_again(app: Shared) {
    let mut timer = tokio::time::interval_at(tokio::time::Instant::now() + SIGN_CHECK, SIGN_CHECK);
    loop {
        timer.tick().await;
        if let Err(error) = app.sign_again().await {
            tracing::error!(%error, "the bundle was not signed again");
        }
    }
}
