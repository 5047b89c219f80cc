//! Messages that came over a link: stored once, sealed under the link's key of the day, brought into the patient index
//! in the order they came, and deleted with their key when their time is over.

use std::collections::{HashMap, HashSet};

use bedside_core::{
    emr::EmrEvent,
    id::{EmrLinkId, EmrMessageId, KeyId, PatientId},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

use super::link::day;
use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    posts::{parse, write},
    value::args,
};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// Stored and acknowledged, not yet in the patient index.
    New,
    /// In the patient index.
    Applied,
    /// It holds nothing that Bedside keeps.
    Nothing,
    /// Refused: the sender was told why.
    Refused,
    /// It was accepted and could not be brought into the patient index: somebody must look.
    Failed,
}

impl MessageState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::New, Self::Applied, Self::Nothing, Self::Refused, Self::Failed];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Applied => "applied",
            Self::Nothing => "nothing",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
    /// The state with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What is sealed of a message beside its raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageText {
    /// The sender's id of it (MSH-10).
    #[serde(rename = "c")]
    pub control_id: String,
    /// What it says; `None`: it was refused.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EmrEvent>,
}

/// A message to be stored.
#[derive(Debug)]
pub struct NewMessage<'a> {
    /// Its id; ids of one link sort in the order of arrival.
    pub id: EmrMessageId,
    /// Over which link it came.
    pub link: EmrLinkId,
    /// Tells a resend from another message; see [`same`].
    pub same: Vec<u8>,
    /// Type and trigger event.
    pub trigger: &'a str,
    /// What is sealed of it.
    pub text: &'a MessageText,
    /// Its bytes, as far as they may be kept.
    pub raw: &'a [u8],
    /// What was not as the standard says.
    pub flaws: &'a [&'static str],
    /// New or refused.
    pub state: MessageState,
    /// Why it was refused; empty otherwise.
    pub code: &'static str,
    /// When it came.
    pub at: Timestamp,
}

/// A message as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// Its id.
    pub id: EmrMessageId,
    /// Over which link it came.
    pub link: EmrLinkId,
    /// Type and trigger event.
    pub trigger: String,
    /// What was not as the standard says.
    pub flaws: Vec<String>,
    /// What became of it.
    pub state: MessageState,
    /// Why it was refused or failed; empty otherwise.
    pub code: String,
    /// Whom it is about.
    pub patient: Option<PatientId>,
    /// How often it came again.
    pub resent: i64,
    /// When it came first.
    pub received_at: Timestamp,
    key: KeyId,
    event: Vec<u8>,
    raw: Vec<u8>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.link_id, m.trigger_event, m.flaws, m.state, m.code, m.patient_id, m.resent, m.received_at, \
             m.key_id, m.event, m.raw FROM emr_message m ",
            $rest
        )
    };
}

statements! {
    RESENT = "UPDATE emr_message SET resent = resent + 1 WHERE link_id = $1 AND same = $2";
    NEW = select!("WHERE m.state = 'new' ORDER BY m.id LIMIT $1");
    NEW_IDS = "SELECT id FROM emr_message WHERE state = 'new' ORDER BY id LIMIT $1";
    LAST = select!("WHERE m.link_id = $1 ORDER BY m.id DESC LIMIT $2");
    LAST_IN = select!("WHERE m.link_id = $1 AND m.state = $2 ORDER BY m.id DESC LIMIT $3");
    LAST_NEW = select!("WHERE m.link_id = $1 AND m.state = 'new' ORDER BY m.id DESC LIMIT $2");
    LAST_FAILED = select!("WHERE m.link_id = $1 AND m.state = 'failed' ORDER BY m.id DESC LIMIT $2");
    LAST_REFUSED = select!("WHERE m.link_id = $1 AND m.state = 'refused' ORDER BY m.id DESC LIMIT $2");
    BY_ID = select!("WHERE m.id = $1");
    BY_CONTROL = select!("WHERE m.link_id = $1 AND m.same >= $2 AND m.same < $3 ORDER BY m.id DESC LIMIT $4");
    OF_PATIENT = select!("WHERE m.patient_id = $1 ORDER BY m.id DESC LIMIT $2");
    AGAIN = "UPDATE emr_message SET state = 'new', code = '' WHERE id = $1 AND state IN ('failed', 'applied', 'nothing')";
    STATES = "SELECT state, COUNT(*), CAST(COALESCE(SUM(resent), 0) AS BIGINT) FROM emr_message WHERE link_id = $1 GROUP BY state \
        ORDER BY state";
    WAITING = "SELECT COUNT(*), MIN(received_at) FROM emr_message WHERE state = 'new'";
    WAITING_BY_LINK = "SELECT link_id, COUNT(*), MIN(received_at) FROM emr_message WHERE state = 'new' GROUP BY link_id";
    FAILED = "SELECT COUNT(*) FROM emr_message WHERE link_id = $1 AND state = 'failed'";
    PRUNE = "DELETE FROM emr_message WHERE id IN (SELECT id FROM emr_message WHERE link_id = $1 AND id < $2 AND state <> 'new' \
        ORDER BY id LIMIT $3)";
}

many_statements! {
    INSERT = "INSERT INTO emr_message (id, link_id, same, trigger_event, key_id, event, raw, flaws, state, code, resent, \
        received_at)", [12], " ON CONFLICT (link_id, same) DO NOTHING";
    THERE = "SELECT m.id FROM (", [1], ") AS v JOIN emr_message m ON m.id = v.column1";
    DONE = "UPDATE emr_message SET state = v.column2, code = v.column3, patient_id = v.column4 FROM (", [4],
        ") AS v WHERE emr_message.id = v.column1";
}

/// What tells a resend from another message under the same id: the keyed hash of the sender's id, then that of all
/// bytes. MSH-10 alone is not unique in the wild, so both must agree.
#[must_use]
pub fn same(store: &Store, control_id: &str, whole: &[u8]) -> Vec<u8> {
    let mut same = control_prefix(store, control_id);
    same.extend(store.lookup.hash_bytes(&[b"emr", whole]));
    same
}

fn control_prefix(store: &Store, control_id: &str) -> Vec<u8> {
    store.lookup.hash(&["msh-10", control_id]).into_iter().take(8).collect()
}

/// The owner of the key that seals what came over a link on one day.
#[must_use]
pub fn key_owner(link: EmrLinkId, at: Timestamp) -> String {
    format!("emr:{link}:{}", day(at))
}

/// The most messages stored in one statement.
pub const TOGETHER: usize = 64;

/// Stores messages, all of them or none, durable when this returns; each is sealed under its key. What a link has stored
/// already is not stored again. At most [`TOGETHER`] go in at once: one statement, and so one way to the engine, because
/// somebody waits for each.
///
/// Gives the ids of those that were new.
///
/// # Errors
/// The engine refuses, or there are too many.
pub async fn insert(
    store: &Store,
    messages: &[(NewMessage<'_>, DataKey)],
) -> Result<HashSet<EmrMessageId>, StoreError> {
    if messages.len() > TOGETHER {
        return Err(StoreError::corrupt("at most 64 messages at once", &messages.len().to_string()));
    }
    let mut args = Vec::with_capacity(messages.len() * INSERT.columns);
    for (message, key) in messages {
        args.extend(args![
            message.id,
            message.link,
            message.same.as_slice(),
            message.trigger,
            key.id(),
            key.seal(&event_place(message.id), &write(message.text)?)?,
            key.seal(&raw_place(message.id), message.raw)?,
            message.flaws.join(" "),
            message.state.as_str(),
            message.code,
            0,
            message.at
        ]);
    }
    let touched = store.main.run_alone(&INSERT.sql(messages.len()), args).await?;
    let ids = messages.iter().map(|(message, _)| message.id);
    if touched == messages.len() as u64 {
        return Ok(ids.collect());
    }
    let mut tx = store.begin_read().await?;
    let there = THERE.rows(&mut tx, ids.map(|id| args![id]).collect()).await?;
    there.iter().map(|row| row.id(0)).collect()
}

/// Counts that a message came again: the link, and what tells it from others.
///
/// # Errors
/// The engine refuses.
pub async fn resent(tx: &mut Tx, link: EmrLinkId, same: &[u8]) -> Result<(), StoreError> {
    tx.run(RESENT, args![link, same]).await.map(drop)
}

/// The oldest messages that are not in the patient index yet, in the order they came.
///
/// # Errors
/// The engine refuses.
pub async fn new(tx: &mut Tx, most: u32) -> Result<Vec<MessageRow>, StoreError> {
    tx.rows(NEW, args![most]).await?.iter().map(read).collect()
}

/// The ids of what [`new`] gives.
///
/// # Errors
/// The engine refuses.
pub async fn new_ids(tx: &mut Tx, most: u32) -> Result<Vec<EmrMessageId>, StoreError> {
    tx.rows(NEW_IDS, args![most]).await?.iter().map(|row| row.id(0)).collect()
}

/// Notes what became of messages: id, state, code, patient.
///
/// # Errors
/// The engine refuses.
pub async fn done(
    tx: &mut Tx,
    outcomes: &[(EmrMessageId, MessageState, &'static str, Option<PatientId>)],
) -> Result<(), StoreError> {
    let rows = outcomes.iter().map(|(id, state, code, patient)| args![*id, state.as_str(), *code, *patient]).collect();
    DONE.run(tx, rows).await.map(drop)
}

/// A link's newest messages, all or those in one state.
///
/// # Errors
/// The engine refuses.
pub async fn last(
    tx: &mut Tx,
    link: EmrLinkId,
    state: Option<MessageState>,
    most: u32,
) -> Result<Vec<MessageRow>, StoreError> {
    let rows = match state {
        None => tx.rows(LAST, args![link, most]).await?,
        // An engine uses an index over some of the rows only where the statement itself names them.
        Some(MessageState::New) => tx.rows(LAST_NEW, args![link, most]).await?,
        Some(MessageState::Failed) => tx.rows(LAST_FAILED, args![link, most]).await?,
        Some(MessageState::Refused) => tx.rows(LAST_REFUSED, args![link, most]).await?,
        Some(state @ (MessageState::Applied | MessageState::Nothing)) => {
            tx.rows(LAST_IN, args![link, state.as_str(), most]).await?
        }
    };
    rows.iter().map(read).collect()
}

/// The message with this id.
///
/// # Errors
/// The engine refuses.
pub async fn by_id(tx: &mut Tx, id: EmrMessageId) -> Result<Option<MessageRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The messages of a link under one of its sender's ids (MSH-10), the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn by_control(
    store: &Store,
    tx: &mut Tx,
    link: EmrLinkId,
    control_id: &str,
    most: u32,
) -> Result<Vec<MessageRow>, StoreError> {
    let from = control_prefix(store, control_id);
    // Every value that begins with the prefix is below the prefix followed by what no hash is long enough to reach.
    let mut below = from.clone();
    below.extend([0xff; 17]);
    tx.rows(BY_CONTROL, args![link, from, below, most]).await?.iter().map(read).collect()
}

/// The messages about a patient, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn of_patient(tx: &mut Tx, patient: PatientId, most: u32) -> Result<Vec<MessageRow>, StoreError> {
    tx.rows(OF_PATIENT, args![patient, most]).await?.iter().map(read).collect()
}

/// Has a message brought into the patient index once more. `false`: it was refused, or waits already.
///
/// # Errors
/// The engine refuses.
pub async fn again(tx: &mut Tx, id: EmrMessageId) -> Result<bool, StoreError> {
    Ok(tx.run(AGAIN, args![id]).await? > 0)
}

/// How many messages wait for the patient index, and since when the oldest does.
///
/// # Errors
/// The engine refuses.
pub async fn waiting(tx: &mut Tx) -> Result<(i64, Option<Timestamp>), StoreError> {
    tx.row(WAITING, args![]).await?.map_or(Ok((0, None)), |row| Ok((row.int(0)?, row.opt_time(1)?)))
}

/// How many messages of each link wait, and since when the oldest does; a link without is not among them.
///
/// # Errors
/// The engine refuses.
pub async fn waiting_by_link(tx: &mut Tx) -> Result<HashMap<EmrLinkId, (i64, Timestamp)>, StoreError> {
    let rows = tx.rows(WAITING_BY_LINK, args![]).await?;
    rows.iter().map(|row| Ok((row.id(0)?, (row.int(1)?, row.time(2)?)))).collect()
}

/// How many messages of a link could not be brought into the patient index.
///
/// # Errors
/// The engine refuses.
pub async fn failed(tx: &mut Tx, link: EmrLinkId) -> Result<i64, StoreError> {
    tx.row(FAILED, args![link]).await?.map_or(Ok(0), |row| row.int(0))
}

/// How many messages of a link are kept in each state, and how often those came again.
///
/// # Errors
/// The engine refuses.
pub async fn states(tx: &mut Tx, link: EmrLinkId) -> Result<Vec<(MessageState, i64, i64)>, StoreError> {
    let rows = tx.rows(STATES, args![link]).await?;
    rows.iter().map(|row| Ok((row.word(0, MessageState::from_word)?, row.int(1)?, row.int(2)?))).collect()
}

/// Deletes up to `most` messages of a link that came before the day of `before`. Gives how many.
///
/// # Errors
/// The engine refuses.
pub async fn prune(tx: &mut Tx, link: EmrLinkId, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    let midnight = Timestamp::from_micros(day(before) * Span::days(1).as_micros());
    tx.run(PRUNE, args![link, EmrMessageId::new(midnight, &[0; 10]), most]).await
}

impl Store {
    /// Opens what a message says; `None`: its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed or moved.
    pub async fn open_message(&self, row: &MessageRow) -> Result<Option<Phi<MessageText>>, StoreError> {
        let Some(key) = self.keys.by_id(row.key).await? else { return Ok(None) };
        Ok(Some(Phi(parse(&key.open(&event_place(row.id), &row.event)?)?)))
    }

    /// Opens a message's bytes; `None`: its key was erased.
    ///
    /// # Errors
    /// As [`Store::open_message`].
    pub async fn open_raw(&self, row: &MessageRow) -> Result<Option<Phi<Vec<u8>>>, StoreError> {
        let Some(key) = self.keys.by_id(row.key).await? else { return Ok(None) };
        Ok(Some(Phi(key.open(&raw_place(row.id), &row.raw)?)))
    }
}

fn event_place(id: EmrMessageId) -> String {
    format!("emr_message:{id}")
}

fn raw_place(id: EmrMessageId) -> String {
    format!("emr_message_raw:{id}")
}

fn read(row: &Row) -> Result<MessageRow, StoreError> {
    Ok(MessageRow {
        id: row.id(0)?,
        link: row.id(1)?,
        trigger: row.text(2)?,
        flaws: row.text(3)?.split_whitespace().map(str::to_owned).collect(),
        state: row.word(4, MessageState::from_word)?,
        code: row.text(5)?,
        patient: row.opt_id(6)?,
        resent: row.int(7)?,
        received_at: row.time(8)?,
        key: row.id(9)?,
        event: row.bytes(10)?,
        raw: row.bytes(11)?,
    })
}
