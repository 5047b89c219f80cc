//! Labels on authors, threads and sites, with a sealed reason and an expiry.

use bedside_core::{
    id::{AuthorId, CaseId, KeyId, LabelId, SiteId, ThreadId},
    label::{LabelKind, LabelTarget},
    time::Timestamp,
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A label as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelRow {
    /// Its id.
    pub id: LabelId,
    /// At which site it holds.
    pub site: SiteId,
    /// What it hangs on.
    pub target: LabelTarget,
    /// The id of that author, thread or site.
    pub target_id: String,
    /// The case in which it was set.
    pub case: Option<CaseId>,
    /// What it says.
    pub kind: LabelKind,
    /// Who set it: a person's id, or `rule:ID`.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
    /// Until when it holds; `None`: until removed.
    pub expires_at: Option<Timestamp>,
    key: KeyId,
    sealed: Vec<u8>,
}

macro_rules! columns {
    () => {
        "id, site_id, target, target_id, case_id, kind, set_by, set_at, expires_at, key_id, sealed FROM label"
    };
}

statements! {
    INSERT = "INSERT INTO label (id, site_id, target, target_id, case_id, kind, key_id, sealed, set_by, set_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    REMOVE = "UPDATE label SET removed_at = $2, removed_by = $3 WHERE id = $1 AND removed_at IS NULL";
    BY_ID = concat!("SELECT ", columns!(), " WHERE id = $1 AND removed_at IS NULL");
    SETTLED = "SELECT 1 FROM label WHERE site_id = $1 AND target_id = $2 AND kind = $3 \
        AND ((set_by = $4 AND set_at >= $5) OR (removed_by <> 'expired' AND removed_at >= $5)) LIMIT 1";
    OF_SITE = "SELECT target_id, kind FROM label WHERE site_id = $1 AND removed_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    EVER = "SELECT target_id, kind, set_at, expires_at, removed_at FROM label WHERE site_id = $1";
    ON = concat!("SELECT ", columns!(), " WHERE target_id IN ($1, $2, $3) AND site_id = $3 AND removed_at IS NULL \
        AND (expires_at IS NULL OR expires_at > $4) ORDER BY set_at");
    ON_AUTHOR = concat!("SELECT ", columns!(), " WHERE target_id = $1 AND site_id = $2 AND removed_at IS NULL \
        AND (expires_at IS NULL OR expires_at > $3) ORDER BY set_at");
    EXPIRED = concat!("SELECT ", columns!(), " WHERE removed_at IS NULL AND expires_at IS NOT NULL AND expires_at <= $1 LIMIT $2");
    CASES_OF_AUTHOR = "SELECT id FROM cases WHERE site_id = $1 AND author_id = $2 AND queue <> 'done' LIMIT 200";
    CASES_OF_THREAD = "SELECT id FROM cases WHERE site_id = $1 AND thread_id = $2 AND queue <> 'done'";
    CASES_OF_SITE = "SELECT id FROM cases WHERE site_id = $1 AND queue IN ('now', 'waiting') LIMIT 2000";
}

/// A label to be set.
#[derive(Debug)]
pub struct NewLabel<'a> {
    /// Its id.
    pub id: LabelId,
    /// At which site it holds.
    pub site: SiteId,
    /// What it hangs on.
    pub target: LabelTarget,
    /// The id of that author, thread or site.
    pub target_id: String,
    /// The case in which it is set.
    pub case: Option<CaseId>,
    /// What it says.
    pub kind: LabelKind,
    /// Why.
    pub reason: &'a str,
    /// Who sets it: a person's id, or `rule:ID`.
    pub set_by: String,
    /// Until when it holds.
    pub expires_at: Option<Timestamp>,
}

/// Sets a label.
///
/// # Errors
/// The engine refuses.
pub async fn set(tx: &mut Tx, label: &NewLabel<'_>, key: &DataKey, now: Timestamp) -> Result<(), StoreError> {
    let sealed = key.seal(&place(label.id), label.reason.as_bytes())?;
    let args = args![
        label.id,
        label.site,
        label.target.as_str(),
        &label.target_id,
        label.case,
        label.kind.as_str(),
        key.id(),
        sealed,
        &label.set_by,
        now,
        label.expires_at
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Removes a label; `false`: it was gone already.
///
/// # Errors
/// The engine refuses.
pub async fn remove(tx: &mut Tx, id: LabelId, by: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(REMOVE, args![id, now, by]).await? > 0)
}

/// Whether what `new` says was settled since then: its setter has said it already, or somebody took it away. A rule says the
/// same thing once of a post, and never against a person.
///
/// # Errors
/// The engine refuses.
pub async fn is_settled(tx: &mut Tx, new: &NewLabel<'_>, since: Timestamp) -> Result<bool, StoreError> {
    let args = args![new.site, &new.target_id, new.kind.as_str(), &new.set_by, since];
    Ok(tx.row(SETTLED, args).await?.is_some())
}

/// A label in force or expired, not removed.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: LabelId) -> Result<Option<LabelRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The labels in force on an author, a thread and their site.
///
/// # Errors
/// As [`by_id`].
pub async fn on(
    tx: &mut Tx,
    site: SiteId,
    author: AuthorId,
    thread: ThreadId,
    now: Timestamp,
) -> Result<Vec<LabelRow>, StoreError> {
    tx.rows(ON, args![author, thread, site, now]).await?.iter().map(read).collect()
}

/// The labels in force on an author, on all their threads of the site.
///
/// # Errors
/// As [`by_id`].
pub async fn on_author(
    tx: &mut Tx,
    site: SiteId,
    author: AuthorId,
    now: Timestamp,
) -> Result<Vec<LabelRow>, StoreError> {
    tx.rows(ON_AUTHOR, args![author, site, now]).await?.iter().map(read).collect()
}

/// All labels in force at a site, by the id they hang on.
///
/// # Errors
/// As [`by_id`].
pub async fn of_site(
    tx: &mut Tx,
    site: SiteId,
    now: Timestamp,
) -> Result<std::collections::HashMap<String, Vec<LabelKind>>, StoreError> {
    let mut labels: std::collections::HashMap<String, Vec<LabelKind>> = std::collections::HashMap::new();
    for row in tx.rows(OF_SITE, args![site, now]).await? {
        labels.entry(row.text(0)?).or_default().push(row.word(1, LabelKind::from_word)?);
    }
    Ok(labels)
}

/// A label of any time, with how long it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// What it says.
    pub kind: LabelKind,
    /// From when.
    pub from: Timestamp,
    /// Until when; `None`: it still holds.
    pub until: Option<Timestamp>,
}

impl Held {
    /// Whether it held at that moment.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> bool {
        self.from <= moment && self.until.is_none_or(|until| moment < until)
    }
}

/// All labels a site ever had, by the id they hang on.
///
/// # Errors
/// As [`by_id`].
pub async fn ever(tx: &mut Tx, site: SiteId) -> Result<std::collections::HashMap<String, Vec<Held>>, StoreError> {
    let mut labels: std::collections::HashMap<String, Vec<Held>> = std::collections::HashMap::new();
    for row in tx.rows(EVER, args![site]).await? {
        let ends = [row.opt_time(3)?, row.opt_time(4)?].into_iter().flatten();
        let held = Held { kind: row.word(1, LabelKind::from_word)?, from: row.time(2)?, until: ends.min() };
        labels.entry(row.text(0)?).or_default().push(held);
    }
    Ok(labels)
}

/// Labels whose time is over and that nobody has removed yet.
///
/// # Errors
/// As [`by_id`].
pub async fn expired(tx: &mut Tx, now: Timestamp, most: u32) -> Result<Vec<LabelRow>, StoreError> {
    tx.rows(EXPIRED, args![now, most]).await?.iter().map(read).collect()
}

/// The open cases that a label on this target concerns.
///
/// # Errors
/// As [`by_id`].
pub async fn concerned(tx: &mut Tx, site: SiteId, target: LabelTarget, id: &str) -> Result<Vec<CaseId>, StoreError> {
    let rows = match target {
        LabelTarget::Author => tx.rows(CASES_OF_AUTHOR, args![site, id]).await?,
        LabelTarget::Thread => tx.rows(CASES_OF_THREAD, args![site, id]).await?,
        LabelTarget::Site => tx.rows(CASES_OF_SITE, args![site]).await?,
    };
    rows.iter().map(|row| row.id(0)).collect()
}

impl LabelRow {
    /// The reason; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        store.open_text(self.key, &place(self.id), &self.sealed).await
    }
}

fn place(id: LabelId) -> String {
    format!("label:{id}")
}

pub(crate) fn read(row: &Row) -> Result<LabelRow, StoreError> {
    Ok(LabelRow {
        id: row.id(0)?,
        site: row.id(1)?,
        target: row.word(2, LabelTarget::from_word)?,
        target_id: row.text(3)?,
        case: row.opt_id(4)?,
        kind: row.word(5, LabelKind::from_word)?,
        set_by: row.text(6)?,
        set_at: row.time(7)?,
        expires_at: row.opt_time(8)?,
        key: row.id(9)?,
        sealed: row.bytes(10)?,
    })
}
