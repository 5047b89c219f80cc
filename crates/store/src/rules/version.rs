//! Versions of a house's own rules. A version never changes: who writes on makes the next one.

use bedside_core::{
    id::{PersonId, RulesVersionId, SiteId},
    log::{Commitment, SALT_BYTES},
    policy::OwnRules,
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A version as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// Its id.
    pub id: RulesVersionId,
    /// Whose.
    pub site: SiteId,
    /// Counted for each house, from 1.
    pub number: i64,
    /// What is written in it.
    pub files: OwnRules,
    /// The fingerprint of that.
    pub hash: String,
    /// The version that was written on.
    pub based_on: Option<RulesVersionId>,
    /// Who wrote it; `None`: it came from the configured files.
    pub by: Option<PersonId>,
    /// What it is for, in their words.
    pub why: String,
    /// The salt under which the log commits to text and reason.
    pub salt: [u8; SALT_BYTES],
    /// When.
    pub at: Timestamp,
    /// When somebody set it aside.
    pub dropped_at: Option<Timestamp>,
}

impl VersionRow {
    /// What the log says of it: that it is this text, for this reason.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment::new(&self.salt, "rules.version", &format!("{} {}", self.hash, self.why))
    }
}

macro_rules! columns {
    () => {
        "v.id, v.site_id, v.number, v.files, v.hash, v.based_on, v.written_by, v.why, v.written_at, v.dropped_at, v.salt"
    };
}

statements! {
    NUMBER = "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) \
        DO UPDATE SET value = counter.value + 1 RETURNING value";
    INSERT = "INSERT INTO rules_version (id, site_id, number, files, hash, based_on, written_by, why, written_at, salt) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    BY_ID = concat!("SELECT ", columns!(), " FROM rules_version v WHERE v.id = $1");
    BY_NUMBER = concat!("SELECT ", columns!(), " FROM rules_version v WHERE v.site_id = $1 AND v.number = $2");
    NEWEST = concat!("SELECT ", columns!(), " FROM rules_version v WHERE v.site_id = $1 ORDER BY v.number DESC LIMIT $2");
    NEWEST_OF_FILES = concat!("SELECT ", columns!(), " FROM rules_version v WHERE v.site_id = $1 AND v.written_by IS NULL \
        ORDER BY v.number DESC LIMIT 1");
    DROP = "UPDATE rules_version SET dropped_at = $2, dropped_by = $3 WHERE id = $1 AND dropped_at IS NULL";
}

/// Keeps a new version and gives its number.
///
/// # Errors
/// The engine refuses.
pub async fn add(tx: &mut Tx, new: &VersionRow) -> Result<i64, StoreError> {
    let counted = tx.row(NUMBER, args![format!("rules:{}", new.site)]).await?;
    let number = counted.ok_or_else(|| StoreError::missing("counter", "rules"))?.int(0)?;
    let files = serde_json::to_string(&new.files).map_err(|_| StoreError::corrupt("rules", ""))?;
    let args = args![
        new.id,
        new.site,
        number,
        files,
        new.hash.as_str(),
        new.based_on,
        new.by,
        new.why.as_str(),
        new.at,
        new.salt
    ];
    tx.run(INSERT, args).await?;
    Ok(number)
}

/// One version.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: RulesVersionId) -> Result<Option<VersionRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The version of a house with this number.
///
/// # Errors
/// As [`by_id`].
pub async fn by_number(tx: &mut Tx, site: SiteId, number: i64) -> Result<Option<VersionRow>, StoreError> {
    tx.row(BY_NUMBER, args![site, number]).await?.as_ref().map(read).transpose()
}

/// The newest versions of a house.
///
/// # Errors
/// As [`by_id`].
pub async fn newest(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<VersionRow>, StoreError> {
    tx.rows(NEWEST, args![site, most]).await?.iter().map(read).collect()
}

/// The newest version that came from the configured files.
///
/// # Errors
/// As [`by_id`].
pub async fn newest_of_files(tx: &mut Tx, site: SiteId) -> Result<Option<VersionRow>, StoreError> {
    tx.row(NEWEST_OF_FILES, args![site]).await?.as_ref().map(read).transpose()
}

/// Sets a version aside. Gives whether it was not set aside before.
///
/// # Errors
/// The engine refuses.
pub async fn drop_it(tx: &mut Tx, id: RulesVersionId, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(DROP, args![id, now, by]).await? > 0)
}

fn read(row: &Row) -> Result<VersionRow, StoreError> {
    Ok(VersionRow {
        id: row.id(0)?,
        site: row.id(1)?,
        number: row.int(2)?,
        files: row.json(3)?,
        hash: row.text(4)?,
        based_on: row.opt_id(5)?,
        by: row.opt_id(6)?,
        why: row.text(7)?,
        at: row.time(8)?,
        dropped_at: row.opt_time(9)?,
        salt: super::salt(row, 10)?,
    })
}
