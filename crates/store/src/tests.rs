//! Every statement prepared on both engines, and one story per table family told on both.

mod alarms;
mod balance;
mod chart;
mod door;
mod exchange;
mod holds;
mod keeping;
mod media;
mod moving;
mod record;
mod rules;
mod statements;
mod story;
mod tampered;

use bedside_core::time::Timestamp;

use crate::{Location, MasterKey, Store, db::Db};

pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

pub(crate) fn master() -> MasterKey {
    MasterKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

/// A store of its own on SQLite, in a folder that goes when the test ends.
pub(crate) async fn sqlite() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Folder(folder.path().to_owned()), &master(), NOW).await.unwrap();
    (store, folder)
}

/// A store of its own on the PostgreSQL server that the tests run with.
pub(crate) async fn postgres() -> Store {
    Store::open(&Location::Postgres(database().await), &master(), NOW).await.unwrap()
}

/// A fresh database; the server is thrown away after the tests.
pub(crate) async fn database() -> String {
    let server =
        std::env::var("BEDSIDE_TEST_POSTGRES").expect("BEDSIDE_TEST_POSTGRES: run ./test, which starts PostgreSQL");
    let name =
        format!("t{}", crate::random::<12>().unwrap().iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let db = Db::postgres(&server, "public").await.unwrap();
    db.outside_transaction(&format!("CREATE DATABASE {name}")).await.unwrap();
    db.close().await;
    let (base, query) = server.split_once('?').map_or((server.as_str(), String::new()), |(b, q)| (b, format!("?{q}")));
    let (host, _) = base.rsplit_once('/').expect("an URL with a database name");
    format!("{host}/{name}{query}")
}
