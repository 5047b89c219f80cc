//! Jobs: a closed list of kinds, leased, retried with back-off, and kept as dead letters when they fail for good.

use bedside_core::{
    id::JobId,
    time::{Span, Timestamp},
};

use crate::{
    StoreError, Tx,
    db::{Engine, Row, statements},
    many::many_statements,
    random,
    value::args,
};

/// What there is to do. The next step of the road is a row here, not a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Sort a post and decide about it. Subject: the post.
    Assess,
    /// Decide a case anew, because its hold ended or its facts changed. Subject: the case.
    Redecide,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Assess, Self::Redecide];
    /// The word for the store and for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assess => "assess",
            Self::Redecide => "redecide",
        }
    }
}

/// A live post goes before every imported one.
pub const LIVE: i64 = 0;
/// What may wait.
pub const HISTORY: i64 = 10;

/// How often a job is tried before it becomes a dead letter.
pub const MOST_ATTEMPTS: i64 = 8;

/// A claimed job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it is about, an id of the kind's subject.
    pub subject: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

const CLAIM_SQLITE: &str = "UPDATE job SET lease_by = $1, lease_until = $2, attempts = attempts + 1 WHERE id IN \
    (SELECT id FROM job WHERE state = 'ready' AND kind = $3 AND priority <= $4 AND run_at <= $5 AND \
    (lease_until IS NULL OR lease_until < $5) ORDER BY priority, run_at, id LIMIT $6) RETURNING id, subject_id, attempts";
const CLAIM_POSTGRES: &str = "UPDATE job SET lease_by = $1, lease_until = $2, attempts = attempts + 1 WHERE id IN \
    (SELECT id FROM job WHERE state = 'ready' AND kind = $3 AND priority <= $4 AND run_at <= $5 AND \
    (lease_until IS NULL OR lease_until < $5) ORDER BY priority, run_at, id LIMIT $6 FOR UPDATE SKIP LOCKED) \
    RETURNING id, subject_id, attempts";

statements! {
    RETRY = "UPDATE job SET lease_by = NULL, lease_until = NULL, run_at = $2, error = $3, state = $4 WHERE id = $1";
    WAITING = "SELECT kind, COUNT(*), MIN(created_at) FROM job WHERE state = 'ready' GROUP BY kind";
    DEAD = "SELECT COUNT(*) FROM job WHERE state = 'dead'";
}

many_statements! {
    INSERT = "INSERT INTO job (id, kind, subject_id, priority, run_at, attempts, state, error, created_at)",
        [9], "";
    DONE = "DELETE FROM job WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
}

/// Adds jobs of one kind.
///
/// # Errors
/// The engine refuses.
pub async fn add(
    tx: &mut Tx,
    kind: JobKind,
    subjects: impl Iterator<Item = String>,
    priority: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for subject in subjects {
        let id = JobId::new(now, &random()?);
        rows.push(args![id, kind.as_str(), subject, priority, now, 0, "ready", "", now]);
    }
    INSERT.run(tx, rows).await.map(drop)
}

/// Leases up to `most` jobs of a kind to `by`, the most pressing first. One claim at a time sees each job.
///
/// # Errors
/// The engine refuses.
pub async fn claim(
    tx: &mut Tx,
    kind: JobKind,
    at_most_priority: i64,
    by: &str,
    lease: Span,
    most: u32,
    now: Timestamp,
) -> Result<Vec<Job>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => CLAIM_SQLITE,
        Engine::Postgres => CLAIM_POSTGRES,
    };
    let args = args![by, now.plus(lease), kind.as_str(), at_most_priority, now, most];
    let mut jobs: Vec<Job> = tx.rows_text(sql, args).await?.iter().map(read).collect::<Result<_, _>>()?;
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// Takes finished jobs away.
///
/// # Errors
/// The engine refuses.
pub async fn done(tx: &mut Tx, jobs: &[Job]) -> Result<(), StoreError> {
    DONE.run(tx, jobs.iter().map(|job| args![job.id]).collect()).await.map(drop)
}

/// Gives a job back after a failure: later with back-off, or as a dead letter after [`MOST_ATTEMPTS`].
/// `code` is a word of ours, never text of a person.
///
/// # Errors
/// The engine refuses.
pub async fn failed(tx: &mut Tx, job: &Job, code: &str, now: Timestamp) -> Result<(), StoreError> {
    let state = if job.attempts >= MOST_ATTEMPTS { "dead" } else { "ready" };
    tx.run(RETRY, args![job.id, now.plus(backoff(job.attempts)), code, state]).await.map(drop)
}

/// 2, 4, 8 … seconds, at most ten minutes.
#[must_use]
pub fn backoff(attempts: i64) -> Span {
    let doublings = u32::try_from(attempts.clamp(0, 9)).unwrap_or(9);
    Span::seconds((1_i64 << doublings).min(600))
}

/// What waits in the job table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Kind, number, birth of the oldest.
    pub kinds: Vec<(String, i64, Timestamp)>,
    /// Dead letters.
    pub dead: i64,
}

/// Counts the job table.
///
/// # Errors
/// The engine refuses.
pub async fn waiting(tx: &mut Tx) -> Result<Waiting, StoreError> {
    let mut waiting = Waiting::default();
    for row in tx.rows(WAITING, args![]).await? {
        waiting.kinds.push((row.text(0)?, row.int(1)?, row.time(2)?));
    }
    waiting.dead = tx.row(DEAD, args![]).await?.map_or(Ok(0), |row| row.int(0))?;
    Ok(waiting)
}

fn read(row: &Row) -> Result<Job, StoreError> {
    Ok(Job { id: row.id(0)?, subject: row.text(1)?, attempts: row.int(2)? })
}

#[cfg(test)]
pub(crate) const CLAIMS: [(Engine, &str); 2] = [(Engine::Sqlite, CLAIM_SQLITE), (Engine::Postgres, CLAIM_POSTGRES)];
