//! SQLite: one writing thread, many readers, one file.

mod append;
mod chain;
mod choose;
mod facts;
mod past;
mod person;
mod preferences;
mod readers;
mod requests;
mod retention;
mod shelf;
mod stops;
mod writer;

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::{ToSql, ToSqlOutput};

use super::{
    Answer, Appended, BundleRow, Chosen, ConsentEntry, Db, DbError, Decided, Expired, Holder, NewEvent, Node, Past,
    Person, Quarantined, Registration, SiteNo, Woken,
};
use crate::preferences::{Rows, Wish};
use crate::proof::{Head, Kept};
use crate::requests::{Logged, Request};
use crate::retention::Cut;
use readers::Readers;
use vitrine_wire::http::{NoticeText, OutboxMessage, Stop};
use writer::Writer;

mod tables {
    refinery::embed_migrations!("migrations/sqlite");
}

/// One SQLite file.
pub struct Sqlite {
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    /// Opens the file, making it when absent, and brings its tables up to date.
    ///
    /// # Errors
    /// [`DbError::Failed`] with what SQLite says.
    pub fn open(path: &Path) -> Result<Sqlite, DbError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        // FULL: an acknowledged commit survives a power cut, not only a killed process.
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;")?;
        tables::migrations::runner().run(&mut connection).map_err(|e| DbError::Failed(e.to_string()))?;
        connection.set_prepared_statement_cache_capacity(128);
        chain::adopt(&mut connection)?;
        Ok(Sqlite { writer: Writer::start(connection)?, readers: Readers::new(path) })
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        DbError::Failed(error.to_string())
    }
}

impl ToSql for Node {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl ToSql for SiteNo {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl Db for Sqlite {
    fn site<'a>(&'a self, name: &'a str) -> Answer<'a, SiteNo> {
        let name = name.to_owned();
        self.writer.write(0, move |db| shelf::site(db, &name))
    }

    fn sites(&self) -> Answer<'_, Vec<(SiteNo, String)>> {
        self.readers.read(shelf::sites)
    }

    fn append(&self, site: SiteNo, events: Vec<NewEvent>, aside: Vec<Quarantined>, now: i64) -> Answer<'_, Appended> {
        let bytes =
            events.iter().map(|e| e.body.len()).sum::<usize>() + aside.iter().map(|q| q.body.len()).sum::<usize>();
        self.writer.write(bytes, move |db| append::append(db, site, &events, &aside, now))
    }

    fn register(&self, site: SiteNo, visitor: Registration, now: i64) -> Answer<'_, bool> {
        self.writer.write(0, move |db| choose::register(db, site, &visitor, now))
    }

    fn holder(&self, site: SiteNo, token: [u8; 32]) -> Answer<'_, Option<Holder>> {
        self.readers.read(move |db| person::holder(db, site, token))
    }

    fn choose(&self, site: SiteNo, act: Decided, now: i64) -> Answer<'_, Option<Chosen>> {
        self.writer.write(0, move |db| choose::choose(db, site, &act, now))
    }

    fn count_refusal<'a>(&'a self, site: SiteNo, notice: &'a str, locale: &'a str, now: i64) -> Answer<'a, ()> {
        let (notice, locale) = (notice.to_owned(), locale.to_owned());
        self.writer.write(0, move |db| choose::count_refusal(db, site, &notice, &locale, now))
    }

    fn consents(&self, site: SiteNo, visitor: Node) -> Answer<'_, Vec<ConsentEntry>> {
        self.readers.read(move |db| person::consents(db, site, visitor))
    }

    fn chain(&self, site: SiteNo, from: i64, most: usize) -> Answer<'_, Vec<Kept>> {
        self.readers.read(move |db| chain::rows(db, site, from, most))
    }

    fn chain_end(&self, site: SiteNo) -> Answer<'_, Head> {
        self.readers.read(move |db| chain::end(db, site).map(|(_, head)| head))
    }

    fn keep_wordings(&self, site: SiteNo, texts: Vec<NoticeText>, now: i64) -> Answer<'_, ()> {
        self.writer.write(0, move |db| chain::keep_wordings(db, site, &texts, now))
    }

    fn wordings(&self, site: SiteNo) -> Answer<'_, Vec<NoticeText>> {
        self.readers.read(move |db| chain::wordings(db, site))
    }

    fn person(&self, site: SiteNo, visitor: Node) -> Answer<'_, Option<Person>> {
        self.readers.read(move |db| person::person(db, site, visitor))
    }

    fn events(&self, site: SiteNo, visitor: Node) -> Answer<'_, Vec<Vec<u8>>> {
        self.readers.read(move |db| person::events(db, site, visitor))
    }

    fn past(&self, site: SiteNo, visitor: Node) -> Answer<'_, Past> {
        self.readers.read(move |db| past::past(db, site, visitor))
    }

    fn erase(&self, site: SiteNo, visitor: Node, now: i64) -> Answer<'_, Woken> {
        self.writer.write(0, move |db| choose::erase(db, site, visitor, now))
    }

    fn preferences(&self, site: SiteNo, visitor: Node) -> Answer<'_, Rows> {
        self.readers.read(move |db| preferences::rows(db, site, visitor))
    }

    fn prefer(&self, site: SiteNo, visitor: Node, wishes: Vec<Wish>, key: String, now: i64) -> Answer<'_, Woken> {
        self.writer.write(0, move |db| preferences::prefer(db, site, visitor, &wishes, &key, now))
    }

    fn claim(&self, site: SiteNo, now: i64) -> Answer<'_, Vec<OutboxMessage>> {
        self.writer.write(0, move |db| preferences::claim(db, site, now))
    }

    fn confirm(&self, site: SiteNo, token: [u8; 32], now: i64) -> Answer<'_, Option<Woken>> {
        self.writer.write(0, move |db| preferences::confirm(db, site, token, now))
    }

    fn log_request(&self, site: SiteNo, request: Request) -> Answer<'_, i64> {
        self.writer.write(0, move |db| requests::add(db, site, &request))
    }

    fn answer_request(&self, site: SiteNo, no: i64, now: i64) -> Answer<'_, bool> {
        self.writer.write(0, move |db| requests::answer(db, site, no, now))
    }

    fn extend_request<'a>(&'a self, site: SiteNo, no: i64, due: &'a str, why: &'a str) -> Answer<'a, bool> {
        let (due, why) = (due.to_owned(), why.to_owned());
        self.writer.write(0, move |db| requests::extend(db, site, no, &due, &why))
    }

    fn requests(&self, site: SiteNo) -> Answer<'_, Vec<Logged>> {
        self.readers.read(move |db| requests::all(db, site))
    }

    fn expire(&self, site: SiteNo, cut: Cut, from: Option<Node>, most: usize) -> Answer<'_, Expired> {
        self.writer.write(0, move |db| retention::expire(db, site, &cut, from, most))
    }

    fn stops(&self, site: SiteNo) -> Answer<'_, Vec<Stop>> {
        self.readers.read(move |db| stops::all(db, site))
    }

    fn stop(&self, site: SiteNo, stop: Stop, on: bool) -> Answer<'_, ()> {
        self.writer.write(0, move |db| stops::set(db, site, &stop, on))
    }

    fn next_sequence(&self, site: SiteNo) -> Answer<'_, u64> {
        self.writer.write(0, move |db| shelf::next_sequence(db, site))
    }

    fn keep_bundle(&self, site: SiteNo, bundle: BundleRow) -> Answer<'_, ()> {
        self.writer.write(bundle.sealed.len(), move |db| shelf::keep(db, site, &bundle))
    }

    fn newest_bundle(&self, site: SiteNo, format: u8) -> Answer<'_, Option<BundleRow>> {
        self.readers.read(move |db| shelf::newest(db, site, format))
    }

    fn bundle<'a>(&'a self, site: SiteNo, format: u8, hash: &'a str) -> Answer<'a, Option<BundleRow>> {
        let hash = hash.to_owned();
        self.readers.read(move |db| shelf::by_hash(db, site, format, &hash))
    }

    fn ping(&self) -> Answer<'_, ()> {
        self.writer.write(0, |db| db.query_row("SELECT 1", [], |_| Ok(())))
    }

    fn close(&self) -> Answer<'_, ()> {
        self.writer.close()
    }
}
