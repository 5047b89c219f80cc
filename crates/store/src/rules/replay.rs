//! Replays of stored posts under a version of a house's own rules: how far each has come and what it found. No words of anybody.

use bedside_core::{
    id::{PersonId, PostId, RulesReplayId, RulesVersionId, SiteId},
    time::{Span, Timestamp},
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// How a replay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplayState {
    /// It goes on, or waits for a process.
    Running,
    /// Every post was decided again.
    Done,
    /// A person stopped it.
    Stopped,
    /// Other rules came into force meanwhile: what it says is no longer the difference.
    Overtaken,
}

impl ReplayState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Running, Self::Done, Self::Stopped, Self::Overtaken];
    /// The word in store and log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Overtaken => "overtaken",
        }
    }
    /// The state with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A replay as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRow {
    /// Its id.
    pub id: RulesReplayId,
    /// At which house.
    pub site: SiteId,
    /// Under which version.
    pub version: RulesVersionId,
    /// Fingerprint of the rules in force that it compares with.
    pub before: String,
    /// Fingerprint of the rules that it tries.
    pub after: String,
    /// Posts first seen from here on.
    pub since: Timestamp,
    /// How it stands.
    pub state: ReplayState,
    /// How many posts there were when it began.
    pub total: i64,
    /// The last post decided; it goes on after it.
    pub last: Option<PostId>,
    /// Posts decided.
    pub posts: i64,
    /// Posts left out: not sorted, or erased.
    pub left_out: i64,
    /// Posts that would be decided otherwise.
    pub changed: i64,
    /// Sums by action and by rule, as JSON of whoever counts.
    pub sums: String,
    /// Who asked for it.
    pub by: Option<PersonId>,
    /// When.
    pub asked_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A post that would be decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedRow {
    /// The post.
    pub post: PostId,
    /// The number of its case.
    pub case: Option<i64>,
    /// When it was first seen.
    pub at: Timestamp,
    /// What was and would be, as JSON of whoever counts.
    pub body: String,
}

macro_rules! columns {
    () => {
        "r.id, r.site_id, r.version_id, r.rules_before, r.rules_after, r.since, r.state, r.total, r.last_post, r.posts, \
         r.left_out, r.changed, r.sums, r.asked_by, r.asked_at, r.ended_at"
    };
}

statements! {
    INSERT = "INSERT INTO rules_replay (id, site_id, version_id, rules_before, rules_after, since, state, total, posts, \
        left_out, changed, sums, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, $9, $10, $11)";
    BY_ID = concat!("SELECT ", columns!(), " FROM rules_replay r WHERE r.id = $1");
    NEWEST_OF = concat!("SELECT ", columns!(), " FROM rules_replay r WHERE r.version_id = $1 ORDER BY r.asked_at DESC, r.id DESC LIMIT 1");
    RUNNING = concat!("SELECT ", columns!(), " FROM rules_replay r WHERE r.state = 'running' \
        AND (r.lease_until IS NULL OR r.lease_until < $1 OR r.lease_by = $2) ORDER BY r.asked_at LIMIT 1");
    LEASE = "UPDATE rules_replay SET lease_by = $2, lease_until = $3 WHERE id = $1 AND state = 'running' \
        AND (lease_until IS NULL OR lease_until < $4 OR lease_by = $2)";
    GO_ON = "UPDATE rules_replay SET last_post = $2, posts = posts + $3, left_out = left_out + $4, changed = changed + $5, \
        sums = $6 WHERE id = $1 AND state = 'running' AND lease_by = $7";
    END = "UPDATE rules_replay SET state = $2, ended_at = $3, lease_by = NULL, lease_until = NULL \
        WHERE id = $1 AND state = 'running'";
    CHANGED = "SELECT post_id, case_number, at, body FROM rules_changed WHERE replay_id = $1 AND post_id > $2 \
        ORDER BY post_id LIMIT $3";
    FORGET = "DELETE FROM rules_changed WHERE replay_id IN (SELECT id FROM rules_replay WHERE version_id = $1 AND id <> $2)";
}

many_statements! {
    ADD_CHANGED = "INSERT INTO rules_changed (replay_id, post_id, case_number, at, body)", [5], "";
}

/// Begins a replay; what earlier ones of the same version found is forgotten.
///
/// # Errors
/// The engine refuses.
pub async fn begin(tx: &mut Tx, new: &ReplayRow) -> Result<(), StoreError> {
    let args = args![
        new.id,
        new.site,
        new.version,
        new.before.as_str(),
        new.after.as_str(),
        new.since,
        new.state.as_str(),
        new.total,
        new.sums.as_str(),
        new.by,
        new.asked_at
    ];
    tx.run(INSERT, args).await?;
    tx.run(FORGET, args![new.version, new.id]).await.map(drop)
}

/// One replay.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: RulesReplayId) -> Result<Option<ReplayRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The newest replay of a version.
///
/// # Errors
/// As [`by_id`].
pub async fn newest_of(tx: &mut Tx, version: RulesVersionId) -> Result<Option<ReplayRow>, StoreError> {
    tx.row(NEWEST_OF, args![version]).await?.as_ref().map(read).transpose()
}

/// Takes on the oldest replay that waits for a process, or goes on with the own one.
///
/// # Errors
/// As [`by_id`].
pub async fn claim(tx: &mut Tx, node: &str, length: Span, now: Timestamp) -> Result<Option<ReplayRow>, StoreError> {
    let Some(row) = tx.row(RUNNING, args![now, node]).await?.as_ref().map(read).transpose()? else { return Ok(None) };
    let is_ours = tx.run(LEASE, args![row.id, node, now.plus(length), now]).await? > 0;
    Ok(is_ours.then_some(row))
}

/// What one stretch added.
#[derive(Debug)]
pub struct Step<'a> {
    /// The last post of it.
    pub last: PostId,
    /// Posts decided.
    pub posts: i64,
    /// Posts left out.
    pub left_out: i64,
    /// The sums of all stretches so far.
    pub sums: &'a str,
    /// What would be decided otherwise.
    pub changed: &'a [ChangedRow],
}

/// Notes one stretch. Gives whether the replay still was this process's and went on.
///
/// # Errors
/// The engine refuses.
pub async fn go_on(tx: &mut Tx, id: RulesReplayId, node: &str, step: &Step<'_>) -> Result<bool, StoreError> {
    let changed = i64::try_from(step.changed.len()).unwrap_or(i64::MAX);
    let args = args![id, step.last, step.posts, step.left_out, changed, step.sums, node];
    if tx.run(GO_ON, args).await? == 0 {
        return Ok(false);
    }
    let row = |one: &ChangedRow| args![id, one.post, one.case, one.at, one.body.as_str()];
    ADD_CHANGED.run(tx, step.changed.iter().map(row).collect()).await?;
    Ok(true)
}

/// Ends a replay. Gives whether it went on until now.
///
/// # Errors
/// The engine refuses.
pub async fn end(tx: &mut Tx, id: RulesReplayId, state: ReplayState, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![id, state.as_str(), now]).await? > 0)
}

/// What a replay found changed, in the order of the posts.
///
/// # Errors
/// As [`by_id`].
pub async fn changed(
    tx: &mut Tx,
    id: RulesReplayId,
    after: Option<PostId>,
    most: u32,
) -> Result<Vec<ChangedRow>, StoreError> {
    let after = after.map_or_else(String::new, |post| post.to_string());
    let rows = tx.rows(CHANGED, args![id, after, most]).await?;
    rows.iter()
        .map(|row| Ok(ChangedRow { post: row.id(0)?, case: row.opt_int(1)?, at: row.time(2)?, body: row.text(3)? }))
        .collect()
}

fn read(row: &Row) -> Result<ReplayRow, StoreError> {
    Ok(ReplayRow {
        id: row.id(0)?,
        site: row.id(1)?,
        version: row.id(2)?,
        before: row.text(3)?,
        after: row.text(4)?,
        since: row.time(5)?,
        state: row.word(6, ReplayState::from_word)?,
        total: row.int(7)?,
        last: row.opt_id(8)?,
        posts: row.int(9)?,
        left_out: row.int(10)?,
        changed: row.int(11)?,
        sums: row.text(12)?,
        by: row.opt_id(13)?,
        asked_at: row.time(14)?,
        ended_at: row.opt_time(15)?,
    })
}
