//! A database for one test, on either engine, gone when its value is dropped.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// The variable that names the PostgreSQL cluster for tests; `./test` starts one and sets it.
pub const POSTGRES: &str = "BEDSIDE_TEST_POSTGRES";

/// A folder for a SQLite database.
#[derive(Debug)]
pub struct Sqlite {
    folder: TempDir,
}

impl Sqlite {
    /// Where the database file goes; it does not exist yet.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("bedside.db")
    }

    /// The folder around it, for files that belong to the same test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The address of the database, as `sqlite://PATH`.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }
}

/// A fresh folder for an embedded database.
pub fn sqlite() -> Result<Sqlite> {
    let folder = TempDir::with_prefix("bedside-").context("no temporary folder could be made")?;
    Ok(Sqlite { folder })
}

/// A database in the test cluster, dropped with its connections when the value goes.
#[derive(Debug)]
pub struct Postgres {
    cluster: String,
    name: String,
    url: String,
}

impl Postgres {
    /// The address of the database, as `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A cluster that has gone before its databases took them along.
        let _ = psql(&self.cluster, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// A fresh, empty database (UTF-8, collation C) in the cluster that [`POSTGRES`] names.
///
/// # Errors
/// When the variable is missing, `psql` is missing, or the cluster doesn't answer.
pub fn postgres() -> Result<Postgres> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let cluster = std::env::var(POSTGRES).with_context(|| {
        format!(
            "{POSTGRES} is not set: run the tests with ./test, for example ./test cargo nextest run -p bedside-store"
        )
    })?;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = jiff::Timestamp::now().as_nanosecond();
    let name = format!("bedside_test_{}_{count}_{now}", std::process::id());
    psql(&cluster, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"))?;
    let url = within(&cluster, &name)?;
    Ok(Postgres { cluster, name, url })
}

/// The cluster's address with another database's name.
fn within(cluster: &str, name: &str) -> Result<String> {
    let mut url = reqwest::Url::parse(cluster).with_context(|| format!("{POSTGRES} is no address"))?;
    url.set_path(name);
    Ok(url.to_string())
}

fn psql(cluster: &str, statement: &str) -> Result<()> {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", statement, cluster])
        .output()
        .context("psql is missing: ./test installs it")?;
    if !output.status.success() {
        bail!("{statement}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_of_the_same_cluster_keeps_user_and_port() {
        let url = within("postgres://postgres:secret@127.0.0.1:5444/postgres", "bedside_test_1").unwrap();
        assert_eq!(url, "postgres://postgres:secret@127.0.0.1:5444/bedside_test_1");
    }

    #[test]
    fn a_sqlite_folder_goes_with_its_value() {
        let database = sqlite().unwrap();
        let folder = database.folder().to_path_buf();
        std::fs::write(database.path(), b"x").unwrap();
        drop(database);
        assert!(!folder.exists());
    }

    #[test]
    fn a_postgres_database_is_fresh_and_goes_with_its_value() {
        let first = postgres().unwrap();
        let second = postgres().unwrap();
        psql(first.url(), "CREATE TABLE post (text TEXT)").unwrap();
        psql(second.url(), "CREATE TABLE post (text TEXT)").unwrap();
        let url = first.url().to_owned();
        drop(first);
        assert!(psql(&url, "SELECT 1").is_err());
        psql(second.url(), "INSERT INTO post VALUES ('größer')").unwrap();
    }
}
