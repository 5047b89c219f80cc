//! What hangs on posts: pictures, video, sound, files. What is known of them, and the pictures that were drawn anew, are sealed
//! under the key of their post. The search index holds nothing of it.

use bedside_core::{
    id::{ChannelId, KeyId, PostId, ThreadId},
    media::{Media, MediaKind, Picture},
    time::{Span, Timestamp},
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    posts::{PostRow, parse, write},
    value::{Arg, args},
};

/// How often a picture is asked for before it is left where it is; with [`wait`] that takes about seven hours.
pub const MOST_ATTEMPTS: i64 = 12;

/// What became of one of a post's media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A picture that is still to be fetched.
    Wanted,
    /// A picture that was drawn anew and is here.
    Kept,
    /// It lies on its platform: no picture, or where nobody is to fetch from.
    Elsewhere,
    /// It was larger than what is fetched.
    TooLarge,
    /// It was no picture, or a broken one.
    Broken,
    /// It could not be had.
    Lost,
}

impl State {
    const ALL: [Self; 6] = [Self::Wanted, Self::Kept, Self::Elsewhere, Self::TooLarge, Self::Broken, Self::Lost];
    /// The word for store and pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Kept => "kept",
            Self::Elsewhere => "elsewhere",
            Self::TooLarge => "too_large",
            Self::Broken => "broken",
            Self::Lost => "lost",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// One of a post's media, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRow {
    /// The post it hangs on.
    pub post: PostId,
    /// Its place there, from 0.
    pub n: i64,
    /// What kind of thing it is.
    pub kind: MediaKind,
    /// What became of it.
    pub state: State,
    /// Pixels across, of a picture that is here.
    pub width: i64,
    /// Pixels down.
    pub height: i64,
    /// How often it was asked for.
    pub attempts: i64,
    /// When a person first looked at it.
    pub seen_at: Option<Timestamp>,
    key: KeyId,
    sealed: Vec<u8>,
}

/// Which form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it was drawn.
    Full,
    /// Its colours alone.
    Blurred,
}

macro_rules! columns {
    () => {
        "m.post_id, m.n, m.kind, m.state, m.width, m.height, m.attempts, m.seen_at, m.key_id, m.sealed"
    };
}

statements! {
    OF_THREAD = concat!("SELECT ", columns!(), " FROM media m JOIN post p ON p.id = m.post_id WHERE p.thread_id = $1 \
        ORDER BY m.post_id, m.n LIMIT 2000");
    OF_POST = concat!("SELECT ", columns!(), " FROM media m WHERE m.post_id = $1 ORDER BY m.n");
    ONE = concat!("SELECT ", columns!(), " FROM media m WHERE m.post_id = $1 AND m.n = $2");
    // The outer conditions are asked again of a row that another process claimed meanwhile.
    CLAIM = "UPDATE media SET due_at = $3, attempts = attempts + 1 WHERE state = 'wanted' AND due_at <= $2 AND (post_id, n) IN \
        (SELECT w.post_id, w.n FROM media w JOIN post p ON p.id = w.post_id WHERE w.channel_id = $1 AND w.state = 'wanted' \
        AND w.due_at <= $2 AND p.deleted_at IS NULL ORDER BY w.due_at, w.post_id, w.n LIMIT $4) \
        RETURNING post_id, n, kind, state, width, height, attempts, seen_at, key_id, sealed";
    DUE = "SELECT 1 FROM media m JOIN post p ON p.id = m.post_id WHERE m.channel_id = $1 AND m.state = 'wanted' AND m.due_at <= $2 \
        AND p.deleted_at IS NULL LIMIT 1";
    KEEP = "UPDATE media SET state = 'kept', picture = $4, blurred = $5, width = $6, height = $7 \
        WHERE post_id = $1 AND n = $2 AND state = 'wanted' AND sealed = $3";
    LEAVE = "UPDATE media SET state = $4 WHERE post_id = $1 AND n = $2 AND state = 'wanted' AND sealed = $3";
    LATER = "UPDATE media SET due_at = $4 WHERE post_id = $1 AND n = $2 AND state = 'wanted' AND sealed = $3";
    FULL = "SELECT picture FROM media WHERE post_id = $1 AND n = $2 AND state = 'kept' AND seen_at IS NOT NULL";
    BLURRED = "SELECT blurred FROM media WHERE post_id = $1 AND n = $2 AND state = 'kept'";
    SEEN = "UPDATE media SET seen_at = $3 WHERE post_id = $1 AND n = $2 AND seen_at IS NULL";
    ONE_LESS = "UPDATE post SET media_unseen = media_unseen - 1 WHERE id = $1 AND media_unseen > 0";
    FORGET = "DELETE FROM media WHERE post_id = $1";
    COUNT = "UPDATE post SET media_count = $2, media_unseen = $3 WHERE id = $1";
}

many_statements! {
    INSERT = "INSERT INTO media (post_id, n, channel_id, key_id, kind, sealed, state, width, height, attempts, due_at)", [11],
        " ON CONFLICT (post_id, n) DO NOTHING";
}

/// How long to wait after a number of attempts: 10, 20, 40 … seconds, at most an hour.
#[must_use]
pub fn wait(attempts: i64) -> Span {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(9);
    Span::seconds((10_i64 << doublings).min(3_600))
}

/// The rows of a post's media, sealed.
pub(crate) fn rows_of(
    post: PostId,
    channel: ChannelId,
    all: &[Media],
    key: &DataKey,
    now: Timestamp,
) -> Result<Vec<Vec<Arg>>, StoreError> {
    let row = |(n, media): (i64, &Media)| {
        let state = if media.is_to_be_fetched() { State::Wanted } else { State::Elsewhere };
        let sealed = key.seal(&place(post, n), &write(media)?)?;
        Ok(args![post, n, channel, key.id(), media.kind.as_str(), sealed, state.as_str(), 0, 0, 0, now])
    };
    (0..).zip(all).map(row).collect()
}

/// Stores rows of [`rows_of`].
pub(crate) async fn insert(tx: &mut Tx, rows: Vec<Vec<Arg>>) -> Result<(), StoreError> {
    INSERT.run(tx, rows).await.map(drop)
}

/// Puts others in the place of a post's media, after its author changed them. Nobody has looked at those.
///
/// # Errors
/// The engine refuses.
pub async fn replace(
    tx: &mut Tx,
    post: &PostRow,
    all: &[Media],
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(FORGET, args![post.id]).await?;
    insert(tx, rows_of(post.id, post.channel, all, key, now)?).await?;
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    tx.run(COUNT, args![post.id, count, count]).await.map(drop)
}

/// The media of a thread's posts, in the order in which they hang there.
///
/// # Errors
/// The engine refuses.
pub async fn of_thread(tx: &mut Tx, thread: ThreadId) -> Result<Vec<MediaRow>, StoreError> {
    tx.rows(OF_THREAD, args![thread]).await?.iter().map(read).collect()
}

/// The media of a post.
///
/// # Errors
/// The engine refuses.
pub async fn of_post(tx: &mut Tx, post: PostId) -> Result<Vec<MediaRow>, StoreError> {
    tx.rows(OF_POST, args![post]).await?.iter().map(read).collect()
}

/// One of them.
///
/// # Errors
/// The engine refuses.
pub async fn one(tx: &mut Tx, post: PostId, n: i64) -> Result<Option<MediaRow>, StoreError> {
    tx.row(ONE, args![post, n]).await?.map(|row| read(&row)).transpose()
}

/// Whether [`claim`] would find something.
///
/// # Errors
/// The engine refuses.
pub async fn is_due(tx: &mut Tx, channel: ChannelId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.row(DUE, args![channel, now]).await?.is_some())
}

/// Leases up to `most` pictures of a channel that are to be fetched now. One claim at a time sees each.
///
/// # Errors
/// The engine refuses.
pub async fn claim(
    tx: &mut Tx,
    channel: ChannelId,
    lease: Span,
    most: u32,
    now: Timestamp,
) -> Result<Vec<MediaRow>, StoreError> {
    tx.rows(CLAIM, args![channel, now, now.plus(lease), most]).await?.iter().map(read).collect()
}

/// Keeps a picture. Gives whether it was still wanted: its author may have put another in its place.
///
/// # Errors
/// The engine refuses.
pub async fn keep(tx: &mut Tx, row: &MediaRow, picture: &Picture, key: &DataKey) -> Result<bool, StoreError> {
    let full = key.seal(&form_place(row.post, row.n, Form::Full), &picture.jpeg)?;
    let blurred = key.seal(&form_place(row.post, row.n, Form::Blurred), &picture.blurred)?;
    let args = args![row.post, row.n, row.sealed.as_slice(), full, blurred, picture.width, picture.height];
    Ok(tx.run(KEEP, args).await? > 0)
}

/// Leaves a picture where it is, for good.
///
/// # Errors
/// The engine refuses.
pub async fn leave(tx: &mut Tx, row: &MediaRow, state: State) -> Result<(), StoreError> {
    tx.run(LEAVE, args![row.post, row.n, row.sealed.as_slice(), state.as_str()]).await.map(drop)
}

/// Has a picture asked for again at a time.
///
/// # Errors
/// The engine refuses.
pub async fn later(tx: &mut Tx, row: &MediaRow, at: Timestamp) -> Result<(), StoreError> {
    tx.run(LATER, args![row.post, row.n, row.sealed.as_slice(), at]).await.map(drop)
}

/// Notes that a person looked at it. Gives whether nobody had before.
///
/// # Errors
/// The engine refuses.
pub async fn mark_seen(tx: &mut Tx, post: PostId, n: i64, now: Timestamp) -> Result<bool, StoreError> {
    if tx.run(SEEN, args![post, n, now]).await? == 0 {
        return Ok(false);
    }
    tx.run(ONE_LESS, args![post]).await?;
    Ok(true)
}

impl Store {
    /// Opens what channels told of media, in the order of `rows`; `None`: its key was erased, or it was tampered with.
    ///
    /// # Errors
    /// The key store can't be read.
    pub async fn open_media(&self, rows: &[MediaRow]) -> Result<Vec<Option<Phi<Media>>>, StoreError> {
        let ids: Vec<KeyId> = rows.iter().map(|row| row.key).collect();
        let keys = self.keys.each_by_id(&ids).await?;
        let open = |row: &MediaRow| {
            let Some(Ok(key)) = keys.get(&row.key) else { return None };
            key.open(&place(row.post, row.n), &row.sealed).and_then(|plain| parse(&plain)).ok().map(Phi)
        };
        Ok(rows.iter().map(open).collect())
    }

    /// The key that seals one of a post's media; `None`: it was erased.
    ///
    /// # Errors
    /// The key store can't be read.
    pub async fn key_of_media(&self, row: &MediaRow) -> Result<Option<DataKey>, StoreError> {
        self.keys.by_id(row.key).await
    }

    /// A picture, as JPEG. In full only once a person has opened it, so that nobody sees it who is not counted as having seen
    /// it. `None`: there is none, or its key was erased.
    ///
    /// # Errors
    /// The engine refuses, or the sealed bytes were changed.
    pub async fn picture(&self, tx: &mut Tx, row: &MediaRow, form: Form) -> Result<Option<Phi<Vec<u8>>>, StoreError> {
        let statement = match form {
            Form::Full => FULL,
            Form::Blurred => BLURRED,
        };
        let Some(found) = tx.row(statement, args![row.post, row.n]).await? else { return Ok(None) };
        let (Some(sealed), Some(key)) = (found.opt_bytes(0)?, self.keys.by_id(row.key).await?) else {
            return Ok(None);
        };
        Ok(Some(Phi(key.open(&form_place(row.post, row.n, form), &sealed)?)))
    }
}

fn place(post: PostId, n: i64) -> String {
    format!("media:{post}:{n}")
}

fn form_place(post: PostId, n: i64, form: Form) -> String {
    match form {
        Form::Full => format!("media:{post}:{n}:full"),
        Form::Blurred => format!("media:{post}:{n}:blurred"),
    }
}

fn read(row: &Row) -> Result<MediaRow, StoreError> {
    Ok(MediaRow {
        post: row.id(0)?,
        n: row.int(1)?,
        kind: row.word(2, MediaKind::from_word)?,
        state: row.word(3, State::from_word)?,
        width: row.int(4)?,
        height: row.int(5)?,
        attempts: row.int(6)?,
        seen_at: row.opt_time(7)?,
        key: row.id(8)?,
        sealed: row.bytes(9)?,
    })
}
