//! Letters to the contact in a patient's record: in line, sent, or not to be had. Whoever waits at the door is told the same
//! in every case.

use bedside_core::{
    id::{AuthorId, LetterId, LinkId, PatientId, SiteId},
    letter::LetterKind,
    time::{Span, Timestamp},
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// Where a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// Waits to be sent, or to be tried again.
    Waiting,
    /// Handed over.
    Sent,
    /// There was nobody to send it to, or it must not be sent.
    Unsent,
    /// A code that was used.
    Spent,
}

impl LetterState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Unsent, Self::Spent];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Unsent => "unsent",
            Self::Spent => "spent",
        }
    }
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A letter as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// Its id.
    pub id: LetterId,
    /// Whose house.
    pub site: SiteId,
    /// The link it is about.
    pub link: LinkId,
    /// The account of that link.
    pub author: AuthorId,
    /// What it is for.
    pub kind: LetterKind,
    /// In which language it is written.
    pub lang: String,
    /// Where it is.
    pub state: LetterState,
    /// Why, in a word of ours.
    pub code: String,
    /// To whom it was sent.
    pub patient: Option<PatientId>,
    /// How often its code was entered wrong.
    pub tries: i64,
    /// How often sending was tried.
    pub attempts: i64,
    /// Until when it is of use.
    pub expires_at: Timestamp,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was sent or given up.
    pub settled_at: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, site_id, link_id, author_id, kind, lang, state, code, patient_id, tries, attempts, expires_at, \
             created_at, settled_at FROM letter ",
            $rest
        )
    };
}

statements! {
    ADD = "INSERT INTO letter (id, site_id, link_id, author_id, kind, lang, state, code, tries, attempts, due_at, expires_at, \
        created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '', 0, 0, $7, $8, $7)";
    DUE = select!("WHERE state = 'waiting' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at LIMIT 1");
    LEASE = "UPDATE letter SET lease_by = $2, lease_until = $3, attempts = attempts + 1 WHERE id = $1 AND state = 'waiting' \
        AND (lease_until IS NULL OR lease_until < $4)";
    SETTLE = "UPDATE letter SET state = $2, code = $3, patient_id = $4, due_at = $5, settled_at = $6, lease_by = NULL, \
        lease_until = NULL WHERE id = $1 AND state = 'waiting'";
    BY_ID = select!("WHERE id = $1");
    OF_LINK = select!("WHERE link_id = $1 ORDER BY created_at DESC, id DESC LIMIT 50");
    TRIED = "UPDATE letter SET tries = tries + 1 WHERE id = $1";
    SPEND = "UPDATE letter SET state = 'spent' WHERE id = $1 AND state = 'sent'";
}

/// Puts a letter in line.
///
/// # Errors
/// The engine refuses.
pub async fn add_letter(tx: &mut Tx, letter: &LetterRow) -> Result<(), StoreError> {
    let args = args![
        letter.id,
        letter.site,
        letter.link,
        letter.author,
        letter.kind.as_str(),
        &letter.lang,
        letter.created_at,
        letter.expires_at
    ];
    tx.run(ADD, args).await.map(drop)
}

/// The next letter whose turn it is.
///
/// # Errors
/// The engine refuses.
pub async fn letter_due(tx: &mut Tx, now: Timestamp) -> Result<Option<LetterRow>, StoreError> {
    tx.row(DUE, args![now]).await?.as_ref().map(read).transpose()
}

/// Leases a letter to `by` for one attempt. `false`: somebody else has it.
///
/// # Errors
/// The engine refuses.
pub async fn lease_letter(
    tx: &mut Tx,
    id: LetterId,
    by: &str,
    length: Span,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(LEASE, args![id, by, now.plus(length), now]).await? > 0)
}

/// Notes what became of a letter; one that is still waiting is tried again at `due_at`.
///
/// # Errors
/// The engine refuses.
pub async fn settle_letter(
    tx: &mut Tx,
    id: LetterId,
    (state, code): (LetterState, &str),
    patient: Option<PatientId>,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let settled_at = (state != LetterState::Waiting).then_some(now);
    tx.run(SETTLE, args![id, state.as_str(), code, patient, due_at, settled_at]).await.map(drop)
}

/// The letter with this id.
///
/// # Errors
/// The engine refuses.
pub async fn letter(tx: &mut Tx, id: LetterId) -> Result<Option<LetterRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The letters about a link, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn letters_of(tx: &mut Tx, link: LinkId) -> Result<Vec<LetterRow>, StoreError> {
    tx.rows(OF_LINK, args![link]).await?.iter().map(read).collect()
}

/// Counts a code that was entered wrong.
///
/// # Errors
/// The engine refuses.
pub async fn count_letter_try(tx: &mut Tx, id: LetterId) -> Result<(), StoreError> {
    tx.run(TRIED, args![id]).await.map(drop)
}

/// Spends the code of a letter that was sent. `false`: it was spent, or never sent.
///
/// # Errors
/// The engine refuses.
pub async fn spend_letter(tx: &mut Tx, id: LetterId) -> Result<bool, StoreError> {
    Ok(tx.run(SPEND, args![id]).await? > 0)
}

fn read(row: &Row) -> Result<LetterRow, StoreError> {
    Ok(LetterRow {
        id: row.id(0)?,
        site: row.id(1)?,
        link: row.id(2)?,
        author: row.id(3)?,
        kind: row.word(4, LetterKind::from_word)?,
        lang: row.text(5)?,
        state: row.word(6, LetterState::from_word)?,
        code: row.text(7)?,
        patient: row.opt_id(8)?,
        tries: row.int(9)?,
        attempts: row.int(10)?,
        expires_at: row.time(11)?,
        created_at: row.time(12)?,
        settled_at: row.opt_time(13)?,
    })
}
