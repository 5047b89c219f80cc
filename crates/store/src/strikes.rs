//! Strikes: which posts of an author were abusive. How they fade is core's matter.

use std::collections::HashMap;

use bedside_core::{
    id::{AuthorId, PersonId, PostId},
    time::Timestamp,
};

use crate::{StoreError, Tx, db::statements, many::many_statements, value::args};

statements! {
    WAIVE = "UPDATE strike SET waived_by = $2, waived_at = $3 WHERE post_id = $1 AND waived_at IS NULL";
    IS_STRIKE = "SELECT 1 FROM strike WHERE post_id = $1 AND waived_at IS NULL";
}

many_statements! {
    ADD = "INSERT INTO strike (post_id, author_id, at)", [3], " ON CONFLICT (post_id) DO NOTHING";
    // What a person has waived stays waived, however often the post is sorted.
    DROP = "DELETE FROM strike WHERE waived_at IS NULL AND post_id IN (SELECT column1 FROM (", [1], ") AS v)";
    BEFORE = "SELECT v.column1, s.at FROM (", [3], ") AS v JOIN strike s ON s.author_id = v.column2 \
        WHERE s.waived_at IS NULL AND s.at < v.column3 AND s.post_id <> v.column1 ORDER BY s.at DESC LIMIT 2000";
    LAST_BEFORE = "SELECT v.column1, (SELECT MAX(p.written_at) FROM post p WHERE p.author_id = v.column2 \
        AND p.written_at < v.column3) FROM (", [3], ") AS v";
}

/// A post, its author and when it was written.
pub type Asked = (PostId, AuthorId, Timestamp);

/// Stores which of these posts are strikes and which are none.
///
/// # Errors
/// The engine refuses.
pub async fn set(tx: &mut Tx, strikes: &[Asked], others: &[PostId]) -> Result<(), StoreError> {
    ADD.run(tx, strikes.iter().map(|(post, author, at)| args![*post, *author, *at]).collect()).await?;
    DROP.run(tx, others.iter().map(|post| args![*post]).collect()).await.map(drop)
}

/// When each post's author had written abusive posts before it.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn before(tx: &mut Tx, posts: &[Asked]) -> Result<HashMap<PostId, Vec<Timestamp>>, StoreError> {
    let mut found: HashMap<PostId, Vec<Timestamp>> = HashMap::new();
    for row in BEFORE.rows(tx, rows(posts)).await? {
        found.entry(row.id(0)?).or_default().push(row.time(1)?);
    }
    Ok(found)
}

/// When each post's author wrote last before it; who had not is left out.
///
/// # Errors
/// As [`before`].
pub async fn last_before(tx: &mut Tx, posts: &[Asked]) -> Result<HashMap<PostId, Timestamp>, StoreError> {
    let mut found = HashMap::new();
    for row in LAST_BEFORE.rows(tx, rows(posts)).await? {
        if let Some(at) = row.opt_time(1)? {
            found.insert(row.id(0)?, at);
        }
    }
    Ok(found)
}

fn rows(posts: &[Asked]) -> Vec<Vec<crate::value::Arg>> {
    posts.iter().map(|(post, author, at)| args![*post, *author, *at]).collect()
}

/// Whether a post counts as a strike.
///
/// # Errors
/// The engine refuses.
pub async fn is_strike(tx: &mut Tx, post: PostId) -> Result<bool, StoreError> {
    Ok(tx.row(IS_STRIKE, args![post]).await?.is_some())
}

/// Has a strike count no more; `false`: it did not count.
///
/// # Errors
/// The engine refuses.
pub async fn waive(tx: &mut Tx, post: PostId, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(WAIVE, args![post, by, now]).await? > 0)
}
