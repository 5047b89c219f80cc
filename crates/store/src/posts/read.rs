//! Reading posts back, and what triage found in them.

use bedside_core::{
    id::{AuthorId, ChannelId, PostId, ThreadId},
    post::Visibility,
    time::Timestamp,
    triage::Signals,
};

use super::{PostRow, standing_from};
use crate::{
    StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::{Arg, args},
};

macro_rules! columns {
    () => {
        "p.id, p.site_id, p.channel_id, p.author_id, p.thread_id, p.version, p.written_at, p.seen_at, p.visibility, \
         p.standing, p.addressed, p.media_count, p.signals, p.edited_at, p.deleted_at, a.is_bot, p.key_id, p.sealed, \
         a.key_id, a.sealed FROM post p JOIN author a ON a.id = p.author_id"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " WHERE p.id = $1");
    BY_THREAD = concat!("SELECT ", columns!(), " WHERE p.thread_id = $1 ORDER BY p.written_at, p.id LIMIT 200");
    NEWEST_IN_THREAD = concat!("SELECT ", columns!(), " WHERE p.thread_id = $1 ORDER BY p.written_at DESC, p.id DESC LIMIT 200");
    UNINDEXED = concat!("SELECT ", columns!(), " WHERE NOT p.indexed ORDER BY p.id LIMIT $1");
    LOOK_AT = concat!("SELECT ", columns!(), " JOIN cases m ON m.post_id = p.id WHERE p.channel_id = $1 \
        AND m.queue IN ('now', 'waiting') AND m.standing = 'live' AND p.deleted_at IS NULL AND p.id > $2 \
        ORDER BY p.id LIMIT $3");
}

many_statements! {
    BY_IDS = concat!("SELECT ", columns!(), " WHERE p.id IN (SELECT column1 FROM ("), [1], ") AS v)";
    SET_SIGNALS = "UPDATE post SET signals = v.column2 FROM (", [2], ") AS v WHERE post.id = v.column1";
    PRIOR = "SELECT v.column1, (SELECT COUNT(*) FROM post p WHERE p.author_id = v.column2 AND p.written_at < v.column3) FROM (",
        [3], ") AS v";
    INDEXED = "UPDATE post SET indexed = (1 = 1) WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
}

/// One post.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: PostId) -> Result<Option<PostRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// Posts by id, in no order; what is not there is left out.
///
/// # Errors
/// As [`by_id`].
pub async fn rows(tx: &mut Tx, ids: &[PostId]) -> Result<Vec<PostRow>, StoreError> {
    BY_IDS.rows(tx, ids.iter().map(|id| args![*id]).collect()).await?.iter().map(read).collect()
}

/// The posts of a thread, the oldest first, at most 200.
///
/// # Errors
/// As [`by_id`].
pub async fn by_thread(tx: &mut Tx, thread: ThreadId) -> Result<Vec<PostRow>, StoreError> {
    tx.rows(BY_THREAD, args![thread]).await?.iter().map(read).collect()
}

/// The newest 200 posts of a thread, the oldest of them first.
///
/// # Errors
/// As [`by_id`].
pub async fn newest_in_thread(tx: &mut Tx, thread: ThreadId) -> Result<Vec<PostRow>, StoreError> {
    let rows = tx.rows(NEWEST_IN_THREAD, args![thread]).await?;
    rows.iter().rev().map(read).collect()
}

/// Posts that the search index doesn't hold yet.
///
/// # Errors
/// As [`by_id`].
pub async fn unindexed(tx: &mut Tx, most: u32) -> Result<Vec<PostRow>, StoreError> {
    tx.rows(UNINDEXED, args![most]).await?.iter().map(read).collect()
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
    tx.rows(LOOK_AT, args![channel, after, most]).await?.iter().map(read).collect()
}

/// Notes that the search index holds these posts.
///
/// # Errors
/// The engine refuses.
pub async fn mark_indexed(tx: &mut Tx, ids: &[PostId]) -> Result<(), StoreError> {
    INDEXED.run(tx, ids.iter().map(|id| args![*id]).collect()).await.map(drop)
}

/// Stores what triage found.
///
/// # Errors
/// The engine refuses.
pub async fn set_signals(tx: &mut Tx, found: &[(PostId, &Signals)]) -> Result<(), StoreError> {
    let rows = found.iter().map(|(id, signals)| {
        let json = serde_json::to_string(signals).map_err(|_| StoreError::corrupt("signals", ""))?;
        Ok::<Vec<Arg>, StoreError>(args![*id, json])
    });
    SET_SIGNALS.run(tx, rows.collect::<Result<_, _>>()?).await.map(drop)
}

/// How many earlier posts of its author the store has, per post.
///
/// # Errors
/// The engine refuses.
pub async fn prior_posts(
    tx: &mut Tx,
    posts: &[(PostId, AuthorId, Timestamp)],
) -> Result<std::collections::HashMap<PostId, u32>, StoreError> {
    let rows = posts.iter().map(|(post, author, at)| args![*post, *author, *at]).collect();
    let mut counts = std::collections::HashMap::with_capacity(posts.len());
    for row in PRIOR.rows(tx, rows).await? {
        counts.insert(row.id(0)?, u32::try_from(row.int(1)?).unwrap_or(u32::MAX));
    }
    Ok(counts)
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
        signals: match row.opt_text(12)? {
            Some(_) => Some(row.json(12)?),
            None => None,
        },
        edited_at: row.opt_time(13)?,
        deleted_at: row.opt_time(14)?,
        author_is_bot: row.flag(15)?,
        key: row.id(16)?,
        sealed: row.bytes(17)?,
        author_key: row.id(18)?,
        author_sealed: row.bytes(19)?,
    })
}
