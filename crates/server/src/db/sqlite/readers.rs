//! Connections that only read, reused, off the async threads.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use crate::db::{Answer, DbError};

/// Most reads at once.
const READERS: usize = 8;

pub struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    turns: Semaphore,
}

impl Readers {
    pub fn new(path: &Path) -> Readers {
        Readers { path: path.to_owned(), idle: Arc::default(), turns: Semaphore::new(READERS) }
    }

    /// Runs `work` in one read transaction: it sees one state of the database.
    pub fn read<T, F>(&self, work: F) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        async move {
            let _turn = self.turns.acquire().await.map_err(|_| DbError::Busy)?;
            let (path, idle) = (self.path.clone(), Arc::clone(&self.idle));
            let done = tokio::task::spawn_blocking(move || {
                let waiting = idle.lock().ok().and_then(|mut idle| idle.pop());
                let mut connection = waiting.map_or_else(|| open(&path), Ok)?;
                let transaction = connection.transaction()?;
                let done = work(&transaction)?;
                drop(transaction);
                if let Ok(mut idle) = idle.lock() {
                    idle.push(connection);
                }
                Ok(done)
            });
            done.await.unwrap_or_else(|e| Err(DbError::Failed(e.to_string())))
        }
        .boxed()
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    // Not READ_ONLY: a reader of a WAL database may have to make its shared memory file.
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}
