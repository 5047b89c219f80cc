//! Taking: finds what is known, seals what is new, and writes it in the step's transaction.

use std::collections::HashMap;

use bedside_core::{
    id::{AuthorId, ChannelId, KeyId, PostId, SiteId, ThreadId},
    media::Media,
    post::{Inbound, InboundAuthor, Standing},
    time::Timestamp,
};

use super::{AuthorText, PostText, author_place, place, standing_word, write};
use crate::{
    DataKey, Store, StoreError, Tx,
    db::statements,
    many::{Many, many_statements},
    media, random,
    value::{Arg, args},
};

many_statements! {
    KNOWN_POSTS = "SELECT p.ext_hash, p.id, p.thread_id FROM (", [2],
        ") AS v JOIN post p ON p.channel_id = v.column1 AND p.ext_hash = v.column2";
    KNOWN_AUTHORS = "SELECT a.ext_hash, a.id, a.key_id FROM (", [2],
        ") AS v JOIN author a ON a.channel_id = v.column1 AND a.ext_hash = v.column2";
    KNOWN_THREADS = "SELECT t.root_hash, t.id FROM (", [2],
        ") AS v JOIN thread t ON t.channel_id = v.column1 AND t.root_hash = v.column2";
    OUR_REPLIES = "SELECT o.receipt_hash, m.thread_id FROM (", [2],
        ") AS v JOIN outbox o ON o.channel_id = v.column1 AND o.receipt_hash = v.column2 JOIN cases m ON m.id = o.case_id";
    INSERT_AUTHORS = "INSERT INTO author (id, site_id, channel_id, ext_hash, key_id, sealed, is_bot, created_at)", [8],
        " ON CONFLICT (channel_id, ext_hash) DO NOTHING";
    RESEAL_AUTHORS = "UPDATE author SET key_id = v.column2, sealed = v.column3 FROM (", [3], ") AS v WHERE author.id = v.column1";
    INSERT_THREADS = "INSERT INTO thread (id, site_id, channel_id, root_hash, created_at)", [5],
        " ON CONFLICT (channel_id, root_hash) DO NOTHING";
    INSERT_POSTS = "INSERT INTO post (id, site_id, channel_id, author_id, thread_id, ext_hash, key_id, sealed, version, \
        written_at, seen_at, visibility, standing, addressed, media_count, media_unseen, indexed)", [17],
        " ON CONFLICT (channel_id, ext_hash) DO NOTHING RETURNING id";
}

statements! {
    FIND = "SELECT p.id, p.author_id, p.version, p.standing, p.deleted_at FROM post p WHERE p.channel_id = $1 AND p.ext_hash = $2";
    EDIT = "UPDATE post SET key_id = $2, sealed = $3, version = version + 1, edited_at = $4, signals = NULL, indexed = $5 \
        WHERE id = $1 AND emptied_at IS NULL";
    DELETED = "UPDATE post SET deleted_at = $3 WHERE channel_id = $1 AND ext_hash = $2 AND deleted_at IS NULL RETURNING id, thread_id";
}

type Hash = Vec<u8>;

/// A new post on its way into the store.
#[derive(Debug)]
pub struct NewPost {
    /// Its id.
    pub id: PostId,
    /// The salt of its text's commitment.
    pub salt: [u8; 32],
    /// Where it stands in the batch that was handed in.
    pub position: usize,
    ext_hash: Hash,
    author_hash: Hash,
    root_hash: Hash,
    thread: Option<ThreadId>,
    key: DataKey,
    sealed: Vec<u8>,
    /// The rows of what hangs on it.
    media: Vec<Vec<Arg>>,
}

/// A batch, sealed and ready to be written.
#[derive(Debug)]
pub struct Prepared {
    /// What is new in it.
    pub new: Vec<NewPost>,
    /// How many were known.
    pub known: u32,
    channel: ChannelId,
    site: SiteId,
    authors: HashMap<Hash, AuthorId>,
    new_authors: HashMap<Hash, Vec<Arg>>,
    /// Authors whose key was erased and who write again: sealed anew under their new key.
    resealed: HashMap<Hash, Vec<Arg>>,
    threads: HashMap<Hash, ThreadId>,
}

/// Makes the data keys that `authors` lack, durable when this returns: many at once cost one transaction of the key
/// store, while [`prepare`] makes those of its own batch.
///
/// # Errors
/// The key store refuses.
pub async fn ensure_keys<'a>(
    store: &Store,
    channel: ChannelId,
    authors: impl Iterator<Item = &'a InboundAuthor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let ids: std::collections::HashSet<&str> = authors.map(|author| author.external_id.as_str()).collect();
    let hash = |id: &str| store.lookup.hash(&["author", &channel.to_string(), id]);
    let owners: Vec<String> = ids.into_iter().map(|id| owner(&hash(id))).collect();
    store.keys.ensure(&owners, now).await.map(drop)
}

/// The data key of one author of a channel, made if missing: what it seals goes with the author's texts.
///
/// # Errors
/// The key store refuses.
pub async fn author_key(
    store: &Store,
    channel: ChannelId,
    external_id: &str,
    now: Timestamp,
) -> Result<DataKey, StoreError> {
    store.keys.of(&owner(&store.lookup.hash(&["author", &channel.to_string(), external_id])), now).await
}

/// Finds what of `batch` is new and seals it. Holds no write lock; data keys are durable when this returns.
///
/// # Errors
/// The engine or the key store refuses.
pub async fn prepare(
    store: &Store,
    site: SiteId,
    channel: ChannelId,
    batch: &[&Inbound],
    now: Timestamp,
) -> Result<Prepared, StoreError> {
    let hash = |id: &str| store.lookup.hash(&["post", &channel.to_string(), id]);
    let author_hash =
        |author: &InboundAuthor| store.lookup.hash(&["author", &channel.to_string(), &author.external_id]);
    let hashes: Vec<Hash> = batch.iter().map(|post| hash(&post.external_id)).collect();
    let parents: Vec<Option<Hash>> = batch.iter().map(|post| parent_hash(post, &hash)).collect();

    let mut tx = store.begin_read().await?;
    let stored = threads_of(&mut tx, KNOWN_POSTS, channel, hashes.iter().chain(parents.iter().flatten()), 2).await?;
    let mut fresh: Vec<usize> =
        (0..batch.len()).filter(|n| hashes.get(*n).is_some_and(|h| !stored.contains_key(h))).collect();
    let mut seen = std::collections::HashSet::new();
    fresh.retain(|n| hashes.get(*n).is_some_and(|h| seen.insert(h)));
    let author_hashes: Vec<Hash> =
        fresh.iter().filter_map(|n| batch.get(*n)).map(|post| author_hash(&post.author)).collect();
    let known_authors = KNOWN_AUTHORS.rows(&mut tx, pairs(channel, author_hashes.iter())).await?;
    let ours = threads_of(&mut tx, OUR_REPLIES, channel, parents.iter().flatten(), 1).await?;
    drop(tx);

    let owners: Vec<String> = author_hashes.iter().map(|hash| owner(hash)).collect();
    let keys = store.keys.ensure(&owners, now).await?;
    let mut prepared = Prepared {
        new: Vec::with_capacity(fresh.len()),
        known: u32::try_from(batch.len() - fresh.len()).unwrap_or(u32::MAX),
        channel,
        site,
        authors: HashMap::new(),
        new_authors: HashMap::new(),
        resealed: HashMap::new(),
        threads: HashMap::new(),
    };
    let mut sealed_under = HashMap::with_capacity(known_authors.len());
    for row in known_authors {
        sealed_under.insert(row.bytes(0)?, row.id::<KeyId>(2)?);
        prepared.authors.insert(row.bytes(0)?, row.id(1)?);
    }
    for (position, author_hash) in fresh.into_iter().zip(author_hashes) {
        let (Some(post), Some(ext_hash), Some(parent)) =
            (batch.get(position), hashes.get(position), parents.get(position))
        else {
            continue;
        };
        let key = keys.get(&owner(&author_hash)).ok_or_else(|| StoreError::corrupt("a data key", ""))?;
        match sealed_under.get(&author_hash) {
            Some(sealed_under) if *sealed_under == key.id() => {}
            Some(_) => prepared.reseal_author(&author_hash, &post.author, key)?,
            None if prepared.authors.contains_key(&author_hash) => {}
            None => prepared.add_author(&author_hash, &post.author, key, now)?,
        }
        let thread = parent.as_ref().and_then(|hash| ours.get(hash).or_else(|| stored.get(hash))).copied();
        let root_hash = match (&post.thread_root, parent) {
            (Some(root), _) => hash(root),
            (None, Some(parent)) => parent.clone(),
            (None, None) => ext_hash.clone(),
        };
        let id = PostId::new(now, &random()?);
        let text = PostText {
            text: post.text.clone(),
            external_id: post.external_id.clone(),
            url: post.url.clone(),
            thread_root: post.thread_root.clone(),
            reply_context: post.reply_context.clone(),
            lang_hint: post.lang_hint.clone(),
            salt: random()?,
        };
        let sealed = key.seal(&place(id), &write(&text)?)?;
        let told = Media::of_post(&post.media, post.media_count);
        let media = media::rows_of(id, channel, &told, key, now)?;
        let (key, ext_hash) = (key.clone(), ext_hash.clone());
        prepared.new.push(NewPost {
            id,
            salt: text.salt,
            position,
            ext_hash,
            author_hash,
            root_hash,
            thread,
            key,
            sealed,
            media,
        });
    }
    Ok(prepared)
}

/// The hash of the post that decides about the thread: the one it answers.
fn parent_hash(post: &Inbound, hash: &impl Fn(&str) -> Hash) -> Option<Hash> {
    post.in_reply_to.as_deref().map(hash)
}

fn owner(author_hash: &[u8]) -> String {
    author_hash.iter().fold(String::from("author:"), |mut owner, byte| {
        owner.push_str(&format!("{byte:02x}"));
        owner
    })
}

fn pairs<'a>(channel: ChannelId, hashes: impl Iterator<Item = &'a Hash>) -> Vec<Vec<Arg>> {
    hashes.map(|hash| args![channel, hash.as_slice()]).collect()
}

async fn threads_of<'a>(
    tx: &mut Tx,
    statement: Many,
    channel: ChannelId,
    hashes: impl Iterator<Item = &'a Hash>,
    column: usize,
) -> Result<HashMap<Hash, ThreadId>, StoreError> {
    let mut found = HashMap::new();
    for row in statement.rows(tx, pairs(channel, hashes)).await? {
        found.insert(row.bytes(0)?, row.id(column)?);
    }
    Ok(found)
}

impl Prepared {
    fn add_author(
        &mut self,
        hash: &Hash,
        author: &InboundAuthor,
        key: &DataKey,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = AuthorId::new(now, &random()?);
        let sealed = seal_author(id, author, key)?;
        let row = args![id, self.site, self.channel, hash.as_slice(), key.id(), sealed, author.is_bot, now];
        self.authors.insert(hash.clone(), id);
        self.new_authors.insert(hash.clone(), row);
        Ok(())
    }

    fn reseal_author(&mut self, hash: &Hash, author: &InboundAuthor, key: &DataKey) -> Result<(), StoreError> {
        if let Some(id) = self.authors.get(hash).copied()
            && !self.resealed.contains_key(hash)
        {
            self.resealed.insert(hash.clone(), args![id, key.id(), seal_author(id, author, key)?]);
        }
        Ok(())
    }

    /// Writes the batch. Gives the posts that were really stored: one that another taker stored meanwhile is not
    /// among them.
    ///
    /// # Errors
    /// The engine refuses; then nothing may be committed.
    pub async fn write(
        mut self,
        tx: &mut Tx,
        batch: &[&Inbound],
        standing: Standing,
        now: Timestamp,
    ) -> Result<Vec<NewPost>, StoreError> {
        self.write_authors(tx).await?;
        RESEAL_AUTHORS.run(tx, self.resealed.drain().map(|(_, row)| row).collect()).await?;
        self.write_threads(tx, now).await?;
        let mut rows = Vec::with_capacity(self.new.len());
        for new in &self.new {
            let (Some(post), Some(author), Some(thread)) = (
                batch.get(new.position),
                self.authors.get(&new.author_hash),
                new.thread.or_else(|| self.threads.get(&new.root_hash).copied()),
            ) else {
                return Err(StoreError::corrupt("an author and a thread for every post", ""));
            };
            rows.push(args![
                new.id,
                self.site,
                self.channel,
                *author,
                thread,
                new.ext_hash.as_slice(),
                new.key.id(),
                new.sealed.as_slice(),
                1,
                post.at,
                now,
                post.visibility.as_str(),
                standing_word(standing),
                post.addressed,
                post.media_count,
                i64::try_from(new.media.len()).unwrap_or(i64::MAX),
                false
            ]);
        }
        self.authors_stand(tx).await?;
        let expected = rows.len();
        let mut stored = std::collections::HashSet::with_capacity(expected);
        for row in INSERT_POSTS.rows(tx, rows).await? {
            stored.insert(row.id::<PostId>(0)?);
        }
        self.new.retain(|new| stored.contains(&new.id));
        media::insert(tx, self.new.iter_mut().flat_map(|new| std::mem::take(&mut new.media)).collect()).await?;
        Ok(self.new)
    }

    /// Nobody whose post is about to be stored was emptied since it was sealed: their key would be gone, and the post with it.
    async fn authors_stand(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let hashes: std::collections::HashSet<&Hash> = self.new.iter().map(|new| &new.author_hash).collect();
        let mut under: HashMap<Hash, KeyId> = HashMap::with_capacity(hashes.len());
        for row in KNOWN_AUTHORS.rows(tx, pairs(self.channel, hashes.into_iter())).await? {
            under.insert(row.bytes(0)?, row.id(2)?);
        }
        let stands = |new: &NewPost| under.get(&new.author_hash) == Some(&new.key.id());
        if self.new.iter().all(stands) { Ok(()) } else { Err(StoreError::AuthorEmptied) }
    }

    async fn write_authors(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let hashes: Vec<Hash> = self.new_authors.keys().cloned().collect();
        let rows: Vec<Vec<Arg>> = self.new_authors.drain().map(|(_, row)| row).collect();
        let expected = rows.len() as u64;
        if INSERT_AUTHORS.run(tx, rows).await? < expected {
            for row in KNOWN_AUTHORS.rows(tx, pairs(self.channel, hashes.iter())).await? {
                self.authors.insert(row.bytes(0)?, row.id(1)?);
            }
        }
        Ok(())
    }

    async fn write_threads(&mut self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        // A reply to a reply of this batch belongs where that one belongs, not to a thread of its own.
        let places: Places =
            self.new.iter().map(|new| (new.ext_hash.clone(), (new.root_hash.clone(), new.thread))).collect();
        for new in self.new.iter_mut().filter(|new| new.thread.is_none()) {
            (new.root_hash, new.thread) = follow(&places, &new.root_hash);
        }
        let mut rows = HashMap::new();
        for new in self.new.iter().filter(|new| new.thread.is_none()) {
            let id = ThreadId::new(now, &random()?);
            rows.entry(new.root_hash.clone())
                .or_insert((id, args![id, self.site, self.channel, new.root_hash.as_slice(), now]));
        }
        let expected = rows.len() as u64;
        self.threads = rows.iter().map(|(hash, (id, _))| (hash.clone(), *id)).collect();
        let hashes: Vec<Hash> = rows.keys().cloned().collect();
        if INSERT_THREADS.run(tx, rows.into_values().map(|(_, row)| row).collect()).await? < expected {
            for row in KNOWN_THREADS.rows(tx, pairs(self.channel, hashes.iter())).await? {
                self.threads.insert(row.bytes(0)?, row.id(1)?);
            }
        }
        Ok(())
    }
}

fn seal_author(id: AuthorId, author: &InboundAuthor, key: &DataKey) -> Result<Vec<u8>, StoreError> {
    let text = AuthorText {
        handle: author.handle.clone(),
        name: author.display_name.clone(),
        external_id: author.external_id.clone(),
    };
    key.seal(&author_place(id), &write(&text)?)
}

/// Where each post of a batch belongs: the post it answers, and its thread where that is stored.
type Places = HashMap<Hash, (Hash, Option<ThreadId>)>;

/// Follows answers within a batch to the post at their beginning, or to a thread that is stored. Who answers whom is
/// what clients say: posts that answer each other in a circle belong together, under the least of their hashes.
fn follow(places: &Places, from: &Hash) -> (Hash, Option<ThreadId>) {
    let mut at = from;
    for _ in 0..=places.len() {
        match places.get(at) {
            Some((root, None)) if root != at => at = root,
            Some((_, thread)) => return (at.clone(), *thread),
            None => return (at.clone(), None),
        }
    }
    // More steps than posts: `at` lies on a circle.
    let mut least = at;
    let mut next = at;
    while let Some((root, _)) = places.get(next) {
        next = root;
        if next == at {
            break;
        }
        least = least.min(next);
    }
    (least.clone(), None)
}

/// A stored post that news speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: PostId,
    /// Who wrote it.
    pub author: AuthorId,
    /// Live or history.
    pub standing: Standing,
    /// Whether it is gone upstream.
    pub is_deleted: bool,
}

/// The stored post with this platform id.
///
/// # Errors
/// The engine refuses.
pub async fn known(
    store: &Store,
    tx: &mut Tx,
    channel: ChannelId,
    external_id: &str,
) -> Result<Option<Known>, StoreError> {
    let hash = store.lookup.hash(&["post", &channel.to_string(), external_id]);
    let Some(row) = tx.row(FIND, args![channel, hash]).await? else {
        return Ok(None);
    };
    Ok(Some(Known {
        id: row.id(0)?,
        author: row.id(1)?,
        standing: row.word(3, super::standing_from)?,
        is_deleted: row.opt_int(4)?.is_some(),
    }))
}

/// Stores the new text of an edited post; it is read and decided anew.
///
/// # Errors
/// The engine refuses.
pub async fn apply_edit(
    tx: &mut Tx,
    post: PostId,
    key: &DataKey,
    text: &PostText,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(post), &write(text)?)?;
    tx.run(EDIT, args![post, key.id(), sealed, now, false]).await.map(drop)
}

/// Marks a post as gone upstream. Gives its id and thread if that is news.
///
/// # Errors
/// The engine refuses.
pub async fn mark_deleted(
    store: &Store,
    tx: &mut Tx,
    channel: ChannelId,
    external_id: &str,
    now: Timestamp,
) -> Result<Option<(PostId, ThreadId)>, StoreError> {
    let hash = store.lookup.hash(&["post", &channel.to_string(), external_id]);
    let row = tx.row(DELETED, args![channel, hash, now]).await?;
    row.map(|row| Ok((row.id(0)?, row.id(1)?))).transpose()
}
