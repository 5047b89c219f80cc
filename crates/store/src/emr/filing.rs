//! Documents on their way into patients' records: sealed, sent in order per patient, kept as dead letters that a person
//! can read, mend and send again, and dropped when the patient takes back the consent.

use bedside_core::{
    filing::{Document, FilingAct},
    id::{AuthorId, CaseId, EmrLinkId, FilingId, KeyId, PatientId, PostId, SiteId},
    time::{Span, Timestamp},
};

use super::{dead_letter, link};
use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    channels::Health,
    db::{Row, statements},
    posts::{parse, write},
    value::args,
};

/// Where a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilingState {
    /// Waits for its turn, or to be tried again.
    Waiting,
    /// In the record.
    Filed,
    /// Refused, or tried too often: a person must look.
    Dead,
    /// Not sent any more: the consent was taken back, or a person dropped it.
    Dropped,
}

impl FilingState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Filed, Self::Dead, Self::Dropped];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Filed => "filed",
            Self::Dead => "dead",
            Self::Dropped => "dropped",
        }
    }
    /// The state with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A document as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct FilingRow {
    /// Its id.
    pub id: FilingId,
    /// Where it goes.
    pub link: EmrLinkId,
    /// Whose house.
    pub site: SiteId,
    /// Which case.
    pub case: CaseId,
    /// The newest post in it.
    pub post: PostId,
    /// Whose conversation.
    pub author: AuthorId,
    /// Whose record.
    pub patient: PatientId,
    /// What is done.
    pub act: FilingAct,
    /// What tells it from others of the same act and case; mostly empty.
    pub subject: String,
    /// Where it is.
    pub state: FilingState,
    /// Why, in a word of ours.
    pub code: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was filed, given up or dropped.
    pub settled_at: Option<Timestamp>,
    /// How often people changed it.
    pub revision: i64,
    key: KeyId,
    sealed: Vec<u8>,
    said: Option<(KeyId, Vec<u8>)>,
}

/// A case that may be filed: closed, its author linked and consenting, not filed yet with its newest post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fileable {
    /// Where it goes.
    pub link: EmrLinkId,
    /// Which case.
    pub case: CaseId,
    /// Its newest post.
    pub post: PostId,
    /// Who wrote: the account that was proven at the door.
    pub author: AuthorId,
    /// Whose record.
    pub patient: PatientId,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT f.id, f.link_id, f.site_id, f.case_id, f.post_id, f.author_id, f.patient_id, f.act, f.state, f.code, \
             f.attempts, f.due_at, f.created_at, f.settled_at, f.key_id, f.sealed, f.said_key_id, f.said, f.revision FROM filing f ",
            $rest
        )
    };
}
pub(super) use select;

/// Conversations, consents, work and warnings each go in their own order: a document that nobody mends must not keep it from the record
/// that a consent was taken back.
macro_rules! lane {
    ($of:literal) => {
        concat!(
            "CASE WHEN substr(",
            $of,
            ".act, 1, 4) IN ('cons', 'task', 'flag') THEN substr(",
            $of,
            ".act, 1, 4) ELSE 'file' END"
        )
    };
}
pub(super) use lane;

/// The lane an act goes in, as the statements name it.
pub(super) const fn lane_of(act: FilingAct) -> &'static str {
    match act {
        FilingAct::File | FilingAct::Cancel => "file",
        FilingAct::Consent | FilingAct::ConsentEnd => "cons",
        FilingAct::Task | FilingAct::TaskEnd => "task",
        FilingAct::Flag | FilingAct::FlagEnd => "flag",
    }
}

/// Closed cases of linked and consenting accounts, in public and at the door. A conversation that ended before the consent
/// was given is not what the consent spoke of.
const FILEABLE_SQL: &str = "SELECT e.id, c.id, c.post_id, l.author_id, l.patient_id FROM link l \
    JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
    JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
    LEFT JOIN door_person p ON p.author_id = l.author_id \
    JOIN cases c ON c.author_id = l.author_id OR c.author_id = p.door_author_id \
    JOIN emr_link e ON e.site_id = c.site_id \
    WHERE e.id = $2 AND l.level = 'confirmed' AND l.patient_id IS NOT NULL AND c.queue = 'done' AND c.standing = 'live' \
    AND c.posted_at >= t.given_at AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.link_id = e.id AND f.case_id = c.id \
    AND f.post_id = c.post_id AND f.act = 'file') ORDER BY c.updated_at LIMIT $1";

statements! {
    FILEABLE = FILEABLE_SQL;
    ADD = "INSERT INTO filing (id, link_id, site_id, case_id, post_id, author_id, patient_id, act, key_id, sealed, state, code, \
        attempts, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', '', 0, $11, $11) \
        ON CONFLICT (link_id, case_id, post_id, act) DO NOTHING";
    // What is on its way this moment is waited for, also if it was dropped meanwhile.
    DUE = concat!(select!("WHERE f.link_id = $1 AND f.state = 'waiting' AND f.due_at <= $2 AND (f.lease_until IS NULL OR f.lease_until < $2) \
        AND NOT EXISTS (SELECT 1 FROM filing b WHERE b.link_id = f.link_id AND b.patient_id = f.patient_id AND b.id < f.id \
        AND (b.state IN ('waiting', 'dead') OR b.lease_until >= $2) AND "), lane!("b"), " = ", lane!("f"), ") ORDER BY f.id LIMIT 1");
    LEASE = "UPDATE filing SET lease_by = $2, lease_until = $3, attempts = attempts + 1 WHERE id = $1 AND state = 'waiting' \
        AND (lease_until IS NULL OR lease_until < $4)";
    RENEW = "UPDATE filing SET lease_until = $3 WHERE id = $1 AND lease_by = $2";
    PERMITTED = "SELECT COUNT(*) FROM link l JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
        JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
        WHERE l.author_id = $1 AND l.level = 'confirmed' AND l.patient_id = $2";
    SETTLE = "UPDATE filing SET state = $2, code = $3, due_at = $4, settled_at = $5, lease_by = NULL, lease_until = NULL, \
        said_key_id = $6, said = $7 WHERE id = $1";
    DROP_OF = "UPDATE filing SET state = 'dropped', code = 'consent_revoked', settled_at = $2 WHERE author_id = $1 \
        AND (act IN ('file', 'task') OR substr(act, 1, 5) = 'flag:') AND state IN ('waiting', 'dead')";
    OVERTAKE = "UPDATE filing SET state = 'dropped', code = 'overtaken', settled_at = $2 WHERE id = $1 AND state IN ('waiting', 'dead')";
    FILED_OF = select!("WHERE f.author_id = $1 AND f.act = 'file' AND f.state = 'filed' AND NOT EXISTS (SELECT 1 FROM filing b \
        WHERE b.link_id = f.link_id AND b.case_id = f.case_id AND b.post_id = f.post_id AND b.act = 'cancel') ORDER BY f.id");
    BY_ID = select!("WHERE f.id = $1");
    LAST = select!("WHERE f.link_id = $1 ORDER BY f.id DESC LIMIT $2");
    COUNT = "SELECT state, COUNT(*) FROM filing WHERE link_id = $1 GROUP BY state";
}

/// The next cases that may be filed over a link.
///
/// # Errors
/// The engine refuses.
pub async fn fileable(tx: &mut Tx, link: EmrLinkId, most: u32) -> Result<Vec<Fileable>, StoreError> {
    let rows = tx.rows(FILEABLE, args![most, link]).await?;
    rows.iter()
        .map(|row| {
            Ok(Fileable {
                link: row.id(0)?,
                case: row.id(1)?,
                post: row.id(2)?,
                author: row.id(3)?,
                patient: row.id(4)?,
            })
        })
        .collect()
}

/// Puts a document in line. `false`: it is there already.
///
/// # Errors
/// The engine refuses.
pub async fn add(
    tx: &mut Tx,
    id: FilingId,
    what: &Fileable,
    (site, act, subject): (SiteId, FilingAct, &str),
    (document, key): (&Document, &DataKey),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = key.seal(&place(id), &write(document)?)?;
    // Of one case and post there may be several of an act, each about something else.
    let act = if subject.is_empty() { act.as_str().to_owned() } else { format!("{}:{subject}", act.as_str()) };
    let args = args![id, what.link, site, what.case, what.post, what.author, what.patient, act, key.id(), sealed, now];
    Ok(tx.run(ADD, args).await? > 0)
}

/// The next document of a link whose turn it is: nothing of the same patient stands before it.
///
/// # Errors
/// The engine refuses.
pub async fn due(tx: &mut Tx, link: EmrLinkId, now: Timestamp) -> Result<Option<FilingRow>, StoreError> {
    tx.row(DUE, args![link, now]).await?.as_ref().map(read).transpose()
}

/// Leases a document to `by` for one attempt. `false`: somebody else has it, or it waits no more.
///
/// # Errors
/// The engine refuses.
pub async fn lease(tx: &mut Tx, id: FilingId, by: &str, length: Span, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(LEASE, args![id, by, now.plus(length), now]).await? > 0)
}

/// Holds a lease of `by` longer.
///
/// # Errors
/// The engine refuses.
pub async fn renew(tx: &mut Tx, id: FilingId, by: &str, until: Timestamp) -> Result<(), StoreError> {
    tx.run(RENEW, args![id, by, until]).await.map(drop)
}

/// Drops what waits and was overtaken: the record must be told something else now.
///
/// # Errors
/// The engine refuses.
pub async fn overtake(tx: &mut Tx, id: FilingId, now: Timestamp) -> Result<(), StoreError> {
    tx.run(OVERTAKE, args![id, now]).await.map(drop)
}

/// Whether the link is still confirmed and consented to, for this patient.
///
/// # Errors
/// The engine refuses.
pub async fn is_permitted(tx: &mut Tx, row: &FilingRow) -> Result<bool, StoreError> {
    let found = tx.row(PERMITTED, args![row.author, row.patient]).await?;
    Ok(found.map_or(Ok(0), |row| row.int(0))? > 0)
}

/// Notes what became of a document, and of the attempt at it and its link if there was one; `said` is what the receiver
/// answered, sealed.
///
/// # Errors
/// The engine refuses.
pub async fn settle(
    tx: &mut Tx,
    row: &FilingRow,
    (state, code): (FilingState, &str),
    due_at: Timestamp,
    said: Option<(&DataKey, &str)>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let settled_at = (state != FilingState::Waiting).then_some(now);
    let sealed =
        said.map(|(key, text)| Ok::<_, StoreError>((key.id(), key.seal(&said_place(row.id), text.as_bytes())?)));
    let (key, sealed) = sealed.transpose()?.unzip();
    tx.run(SETTLE, args![row.id, state.as_str(), code, due_at, settled_at, key, sealed.as_deref()]).await?;
    if state == FilingState::Dropped {
        return link::count(tx, [(row.link, "dropped", 1)].into_iter(), now).await;
    }
    dead_letter::add_attempt(tx, row, (state, code), (key, sealed), now).await?;
    let counted = match (state, row.act) {
        (FilingState::Filed, act) if act.needs_permission() => "filed",
        (FilingState::Filed, _) => "taken_back",
        (FilingState::Dead, _) => "dead",
        (FilingState::Waiting | FilingState::Dropped, _) => "in_vain",
    };
    link::count(tx, [(row.link, counted, 1)].into_iter(), now).await?;
    match state {
        FilingState::Filed => link::set_ok(tx, row.link, now).await,
        // Who refuses one document is there and listens; that somebody must look is told by the dead letter.
        FilingState::Dead | FilingState::Dropped => link::set_health(tx, row.link, Health::Live, "", now).await,
        FilingState::Waiting => link::set_health(tx, row.link, Health::Slow, code, now).await,
    }
}

/// Drops what waits of an account: its consent was taken back. Gives how many.
///
/// # Errors
/// The engine refuses.
pub async fn drop_of(tx: &mut Tx, author: AuthorId, now: Timestamp) -> Result<u64, StoreError> {
    tx.run(DROP_OF, args![author, now]).await
}

/// What of an account is in a record and was not taken back.
///
/// # Errors
/// The engine refuses.
pub async fn filed_of(tx: &mut Tx, author: AuthorId) -> Result<Vec<FilingRow>, StoreError> {
    tx.rows(FILED_OF, args![author]).await?.iter().map(read).collect()
}

/// The document with this id.
///
/// # Errors
/// The engine refuses.
pub async fn by_id(tx: &mut Tx, id: FilingId) -> Result<Option<FilingRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// A link's newest documents.
///
/// # Errors
/// The engine refuses.
pub async fn last(tx: &mut Tx, link: EmrLinkId, most: u32) -> Result<Vec<FilingRow>, StoreError> {
    tx.rows(LAST, args![link, most]).await?.iter().map(read).collect()
}

/// How many documents of a link are in each state.
///
/// # Errors
/// The engine refuses.
pub async fn counts(tx: &mut Tx, link: EmrLinkId) -> Result<Vec<(FilingState, i64)>, StoreError> {
    let rows = tx.rows(COUNT, args![link]).await?;
    rows.iter().map(|row| Ok((row.word(0, FilingState::from_word)?, row.int(1)?))).collect()
}

impl Store {
    /// Opens a document; `None`: its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed or moved.
    pub async fn open_filing(&self, row: &FilingRow) -> Result<Option<(Phi<Document>, DataKey)>, StoreError> {
        let Some(key) = self.keys.by_id(row.key).await? else { return Ok(None) };
        Ok(Some((Phi(parse(&key.open(&place(row.id), &row.sealed)?)?), key)))
    }

    /// Opens what the receiver answered last; `None`: nothing, or its key was erased.
    ///
    /// # Errors
    /// As [`Store::open_filing`].
    pub async fn open_filing_answer(&self, row: &FilingRow) -> Result<Option<Phi<String>>, StoreError> {
        let Some((key, sealed)) = &row.said else { return Ok(None) };
        self.open_text(*key, &said_place(row.id), sealed).await
    }
}

pub(super) fn place(id: FilingId) -> String {
    format!("filing:{id}")
}

pub(super) fn said_place(id: FilingId) -> String {
    format!("filing_said:{id}")
}

pub(super) fn read(row: &Row) -> Result<FilingRow, StoreError> {
    let act = row.text(7)?;
    let (act, subject) = act.split_once(':').unwrap_or((&act, ""));
    Ok(FilingRow {
        id: row.id(0)?,
        link: row.id(1)?,
        site: row.id(2)?,
        case: row.id(3)?,
        post: row.id(4)?,
        author: row.id(5)?,
        patient: row.id(6)?,
        act: FilingAct::from_word(act).ok_or_else(|| StoreError::corrupt("act", act))?,
        subject: subject.to_owned(),
        state: row.word(8, FilingState::from_word)?,
        code: row.text(9)?,
        attempts: row.int(10)?,
        due_at: row.time(11)?,
        created_at: row.time(12)?,
        settled_at: row.opt_time(13)?,
        key: row.id(14)?,
        sealed: row.bytes(15)?,
        said: row.opt_id(16)?.zip(row.opt_bytes(17)?),
        revision: row.int(18)?,
    })
}
