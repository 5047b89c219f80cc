//! Emptying: takes what was sealed out of rows, and the data keys with it, so that no backup can show it. The keys go before the
//! transaction commits: a crash between leaves rows that nobody can open, and the next run takes them out.

use bedside_core::{
    id::{AuthorId, KeyId, PostId, ThreadId},
    time::Timestamp,
};

use super::{Matter, emptying, emptying_authors, emptying_posts};
use crate::{
    Store, StoreError, Tx,
    many::{Many, many_statements},
    random,
    value::{Arg, args},
};

many_statements! {
    /// By thread. What was indexed is looked at once more, and then leaves the search index.
    EMPTY_POSTS_IN = "UPDATE post SET key_id = v.column2, sealed = v.column3, signals = NULL, indexed = (1 = 0), \
        emptied_at = v.column4 FROM (", [4], ") AS v WHERE post.thread_id = v.column1 AND post.emptied_at IS NULL";
    EMPTY_SAID_IN = "UPDATE door_said SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE door_said.thread_id = v.column1";
    EMPTY_FILES_IN = "UPDATE door_file SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE door_file.id IN (SELECT f.id FROM post p JOIN door_file f ON f.channel_id = p.channel_id \
        AND f.post_hash = p.ext_hash WHERE p.thread_id = v.column1)";
    DROP_MEDIA_IN = "DELETE FROM media WHERE post_id IN (SELECT p.id FROM (", [4], ") AS v JOIN post p ON p.thread_id = v.column1)";
    /// By case.
    EMPTY_CASES = "UPDATE cases SET emptied_at = v.column4 FROM (", [4], ") AS v WHERE cases.id = v.column1";
    EMPTY_NOTES = "UPDATE note SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE note.case_id = v.column1";
    EMPTY_DRAFTS = "UPDATE draft SET key_id = v.column2, sealed = v.column3, \
        state = CASE WHEN state = 'sent' THEN state ELSE 'withdrawn' END FROM (", [4], ") AS v \
        WHERE draft.case_id = v.column1";
    EMPTY_REASONS = "UPDATE decision SET key_id = NULL, sealed = NULL FROM (", [4], ") AS v \
        WHERE decision.case_id = v.column1 AND decision.key_id IS NOT NULL";
    EMPTY_TAKINGS = "UPDATE privacy_incident SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE privacy_incident.case_id = v.column1";
    EMPTY_RECEIPTS = "UPDATE outbox SET receipt_key_id = NULL, receipt = NULL FROM (", [4], ") AS v \
        WHERE outbox.case_id = v.column1";
    EMPTY_LABELS = "UPDATE label SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE label.case_id = v.column1 AND label.target <> 'site'";
    EMPTY_CLOCKS = "UPDATE clock SET key_id = NULL, sealed = NULL FROM (", [4], ") AS v \
        WHERE clock.case_id = v.column1";
    EMPTY_CARE = "UPDATE care_note SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE care_note.case_id = v.column1";
    // What takes a document back, or tells that a consent ended, holds no word of it and still has to leave.
    EMPTY_FILINGS = "UPDATE filing SET key_id = v.column2, sealed = v.column3, said_key_id = NULL, said = NULL, \
        reason_key_id = NULL, reason = NULL FROM (", [4], ") AS v WHERE filing.case_id = v.column1 \
        AND (filing.act = 'file' OR filing.settled_at IS NOT NULL)";
    EMPTY_ATTEMPTS = "UPDATE filing_attempt SET said_key_id = NULL, said = NULL FROM (", [4], ") AS v \
        WHERE filing_attempt.filing_id IN (SELECT f.id FROM filing f WHERE f.case_id = v.column1)";
    EMPTY_VERSIONS = "UPDATE filing_version SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE filing_version.filing_id IN (SELECT f.id FROM filing f WHERE f.case_id = v.column1)";
    EMPTY_EXCHANGED = "UPDATE exchange_version SET author_key_id = NULL, patient_key_id = NULL, sealed = NULL FROM (", [4], ") AS v \
        WHERE (exchange_version.kind, exchange_version.id) IN (SELECT r.kind, r.id FROM exchange_resource r \
        WHERE r.case_id = v.column1)";
    EMPTY_RESOURCES = "UPDATE exchange_resource SET is_gone = (1 = 1) FROM (", [4], ") AS v \
        WHERE exchange_resource.case_id = v.column1";
    /// By post, where others go on talking in the thread.
    EMPTY_POSTS = "UPDATE post SET key_id = v.column2, sealed = v.column3, signals = NULL, indexed = (1 = 0), \
        emptied_at = v.column4 FROM (", [4], ") AS v WHERE post.id = v.column1 AND post.emptied_at IS NULL";
    EMPTY_FILES_OF = "UPDATE door_file SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE door_file.id IN (SELECT f.id FROM post p JOIN door_file f ON f.channel_id = p.channel_id \
        AND f.post_hash = p.ext_hash WHERE p.id = v.column1)";
    DROP_MEDIA_OF = "DELETE FROM media WHERE post_id IN (SELECT v.column1 FROM (", [4], ") AS v)";
    EMPTY_DRAFTS_TO = "UPDATE draft SET key_id = v.column2, sealed = v.column3, \
        state = CASE WHEN state = 'sent' THEN state ELSE 'withdrawn' END FROM (", [4], ") AS v \
        WHERE draft.post_id = v.column1";
    EMPTY_REASONS_ON = "UPDATE decision SET key_id = NULL, sealed = NULL FROM (", [4], ") AS v \
        WHERE decision.post_id = v.column1 AND decision.key_id IS NOT NULL";
    EMPTY_RECEIPTS_TO = "UPDATE outbox SET receipt_key_id = NULL, receipt = NULL FROM (", [4], ") AS v \
        WHERE outbox.post_id = v.column1";
    EMPTY_CLOCKS_ON = "UPDATE clock SET key_id = NULL, sealed = NULL FROM (", [4], ") AS v \
        WHERE clock.post_id = v.column1";
    EMPTY_CARE_ON = "UPDATE care_note SET key_id = v.column2, sealed = v.column3 FROM (", [4], ") AS v \
        WHERE care_note.post_id = v.column1";
    /// The house's own cases and examples that were made of a post.
    EMPTY_OWN_CASES = "UPDATE policy_case SET key_id = v.column2, sealed = v.column3, emptied_at = v.column4, \
        dropped_at = COALESCE(dropped_at, v.column4) FROM (", [4], ") AS v \
        WHERE policy_case.post_id = v.column1 AND policy_case.emptied_at IS NULL";
    EMPTY_EXAMPLES = "UPDATE example SET key_id = v.column2, sealed = v.column3, emptied_at = v.column4 FROM (", [4], ") AS v \
        WHERE example.post_id = v.column1 AND example.emptied_at IS NULL";
    /// By author. Another hash: the same account, should it write again, is somebody new.
    EMPTY_AUTHORS = "UPDATE author SET key_id = v.column2, sealed = v.column3, emptied_at = v.column4, ext_hash = v.column5 FROM (",
        [5], ") AS v WHERE author.id = v.column1";
    EMPTY_AUTHOR_LABELS = "UPDATE label SET key_id = v.column2, sealed = v.column3, \
        removed_at = COALESCE(removed_at, v.column4), removed_by = COALESCE(removed_by, 'erasure') FROM (", [4], ") AS v \
        WHERE label.target = 'author' AND label.target_id = v.column1";
    EMPTY_LINKS = "UPDATE link SET key_id = v.column2, sealed = v.column3, reason_key_id = NULL, reason = NULL, \
        undone_at = COALESCE(undone_at, v.column4) FROM (", [4], ") AS v WHERE link.author_id = v.column1";
    STILL_WRITING = "SELECT p.author_id FROM post p WHERE p.emptied_at IS NULL AND p.author_id IN (SELECT column1 FROM (", [1],
        ") AS v)";
    AUTHOR_KEYS = "SELECT id, key_id FROM author WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
    DROP_VISITS = "DELETE FROM door_visit WHERE author_id IN (SELECT column1 FROM (", [1], ") AS v)";
    DROP_PASSES = "DELETE FROM door_pass WHERE author_id IN (SELECT column1 FROM (", [1], ") AS v)";
    DROP_STRIKES = "DELETE FROM strike WHERE author_id IN (SELECT column1 FROM (", [1], ") AS v)";
}

const BY_CASE: [Many; 14] = [
    EMPTY_TAKINGS,
    EMPTY_NOTES,
    EMPTY_DRAFTS,
    EMPTY_REASONS,
    EMPTY_RECEIPTS,
    EMPTY_LABELS,
    EMPTY_CLOCKS,
    EMPTY_CARE,
    EMPTY_ATTEMPTS,
    EMPTY_VERSIONS,
    EMPTY_FILINGS,
    EMPTY_EXCHANGED,
    EMPTY_RESOURCES,
    EMPTY_CASES,
];
const BY_POST: [Many; 5] = [EMPTY_DRAFTS_TO, EMPTY_REASONS_ON, EMPTY_RECEIPTS_TO, EMPTY_CLOCKS_ON, EMPTY_CARE_ON];

/// What went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Emptied {
    /// Posts.
    pub posts: u64,
    /// Data keys.
    pub keys: u64,
}

/// Empties cases with their threads: posts, drafts, notes, reasons, receipts, files, documents; and erases the threads' keys.
/// What was kept of a post on purpose, to prove rules or for training, has periods of its own and stays.
///
/// # Errors
/// An engine refuses; then nothing may be committed.
pub async fn empty_cases(
    store: &Store,
    tx: &mut Tx,
    matters: &[Matter],
    now: Timestamp,
) -> Result<Emptied, StoreError> {
    EMPTY_FILES_IN.run(tx, by_thread(matters, now)).await?;
    DROP_MEDIA_IN.run(tx, by_thread(matters, now)).await?;
    let posts = EMPTY_POSTS_IN.run(tx, by_thread(matters, now)).await?;
    Ok(Emptied { posts, keys: empty_work(store, tx, matters, now).await? })
}

fn by_thread(matters: &[Matter], now: Timestamp) -> Vec<Vec<Arg>> {
    matters.iter().map(|(_, thread)| emptying(&thread.to_string(), now)).collect()
}

/// Empties what the house wrote about these cases, and erases the threads' keys. Gives how many keys those were.
async fn empty_work(store: &Store, tx: &mut Tx, matters: &[Matter], now: Timestamp) -> Result<u64, StoreError> {
    EMPTY_SAID_IN.run(tx, by_thread(matters, now)).await?;
    for many in BY_CASE {
        many.run(tx, matters.iter().map(|(case, _)| emptying(&case.to_string(), now)).collect()).await?;
    }
    let owners: Vec<String> = matters.iter().map(|(_, thread)| thread_owner(*thread)).collect();
    store.keys().erase_all(&owners, &[]).await
}

pub(super) fn thread_owner(thread: ThreadId) -> String {
    format!("thread:{thread}")
}

/// Empties posts that belong to no case, so that nobody has written anything about them.
///
/// # Errors
/// As [`empty_cases`].
pub async fn empty_posts(tx: &mut Tx, posts: &[PostId], now: Timestamp) -> Result<u64, StoreError> {
    EMPTY_FILES_OF.run(tx, emptying_posts(posts, now)).await?;
    DROP_MEDIA_OF.run(tx, emptying_posts(posts, now)).await?;
    EMPTY_POSTS.run(tx, emptying_posts(posts, now)).await
}

/// Empties authors of whom nothing is left, and erases their keys. Gives `None` where one of them has written meanwhile: then
/// nothing may be committed.
///
/// # Errors
/// As [`empty_cases`].
pub async fn empty_authors(
    store: &Store,
    tx: &mut Tx,
    authors: &[AuthorId],
    now: Timestamp,
) -> Result<Option<Emptied>, StoreError> {
    let keys = keys_of(tx, authors).await?;
    empty_rows(tx, authors, now).await?;
    // Whoever takes a post of theirs waits for these rows from here on; what was stored before is seen now.
    let ids = || authors.iter().map(|id| args![*id]).collect();
    if !STILL_WRITING.rows(tx, ids()).await?.is_empty() {
        return Ok(None);
    }
    Ok(Some(Emptied { posts: 0, keys: store.keys().erase_all(&[], &keys).await? }))
}

async fn keys_of(tx: &mut Tx, authors: &[AuthorId]) -> Result<Vec<KeyId>, StoreError> {
    let rows = AUTHOR_KEYS.rows(tx, authors.iter().map(|id| args![*id]).collect()).await?;
    rows.iter().map(|row| row.id(1)).collect()
}

async fn empty_rows(tx: &mut Tx, authors: &[AuthorId], now: Timestamp) -> Result<(), StoreError> {
    let mut rows = emptying_authors(authors, now);
    for row in &mut rows {
        row.push(Arg::from(random::<16>()?.to_vec()));
    }
    EMPTY_AUTHORS.run(tx, rows).await.map(drop)
}

/// Empties everything of these authors, who are one person: `own` are the cases about them, `elsewhere` their posts in the
/// conversations of others. Erases their keys and those of their own threads.
///
/// # Errors
/// As [`empty_cases`].
pub(super) async fn erase_person(
    store: &Store,
    tx: &mut Tx,
    authors: &[AuthorId],
    (own, posts): (&[Matter], &[PostId]),
    now: Timestamp,
) -> Result<Emptied, StoreError> {
    let keys = keys_of(tx, authors).await?;
    empty_rows(tx, authors, now).await?;
    for many in [EMPTY_AUTHOR_LABELS, EMPTY_LINKS] {
        many.run(tx, emptying_authors(authors, now)).await?;
    }
    for many in [DROP_VISITS, DROP_PASSES, DROP_STRIKES] {
        many.run(tx, authors.iter().map(|id| args![*id]).collect()).await?;
    }
    for many in [EMPTY_OWN_CASES, EMPTY_EXAMPLES] {
        many.run(tx, emptying_posts(posts, now)).await?;
    }
    for many in BY_POST {
        many.run(tx, emptying_posts(posts, now)).await?;
    }
    let posts = empty_posts(tx, posts, now).await?;
    let threads = empty_work(store, tx, own, now).await?;
    Ok(Emptied { posts, keys: threads + store.keys().erase_all(&[], &keys).await? })
}
