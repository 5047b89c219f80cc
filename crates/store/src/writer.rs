//! SQLite's one writer: a connection of its own that whoever writes holds in turn. A pool would ask it after each use whether
//! it is still there, on a task of its own: that costs a way to its thread and back, as much as many a transaction.

use std::{
    fmt,
    ops::DerefMut as _,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, SqliteConnection, error::Error, sqlite::SqliteConnectOptions,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long another process may keep the file to itself.
pub(crate) const BUSY: Duration = Duration::from_secs(10);
/// How often it is asked whether it still does. SQLite's own waiting asks less and less often, up to ten times in a second, so
/// that a process that writes without end, as an import does, would hardly ever be found between two transactions.
pub(crate) const ASK: Duration = Duration::from_millis(1);

/// The writer of a database.
#[derive(Clone)]
pub(crate) struct Writer {
    turn: Arc<Mutex<Held>>,
    options: Arc<SqliteConnectOptions>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

struct Held {
    /// `None`: closed.
    connection: Option<SqliteConnection>,
    /// A transaction was begun, and nobody knows that it ended.
    is_open: bool,
}

impl Held {
    fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.connection.as_mut().ok_or(Error::PoolClosed)
    }

    /// Ends what somebody left open.
    async fn settle(&mut self) -> Result<(), Error> {
        if self.is_open {
            // There may be none: a COMMIT may have gone well without anybody having waited for it.
            if let Err(error @ (Error::WorkerCrashed | Error::PoolClosed)) =
                self.connection()?.execute("ROLLBACK").await
            {
                return Err(error);
            }
            self.is_open = false;
        }
        Ok(())
    }
}

/// A turn of the writer, and the transaction in it.
pub(crate) struct Writing(Option<OwnedMutexGuard<Held>>);

impl Writer {
    pub(crate) async fn open(options: SqliteConnectOptions) -> Result<Self, Error> {
        let options = options.busy_timeout(ASK);
        let held = Held { connection: Some(options.connect().await?), is_open: false };
        Ok(Self { turn: Arc::new(Mutex::new(held)), options: Arc::new(options) })
    }

    /// The writer, with nothing begun.
    async fn turn(&self) -> Result<OwnedMutexGuard<Held>, Error> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turn).lock_owned()).await;
        let mut held = turn.map_err(|_| Error::PoolTimedOut)?;
        if let Err(Error::WorkerCrashed) = held.settle().await {
            *held = Held { connection: Some(self.options.connect().await?), is_open: false };
        }
        Ok(held)
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self) -> Result<Writing, Error> {
        let mut held = self.turn().await?;
        // Before it is sent: whoever gives up meanwhile leaves a transaction behind.
        held.is_open = true;
        let begun = Instant::now();
        while let Err(error) = held.connection()?.execute("BEGIN IMMEDIATE").await {
            busy(error, begun).await?;
        }
        Ok(Writing(Some(held)))
    }

    /// The writer for one statement that is a transaction of its own.
    pub(crate) async fn alone(&self) -> Result<Writing, Error> {
        Ok(Writing(Some(self.turn().await?)))
    }

    pub(crate) async fn close(&self) {
        let connection = self.turn.lock().await.connection.take();
        if let Some(connection) = connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database was not closed in order; nothing is lost");
        }
    }
}

/// Waits a moment if another process writes, which it may do for a while; any other fault is given back.
pub(crate) async fn busy(error: Error, begun: Instant) -> Result<(), Error> {
    // SQLITE_BUSY is 5; what it is busy with stands in the bits above (sqlite.org/rescode.html).
    let code = error.as_database_error().and_then(|told| told.code()).and_then(|code| code.parse::<u32>().ok());
    if code.is_some_and(|code| code & 0xff == 5) && begun.elapsed() < BUSY {
        tokio::time::sleep(ASK).await;
        return Ok(());
    }
    Err(error)
}

impl Writing {
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.0.as_mut().ok_or(Error::PoolClosed)?.deref_mut().connection()
    }

    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        self.connection()?.execute("COMMIT").await?;
        if let Some(held) = self.0.as_mut() {
            held.is_open = false;
        }
        Ok(())
    }
}

impl Drop for Writing {
    /// What was not committed is taken back at once, so that no other process waits for it.
    fn drop(&mut self) {
        let Some(mut held) = self.0.take().filter(|held| held.is_open) else { return };
        // Without a runtime everything ends, and the transaction with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = held.settle().await {
                    tracing::warn!(%error, "a transaction is taken back by the next one");
                }
            });
        }
    }
}
