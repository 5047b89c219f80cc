//! Decisions that people said were wrong, kept as cases that prove the rules: sealed under the key of the post's author.

use bedside_core::{
    id::{CaseId, DecisionId, KeyId, PersonId, PolicyCaseId, PostId, RulesVersionId, SiteId},
    policy::cases::Case,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    posts::{parse, write},
    value::args,
};

/// A case as stored.
#[derive(Debug, Clone)]
pub struct KeptRow {
    /// Its id.
    pub id: PolicyCaseId,
    /// At which house.
    pub site: SiteId,
    /// From which case of the desk.
    pub case: CaseId,
    /// From which post.
    pub post: PostId,
    /// The decision that was wrong; `None`: it was kept before that was noted.
    pub decision: Option<DecisionId>,
    /// What would have been right, in the words of cases.
    pub acceptable: Vec<String>,
    /// What would harm.
    pub forbidden: Vec<String>,
    /// What was decided: escalation, moderation, speech.
    pub was: Vec<String>,
    /// By which rules, as a fingerprint.
    pub rules_version: String,
    /// Who said so.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

/// What is sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Post and context in the form of cases.
    pub case: Case,
    /// What the rules missed, in the person's words.
    pub why: String,
}

/// A case to be kept.
#[derive(Debug)]
pub struct NewKept<'a> {
    /// Its id.
    pub id: PolicyCaseId,
    /// At which house.
    pub site: SiteId,
    /// From which case of the desk.
    pub case: CaseId,
    /// From which post.
    pub post: PostId,
    /// The decision that was wrong.
    pub decision: DecisionId,
    /// What was decided.
    pub was: Vec<&'a str>,
    /// By which rules.
    pub rules_version: &'a str,
    /// Post, context, and what is right.
    pub kept: &'a Kept,
}

macro_rules! columns {
    () => {
        "k.id, k.site_id, k.case_id, k.post_id, k.acceptable, k.forbidden, k.was, k.rules_version, k.said_by, k.said_at, \
         k.key_id, k.sealed, k.decision_id"
    };
}

statements! {
    INSERT = "INSERT INTO policy_case (id, site_id, case_id, post_id, acceptable, forbidden, was, rules_version, key_id, sealed, \
        said_by, said_at, decision_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    OF_SITE = concat!("SELECT ", columns!(), " FROM policy_case k WHERE k.site_id = $1 AND k.dropped_at IS NULL \
        ORDER BY k.said_at DESC, k.id DESC LIMIT $2");
    BY_ID = concat!("SELECT ", columns!(), " FROM policy_case k WHERE k.id = $1 AND k.dropped_at IS NULL");
    COUNT = "SELECT COUNT(*) FROM policy_case WHERE site_id = $1 AND dropped_at IS NULL";
    DROP = "UPDATE policy_case SET dropped_at = $2, dropped_by = $3 WHERE id = $1 AND dropped_at IS NULL";
    // Another person may have said the same of the decision; then it stays wrong.
    NOT_WRONG = "UPDATE decision SET wrong_at = NULL WHERE id = $1 AND NOT EXISTS \
        (SELECT 1 FROM policy_case k WHERE k.decision_id = $1 AND k.dropped_at IS NULL)";
    // Which cases there are, in one word: the newest of them, and when one was last set aside.
    STANDS = "SELECT MAX(id), MAX(dropped_at) FROM policy_case WHERE site_id = $1";
    KEEP_RUN = "INSERT INTO rules_case_run (version_id, ran_at, cases, right_ones, harms, erased, newest) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (version_id) DO UPDATE SET ran_at = excluded.ran_at, \
        cases = excluded.cases, right_ones = excluded.right_ones, harms = excluded.harms, erased = excluded.erased, \
        newest = excluded.newest";
    LAST_RUN = "SELECT ran_at, cases, right_ones, harms, erased, newest FROM rules_case_run WHERE version_id = $1";
}

/// Keeps a case under the key of its post's author.
///
/// # Errors
/// The engine refuses.
pub async fn add(
    tx: &mut Tx,
    new: &NewKept<'_>,
    key: &DataKey,
    by: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(new.id), &write(new.kept)?)?;
    let words = |all: &[String]| all.join(" ");
    let args = args![
        new.id,
        new.site,
        new.case,
        new.post,
        words(&new.kept.case.acceptable_actions),
        words(&new.kept.case.forbidden_actions),
        new.was.join(" "),
        new.rules_version,
        key.id(),
        sealed,
        by,
        now,
        new.decision
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// The cases of a house, the newest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn of_site(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<KeptRow>, StoreError> {
    tx.rows(OF_SITE, args![site, most]).await?.iter().map(read).collect()
}

/// One case that was not set aside.
///
/// # Errors
/// As [`of_site`].
pub async fn by_id(tx: &mut Tx, id: PolicyCaseId) -> Result<Option<KeptRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// How many cases a house has.
///
/// # Errors
/// The engine refuses.
pub async fn count(tx: &mut Tx, site: SiteId) -> Result<i64, StoreError> {
    tx.row(COUNT, args![site]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Sets a case aside; unless another says the same, its decision then counts as wrong no more. Gives whether it was not before.
///
/// # Errors
/// The engine refuses.
pub async fn drop_it(tx: &mut Tx, row: &KeptRow, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    let is_dropped = tx.run(DROP, args![row.id, now, by]).await? > 0;
    if let Some(decision) = row.decision.filter(|_| is_dropped) {
        tx.run(NOT_WRONG, args![decision]).await?;
    }
    Ok(is_dropped)
}

/// What a run of a house's cases found under a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// When they were run.
    pub at: Timestamp,
    /// Cases run.
    pub cases: i64,
    /// Those decided rightly.
    pub right: i64,
    /// Those with a part that harms.
    pub harms: i64,
    /// Those whose texts were erased.
    pub erased: i64,
    /// Which cases there were, as [`stands`] says it.
    pub newest: String,
}

/// Which cases a house has, in a word that changes with them.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn stands(tx: &mut Tx, site: SiteId) -> Result<String, StoreError> {
    let Some(row) = tx.row(STANDS, args![site]).await? else { return Ok(String::new()) };
    let newest: Option<PolicyCaseId> = row.opt_id(0)?;
    let dropped = row.opt_int(1)?.unwrap_or_default();
    Ok(newest.map_or_else(String::new, |id| format!("{id}/{dropped}")))
}

/// Keeps what a run found with its version; an earlier run's result gives way.
///
/// # Errors
/// The engine refuses.
pub async fn keep_run(tx: &mut Tx, version: RulesVersionId, run: &LastRun) -> Result<(), StoreError> {
    let args = args![version, run.at, run.cases, run.right, run.harms, run.erased, run.newest.as_str()];
    tx.run(KEEP_RUN, args).await.map(drop)
}

/// What the last run under a version found; `None`: nobody has run them.
///
/// # Errors
/// As [`stands`].
pub async fn last_run(tx: &mut Tx, version: RulesVersionId) -> Result<Option<LastRun>, StoreError> {
    let Some(row) = tx.row(LAST_RUN, args![version]).await? else { return Ok(None) };
    let (at, cases, right) = (row.time(0)?, row.int(1)?, row.int(2)?);
    Ok(Some(LastRun { at, cases, right, harms: row.int(3)?, erased: row.int(4)?, newest: row.text(5)? }))
}

impl Store {
    /// Post, context and verdict of a case; `None`: its author's key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed.
    pub async fn open_kept(&self, row: &KeptRow) -> Result<Option<Phi<Kept>>, StoreError> {
        let Some(key) = self.keys.by_id(row.key).await? else { return Ok(None) };
        parse(&key.open(&place(row.id), &row.sealed)?).map(Phi).map(Some)
    }
}

fn place(id: PolicyCaseId) -> String {
    format!("policy_case:{id}")
}

fn read(row: &Row) -> Result<KeptRow, StoreError> {
    let words = |n| -> Result<Vec<String>, StoreError> {
        Ok(row.text(n)?.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
    };
    Ok(KeptRow {
        id: row.id(0)?,
        site: row.id(1)?,
        case: row.id(2)?,
        post: row.id(3)?,
        acceptable: words(4)?,
        forbidden: words(5)?,
        was: words(6)?,
        rules_version: row.text(7)?,
        by: row.id(8)?,
        at: row.time(9)?,
        key: row.id(10)?,
        sealed: row.bytes(11)?,
        decision: row.opt_id(12)?,
    })
}
