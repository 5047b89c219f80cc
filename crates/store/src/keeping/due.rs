//! What is due to go: for each class the sums and the next rows, by one and the same condition, so that a dry run says what the
//! night would do.

use bedside_core::{
    id::{AuthorId, CaseId, PostId, SiteId},
    retention::Class,
    time::Timestamp,
};

use super::Matter;
use crate::{
    StoreError, Tx,
    db::{Row, Statement, statements},
    many::many_statements,
    value::args,
};

/// A label that keeps a case `c`: on who wrote in its thread, on the thread, on the house.
macro_rules! held {
    ($now:expr) => {
        concat!(
            "EXISTS (SELECT 1 FROM label l WHERE l.site_id = c.site_id AND l.kind IN ('legal_hold', 'litigation') \
         AND l.removed_at IS NULL AND (l.expires_at IS NULL OR l.expires_at > ",
            $now,
            ") AND (l.target_id IN (c.thread_id, c.author_id, c.site_id) \
         OR l.target_id IN (SELECT w.author_id FROM post w WHERE w.thread_id = c.thread_id)))"
        )
    };
}

/// What somebody still has to do about a case `c`: a clock runs, a reply is on its way, a document waits, a crisis reply is unread.
macro_rules! finished {
    () => {
        "NOT EXISTS (SELECT 1 FROM clock k WHERE k.case_id = c.id AND k.ended_at IS NULL) \
         AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = c.id AND o.state IN ('waiting', 'prepared', 'unsure')) \
         AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.case_id = c.id AND f.settled_at IS NULL) \
         AND NOT EXISTS (SELECT 1 FROM crisis_reading r WHERE r.case_id = c.id AND r.read_at IS NULL)"
    };
}

/// A case that came back to life after it was emptied has content again.
macro_rules! due_cases {
    ($select:expr, $when:expr, $rest:expr) => {
        concat!(
            "SELECT ",
            $select,
            " FROM cases c WHERE c.site_id = $1 AND ",
            $when,
            " AND (c.emptied_at IS NULL OR c.emptied_at < c.updated_at) AND ",
            finished!(),
            $rest
        )
    };
}

macro_rules! silent {
    () => {
        "c.standing = 'live' AND c.queue = 'silent' AND c.posted_at < $2 AND c.created_at < $2"
    };
}
macro_rules! closed {
    () => {
        "c.standing = 'live' AND c.queue = 'done' AND c.updated_at < $2"
    };
}
macro_rules! history {
    () => {
        "c.standing = 'history' AND c.queue IN ('silent', 'done') AND c.created_at < $2"
    };
}
macro_rules! count {
    ($when:expr) => {
        due_cases!(concat!("COUNT(*), COALESCE(SUM(CASE WHEN ", held!("$3"), " THEN 1 ELSE 0 END), 0)"), $when, "")
    };
}
macro_rules! next {
    ($when:expr) => {
        due_cases!(
            "c.id, c.thread_id, c.revision",
            $when,
            concat!(" AND NOT ", held!("$3"), " AND c.id > $4 ORDER BY c.id LIMIT $5")
        )
    };
}

/// Posts that belong to no case: notes to the door that held a code, posts nobody had to decide.
macro_rules! alone {
    ($select:expr, $rest:expr) => {
        concat!(
            "SELECT ",
            $select,
            " FROM post c WHERE c.site_id = $1 AND c.emptied_at IS NULL AND c.seen_at < $2 AND c.standing = $4 \
             AND NOT EXISTS (SELECT 1 FROM cases m WHERE m.thread_id = c.thread_id)",
            $rest
        )
    };
}

/// What a person kept of a post: held by what holds its author.
macro_rules! of_post {
    ($select:expr, $table:expr, $rest:expr) => {
        concat!(
            "SELECT ",
            $select,
            " FROM ",
            $table,
            " k JOIN post c ON c.id = k.post_id WHERE k.site_id = $1 AND k.emptied_at IS NULL AND k.said_at < $2",
            $rest
        )
    };
}

macro_rules! sum_held {
    () => {
        concat!("COUNT(*), COALESCE(SUM(CASE WHEN ", held!("$3"), " THEN 1 ELSE 0 END), 0)")
    };
}

statements! {
    COUNT_SILENT = count!(silent!());
    COUNT_CLOSED = count!(closed!());
    COUNT_HISTORY = count!(history!());
    NEXT_SILENT = next!(silent!());
    NEXT_CLOSED = next!(closed!());
    NEXT_HISTORY = next!(history!());
    COUNT_ALONE = alone!(sum_held!(), "");
    NEXT_ALONE = alone!("c.id", concat!(" AND NOT ", held!("$3"), " AND c.id > $5 ORDER BY c.id LIMIT $6"));
    COUNT_OWN = of_post!(sum_held!(), "policy_case", "");
    COUNT_EXAMPLES = of_post!(sum_held!(), "example", "");
    GO_OWN = concat!("UPDATE policy_case SET key_id = $4, sealed = $5, emptied_at = $3, dropped_at = COALESCE(dropped_at, $3) \
        WHERE id IN (", of_post!("k.id", "policy_case", concat!(" AND NOT ", held!("$3"), " LIMIT $6")), ")");
    GO_EXAMPLE = concat!("UPDATE example SET key_id = $4, sealed = $5, emptied_at = $3 WHERE id IN (",
        of_post!("k.id", "example", concat!(" AND NOT ", held!("$3"), " LIMIT $6")), ")");
    COUNT_ALARMS = "SELECT COUNT(*) FROM alarm WHERE site_id = $1 AND state = 'ended' AND ended_at < $2";
    DROP_CALLS = "DELETE FROM alarm_call WHERE alarm_id IN (SELECT id FROM alarm WHERE site_id = $1 AND state = 'ended' \
        AND ended_at < $2 ORDER BY id LIMIT $3)";
    DROP_ALARMS = "DELETE FROM alarm WHERE id IN (SELECT id FROM alarm WHERE site_id = $1 AND state = 'ended' \
        AND ended_at < $2 ORDER BY id LIMIT $3)";
    COUNT_LETTERS = "SELECT COUNT(*) FROM letter WHERE site_id = $1 AND settled_at < $2 AND expires_at < $2";
    DROP_LETTERS = "DELETE FROM letter WHERE id IN (SELECT id FROM letter WHERE site_id = $1 AND settled_at < $2 \
        AND expires_at < $2 LIMIT $3)";
    COUNT_TOLD = "SELECT COUNT(*) FROM exchange_delivery d JOIN exchange_event e ON e.n = d.event_n \
        WHERE e.site_id = $1 AND d.settled_at < $2";
    DROP_TOLD = "DELETE FROM exchange_delivery WHERE (target_id, number) IN (SELECT d.target_id, d.number FROM exchange_delivery d \
        JOIN exchange_event e ON e.n = d.event_n WHERE e.site_id = $1 AND d.settled_at < $2 LIMIT $3)";
    COUNT_ACCESSES = "SELECT COUNT(*) FROM exchange_access WHERE site_id = $1 AND at < $2";
    DROP_ACCESSES = "DELETE FROM exchange_access WHERE id IN (SELECT id FROM exchange_access WHERE site_id = $1 AND at < $2 LIMIT $3)";
    // Sessions belong to people, not to houses: they go with the first house at which the person has a role.
    COUNT_SESSIONS = "SELECT COUNT(*) FROM session s WHERE s.expires_at < $2 \
        AND $1 = (SELECT MIN(r.site_id) FROM person_role r WHERE r.person_id = s.person_id)";
    DROP_SESSIONS = "DELETE FROM session WHERE token_hash IN (SELECT s.token_hash FROM session s WHERE s.expires_at < $2 \
        AND $1 = (SELECT MIN(r.site_id) FROM person_role r WHERE r.person_id = s.person_id) LIMIT $3)";
    COUNT_INVITES = "SELECT COUNT(*) FROM invite s WHERE s.expires_at < $2 \
        AND $1 = (SELECT MIN(r.site_id) FROM person_role r WHERE r.person_id = s.person_id)";
    DROP_INVITES = "DELETE FROM invite WHERE token_hash IN (SELECT s.token_hash FROM invite s WHERE s.expires_at < $2 \
        AND $1 = (SELECT MIN(r.site_id) FROM person_role r WHERE r.person_id = s.person_id) LIMIT $3)";
    // An author of whom nothing is left, and with whom nothing is agreed.
    DUE_AUTHORS = "SELECT a.id FROM author a WHERE a.site_id = $1 AND a.emptied_at IS NULL AND a.created_at < $2 AND a.id > $3 \
        AND NOT EXISTS (SELECT 1 FROM post p WHERE p.author_id = a.id AND p.emptied_at IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM policy_case k JOIN post p ON p.id = k.post_id WHERE p.author_id = a.id AND k.emptied_at IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM example k JOIN post p ON p.id = k.post_id WHERE p.author_id = a.id AND k.emptied_at IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM link l WHERE l.author_id = a.id AND l.level IN ('claimed', 'confirmed')) \
        AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.author_id = a.id AND c.revoked_at IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM door_person d JOIN consent c ON c.author_id = d.author_id AND c.revoked_at IS NULL \
        WHERE d.door_author_id = a.id) \
        AND NOT EXISTS (SELECT 1 FROM door_visit d WHERE d.author_id = a.id) \
        AND NOT EXISTS (SELECT 1 FROM label l WHERE l.target_id = a.id AND l.removed_at IS NULL \
        AND (l.expires_at IS NULL OR l.expires_at > $4)) ORDER BY a.id LIMIT $5";
}

many_statements! {
    // Looked at once more where it is emptied: nobody has touched it, and no hold was set meanwhile.
    STILL_DUE = "SELECT c.id, c.thread_id FROM (", [3], concat!(") AS v JOIN cases c ON c.id = v.column1 \
        AND c.revision = v.column2 WHERE NOT ", held!("v.column3"));
}

/// What is due of a class at a house.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    /// What is older than its period and finished.
    pub due: u64,
    /// How much of that a legal hold or a lawsuit keeps.
    pub held: u64,
}

/// How much of a class is due at a house: cases, posts without a case, or rows, older than `before`.
///
/// # Errors
/// The engine refuses.
pub async fn sums(
    tx: &mut Tx,
    site: SiteId,
    class: Class,
    (before, now): (Timestamp, Timestamp),
) -> Result<Due, StoreError> {
    let held: &[(Statement, Option<&str>)] = match class {
        Class::SilentPosts => &[(COUNT_SILENT, None), (COUNT_ALONE, Some("live"))],
        Class::ClosedCases => &[(COUNT_CLOSED, None)],
        Class::History => &[(COUNT_HISTORY, None), (COUNT_ALONE, Some("history"))],
        Class::OwnCases => &[(COUNT_OWN, None)],
        Class::Examples => &[(COUNT_EXAMPLES, None)],
        Class::Alarms | Class::Deliveries | Class::Accesses | Class::SignIns => &[],
    };
    let mut sums = Due::default();
    for (statement, standing) in held {
        let mut args = args![site, before, now];
        args.extend(standing.map(crate::value::Arg::from));
        let row = tx.row(*statement, args).await?;
        let count = |column| row.as_ref().map_or(Ok(0), |row: &Row| row.int(column).map(i64::unsigned_abs));
        (sums.due, sums.held) = (sums.due + count(0)?, sums.held + count(1)?);
    }
    for (count, _) in plain(class) {
        let row = tx.row(*count, args![site, before]).await?;
        sums.due += row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
    }
    Ok(sums)
}

/// What of a class is deleted as rows: how it is counted, and the deletions in their order. They hold no text.
const fn plain(class: Class) -> &'static [(Statement, &'static [Statement])] {
    match class {
        Class::Alarms => &[(COUNT_ALARMS, &[DROP_CALLS, DROP_ALARMS])],
        Class::Deliveries => &[(COUNT_LETTERS, &[DROP_LETTERS]), (COUNT_TOLD, &[DROP_TOLD])],
        Class::Accesses => &[(COUNT_ACCESSES, &[DROP_ACCESSES])],
        Class::SignIns => &[(COUNT_SESSIONS, &[DROP_SESSIONS]), (COUNT_INVITES, &[DROP_INVITES])],
        Class::SilentPosts | Class::ClosedCases | Class::History | Class::OwnCases | Class::Examples => &[],
    }
}

/// A case that is to be emptied, as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueCase {
    /// The case and its thread.
    pub matter: Matter,
    /// How often it was changed.
    pub revision: i64,
}

/// The next cases of a class that are to be emptied, by id after `after`.
///
/// # Errors
/// The engine refuses.
pub async fn due_cases(
    tx: &mut Tx,
    site: SiteId,
    class: Class,
    (before, now): (Timestamp, Timestamp),
    after: Option<CaseId>,
    most: u32,
) -> Result<Vec<DueCase>, StoreError> {
    let statement = match class {
        Class::SilentPosts => NEXT_SILENT,
        Class::ClosedCases => NEXT_CLOSED,
        Class::History => NEXT_HISTORY,
        Class::OwnCases | Class::Examples | Class::Alarms | Class::Deliveries | Class::Accesses | Class::SignIns => {
            return Ok(Vec::new());
        }
    };
    let after = after.map_or_else(String::new, |id| id.to_string());
    let rows = tx.rows(statement, args![site, before, now, after, most]).await?;
    rows.iter().map(|row| Ok(DueCase { matter: (row.id(0)?, row.id(1)?), revision: row.int(2)? })).collect()
}

/// Those of these cases that are as they were read and that nothing holds.
///
/// # Errors
/// The engine refuses.
pub async fn still_due(tx: &mut Tx, cases: &[DueCase], now: Timestamp) -> Result<Vec<Matter>, StoreError> {
    let rows = cases.iter().map(|case| args![case.matter.0, case.revision, now]).collect();
    STILL_DUE.rows(tx, rows).await?.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// The next posts without a case that are to be emptied, by id after `after`.
///
/// # Errors
/// The engine refuses.
pub async fn due_posts(
    tx: &mut Tx,
    site: SiteId,
    class: Class,
    (before, now): (Timestamp, Timestamp),
    after: Option<PostId>,
    most: u32,
) -> Result<Vec<PostId>, StoreError> {
    let standing = match class {
        Class::SilentPosts => "live",
        Class::History => "history",
        Class::ClosedCases
        | Class::OwnCases
        | Class::Examples
        | Class::Alarms
        | Class::Deliveries
        | Class::Accesses
        | Class::SignIns => return Ok(Vec::new()),
    };
    let after = after.map_or_else(String::new, |id| id.to_string());
    tx.rows(NEXT_ALONE, args![site, before, now, standing, after, most]).await?.iter().map(|row| row.id(0)).collect()
}

/// Takes away the next rows of a class that stand by themselves. Gives how many.
///
/// # Errors
/// The engine refuses.
pub async fn drop_rows(
    tx: &mut Tx,
    site: SiteId,
    class: Class,
    (before, now): (Timestamp, Timestamp),
    most: u32,
) -> Result<u64, StoreError> {
    let emptying = match class {
        Class::OwnCases => Some(GO_OWN),
        Class::Examples => Some(GO_EXAMPLE),
        _ => None,
    };
    if let Some(statement) = emptying {
        return tx.run(statement, args![site, before, now, super::no_key(), Vec::<u8>::new(), most]).await;
    }
    let mut dropped = 0;
    for (_, steps) in plain(class) {
        for (n, step) in steps.iter().enumerate() {
            let rows = tx.run(*step, args![site, before, most]).await?;
            // What hangs on a row goes with it and is not counted.
            dropped += if n + 1 == steps.len() { rows } else { 0 };
        }
    }
    Ok(dropped)
}

/// Authors of whom nothing is left and with whom nothing is agreed, by id after `after`.
///
/// # Errors
/// The engine refuses.
pub async fn due_authors(
    tx: &mut Tx,
    site: SiteId,
    (before, now): (Timestamp, Timestamp),
    after: Option<AuthorId>,
    most: u32,
) -> Result<Vec<AuthorId>, StoreError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    tx.rows(DUE_AUTHORS, args![site, before, after, now, most]).await?.iter().map(|row| row.id(0)).collect()
}
