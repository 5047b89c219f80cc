//! Drafts of answers: sealed under their thread's key, with what the guard said and who approved.

use bedside_core::{
    id::{CaseId, DraftId, KeyId, PersonId, PostId, StatementId},
    policy::SpeechForm,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    posts::{parse, write},
    value::args,
};

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    /// Being written.
    Open,
    /// Cleared by the guard; a second person is asked.
    Asked,
    /// Approved and handed to the outbox.
    Approved,
    /// Published.
    Sent,
    /// Given up for another version.
    Withdrawn,
}

impl DraftState {
    const ALL: [Self; 5] = [Self::Open, Self::Asked, Self::Approved, Self::Sent, Self::Withdrawn];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Sent => "sent",
            Self::Withdrawn => "withdrawn",
        }
    }
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What is sealed of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftText {
    /// The text.
    #[serde(rename = "t")]
    pub text: String,
    /// The salt of its commitment.
    #[serde(rename = "s")]
    pub salt: [u8; 32],
}

/// A draft as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftRow {
    /// Its id.
    pub id: DraftId,
    /// The case it answers.
    pub case: CaseId,
    /// The post it answers.
    pub post: PostId,
    /// How it is said.
    pub form: SpeechForm,
    /// The language it is written in: `de` or `en`.
    pub lang: String,
    /// Where it stands.
    pub state: DraftState,
    /// What the guard found (JSON, spans only, no text).
    pub checks: String,
    /// The guard's verdict: `allow`, `warn` or `block`; empty: not checked.
    pub verdict: String,
    /// The salted commitment of the text.
    pub commitment: Vec<u8>,
    /// The commitment that the guard cleared.
    pub cleared: Option<Vec<u8>>,
    /// The commitment that was approved.
    pub approved: Option<Vec<u8>>,
    /// Who wrote it.
    pub author: PersonId,
    /// Who approved it. Never the author.
    pub approver: Option<PersonId>,
    /// The second person who took the guard's warnings on their name.
    pub warned_by: Option<PersonId>,
    /// The statement it was taken from, and which version, however much its words were changed since.
    pub statement: Option<(StatementId, u32)>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

macro_rules! columns {
    () => {
        "id, case_id, post_id, form, lang, state, checks, verdict, commitment, cleared, approved, author_person, approver, \
         warned_by, created_at, updated_at, key_id, sealed, statement_id, statement_version FROM draft"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " WHERE id = $1");
    LATEST = concat!("SELECT ", columns!(), " WHERE case_id = $1 AND state <> 'withdrawn' ORDER BY created_at DESC, id DESC LIMIT 1");
    OF_CASE = concat!("SELECT ", columns!(), " WHERE case_id = $1 ORDER BY created_at, id LIMIT 100");
    INSERT = "INSERT INTO draft (id, case_id, post_id, form, lang, key_id, sealed, commitment, state, checks, verdict, \
        author_person, created_at, updated_at, statement_id, statement_version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $11, $12, $12, $13, $14)";
    REWRITE = "UPDATE draft SET form = $2, lang = $3, key_id = $4, sealed = $5, commitment = $6, state = 'open', checks = $7, \
        verdict = $8, cleared = NULL, approved = NULL, approver = NULL, warned_by = NULL, updated_at = $9, post_id = $10, \
        statement_id = $11, statement_version = $12 WHERE id = $1";
    SET_STATE = "UPDATE draft SET state = $2, cleared = $3, approved = $4, approver = $5, warned_by = $6, updated_at = $7 WHERE id = $1";
}

/// A text ready to be stored with what the guard said.
#[derive(Debug)]
pub struct Written<'a> {
    /// The text with its salt.
    pub text: &'a DraftText,
    /// Its commitment.
    pub commitment: &'a [u8],
    /// How it is said.
    pub form: SpeechForm,
    /// The language it is written in.
    pub lang: &'a str,
    /// What the guard found, as JSON.
    pub checks: &'a str,
    /// The guard's verdict.
    pub verdict: &'a str,
    /// The statement it was taken from, and which version.
    pub statement: Option<(StatementId, u32)>,
}

/// Stores a new draft.
///
/// # Errors
/// The engine refuses.
pub async fn insert(
    tx: &mut Tx,
    id: DraftId,
    (case, post): (CaseId, PostId),
    written: &Written<'_>,
    key: &DataKey,
    author: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(id), &write(written.text)?)?;
    let args = args![
        id,
        case,
        post,
        written.form.as_str(),
        written.lang,
        key.id(),
        sealed,
        written.commitment,
        written.checks,
        written.verdict,
        author,
        now,
        written.statement.map(|(id, _)| id),
        written.statement.map(|(_, version)| version)
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Stores a draft's new text and the post it answers now; what was cleared or approved is withdrawn with it.
///
/// # Errors
/// The engine refuses.
pub async fn rewrite(
    tx: &mut Tx,
    id: DraftId,
    post: PostId,
    written: &Written<'_>,
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(id), &write(written.text)?)?;
    let args = args![
        id,
        written.form.as_str(),
        written.lang,
        key.id(),
        sealed,
        written.commitment,
        written.checks,
        written.verdict,
        now,
        post,
        written.statement.map(|(id, _)| id),
        written.statement.map(|(_, version)| version)
    ];
    tx.run(REWRITE, args).await.map(drop)
}

/// Stores where a draft stands: state, what is cleared and approved, and by whom.
///
/// # Errors
/// The engine refuses, e.g. because the approver is the author.
pub async fn set_state(tx: &mut Tx, draft: &DraftRow, now: Timestamp) -> Result<(), StoreError> {
    let args = args![
        draft.id,
        draft.state.as_str(),
        draft.cleared.as_deref(),
        draft.approved.as_deref(),
        draft.approver,
        draft.warned_by,
        now
    ];
    tx.run(SET_STATE, args).await.map(drop)
}

/// One draft.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: DraftId) -> Result<Option<DraftRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The draft a case has now.
///
/// # Errors
/// As [`by_id`].
pub async fn latest(tx: &mut Tx, case: CaseId) -> Result<Option<DraftRow>, StoreError> {
    tx.row(LATEST, args![case]).await?.as_ref().map(read).transpose()
}

/// Every draft of a case, the oldest first.
///
/// # Errors
/// As [`by_id`].
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<DraftRow>, StoreError> {
    tx.rows(OF_CASE, args![case]).await?.iter().map(read).collect()
}

impl Store {
    /// Opens a draft's text; `None`: its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed or moved.
    pub async fn open_draft(&self, draft: &DraftRow) -> Result<Option<Phi<DraftText>>, StoreError> {
        let Some(key) = self.keys.by_id(draft.key).await? else {
            return Ok(None);
        };
        parse(&key.open(&place(draft.id), &draft.sealed)?).map(Phi).map(Some)
    }
}

fn place(id: DraftId) -> String {
    format!("draft:{id}")
}

fn read(row: &Row) -> Result<DraftRow, StoreError> {
    Ok(DraftRow {
        id: row.id(0)?,
        case: row.id(1)?,
        post: row.id(2)?,
        form: row.word(3, SpeechForm::from_word)?,
        lang: row.text(4)?,
        state: row.word(5, DraftState::from_word)?,
        checks: row.text(6)?,
        verdict: row.text(7)?,
        commitment: row.bytes(8)?,
        cleared: row.opt_bytes(9)?,
        approved: row.opt_bytes(10)?,
        author: row.id(11)?,
        approver: row.opt_id(12)?,
        warned_by: row.opt_id(13)?,
        created_at: row.time(14)?,
        updated_at: row.time(15)?,
        key: row.id(16)?,
        sealed: row.bytes(17)?,
        statement: row
            .opt_id(18)?
            .zip(row.opt_int(19)?)
            .map(|(id, version)| (id, u32::try_from(version).unwrap_or(u32::MAX))),
    })
}
