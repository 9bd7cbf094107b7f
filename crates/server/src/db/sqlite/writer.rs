//! The one thread that writes. Requests queue; it takes all that wait into one transaction, commits, then answers them.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

use futures_util::FutureExt;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::db::{Answer, DbError};

/// Most writes that may wait: beyond, callers are told to come back.
const QUEUE: usize = 1_024;
/// Most KiB of event bodies that may wait.
const QUEUE_KIB: usize = 64 * 1_024;
/// Most writes in one transaction: bounds how long the first of them waits.
const GROUP: usize = 256;

/// Does its work inside the open transaction and hands back how to answer once the commit is known.
type Job = Box<dyn FnOnce(&Connection) -> Acknowledge + Send>;
type Acknowledge = Box<dyn FnOnce(Result<(), DbError>) + Send>;
type Receipt<T> = oneshot::Receiver<Result<T, DbError>>;

pub struct Writer {
    queue: RwLock<Option<SyncSender<Job>>>,
    weight: Arc<Semaphore>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub fn start(connection: Connection) -> Result<Writer, DbError> {
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("vitrine-writer".into()).spawn(move || run(&connection, &jobs));
        Ok(Writer {
            queue: RwLock::new(Some(queue)),
            weight: Arc::new(Semaphore::new(QUEUE_KIB)),
            thread: Mutex::new(Some(thread.map_err(|e| DbError::Failed(e.to_string()))?)),
        })
    }

    /// Queues `work`, which weighs `bytes`. Answers after the commit; an error means that nothing of it was kept.
    pub fn write<T, F>(&self, bytes: usize, work: F) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let receipt = self.queue_up(bytes, work);
        async move { receipt?.await.unwrap_or_else(|_| Err(DbError::Failed("the write was given up".into()))) }.boxed()
    }

    fn queue_up<T, F>(&self, bytes: usize, work: F) -> Result<Receipt<T>, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let weight = u32::try_from(bytes / 1_024 + 1).map_err(|_| DbError::Busy)?;
        let permit = Arc::clone(&self.weight).try_acquire_many_owned(weight).map_err(|_| DbError::Busy)?;
        let (sender, receipt) = oneshot::channel();
        let queue = self.queue.read().map_err(|_| DbError::Busy)?;
        let queue = queue.as_ref().ok_or(DbError::Busy)?;
        queue.try_send(job(work, sender, permit)).map_err(|_| DbError::Busy)?;
        Ok(receipt)
    }

    /// Takes no more, finishes what is queued, and closes the file.
    pub fn close(&self) -> Answer<'_, ()> {
        async {
            drop(self.queue.write().ok().and_then(|mut queue| queue.take()));
            let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
            if let Some(thread) = thread {
                let ended = tokio::task::spawn_blocking(move || thread.join()).await;
                ended.ok().and_then(Result::ok).ok_or_else(|| DbError::Failed("the writing thread failed".into()))?;
            }
            Ok(())
        }
        .boxed()
    }
}

fn job<T, F>(work: F, sender: oneshot::Sender<Result<T, DbError>>, permit: OwnedSemaphorePermit) -> Job
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
{
    Box::new(move |db| {
        let done = alone(db, work);
        Box::new(move |committed| {
            drop(permit);
            // The caller may have gone away: the work is kept all the same.
            let _ = sender.send(committed.and(done));
        })
    })
}

/// Runs work inside a savepoint, so that its failure undoes its own changes and nobody else's.
fn alone<T>(db: &Connection, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, DbError> {
    db.prepare_cached("SAVEPOINT job")?.execute([])?;
    let done = work(db);
    if done.is_err() {
        db.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    db.prepare_cached("RELEASE job")?.execute([])?;
    Ok(done?)
}

fn run(db: &Connection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut answers = Vec::new();
        let committed = together(db, first, jobs, &mut answers);
        if let Err(error) = &committed {
            tracing::error!(%error, "a transaction failed");
            metrics::counter!("vitrine_db_failures_total").increment(1);
        }
        metrics::histogram!("vitrine_db_group_writes").record(answers.len() as f64);
        for answer in answers {
            answer(committed.clone());
        }
    }
}

fn together(db: &Connection, first: Job, jobs: &Receiver<Job>, answers: &mut Vec<Acknowledge>) -> Result<(), DbError> {
    db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    answers.extend(std::iter::once(first).chain(jobs.try_iter().take(GROUP - 1)).map(|job| job(db)));
    let committed = db.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
    if !db.is_autocommit() {
        // A commit that failed (disk full, failing flush) may leave the transaction open.
        db.execute_batch("ROLLBACK")?;
    }
    committed?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn table(bound: &str) -> (tempfile::TempDir, Writer) {
        let folder = tempfile::tempdir().unwrap();
        let db = Connection::open(folder.path().join("w.db")).unwrap();
        db.execute_batch(&format!("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER, body BLOB); {bound}"))
            .unwrap();
        (folder, Writer::start(db).unwrap())
    }

    fn insert(n: i64, bytes: i64) -> impl FnOnce(&Connection) -> rusqlite::Result<usize> + Send + 'static {
        move |db| db.execute("INSERT INTO t VALUES (?1, zeroblob(?2))", [n, bytes])
    }

    async fn kept(writer: &Writer) -> Vec<i64> {
        let all =
            |db: &Connection| db.prepare("SELECT n FROM t ORDER BY n")?.query_map([], |row| row.get(0))?.collect();
        writer.write(0, all).await.unwrap()
    }

    #[tokio::test]
    async fn a_failing_write_takes_nobody_with_it() {
        let (_folder, writer) = table("");
        let failing = writer.write(0, |db| {
            insert(9, 1)(db)?;
            db.execute("INSERT INTO nowhere VALUES (1)", [])
        });
        let (first, failed, last) = tokio::join!(writer.write(0, insert(1, 1)), failing, writer.write(0, insert(2, 1)));
        assert!(first.is_ok() && failed.is_err() && last.is_ok());
        assert_eq!(kept(&writer).await, [1, 2]);
    }

    #[tokio::test]
    async fn on_a_full_disk_nothing_is_acknowledged_that_is_not_kept_and_it_recovers() {
        let (_folder, writer) = table("PRAGMA max_page_count = 40");
        let writes = (0..64).map(|n| writer.write(0, insert(n, if n % 7 == 3 { 400_000 } else { 900 })));
        let answers = futures_util::future::join_all(writes).await;
        let acknowledged: Vec<i64> = (0..).zip(&answers).filter(|(_, a)| a.is_ok()).map(|(n, _)| n).collect();
        let rows = kept(&writer).await;
        assert!(answers.iter().any(Result::is_err));
        assert!(acknowledged.iter().all(|n| rows.contains(n)), "{acknowledged:?} {rows:?}");
        writer.write(0, |db| db.execute_batch("DELETE FROM t; PRAGMA max_page_count = 4000")).await.unwrap();
        writer.write(0, insert(100, 400_000)).await.unwrap();
        assert_eq!(kept(&writer).await, [100]);
    }

    #[tokio::test]
    async fn a_full_queue_says_so_at_once() {
        let (_folder, writer) = table("");
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let slow = writer.write(0, move |_| {
            let _ = wait.recv();
            Ok(())
        });
        let writes: Vec<_> = (0..2_048).map(|n| writer.write(0, insert(n, 1))).collect();
        let heavy = writer.write(QUEUE_KIB * 1_024 + 1, insert(0, 1));
        assert!(matches!(heavy.await, Err(DbError::Busy)));
        go.send(()).unwrap();
        slow.await.unwrap();
        let answers = futures_util::future::join_all(writes).await;
        assert!(answers.iter().any(|a| matches!(a, Err(DbError::Busy))));
        assert_eq!(kept(&writer).await.len(), answers.iter().filter(|a| a.is_ok()).count());
    }
}
