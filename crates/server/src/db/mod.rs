//! What is kept, behind one trait: chosen once, by the scheme of the database's URL.
//!
//! Every method is one transaction, durable when it answers `Ok`. Every key is led by the site.

mod facts;
mod node;
mod rows;
pub mod sqlite;

use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use vitrine_wire::OperatorCode;
use vitrine_wire::http::{NoticeText, OutboxMessage, Stop};

use crate::preferences::{Rows, Wish};
use crate::proof::{Head, Kept};
use crate::requests::{Logged, Request};
use crate::retention::Cut;

pub use facts::{Basis, EventKey, Fact, NewEvent, OfferState, OrderState, Quarantined};
pub use node::{Node, SiteNo, hash};
pub use rows::{
    Appended, BundleRow, Chosen, ConsentEntry, Decided, Expired, Holder, IdentityFact, OfferFact, OrderFact, Outcome,
    Past, PastEvent, Person, Registration, Shown, TraitFact, Withdrawer, Woken,
};

/// What every method answers.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, DbError>>;

/// Why the database did not do it. Nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DbError {
    /// The queue of writes is full.
    #[error("the database's queue is full")]
    Busy,
    /// The database failed: disk full, damaged, gone.
    #[error("the database failed: {0}")]
    Failed(String),
    /// A URL of another kind of database.
    #[error("{code}: {what} (`{0}`); {help}", code = KIND.as_str(), what = KIND.message(), help = KIND.help())]
    Kind(String),
}

const KIND: OperatorCode = OperatorCode::Database;

/// A store of events, profiles, consents and bundles.
pub trait Db: Send + Sync + 'static {
    /// The number of a site, given at its first mention.
    fn site<'a>(&'a self, name: &'a str) -> Answer<'a, SiteNo>;

    /// Every site that was ever mentioned.
    fn sites(&self) -> Answer<'_, Vec<(SiteNo, String)>>;

    /// Stores events once each, in order, with the facts they tell; sets the quarantined aside. `now` is in ms.
    fn append(&self, site: SiteNo, events: Vec<NewEvent>, aside: Vec<Quarantined>, now: i64) -> Answer<'_, Appended>;

    /// Makes a visitor known by its token. `false` when the id has another token or was erased.
    fn register(&self, site: SiteNo, visitor: Registration, now: i64) -> Answer<'_, bool>;

    /// Who holds this token (SHA-256).
    fn holder(&self, site: SiteNo, token: [u8; 32]) -> Answer<'_, Option<Holder>>;

    /// Records an act of choice and purges, in the same transaction, what lived only on a purpose now closed.
    /// `None` when the visitor, token or ticket is unknown.
    fn choose(&self, site: SiteNo, act: Decided, now: i64) -> Answer<'_, Option<Chosen>>;

    /// Counts a refusal, which carries no id.
    fn count_refusal<'a>(&'a self, site: SiteNo, notice: &'a str, locale: &'a str, now: i64) -> Answer<'a, ()>;

    /// A visitor's recorded choices, oldest first.
    fn consents(&self, site: SiteNo, visitor: Node) -> Answer<'_, Vec<ConsentEntry>>;

    /// Rows of the chain of consents from a position on, by position.
    fn chain(&self, site: SiteNo, from: i64, most: usize) -> Answer<'_, Vec<Kept>>;

    /// Where the chain of consents ends.
    fn chain_end(&self, site: SiteNo) -> Answer<'_, Head>;

    /// Keeps the notices that are published now: acts of choice are recorded with the hash of their text.
    fn keep_wordings(&self, site: SiteNo, texts: Vec<NoticeText>, now: i64) -> Answer<'_, ()>;

    /// Every text that was ever published.
    fn wordings(&self, site: SiteNo) -> Answer<'_, Vec<NoticeText>>;

    /// The person behind a visitor: the visitor, its active user, and that user's other visitors.
    fn person(&self, site: SiteNo, visitor: Node) -> Answer<'_, Option<Person>>;

    /// The bodies of a visitor's events, by time.
    fn events(&self, site: SiteNo, visitor: Node) -> Answer<'_, Vec<Vec<u8>>>;

    /// What a decision about a visitor rests on, as of one moment. An unknown visitor has an empty past.
    fn past(&self, site: SiteNo, visitor: Node) -> Answer<'_, Past>;

    /// Forgets a visitor for good: events, facts that rest on consent, links. Its later events are dropped.
    fn erase(&self, site: SiteNo, visitor: Node, now: i64) -> Answer<'_, Woken>;

    /// What the person behind a visitor wants to receive.
    fn preferences(&self, site: SiteNo, visitor: Node) -> Answer<'_, Rows>;

    /// Changes it. `key` hashes addresses whose owner objects.
    fn prefer(&self, site: SiteNo, visitor: Node, wishes: Vec<Wish>, key: String, now: i64) -> Answer<'_, Woken>;

    /// Messages to send; each is given out once.
    fn claim(&self, site: SiteNo, now: i64) -> Answer<'_, Vec<OutboxMessage>>;

    /// Confirms the address that a token (SHA-256) was sent to. `None` when the token is unknown, used or too old.
    fn confirm(&self, site: SiteNo, token: [u8; 32], now: i64) -> Answer<'_, Option<Woken>>;

    /// Writes a request into the log; answers its number.
    fn log_request(&self, site: SiteNo, request: Request) -> Answer<'_, i64>;

    /// Notes that a request was answered. `false` when there is no open one of this number.
    fn answer_request(&self, site: SiteNo, no: i64, now: i64) -> Answer<'_, bool>;

    /// Gives an open request a later last day, and adds why to its note. `false` as above, or when the day is no later.
    fn extend_request<'a>(&'a self, site: SiteNo, no: i64, due: &'a str, why: &'a str) -> Answer<'a, bool>;

    /// All requests, by when they came.
    fn requests(&self, site: SiteNo) -> Answer<'_, Vec<Logged>>;

    /// Takes away one piece of what is too old, of `most` rows of a kind, and says where to go on.
    fn expire(&self, site: SiteNo, cut: Cut, from: Option<Node>, most: usize) -> Answer<'_, Expired>;

    /// What an operator has stopped.
    fn stops(&self, site: SiteNo) -> Answer<'_, Vec<Stop>>;

    /// Stops something, or lets it go on.
    fn stop(&self, site: SiteNo, stop: Stop, on: bool) -> Answer<'_, ()>;

    /// The next sequence for a bundle; it only rises.
    fn next_sequence(&self, site: SiteNo) -> Answer<'_, u64>;

    /// Keeps a sealed bundle.
    fn keep_bundle(&self, site: SiteNo, bundle: BundleRow) -> Answer<'_, ()>;

    /// The newest bundle of a format.
    fn newest_bundle(&self, site: SiteNo, format: u8) -> Answer<'_, Option<BundleRow>>;

    /// A bundle by the hash of its sealed bytes.
    fn bundle<'a>(&'a self, site: SiteNo, format: u8, hash: &'a str) -> Answer<'a, Option<BundleRow>>;

    /// Whether the database answers and can write.
    fn ping(&self) -> Answer<'_, ()>;

    /// Finishes what is queued and closes. Later calls answer [`DbError::Busy`].
    fn close(&self) -> Answer<'_, ()>;
}

/// Opens the database that the URL names: a path or `sqlite:<path>`.
///
/// # Errors
/// As [`file`], or what the database says.
pub fn open(url: &str) -> Result<Arc<dyn Db>, DbError> {
    Ok(Arc::new(sqlite::Sqlite::open(file(url)?)?))
}

/// The file that the URL names: keys lie beside it.
///
/// # Errors
/// [`DbError::Kind`] for a scheme that is not known, and for what names no file.
pub fn file(url: &str) -> Result<&Path, DbError> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    match path.split_once(':') {
        _ if path.trim().is_empty() => Err(DbError::Kind("a database without a name".to_owned())),
        // SQLite's own: in memory, and with options in the name.
        Some(("" | "file", _)) => Err(DbError::Kind(path.to_owned())),
        // The rest may hold a password.
        Some((scheme, rest)) if rest.starts_with("//") => Err(DbError::Kind(scheme.to_owned())),
        _ => Ok(path.as_ref()),
    }
}
