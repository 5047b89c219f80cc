//! Who has a private conversation, and which posts held nothing but a code.

use std::collections::HashSet;

use bedside_core::{
    door::SpeaksFor,
    id::{AuthorId, PostId, SiteId, ThreadId},
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// Somebody who has a private conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorPerson {
    /// The account that they proved.
    pub author: AuthorId,
    /// At which site.
    pub site: SiteId,
    /// For whom they write.
    pub speaks_for: SpeaksFor,
    /// What stands for them on the door's channel; `None`: they have written nothing yet.
    pub door_author: Option<AuthorId>,
    /// Their conversation; `None`: they have written nothing yet.
    pub thread: Option<ThreadId>,
}

macro_rules! columns {
    () => {
        "author_id, site_id, speaks_for, door_author_id, thread_id FROM door_person"
    };
}

statements! {
    PUT = "INSERT INTO door_person (author_id, site_id, speaks_for, created_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (author_id) DO UPDATE SET speaks_for = excluded.speaks_for";
    SEAT = "UPDATE door_person SET door_author_id = $2, thread_id = $3 WHERE author_id = $1 AND door_author_id IS NULL";
    PERSON = concat!("SELECT ", columns!(), " WHERE author_id = $1");
    BY_DOOR_AUTHOR = concat!("SELECT ", columns!(), " WHERE door_author_id = $1");
    BY_THREAD = concat!("SELECT ", columns!(), " WHERE thread_id = $1");
    MARK = "INSERT INTO door_code_post (post_id, at) VALUES ($1, $2) ON CONFLICT (post_id) DO NOTHING";
}

many_statements! {
    CODE_POSTS = "SELECT post_id FROM door_code_post WHERE post_id IN (SELECT column1 FROM (", [1], ") AS v)";
}

/// Notes for whom somebody writes at the door.
///
/// # Errors
/// The engine refuses.
pub async fn put_person(
    tx: &mut Tx,
    author: AuthorId,
    site: SiteId,
    speaks_for: SpeaksFor,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(PUT, args![author, site, speaks_for.as_str(), now]).await.map(drop)
}

/// Notes what stands for somebody on the door's channel, when their first message is stored.
///
/// # Errors
/// The engine refuses.
pub async fn seat_person(
    tx: &mut Tx,
    author: AuthorId,
    door_author: AuthorId,
    thread: ThreadId,
) -> Result<(), StoreError> {
    tx.run(SEAT, args![author, door_author, thread]).await.map(drop)
}

/// The person at the door whose account this is.
///
/// # Errors
/// The engine refuses.
pub async fn person(tx: &mut Tx, author: AuthorId) -> Result<Option<DoorPerson>, StoreError> {
    tx.row(PERSON, args![author]).await?.as_ref().map(read).transpose()
}

/// The person for whom this author of the door's channel stands.
///
/// # Errors
/// The engine refuses.
pub async fn by_door_author(tx: &mut Tx, door_author: AuthorId) -> Result<Option<DoorPerson>, StoreError> {
    tx.row(BY_DOOR_AUTHOR, args![door_author]).await?.as_ref().map(read).transpose()
}

/// The person whose conversation this thread is.
///
/// # Errors
/// The engine refuses.
pub async fn by_thread(tx: &mut Tx, thread: ThreadId) -> Result<Option<DoorPerson>, StoreError> {
    tx.row(BY_THREAD, args![thread]).await?.as_ref().map(read).transpose()
}

/// Notes that a post held nothing but a code, or words of the door's own.
///
/// # Errors
/// The engine refuses.
pub async fn mark_code_post(tx: &mut Tx, post: PostId, now: Timestamp) -> Result<(), StoreError> {
    tx.run(MARK, args![post, now]).await.map(drop)
}

/// Which of these posts held nothing but a code, or words of the door's own.
///
/// # Errors
/// The engine refuses.
pub async fn code_posts(tx: &mut Tx, posts: &[PostId]) -> Result<HashSet<PostId>, StoreError> {
    let rows = CODE_POSTS.rows(tx, posts.iter().map(|id| args![*id]).collect()).await?;
    rows.iter().map(|row| row.id(0)).collect()
}

fn read(row: &Row) -> Result<DoorPerson, StoreError> {
    Ok(DoorPerson {
        author: row.id(0)?,
        site: row.id(1)?,
        speaks_for: row.word(2, SpeaksFor::from_word)?,
        door_author: row.opt_id(3)?,
        thread: row.opt_id(4)?,
    })
}
