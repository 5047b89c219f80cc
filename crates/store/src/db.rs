//! The facade over two engines: one SQL text, prepared alike on SQLite and PostgreSQL. With `claim` and `search` the
//! only place that says which engine it is.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sqlx::{
    AssertSqlSafe, Executor as _, PgPool, Row as _, SqlitePool, Transaction,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow, Postgres},
    query::Query,
    sqlite::{
        Sqlite, SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
        SqliteSynchronous,
    },
};

use crate::{
    Keys, StoreError,
    value::Arg,
    writer::{ASK, BUSY, Writer, Writing, busy},
};

/// SQL text fixed at compile time. Made by [`statements!`] alone, so that a test can prepare each one on both engines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement(pub(crate) &'static str);

/// Names a table family's SQL and lists it for the test that prepares every statement.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: crate::db::Statement = crate::db::Statement($sql);)*
        /// Every statement of this family, by name.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, crate::db::Statement)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;

/// Which engine a database runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// A PostgreSQL server, for several processes.
    Postgres,
}

/// A database with its pools.
#[derive(Debug, Clone)]
pub(crate) struct Db(Pools);

#[derive(Debug, Clone)]
enum Pools {
    Sqlite { writer: Writer, readers: SqlitePool },
    Postgres(PgPool),
}

/// A transaction. Dropped without [`Tx::commit`] it is rolled back.
pub struct Tx {
    inner: Inner,
    /// What opens the sealed columns of the rows it reads; `None`: they stay closed.
    keys: Option<Keys>,
}

enum Inner {
    Sqlite(Writing),
    SqliteRead(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A row of an answer; columns by position.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Db {
    /// Opens (and creates) a SQLite file: WAL, `synchronous=FULL`, foreign keys on, one writer.
    /// `cache_kib` is what its writer may cache in KiB; its readers get a quarter each.
    pub(crate) async fn sqlite(path: &Path, cache_kib: u32) -> Result<Self, StoreError> {
        Self::sqlite_with(path, cache_kib, SqliteConnectOptions::new()).await
    }

    /// The same, but what is deleted is overwritten in the file: for what must not be found again.
    pub(crate) async fn sqlite_overwriting(path: &Path, cache_kib: u32) -> Result<Self, StoreError> {
        Self::sqlite_with(path, cache_kib, SqliteConnectOptions::new().pragma("secure_delete", "ON")).await
    }

    async fn sqlite_with(path: &Path, cache_kib: u32, options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let options = options
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(400)
            .pragma("cache_size", format!("-{cache_kib}"))
            .pragma("wal_autocheckpoint", "2000");
        let writer = Writer::open(options.clone())
            .await
            .map_err(|error| StoreError::Open { what: path.display().to_string(), error })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            // A file is there or it isn't; asking it before each transaction costs a way to its thread and back.
            .test_before_acquire(false)
            .connect_lazy_with(options.pragma("query_only", "ON").pragma("cache_size", format!("-{}", cache_kib / 4)));
        Ok(Self(Pools::Sqlite { writer, readers }))
    }

    /// Connects to PostgreSQL; `schema` is created if missing and becomes the search path.
    pub(crate) async fn postgres(url: &str, schema: &'static str) -> Result<Self, StoreError> {
        let open = |error| StoreError::Open { what: format!("PostgreSQL, schema {schema}"), error };
        let options: PgConnectOptions = url.parse().map_err(open)?;
        let options = options
            .options([("search_path", schema), ("client_min_messages", "warning")])
            .application_name("bedside")
            .statement_cache_capacity(400);
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options)
            .await
            .map_err(open)?;
        let db = Self(Pools::Postgres(pool));
        let mut tx = db.begin().await?;
        tx.alone().await?;
        tx.script(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
        tx.commit().await?;
        Ok(db)
    }

    /// Which engine this is.
    pub(crate) const fn engine(&self) -> Engine {
        match &self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that may write.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(Tx::of(match &self.0 {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin().await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Begins a transaction that only reads and sees one state of the database.
    pub(crate) async fn begin_read(&self) -> Result<Tx, StoreError> {
        Ok(Tx::of(match &self.0 {
            Pools::Sqlite { readers, .. } => Inner::SqliteRead(readers.begin().await?),
            Pools::Postgres(pool) => {
                Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        }))
    }

    /// Runs one statement as a transaction of its own, durable when this returns: one way to the engine instead of three.
    /// Gives the number of rows it touched.
    pub(crate) async fn run_alone(&self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let failed = |error| StoreError::sql(sql, error);
        match &self.0 {
            Pools::Sqlite { writer, .. } => {
                let (mut writer, begun) = (writer.alone().await?, Instant::now());
                loop {
                    match sqlite_query(sql, args.clone())?.execute(writer.connection()?).await {
                        Ok(done) => return Ok(done.rows_affected()),
                        Err(error) => busy(error, begun).await.map_err(failed)?,
                    }
                }
            }
            Pools::Postgres(pool) => {
                Ok(postgres_query(sql, args)?.execute(pool).await.map_err(failed)?.rows_affected())
            }
        }
    }

    /// Runs a statement that no transaction allows, such as `CREATE DATABASE`.
    #[cfg(test)]
    pub(crate) async fn outside_transaction(&self, sql: &str) -> Result<(), StoreError> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.0 {
            Pools::Sqlite { writer, .. } => {
                writer.alone().await?.connection()?.execute(sqlx::raw_sql(sql)).await.map(drop)?;
            }
            Pools::Postgres(pool) => pool.execute(sqlx::raw_sql(sql)).await.map(drop)?,
        }
        Ok(())
    }

    /// Empties the journal of what was committed, so that no earlier state lies in it. `false`: a reader still needs it.
    /// PostgreSQL's journal is the server's own matter.
    pub(crate) async fn empty_journal(&self) -> Result<bool, StoreError> {
        match &self.0 {
            Pools::Sqlite { writer, .. } => {
                let mut writer = writer.alone().await?;
                let begun = Instant::now();
                loop {
                    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(writer.connection()?).await?;
                    if row.try_get::<i64, _>(0)? == 0 {
                        return Ok(true);
                    }
                    if begun.elapsed() > BUSY {
                        return Ok(false);
                    }
                    tokio::time::sleep(ASK).await;
                }
            }
            Pools::Postgres(_) => Ok(true),
        }
    }

    /// Closes all connections; SQLite's WAL is checkpointed by the last one.
    pub(crate) async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    const fn of(inner: Inner) -> Self {
        Self { inner, keys: None }
    }

    /// The same transaction, which opens what it reads with these keys.
    pub(crate) fn opening_with(self, keys: Keys) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// What opens the sealed columns of the rows it reads.
    pub(crate) const fn keys(&self) -> Option<&Keys> {
        self.keys.as_ref()
    }

    /// Which engine this is.
    pub(crate) const fn engine(&self) -> Engine {
        match &self.inner {
            Inner::Sqlite(_) | Inner::SqliteRead(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Whoever sets up a database does it alone: other processes that start at the same time wait here until this
    /// transaction ends. SQLite has one writer at a time anyway.
    ///
    /// # Errors
    /// The engine refuses.
    pub(crate) async fn alone(&mut self) -> Result<(), StoreError> {
        match self.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => self.rows_text("SELECT pg_advisory_xact_lock(7290112)", Vec::new()).await.map(drop),
        }
    }

    /// Makes all of it durable.
    ///
    /// # Errors
    /// The engine could not commit; nothing is stored then.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::SqliteRead(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Runs a statement and gives the number of rows it touched.
    pub(crate) async fn run(&mut self, statement: Statement, args: Vec<Arg>) -> Result<u64, StoreError> {
        self.run_text(statement.0, args).await
    }

    /// The rows a statement answers.
    pub(crate) async fn rows(&mut self, statement: Statement, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        self.rows_text(statement.0, args).await
    }

    /// The first row, if there is one.
    pub(crate) async fn row(&mut self, statement: Statement, args: Vec<Arg>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(statement, args).await?.into_iter().next())
    }

    /// Runs SQL built by [`crate::many`] or a migration.
    pub(crate) async fn run_text(&mut self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let failed = |error| StoreError::sql(sql, error);
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let query = sqlite_query(sql, args)?;
                Ok(query.execute(tx.connection()?).await.map_err(failed)?.rows_affected())
            }
            Inner::SqliteRead(tx) => {
                Ok(sqlite_query(sql, args)?.execute(&mut **tx).await.map_err(failed)?.rows_affected())
            }
            Inner::Postgres(tx) => {
                Ok(postgres_query(sql, args)?.execute(&mut **tx).await.map_err(failed)?.rows_affected())
            }
        }
    }

    /// The rows that SQL built by [`crate::many`] answers.
    pub(crate) async fn rows_text(&mut self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        let failed = |error| StoreError::sql(sql, error);
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                let rows = sqlite_query(sql, args)?.fetch_all(tx.connection()?).await.map_err(failed)?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Inner::SqliteRead(tx) => {
                let rows = sqlite_query(sql, args)?.fetch_all(&mut **tx).await.map_err(failed)?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Inner::Postgres(tx) => {
                let rows = postgres_query(sql, args)?.fetch_all(&mut **tx).await.map_err(failed)?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Runs several statements without arguments, as a migration does.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        let failed = |error| StoreError::sql(sql, error);
        match &mut self.inner {
            Inner::Sqlite(tx) => tx.connection()?.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop),
            Inner::SqliteRead(tx) => tx.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop),
            Inner::Postgres(tx) => tx.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop),
        }
        .map_err(failed)
    }

    /// Prepares a statement and throws it away: does this engine understand it, and how many arguments does it take?
    /// `types` are the PostgreSQL types that our arguments announce, where the statement alone doesn't tell them.
    #[cfg(test)]
    pub(crate) async fn prepare(&mut self, sql: &str, types: &[&'static str]) -> Result<usize, StoreError> {
        use sqlx::{Either, SqlSafeStr as _, Statement as _, postgres::PgTypeInfo};
        let failed = |error| StoreError::sql(sql, error);
        let sql_text = AssertSqlSafe(sql.to_owned()).into_sql_str();
        Ok(match &mut self.inner {
            Inner::SqliteRead(_) => 0,
            Inner::Sqlite(tx) => match tx.connection()?.prepare(sql_text).await.map_err(failed)?.parameters() {
                Some(Either::Right(n)) => n,
                Some(Either::Left(types)) => types.len(),
                None => 0,
            },
            Inner::Postgres(tx) => {
                let types: Vec<PgTypeInfo> = types.iter().map(|name| PgTypeInfo::with_name(name)).collect();
                match tx.prepare_with(sql_text, &types).await.map_err(failed)?.parameters() {
                    Some(Either::Left(types)) => types.len(),
                    Some(Either::Right(n)) => n,
                    None => 0,
                }
            }
        })
    }
}

fn sqlite_query(sql: &str, args: Vec<Arg>) -> Result<Query<'static, Sqlite, SqliteArguments>, StoreError> {
    let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
    for arg in args {
        query = match arg {
            Arg::Text(value) => query.bind(value),
            Arg::Int(value) => query.bind(value),
            Arg::Bool(value) => query.bind(value),
            Arg::Real(value) => query.bind(value),
            Arg::Bytes(value) => query.bind(value),
        };
    }
    Ok(query)
}

fn postgres_query(sql: &str, args: Vec<Arg>) -> Result<Query<'static, Postgres, PgArguments>, StoreError> {
    let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
    for arg in args {
        query = match arg {
            Arg::Text(value) => query.bind(value),
            Arg::Int(value) => query.bind(value),
            Arg::Bool(value) => query.bind(value),
            Arg::Real(value) => query.bind(value),
            Arg::Bytes(value) => query.bind(value),
        };
    }
    Ok(query)
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        impl Row {
            $($(#[$doc])*
            pub(crate) fn $name(&self, column: usize) -> Result<$type, StoreError> {
                Ok(match self {
                    Self::Sqlite(row) => row.try_get(column)?,
                    Self::Postgres(row) => row.try_get(column)?,
                })
            })*
        }
    };
}

getters! {
    /// A TEXT column.
    text: String;
    /// A TEXT column that may be NULL.
    opt_text: Option<String>;
    /// A BIGINT column.
    int: i64;
    /// A BIGINT column that may be NULL.
    opt_int: Option<i64>;
    /// A BOOLEAN column.
    flag: bool;
    /// A BOOLEAN column that may be NULL.
    opt_flag: Option<bool>;
    /// A DOUBLE PRECISION column that may be NULL.
    opt_real: Option<f64>;
    /// A BYTES column.
    bytes: Vec<u8>;
    /// A BYTES column that may be NULL.
    opt_bytes: Option<Vec<u8>>;
}

impl Row {
    /// An id kept as TEXT.
    pub(crate) fn id<T: std::str::FromStr>(&self, column: usize) -> Result<T, StoreError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| StoreError::corrupt("an id", &text))
    }

    /// An id kept as TEXT that may be NULL.
    pub(crate) fn opt_id<T: std::str::FromStr>(&self, column: usize) -> Result<Option<T>, StoreError> {
        self.opt_text(column)?.map(|text| text.parse().map_err(|_| StoreError::corrupt("an id", &text))).transpose()
    }

    /// A time in microseconds UTC.
    pub(crate) fn time(&self, column: usize) -> Result<bedside_core::time::Timestamp, StoreError> {
        self.int(column).map(bedside_core::time::Timestamp::from_micros)
    }

    /// A time that may be NULL.
    pub(crate) fn opt_time(&self, column: usize) -> Result<Option<bedside_core::time::Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(bedside_core::time::Timestamp::from_micros))
    }

    /// A word of a closed list.
    pub(crate) fn word<T>(&self, column: usize, read: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.text(column)?;
        read(&text).ok_or_else(|| StoreError::corrupt("a known word", &text))
    }

    /// A JSON value kept as TEXT.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        let text = self.text(column)?;
        serde_json::from_str(&text)
            .map_err(|error| StoreError::corrupt("JSON of the expected shape", &error.to_string()))
    }
}
