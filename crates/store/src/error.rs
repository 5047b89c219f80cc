//! What can go wrong in the store. Messages hold SQL text and ids, never arguments or plain text of people.

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A database could not be opened.
    #[error("cannot open {what}: {error}")]
    Open {
        /// The file or server.
        what: String,
        /// The engine's word.
        error: sqlx::Error,
    },
    /// The engine refused a statement.
    #[error("database: {error} (in: {statement})")]
    Sql {
        /// The beginning of the statement.
        statement: String,
        /// The engine's word.
        error: sqlx::Error,
    },
    /// The engine failed outside a statement.
    #[error("database: {0}")]
    Engine(#[from] sqlx::Error),
    /// What is stored is not what we wrote.
    #[error("the database holds '{found}' where {expected} belongs")]
    Corrupt {
        /// What belongs there.
        expected: &'static str,
        /// What is there, shortened.
        found: String,
    },
    /// Sealed text can't be opened: it was changed, moved, or sealed under another key.
    #[error("what is sealed at {at} can't be opened: it was changed or belongs elsewhere")]
    Sealed {
        /// Table and row.
        at: String,
    },
    /// The master key is not the one this data was sealed with.
    #[error(
        "wrong master key: the data was sealed with key {expected}, the key given is {given}. \
         Give the right key file (master_key_file) or BEDSIDE_MASTER_KEY"
    )]
    WrongMasterKey {
        /// The id of the key that belongs here.
        expected: String,
        /// The id of the key that was given.
        given: String,
    },
    /// The database was written by a newer Bedside.
    #[error("the database knows migration {migration}, this Bedside does not: it was used by a newer version")]
    Newer {
        /// The unknown migration.
        migration: String,
    },
    /// An author was emptied between sealing their post and storing it.
    #[error("an author was emptied meanwhile: taken again, the post is sealed under a new key")]
    AuthorEmptied,
    /// The rows of another database were being brought here, and that did not end.
    #[error("what is here is half a copy: the same command done again finishes it")]
    HalfMoved,
    /// What is to be copied was not made by this version.
    #[error("the data is of another version: start this Bedside with it once, then copy it")]
    OtherVersion,
    /// Copying from one server to another is the server's own matter.
    #[error("both places are on PostgreSQL: pg_dump brings the schemas bedside and bedside_keys over")]
    TwoServers,
    /// What arrived is not what left.
    #[error("{rows} rows of {table} did not arrive as they left: something else writes into the copy")]
    NotArrived {
        /// The table.
        table: String,
        /// How many rows.
        rows: u64,
    },
    /// Somebody else changed a row since it was read: read it again and do what was to be done anew.
    #[error("the {what} with id {id} was changed meanwhile")]
    Changed {
        /// What.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
    /// A row that must be there is not.
    #[error("no {what} with id {id}")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
}

impl StoreError {
    /// Whether the same done anew may succeed at once.
    #[must_use]
    pub const fn is_changed(&self) -> bool {
        matches!(self, Self::Changed { .. })
    }

    pub(crate) fn corrupt(expected: &'static str, found: &str) -> Self {
        Self::Corrupt { expected, found: found.chars().take(60).collect() }
    }

    pub(crate) fn sql(sql: &str, error: sqlx::Error) -> Self {
        Self::Sql { statement: sql.chars().take(120).collect(), error }
    }

    pub(crate) fn missing(what: &'static str, id: impl ToString) -> Self {
        Self::Missing { what, id: id.to_string() }
    }
}
