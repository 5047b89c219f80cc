//! One list of migrations for both engines. `BYTES` in the text becomes BLOB or BYTEA; nothing else differs.

use bedside_core::time::Timestamp;

use crate::{
    StoreError,
    db::{Db, Engine},
    value::args,
};

/// The data's migrations, in order.
pub(crate) const MAIN: &[(&str, &str)] = &[
    ("0001_road", include_str!("../schema/main/0001_road.sql")),
    ("0002_emr", include_str!("../schema/main/0002_emr.sql")),
    ("0003_door", include_str!("../schema/main/0003_door.sql")),
    ("0004_cases", include_str!("../schema/main/0004_cases.sql")),
    ("0005_signals", include_str!("../schema/main/0005_signals.sql")),
    ("0006_filing", include_str!("../schema/main/0006_filing.sql")),
    ("0007_dead_letters", include_str!("../schema/main/0007_dead_letters.sql")),
    ("0008_record", include_str!("../schema/main/0008_record.sql")),
    ("0009_exchange", include_str!("../schema/main/0009_exchange.sql")),
    ("0010_chart", include_str!("../schema/main/0010_chart.sql")),
    ("0011_letter", include_str!("../schema/main/0011_letter.sql")),
    ("0012_example", include_str!("../schema/main/0012_example.sql")),
    ("0013_people", include_str!("../schema/main/0013_people.sql")),
    ("0014_merge_told", include_str!("../schema/main/0014_merge_told.sql")),
    ("0018_words", include_str!("../schema/main/0018_words.sql")),
];
/// The key store's migrations, in order.
pub(crate) const KEYS: &[(&str, &str)] = &[("0001_keys", include_str!("../schema/keys/0001_keys.sql"))];

crate::db::statements! {
    APPLIED = "SELECT name FROM migration ORDER BY name";
    MARK = "INSERT INTO migration (name, applied_at) VALUES ($1, $2)";
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)";

/// Brings a database up to date; each migration in one transaction with its mark. A database that has seen a
/// migration we don't know was used by a newer Bedside and is refused.
pub(crate) async fn migrate(db: &Db, list: &[(&str, &str)], now: Timestamp) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    tx.alone().await?;
    tx.script(TABLE).await?;
    let mut applied = Vec::new();
    for row in tx.rows(APPLIED, args![]).await? {
        applied.push(row.text(0)?);
    }
    if let Some(name) = applied.iter().find(|name| list.iter().all(|(known, _)| known != name)) {
        return Err(StoreError::Newer { migration: name.clone() });
    }
    for (name, sql) in list.iter().filter(|(name, _)| applied.iter().all(|done| done != name)) {
        tx.script(&for_engine(sql, db.engine())).await?;
        tx.run(MARK, args![*name, now]).await?;
    }
    tx.commit().await
}

fn for_engine(sql: &str, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => sql.replace(" BYTES", " BLOB"),
        Engine::Postgres => sql.replace(" BYTES", " BYTEA"),
    }
}
