//! What of one person is here: their posts, the conversations about them and those of others they took part in, what holds it,
//! who was told. An account and its seat at the private door are one person.

use std::collections::HashSet;

use bedside_core::{
    id::{AuthorId, PostId},
    time::Timestamp,
};

use super::{Emptied, Matter, empty};
use crate::{
    Store, StoreError, Tx,
    db::{Row, statements},
    labels::{LabelRow, read as read_label},
    many::many_statements,
    posts::author::{AuthorRow, read as read_author},
    value::args,
};

statements! {
    AUTHORS_AFTER = "SELECT id, site_id, channel_id, key_id, sealed, created_at FROM author WHERE emptied_at IS NULL AND id > $1 \
        ORDER BY id LIMIT $2";
    SEATS = "SELECT author_id, door_author_id FROM door_person WHERE author_id = $1 OR door_author_id = $1";
    HOLDS = "SELECT id, site_id, target, target_id, case_id, kind, set_by, set_at, expires_at, key_id, sealed FROM label l \
        WHERE l.kind = 'legal_hold' AND l.removed_at IS NULL AND (l.expires_at IS NULL OR l.expires_at > $2) \
        AND (l.target_id = $1 OR (l.target = 'site' AND l.target_id = (SELECT a.site_id FROM author a WHERE a.id = $1)) \
        OR l.target_id IN (SELECT p.thread_id FROM post p WHERE p.author_id = $1)) ORDER BY l.set_at";
    LABELS_TOLD = "SELECT id, site_id, target, target_id, case_id, kind, set_by, set_at, expires_at, key_id, sealed, removed_at \
        FROM label l WHERE (l.target = 'author' AND l.target_id = $1) \
        OR (l.target = 'thread' AND l.target_id IN (SELECT c.thread_id FROM cases c WHERE c.author_id = $1)) ORDER BY l.set_at";
    TELLINGS = "SELECT d.target_id, d.subject, d.state, d.created_at, d.settled_at FROM exchange_delivery d \
        WHERE d.author_id = $1 ORDER BY d.created_at";
    ACCESSES = "SELECT client, act, kind, at FROM exchange_access WHERE author_id = $1 ORDER BY at";
}

many_statements! {
    POSTS_OF = "SELECT id FROM post WHERE emptied_at IS NULL AND author_id IN (SELECT column1 FROM (", [1], ") AS v) ORDER BY written_at, id";
    OWN = "SELECT id, thread_id FROM cases WHERE author_id IN (SELECT column1 FROM (", [1], ") AS v) ORDER BY number";
    ELSEWHERE = "SELECT DISTINCT c.id, c.thread_id FROM post p JOIN cases c ON c.thread_id = p.thread_id \
        WHERE p.author_id <> c.author_id AND p.author_id IN (SELECT column1 FROM (", [1], ") AS v)";
    REPLIES = "SELECT o.id, o.state FROM outbox o JOIN post p ON p.id = o.post_id WHERE p.author_id IN (SELECT column1 FROM (",
        [1], ") AS v)";
    FILED = "SELECT id FROM filing WHERE state = 'filed' AND author_id IN (SELECT column1 FROM (", [1], ") AS v)";
}

/// What of a person is here, by ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Their account and its seat at the private door.
    pub authors: Vec<AuthorId>,
    /// Their posts that still have content, the oldest first.
    pub posts: Vec<PostId>,
    /// The cases about them.
    pub own: Vec<Matter>,
    /// Cases about others in whose threads they wrote.
    pub elsewhere: Vec<Matter>,
    /// Replies to them that are on their way out.
    pub leaving: u64,
    /// Replies to them that stand on a platform.
    pub standing: u64,
    /// Documents of theirs that a record has taken.
    pub filed: u64,
}

/// A label as it is told to the person it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelTold {
    /// The label.
    pub label: LabelRow,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
}

/// A legal hold that stands.
pub type HoldRow = LabelRow;

/// Somebody was told of a conversation of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellingTold {
    /// Whom: a subscription or a webhook.
    pub target: String,
    /// Of what.
    pub subject: String,
    /// Whether it arrived.
    pub state: String,
    /// When it was put in line.
    pub at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
}

/// Somebody read what is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTold {
    /// The program.
    pub client: String,
    /// What it did.
    pub act: String,
    /// With what sort of resource.
    pub kind: String,
    /// When.
    pub at: Timestamp,
}

/// Authors that were not emptied, by id after `after`.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn authors_after(tx: &mut Tx, after: Option<AuthorId>, most: u32) -> Result<Vec<AuthorRow>, StoreError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    tx.rows(AUTHORS_AFTER, args![after, most]).await?.iter().map(read_author).collect()
}

/// What of the person behind an account is here.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn footprint(tx: &mut Tx, author: AuthorId) -> Result<Footprint, StoreError> {
    let mut authors = vec![author];
    for row in tx.rows(SEATS, args![author]).await? {
        let seats: [Option<AuthorId>; 2] = [row.opt_id(0)?, row.opt_id(1)?];
        let seats = seats.into_iter().flatten();
        authors.extend(seats.filter(|id| *id != author));
    }
    let ids = || authors.iter().map(|id| args![*id]).collect::<Vec<_>>();
    let matter = |row: &Row| Ok::<Matter, StoreError>((row.id(0)?, row.id(1)?));
    let posts = POSTS_OF.rows(tx, ids()).await?.iter().map(|row| row.id(0)).collect::<Result<_, _>>()?;
    let own = OWN.rows(tx, ids()).await?.iter().map(matter).collect::<Result<Vec<_>, _>>()?;
    let mut elsewhere = ELSEWHERE.rows(tx, ids()).await?.iter().map(matter).collect::<Result<Vec<_>, _>>()?;
    let known: HashSet<Matter> = own.iter().copied().collect();
    elsewhere.retain(|one| !known.contains(one));
    let (mut leaving, mut standing) = (0, 0);
    for row in REPLIES.rows(tx, ids()).await? {
        match row.text(1)?.as_str() {
            "waiting" | "prepared" | "unsure" => leaving += 1,
            "confirmed" => standing += 1,
            _ => {}
        }
    }
    let filed = FILED.rows(tx, ids()).await?.len() as u64;
    Ok(Footprint { authors, posts, own, elsewhere, leaving, standing, filed })
}

/// The legal holds on these authors, on threads they wrote in, on their house.
///
/// # Errors
/// As [`footprint`].
pub async fn holds(tx: &mut Tx, authors: &[AuthorId], now: Timestamp) -> Result<Vec<HoldRow>, StoreError> {
    let mut all: Vec<HoldRow> = Vec::new();
    for author in authors {
        for row in tx.rows(HOLDS, args![*author, now]).await? {
            let hold = read_label(&row)?;
            if all.iter().all(|known| known.id != hold.id) {
                all.push(hold);
            }
        }
    }
    Ok(all)
}

/// Every label that was ever set on an author or on the threads of their cases.
///
/// # Errors
/// As [`footprint`].
pub async fn labels_told(tx: &mut Tx, author: AuthorId) -> Result<Vec<LabelTold>, StoreError> {
    let rows = tx.rows(LABELS_TOLD, args![author]).await?;
    rows.iter().map(|row| Ok(LabelTold { label: read_label(row)?, removed_at: row.opt_time(11)? })).collect()
}

/// Who was told of an author's conversations.
///
/// # Errors
/// As [`footprint`].
pub async fn tellings(tx: &mut Tx, author: AuthorId) -> Result<Vec<TellingTold>, StoreError> {
    let rows = tx.rows(TELLINGS, args![author]).await?;
    rows.iter()
        .map(|row| {
            Ok(TellingTold {
                target: row.text(0)?,
                subject: row.text(1)?,
                state: row.text(2)?,
                at: row.time(3)?,
                settled_at: row.opt_time(4)?,
            })
        })
        .collect()
}

/// Which programs read what is an author's.
///
/// # Errors
/// As [`footprint`].
pub async fn accesses(tx: &mut Tx, author: AuthorId) -> Result<Vec<AccessTold>, StoreError> {
    let rows = tx.rows(ACCESSES, args![author]).await?;
    rows.iter()
        .map(|row| Ok(AccessTold { client: row.text(0)?, act: row.text(1)?, kind: row.text(2)?, at: row.time(3)? }))
        .collect()
}

impl Store {
    /// Empties everything of a person and erases their data keys, so that neither this data nor an old backup of it shows their
    /// texts. The keys of others' conversations in which they took part are retired; [`Store::reseal_retired`] ends them.
    ///
    /// # Errors
    /// An engine refuses; then nothing may be committed.
    pub async fn erase_person(&self, tx: &mut Tx, of: &Footprint, now: Timestamp) -> Result<Emptied, StoreError> {
        let others: Vec<String> = of.elsewhere.iter().map(|(_, thread)| empty::thread_owner(*thread)).collect();
        self.keys().retire(&others, now).await?;
        empty::erase_person(self, tx, &of.authors, (&of.own, &of.posts), now).await
    }
}
