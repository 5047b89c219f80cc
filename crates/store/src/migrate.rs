//! One list of migrations for both engines. `BYTES` in the text becomes BLOB or BYTEA; nothing else differs.

use bedside_core::time::Timestamp;

use crate::{
    StoreError,
    db::{Db, Engine, Tx},
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
    ("0015_alarm", include_str!("../schema/main/0015_alarm.sql")),
    ("0016_rules", include_str!("../schema/main/0016_rules.sql")),
    ("0017_holds", include_str!("../schema/main/0017_holds.sql")),
    ("0018_words", include_str!("../schema/main/0018_words.sql")),
    ("0019_label", include_str!("../schema/main/0019_label.sql")),
    ("0021_taking_back", include_str!("../schema/main/0021_taking_back.sql")),
    ("0022_keeping", include_str!("../schema/main/0022_keeping.sql")),
    ("0020_words", include_str!("../schema/main/0020_words.sql")),
    ("0025_media", include_str!("../schema/main/0025_media.sql")),
];
/// The key store's migrations, in order.
pub(crate) const KEYS: &[(&str, &str)] = &[("0001_keys", include_str!("../schema/keys/0001_keys.sql"))];

crate::db::statements! {
    APPLIED = "SELECT name FROM migration ORDER BY name";
    /// Marks one, or with [`HALF_MOVED`] that the rows of another database are being brought here.
    MARK = "INSERT INTO migration (name, applied_at) VALUES ($1, $2)";
    UNMARK = "DELETE FROM migration WHERE name = $1";
}

/// Stands among the migrations of a database that is half a copy, so that nobody takes it for a whole one.
pub(crate) const HALF_MOVED: &str = "half a copy";

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)";

/// Brings a database up to date; each migration in one transaction with its mark. A database that has seen a
/// migration we don't know was used by a newer Bedside and is refused.
pub(crate) async fn migrate(db: &Db, list: &[(&str, &str)], now: Timestamp) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    tx.alone().await?;
    tx.script(TABLE).await?;
    let applied = applied(&mut tx).await?;
    if applied.iter().any(|name| name == HALF_MOVED) {
        return Err(StoreError::HalfMoved);
    }
    if let Some(name) = applied.iter().find(|name| list.iter().all(|(known, _)| known != name)) {
        return Err(StoreError::Newer { migration: name.clone() });
    }
    bring_up(&mut tx, &applied, list, now).await?;
    tx.commit().await
}

/// What is missing among the migrations.
async fn bring_up(tx: &mut Tx, applied: &[String], list: &[(&str, &str)], now: Timestamp) -> Result<(), StoreError> {
    for (name, sql) in list.iter().filter(|(name, _)| applied.iter().all(|done| done != name)) {
        tx.script(&for_engine(sql, tx.engine())).await?;
        tx.run(MARK, args![*name, now]).await?;
    }
    Ok(())
}

/// Makes all tables and marks them as half a copy, in one transaction: at no moment could they be taken for a whole one.
pub(crate) async fn begin_half(
    tx: &mut Tx,
    applied: &[String],
    list: &[(&str, &str)],
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.script(TABLE).await?;
    bring_up(tx, applied, list, now).await?;
    if applied.iter().all(|name| name != HALF_MOVED) {
        tx.run(MARK, args![HALF_MOVED, now]).await?;
    }
    Ok(())
}

/// The migrations a database has seen; none where it was never opened.
pub(crate) async fn applied(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let is_there = match tx.engine() {
        Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'migration'",
        Engine::Postgres => {
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migration'"
        }
    };
    if tx.rows_text(is_there, args![]).await?.first().map_or(Ok(0), |row| row.int(0))? == 0 {
        return Ok(Vec::new());
    }
    tx.rows(APPLIED, args![]).await?.iter().map(|row| row.text(0)).collect()
}

/// Takes [`HALF_MOVED`] away.
pub(crate) async fn unmark(tx: &mut Tx) -> Result<(), StoreError> {
    tx.run(UNMARK, args![HALF_MOVED]).await.map(drop)
}

fn for_engine(sql: &str, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => sql.replace(" BYTES", " BLOB"),
        Engine::Postgres => sql.replace(" BYTES", " BYTEA"),
    }
}
