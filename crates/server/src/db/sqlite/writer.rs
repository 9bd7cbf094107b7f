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
