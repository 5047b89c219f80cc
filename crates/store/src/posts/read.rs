//! Reading posts back, and what triage found in them.

use std::collections::HashMap;

use bedside_core::{
    id::{AuthorId, ChannelId, KeyId, PostId, SiteId, ThreadId},
    post::Visibility,
    time::Timestamp,
    triage::Signals,
};

use super::{PostRow, parse, signals_place, standing_from, write};
use crate::{
    DataKey, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

macro_rules! columns {
    () => {
        "p.id, p.site_id, p.channel_id, p.author_id, p.thread_id, p.version, p.written_at, p.seen_at, p.visibility, \
         p.standing, p.addressed, p.media_count, p.signals, p.edited_at, p.deleted_at, a.is_bot, p.key_id, p.sealed, \
         a.key_id, a.sealed, p.passed_over, p.media_unseen FROM post p JOIN author a ON a.id = p.author_id"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " WHERE p.id = $1");
    BY_THREAD = concat!("SELECT ", columns!(), " WHERE p.thread_id = $1 ORDER BY p.written_at DESC, p.id DESC LIMIT 200");
    UNINDEXED = concat!("SELECT ", columns!(), " WHERE NOT p.indexed ORDER BY p.id LIMIT $1");
    WAITING_TO_BE_HEARD = "SELECT id FROM post WHERE thread_id = $1 AND passed_over AND deleted_at IS NULL ORDER BY written_at, id";
    LOOK_AT = concat!("SELECT ", columns!(), " JOIN cases m ON m.post_id = p.id WHERE p.channel_id = $1 \
        AND m.queue IN ('now', 'waiting') AND m.standing = 'live' AND p.deleted_at IS NULL AND p.id > $2 \
        ORDER BY p.id LIMIT $3");
    SEEN_SINCE = concat!("SELECT ", columns!(), " WHERE p.id > $1 AND p.seen_at >= $2 ORDER BY p.id LIMIT $3");
    COUNT_SINCE = "SELECT COUNT(*) FROM post WHERE id > $1 AND seen_at >= $2";
    SEEN_SINCE_AT = concat!("SELECT ", columns!(), " WHERE p.id > $1 AND p.seen_at >= $2 AND p.site_id = $4 ORDER BY p.id LIMIT $3");
    COUNT_SINCE_AT = "SELECT COUNT(*) FROM post WHERE id > $1 AND seen_at >= $2 AND site_id = $3";
}

many_statements! {
    BY_THREADS = concat!("SELECT ", columns!(), " WHERE p.thread_id IN (SELECT column1 FROM ("), [1], ") AS v) \
        ORDER BY p.written_at, p.id";
    BY_IDS = concat!("SELECT ", columns!(), " WHERE p.id IN (SELECT column1 FROM ("), [1], ") AS v)";
    SET_SIGNALS = "UPDATE post SET signals = v.column2 FROM (", [2], ") AS v WHERE post.id = v.column1";
    // No further than 100: who writes a lot would cost ever more, and rules ask for a few.
    PRIOR = "SELECT v.column1, (SELECT COUNT(*) FROM (SELECT 1 FROM post p WHERE p.author_id = v.column2 \
        AND p.written_at < v.column3 LIMIT 100) AS earlier) FROM (",
        [3], ") AS v";
    PASSED_OVER = "UPDATE post SET passed_over = (1 = 1) WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
    HEARD = "UPDATE post SET passed_over = (1 = 0) WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
    INDEXED = "UPDATE post SET indexed = (1 = 1) WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
}

/// One post.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: PostId) -> Result<Option<PostRow>, StoreError> {
    let rows = tx.rows(BY_ID, args![id]).await?;
    Ok(read_all(tx, rows).await?.pop())
}

/// Posts by id, in no order; what is not there is left out.
///
/// # Errors
/// As [`by_id`].
pub async fn rows(tx: &mut Tx, ids: &[PostId]) -> Result<Vec<PostRow>, StoreError> {
    let rows = BY_IDS.rows(tx, ids.iter().map(|id| args![*id]).collect()).await?;
    read_all(tx, rows).await
}

/// The newest 200 posts of a thread, the oldest of them first.
///
/// # Errors
/// As [`by_id`].
pub async fn by_thread(tx: &mut Tx, thread: ThreadId) -> Result<Vec<PostRow>, StoreError> {
    let mut rows = tx.rows(BY_THREAD, args![thread]).await?;
    rows.reverse();
    read_all(tx, rows).await
}

/// Posts first seen at or after `since`, by id, after `after`.
///
/// # Errors
/// As [`by_id`].
pub async fn seen_since(
    tx: &mut Tx,
    since: Timestamp,
    after: Option<PostId>,
    most: u32,
    site: Option<SiteId>,
) -> Result<Vec<PostRow>, StoreError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    let rows = match site {
        Some(site) => tx.rows(SEEN_SINCE_AT, args![after, since, most, site]).await?,
        None => tx.rows(SEEN_SINCE, args![after, since, most]).await?,
    };
    read_all(tx, rows).await
}

/// How many posts [`seen_since`] gives in all.
///
/// # Errors
/// The engine refuses.
pub async fn count_since(
    tx: &mut Tx,
    since: Timestamp,
    after: Option<PostId>,
    site: Option<SiteId>,
) -> Result<u64, StoreError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    let row = match site {
        Some(site) => tx.row(COUNT_SINCE_AT, args![after, since, site]).await?,
        None => tx.row(COUNT_SINCE, args![after, since]).await?,
    };
    row.map_or(Ok(0), |row| Ok(u64::try_from(row.int(0)?).unwrap_or(0)))
}

/// The posts of these threads, the oldest first.
///
/// # Errors
/// As [`by_id`].
pub async fn by_threads(tx: &mut Tx, threads: &[ThreadId]) -> Result<Vec<PostRow>, StoreError> {
    let rows = BY_THREADS.rows(tx, threads.iter().map(|id| args![*id]).collect()).await?;
    read_all(tx, rows).await
}

/// Posts that the search index doesn't hold yet.
///
/// # Errors
/// As [`by_id`].
pub async fn unindexed(tx: &mut Tx, most: u32) -> Result<Vec<PostRow>, StoreError> {
    let rows = tx.rows(UNINDEXED, args![most]).await?;
    read_all(tx, rows).await
}

/// Posts of a channel whose cases are open, to be looked at upstream: were they edited or deleted? From `after` on.
///
/// # Errors
/// As [`by_id`].
pub async fn channel_posts_to_look_at(
    tx: &mut Tx,
    channel: ChannelId,
    after: Option<PostId>,
    most: u32,
) -> Result<Vec<PostRow>, StoreError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    let rows = tx.rows(LOOK_AT, args![channel, after, most]).await?;
    read_all(tx, rows).await
}

/// Notes that the search index holds these posts.
///
/// # Errors
/// The engine refuses.
pub async fn mark_indexed(tx: &mut Tx, ids: &[PostId]) -> Result<(), StoreError> {
    INDEXED.run(tx, ids.iter().map(|id| args![*id]).collect()).await.map(drop)
}

/// Notes that these posts wait until the case of their thread, which is about somebody else, is closed.
///
/// # Errors
/// The engine refuses.
pub async fn mark_passed_over(tx: &mut Tx, ids: &[PostId]) -> Result<(), StoreError> {
    PASSED_OVER.run(tx, ids.iter().map(|id| args![*id]).collect()).await.map(drop)
}

/// Notes that these posts wait no longer.
///
/// # Errors
/// The engine refuses.
pub async fn mark_heard(tx: &mut Tx, ids: &[PostId]) -> Result<(), StoreError> {
    HEARD.run(tx, ids.iter().map(|id| args![*id]).collect()).await.map(drop)
}

/// The posts of a thread that were passed over and are still there, the oldest first.
///
/// # Errors
/// The engine refuses.
pub async fn passed_over(tx: &mut Tx, thread: ThreadId) -> Result<Vec<PostId>, StoreError> {
    tx.rows(WAITING_TO_BE_HEARD, args![thread]).await?.iter().map(|row| row.id(0)).collect()
}

/// Stores what triage found, sealed under the key of its post; where that was erased there is nothing to be kept.
///
/// # Errors
/// The engine or the key store refuses.
pub async fn set_signals(tx: &mut Tx, found: &[(&PostRow, &Signals)]) -> Result<(), StoreError> {
    let keys = keys_of(tx, found.iter().map(|(post, _)| post.key)).await?;
    let mut rows = Vec::with_capacity(found.len());
    for (post, signals) in found {
        if let Some(Ok(key)) = keys.get(&post.key) {
            rows.push(args![post.id, key.seal(&signals_place(post.id), &write(signals)?)?]);
        }
    }
    SET_SIGNALS.run(tx, rows).await.map(drop)
}

/// How many earlier posts of its author the store has, per post, counted up to 100.
///
/// # Errors
/// The engine refuses.
pub async fn prior_posts(
    tx: &mut Tx,
    posts: &[(PostId, AuthorId, Timestamp)],
) -> Result<HashMap<PostId, u32>, StoreError> {
    let rows = posts.iter().map(|(post, author, at)| args![*post, *author, *at]).collect();
    let mut counts = HashMap::with_capacity(posts.len());
    for row in PRIOR.rows(tx, rows).await? {
        counts.insert(row.id(0)?, u32::try_from(row.int(1)?).unwrap_or(u32::MAX));
    }
    Ok(counts)
}

async fn keys_of(
    tx: &Tx,
    ids: impl Iterator<Item = KeyId>,
) -> Result<HashMap<KeyId, Result<DataKey, StoreError>>, StoreError> {
    match tx.keys() {
        Some(keys) => keys.each_by_id(&ids.collect::<Vec<_>>()).await,
        None => Ok(HashMap::new()),
    }
}

/// Reads rows and opens what was found in their posts.
async fn read_all(tx: &Tx, rows: Vec<Row>) -> Result<Vec<PostRow>, StoreError> {
    let mut posts = Vec::with_capacity(rows.len());
    let mut sealed = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let post = read(row)?;
        if let Some(signals) = row.opt_bytes(12)? {
            sealed.push((place, post.key, signals));
        }
        posts.push(post);
    }
    let keys = keys_of(tx, sealed.iter().map(|(_, key, _)| *key)).await?;
    for (place, key, signals) in sealed {
        if let (Some(Ok(key)), Some(post)) = (keys.get(&key), posts.get_mut(place)) {
            post.signals = key.open(&signals_place(post.id), &signals).and_then(|plain| parse(&plain)).ok();
        }
    }
    Ok(posts)
}

fn read(row: &Row) -> Result<PostRow, StoreError> {
    Ok(PostRow {
        id: row.id(0)?,
        site: row.id(1)?,
        channel: row.id(2)?,
        author: row.id(3)?,
        thread: row.id(4)?,
        version: row.int(5)?,
        at: row.time(6)?,
        seen_at: row.time(7)?,
        visibility: row.word(8, Visibility::from_word)?,
        standing: row.word(9, standing_from)?,
        addressed: row.flag(10)?,
        media_count: u16::try_from(row.int(11)?).unwrap_or(u16::MAX),
        signals: None,
        edited_at: row.opt_time(13)?,
        deleted_at: row.opt_time(14)?,
        author_is_bot: row.flag(15)?,
        key: row.id(16)?,
        sealed: row.bytes(17)?,
        author_key: row.id(18)?,
        author_sealed: row.bytes(19)?,
        passed_over: row.flag(20)?,
        media_unseen: u16::try_from(row.int(21)?).unwrap_or(u16::MAX),
    })
}
