//! The chart: calls that were made, cards that were shown, openings of the app, and what the care team wrote to the desk.

use std::collections::HashMap;

use bedside_core::{
    id::{CardId, CaseId, ChartSessionId, DraftId, KeyId, NoteId, PatientId, PersonId, PostId, SiteId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    posts::{parse, write},
    value::args,
};

statements! {
    CALL = "INSERT INTO chart_call (issuer, token_hash, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    FORGET_CALLS = "DELETE FROM chart_call WHERE expires_at < $1";
    ADD_CARD = "INSERT INTO chart_card (id, site_id, case_id, shown_at) VALUES ($1, $2, $3, $4)";
    CARD_OF = "SELECT case_id FROM chart_card WHERE id = $1 AND site_id = $2";
    FEEDBACK = "INSERT INTO chart_feedback (card_id, outcome, reason, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    SHOWN = "SELECT COUNT(*) FROM chart_card WHERE site_id = $1 AND shown_at >= $2";
    OUTCOMES = "SELECT f.outcome, f.reason, COUNT(*) FROM chart_feedback f JOIN chart_card c ON c.id = f.card_id \
        WHERE c.site_id = $1 AND f.at >= $2 GROUP BY f.outcome, f.reason";
    NEWEST_FEEDBACK = "SELECT f.outcome, f.reason, f.at, k.number FROM chart_feedback f JOIN chart_card c ON c.id = f.card_id \
        JOIN cases k ON k.id = c.case_id WHERE c.site_id = $1 ORDER BY f.at DESC, f.card_id LIMIT $2";
    OPEN_SESSION = "INSERT INTO chart_session (id, token_hash, chart, site_id, patient_id, csrf, key_id, sealed, started_at, \
        expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SESSION = "SELECT id, chart, site_id, patient_id, csrf, key_id, sealed, started_at, expires_at FROM chart_session \
        WHERE id = $1 AND token_hash = $2 AND expires_at > $3";
    END_SESSION = "DELETE FROM chart_session WHERE id = $1";
    FORGET_SESSIONS = "DELETE FROM chart_session WHERE expires_at < $1";
    FORGET_CARDS = "DELETE FROM chart_card WHERE shown_at < $1 AND id NOT IN (SELECT card_id FROM chart_feedback)";
    ADD_NOTE = "INSERT INTO care_note (id, case_id, post_id, kind, lang, verdict, key_id, sealed, written_at, state) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')";
    NOTES = "SELECT id, case_id, post_id, kind, lang, verdict, key_id, sealed, written_at, state, settled_by, settled_at, draft_id \
        FROM care_note WHERE case_id = $1 ORDER BY written_at, id LIMIT 200";
    NOTE = "SELECT id, case_id, post_id, kind, lang, verdict, key_id, sealed, written_at, state, settled_by, settled_at, draft_id \
        FROM care_note WHERE id = $1";
    SETTLE = "UPDATE care_note SET state = $2, settled_by = $3, settled_at = $4, draft_id = $5 WHERE id = $1 AND state = 'open'";
}

many_statements! {
    NEWEST_NOTES = "SELECT n.case_id, MAX(n.written_at) FROM (", [1],
        ") AS v JOIN care_note n ON n.case_id = v.column1 GROUP BY n.case_id";
}

/// Remembers a call until its token expires. `false`: a call with that token was made before.
///
/// # Errors
/// The engine refuses.
pub async fn first_call(
    tx: &mut Tx,
    issuer: &str,
    token_hash: &[u8],
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    tx.run(FORGET_CALLS, args![now]).await?;
    Ok(tx.run(CALL, args![issuer, token_hash, expires_at]).await? > 0)
}

/// Keeps that a card was shown.
///
/// # Errors
/// The engine refuses.
pub async fn add_card(
    tx: &mut Tx,
    id: CardId,
    (site, case): (SiteId, CaseId),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(ADD_CARD, args![id, site, case, now]).await.map(drop)
}

/// What became of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackRow {
    /// `accepted` or `overridden`.
    pub outcome: String,
    /// The code of the reason, if it is one of ours; else empty.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Keeps what became of a card that was shown at this site. `false`: it is known already, or no such card was shown there.
///
/// # Errors
/// The engine refuses.
pub async fn add_feedback(tx: &mut Tx, site: SiteId, card: CardId, feedback: &FeedbackRow) -> Result<bool, StoreError> {
    if tx.row(CARD_OF, args![card, site]).await?.is_none() {
        return Ok(false);
    }
    let args = args![card, &feedback.outcome, &feedback.reason, feedback.at];
    Ok(tx.run(FEEDBACK, args).await? > 0)
}

/// How many cards a site's charts have shown since `since`, and what became of cards in that time: outcome, reason, how many.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn outcomes(
    tx: &mut Tx,
    site: SiteId,
    since: Timestamp,
) -> Result<(i64, Vec<(String, String, i64)>), StoreError> {
    let shown = tx.row(SHOWN, args![site, since]).await?.map_or(Ok(0), |row| row.int(0))?;
    let rows = tx.rows(OUTCOMES, args![site, since]).await?;
    let outcomes = rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.int(2)?)));
    Ok((shown, outcomes.collect::<Result<_, StoreError>>()?))
}

/// What became of a site's cards, the newest first, each with the number of the case that it was about.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn newest_feedback(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<(FeedbackRow, i64)>, StoreError> {
    let rows = tx.rows(NEWEST_FEEDBACK, args![site, i64::from(most)]).await?;
    let read = |row: &Row| {
        let feedback = FeedbackRow { outcome: row.text(0)?, reason: row.text(1)?, at: row.time(2)? };
        Ok((feedback, row.int(3)?))
    };
    rows.iter().map(read).collect()
}

/// What is sealed of an opening: who the EMR says the patient and the reader are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionText {
    /// The patient's name.
    #[serde(rename = "p")]
    pub patient: String,
    /// The patient's date of birth.
    #[serde(rename = "b")]
    pub born: String,
    /// Who reads.
    #[serde(rename = "u")]
    pub user: CareUser,
}

/// Somebody of the care team, as the EMR names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareUser {
    /// The name.
    #[serde(rename = "n")]
    pub name: String,
    /// The resource that stands for them, e.g. `https://kis.example/fhir/Practitioner/7`.
    #[serde(rename = "r")]
    pub reference: String,
    /// The salt of the commitment that the log holds to `reference`.
    #[serde(rename = "s")]
    pub salt: [u8; 32],
}

/// One opening of the app.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its id, which its addresses carry.
    pub id: ChartSessionId,
    /// The short name of the chart.
    pub chart: String,
    /// At which site.
    pub site: SiteId,
    /// The patient of the index; `None`: nobody that the index knows.
    pub patient: Option<PatientId>,
    /// The token of its forms.
    pub csrf: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

/// An opening that is about to be stored.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// Its id.
    pub id: ChartSessionId,
    /// The hash of the browser's secret.
    pub token_hash: &'a [u8],
    /// The short name of the chart.
    pub chart: &'a str,
    /// At which site.
    pub site: SiteId,
    /// The patient of the index.
    pub patient: Option<PatientId>,
    /// The token of its forms.
    pub csrf: &'a str,
    /// What is sealed.
    pub text: &'a SessionText,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Forgets openings that are over, and cards shown before `cards` that no feedback came about. Gives how many openings.
///
/// # Errors
/// The engine refuses.
pub async fn forget(tx: &mut Tx, now: Timestamp, cards: Timestamp) -> Result<u64, StoreError> {
    tx.run(FORGET_CARDS, args![cards]).await?;
    tx.run(FORGET_SESSIONS, args![now]).await
}

/// Keeps an opening.
///
/// # Errors
/// The engine refuses.
pub async fn open_session(
    tx: &mut Tx,
    session: &NewSession<'_>,
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&session_place(session.id), &write(session.text)?)?;
    let args = args![
        session.id,
        session.token_hash,
        session.chart,
        session.site,
        session.patient,
        session.csrf,
        key.id(),
        sealed,
        now,
        session.expires_at
    ];
    tx.run(OPEN_SESSION, args).await.map(drop)
}

/// The opening with this id, for the browser with that secret; `None`: there is none, or it is over.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn session(
    tx: &mut Tx,
    id: ChartSessionId,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<SessionRow>, StoreError> {
    let row = tx.row(SESSION, args![id, token_hash, now]).await?;
    let read = |row: Row| {
        Ok(SessionRow {
            id: row.id(0)?,
            chart: row.text(1)?,
            site: row.id(2)?,
            patient: row.opt_id(3)?,
            csrf: row.text(4)?,
            key: row.id(5)?,
            sealed: row.bytes(6)?,
            started_at: row.time(7)?,
            expires_at: row.time(8)?,
        })
    };
    row.map(read).transpose()
}

/// Ends an opening.
///
/// # Errors
/// The engine refuses.
pub async fn end_session(tx: &mut Tx, id: ChartSessionId) -> Result<(), StoreError> {
    tx.run(END_SESSION, args![id]).await.map(drop)
}

impl SessionRow {
    /// Who it shows, and to whom; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed.
    pub async fn text(&self, store: &Store) -> Result<Option<Phi<SessionText>>, StoreError> {
        let Some(key) = store.keys().by_id(self.key).await? else { return Ok(None) };
        parse(&key.open(&session_place(self.id), &self.sealed)?).map(Phi).map(Some)
    }
}

/// What the care team wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CareKind {
    /// A note to the desk.
    Note,
    /// A suggestion for an answer.
    Suggestion,
}

impl CareKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Suggestion => "suggestion",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        [Self::Note, Self::Suggestion].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Where a suggestion stands; a note stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CareState {
    /// Nobody has done anything with it.
    Open,
    /// A person took it over as their draft.
    Taken,
    /// A person set it aside.
    SetAside,
}

impl CareState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Taken => "taken",
            Self::SetAside => "set_aside",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        [Self::Open, Self::Taken, Self::SetAside].into_iter().find(|state| state.as_str() == word)
    }
}

/// What is sealed of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareText {
    /// The words.
    #[serde(rename = "t")]
    pub text: String,
    /// Who wrote them.
    #[serde(rename = "u")]
    pub user: CareUser,
}

/// A note or a suggestion of the care team as stored.
#[derive(Debug, Clone)]
pub struct CareRow {
    /// Its id.
    pub id: NoteId,
    /// At which case.
    pub case: CaseId,
    /// The post that the case waited with then.
    pub post: PostId,
    /// Note or suggestion.
    pub kind: CareKind,
    /// The language of a suggestion.
    pub lang: String,
    /// What the guard said of a suggestion; empty for a note.
    pub verdict: String,
    /// When it was written.
    pub at: Timestamp,
    /// Where it stands.
    pub state: CareState,
    /// Who took it over or set it aside, and when.
    pub settled: Option<(PersonId, Timestamp)>,
    /// The draft it became.
    pub draft: Option<DraftId>,
    key: KeyId,
    sealed: Vec<u8>,
}

/// What is about to be kept of the care team's words.
#[derive(Debug)]
pub struct NewCare<'a> {
    /// Its id.
    pub id: NoteId,
    /// At which case, which waits with which post.
    pub at: (CaseId, PostId),
    /// Note or suggestion.
    pub kind: CareKind,
    /// The language of a suggestion.
    pub lang: &'a str,
    /// What the guard said of a suggestion.
    pub verdict: &'a str,
    /// What is sealed.
    pub text: &'a CareText,
}

/// Keeps a note or a suggestion.
///
/// # Errors
/// The engine refuses.
pub async fn add_care(tx: &mut Tx, new: &NewCare<'_>, key: &DataKey, now: Timestamp) -> Result<(), StoreError> {
    let sealed = key.seal(&care_place(new.id), &write(new.text)?)?;
    let (case, post) = new.at;
    tx.run(ADD_NOTE, args![new.id, case, post, new.kind.as_str(), new.lang, new.verdict, key.id(), sealed, now])
        .await
        .map(drop)
}

/// What the care team wrote at a case, the oldest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn care_of(tx: &mut Tx, case: CaseId) -> Result<Vec<CareRow>, StoreError> {
    tx.rows(NOTES, args![case]).await?.iter().map(read_care).collect()
}

/// When the care team wrote last at each of these cases; cases without a word of theirs are left out.
///
/// # Errors
/// The engine refuses.
pub async fn newest_care(tx: &mut Tx, cases: &[CaseId]) -> Result<HashMap<CaseId, Timestamp>, StoreError> {
    let rows = NEWEST_NOTES.rows(tx, cases.iter().map(|id| args![*id]).collect()).await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.time(1)?))).collect()
}

/// One of them.
///
/// # Errors
/// As [`care_of`].
pub async fn care(tx: &mut Tx, id: NoteId) -> Result<Option<CareRow>, StoreError> {
    tx.row(NOTE, args![id]).await?.as_ref().map(read_care).transpose()
}

/// Says what became of a suggestion. `false`: somebody was faster.
///
/// # Errors
/// The engine refuses.
pub async fn settle_care(
    tx: &mut Tx,
    id: NoteId,
    state: CareState,
    by: PersonId,
    draft: Option<DraftId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(SETTLE, args![id, state.as_str(), by, now, draft]).await? > 0)
}

impl CareRow {
    /// The words and who wrote them; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed.
    pub async fn text(&self, store: &Store) -> Result<Option<Phi<CareText>>, StoreError> {
        let Some(key) = store.keys().by_id(self.key).await? else { return Ok(None) };
        parse(&key.open(&care_place(self.id), &self.sealed)?).map(Phi).map(Some)
    }
}

fn session_place(id: ChartSessionId) -> String {
    format!("chart-session:{id}")
}

fn care_place(id: NoteId) -> String {
    format!("care-note:{id}")
}

fn read_care(row: &Row) -> Result<CareRow, StoreError> {
    Ok(CareRow {
        id: row.id(0)?,
        case: row.id(1)?,
        post: row.id(2)?,
        kind: row.word(3, CareKind::from_word)?,
        lang: row.text(4)?,
        verdict: row.text(5)?,
        key: row.id(6)?,
        sealed: row.bytes(7)?,
        at: row.time(8)?,
        state: row.word(9, CareState::from_word)?,
        settled: row.opt_id(10)?.zip(row.opt_time(11)?),
        draft: row.opt_id(12)?,
    })
}
