//! Alarms: raised in the transaction that decides, called one step after the other, ended in the transaction that takes the
//! case. A table's rule keeps one alarm per matter and team.

pub(crate) mod call;
pub(crate) mod path;
pub(crate) mod reading;

use bedside_core::{
    alarm::AlarmKind,
    case::{Queue, Rank},
    id::{AlarmId, CaseId, PersonId, SiteId},
    policy::Escalation,
    time::Timestamp,
};

pub use self::{
    call::{
        CallRow, CallState, NewCall, add_call, call_due, calls_of, drop_calls, failing_calls, lease_call, settle_call,
    },
    path::{
        MailRow, PathRow, mail_answered, mail_failed, mail_server, note_acknowledged, note_delivered, note_failing,
        paths,
    },
    reading::{ReadingRow, add_reading, note_read, open_readings, readings_of},
};
use crate::{
    StoreError, Tx,
    cases::CaseRow,
    db::{Row, statements},
    random,
    value::args,
};

/// Where an alarm stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmState {
    /// Somebody is called, again and again.
    Open,
    /// A person said that they know.
    Acknowledged,
    /// It is over: the case was taken, the trouble has passed.
    Ended,
}

impl AlarmState {
    const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Ended];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Ended => "ended",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// An alarm as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRow {
    /// Its id.
    pub id: AlarmId,
    /// At which house.
    pub site: SiteId,
    /// What it is about.
    pub kind: AlarmKind,
    /// Names the matter within its kind: a case or a channel by its id, a member by its name; empty for the mail server.
    pub subject: String,
    /// The case, where it is one.
    pub case: Option<CaseId>,
    /// Who is called.
    pub team: String,
    /// Where it stands.
    pub state: AlarmState,
    /// How often somebody was called.
    pub calls: i64,
    /// The member whose turn it is.
    pub member: Option<String>,
    /// Since when.
    pub member_since: Option<Timestamp>,
    /// Whether everybody was called once; from then on all are called together.
    pub is_exhausted: bool,
    /// By when somebody must have taken it.
    pub due_at: Option<Timestamp>,
    /// When somebody is called next.
    pub next_at: Timestamp,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// The member who acknowledged it by a link.
    pub acknowledged_by: Option<String>,
    /// The person who did, where the rota says which one that is.
    pub acknowledged_person: Option<PersonId>,
    /// When.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

/// An alarm to be raised.
#[derive(Debug, Clone, Copy)]
pub struct NewAlarm<'a> {
    /// At which house.
    pub site: SiteId,
    /// What it is about.
    pub kind: AlarmKind,
    /// See [`AlarmRow::subject`].
    pub subject: &'a str,
    /// The case, where it is one.
    pub case: Option<CaseId>,
    /// Who is called.
    pub team: &'a str,
    /// By when somebody must have taken it.
    pub due_at: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, site_id, kind, subject, case_id, team, state, calls, member, member_since, is_exhausted, due_at, next_at, \
             raised_at, acknowledged_by, acknowledged_person, acknowledged_at, ended_at FROM alarm ",
            $rest
        )
    };
}

statements! {
    RAISE = "INSERT INTO alarm (id, site_id, kind, subject, case_id, team, state, calls, is_exhausted, due_at, next_at, raised_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 'open', 0, FALSE, $7, $8, $8) ON CONFLICT DO NOTHING";
    BY_ID = select!("WHERE id = $1");
    DUE = select!("WHERE state = 'open' AND next_at <= $1 ORDER BY next_at, id LIMIT $2");
    ALIVE = select!("WHERE kind = $1 AND state <> 'ended' ORDER BY raised_at LIMIT 500");
    OF_CASE = select!("WHERE case_id = $1 ORDER BY raised_at DESC, id DESC LIMIT 20");
    NEWEST_TEST = select!("WHERE site_id = $1 AND kind = 'test' ORDER BY raised_at DESC LIMIT 1");
    STEP = "UPDATE alarm SET calls = $3, member = $4, member_since = $5, is_exhausted = $6, next_at = $7 \
        WHERE id = $1 AND calls = $2 AND state = 'open'";
    ACKNOWLEDGE = "UPDATE alarm SET state = 'acknowledged', acknowledged_by = $2, acknowledged_person = $3, acknowledged_at = $4 \
        WHERE id = $1 AND state = 'open'";
    END = "UPDATE alarm SET state = 'ended', ended_at = $2 WHERE id = $1 AND state <> 'ended'";
    END_OF_CASE = "UPDATE alarm SET state = 'ended', ended_at = $2 WHERE case_id = $1 AND state <> 'ended'";
    END_ANSWERED = "UPDATE alarm SET state = 'ended', ended_at = $2 WHERE case_id = $1 AND state = 'acknowledged'";
    END_TESTS = "UPDATE alarm SET state = 'ended', ended_at = $2 WHERE site_id = $1 AND kind = 'test' AND state <> 'ended'";
    LOST = "SELECT id FROM cases c WHERE c.site_id = $1 AND c.queue = 'now' AND c.rank = 0 AND c.alarm_taken_by IS NULL \
        AND NOT EXISTS (SELECT 1 FROM alarm a WHERE a.case_id = c.id AND a.state <> 'ended') LIMIT 50";
    OPEN = "SELECT COUNT(*) FROM alarm WHERE state = 'open' AND kind <> 'test'";
}

/// Raises an alarm, unless one for the same matter and team is alive.
///
/// # Errors
/// The engine refuses.
pub async fn raise(tx: &mut Tx, new: &NewAlarm<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let id = AlarmId::new(now, &random()?);
    let args = args![id, new.site, new.kind.as_str(), new.subject, new.case, new.team, new.due_at, now];
    Ok(tx.run(RAISE, args).await? > 0)
}

/// Brings a case's alarms to where the case stands, in the transaction that stores the case: raised for every team while
/// somebody must take it, ended as soon as nobody must.
pub(crate) async fn follow(tx: &mut Tx, case: &CaseRow) -> Result<(), StoreError> {
    let Some(escalation) = ringing(case) else {
        return tx.run(END_OF_CASE, args![case.id, case.updated_at]).await.map(drop);
    };
    let subject = case.id.to_string();
    for team in &escalation.to {
        let (site, due_at) = (case.site, case.alarm_due_at);
        let new = NewAlarm { site, kind: AlarmKind::Case, subject: &subject, case: Some(case.id), team, due_at };
        raise(tx, &new, case.updated_at).await?;
    }
    // A team that is not asked for any more is called no longer.
    for row in of_case(tx, case.id).await? {
        if row.state != AlarmState::Ended && !escalation.to.contains(&row.team) {
            end(tx, row.id, case.updated_at).await?;
        }
    }
    Ok(())
}

/// Cases that somebody must take within the hour and that have no alarm: it ended while their house was set up no longer.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn lost(tx: &mut Tx, site: SiteId) -> Result<Vec<CaseId>, StoreError> {
    tx.rows(LOST, args![site]).await?.iter().map(|row| row.id(0)).collect()
}

/// Raises the alarms of such a case anew. `false`: nobody must take it any more, or they are raised.
///
/// # Errors
/// The engine refuses.
pub async fn raise_again(tx: &mut Tx, case: &CaseRow, now: Timestamp) -> Result<bool, StoreError> {
    let is_alive = of_case(tx, case.id).await?.iter().any(|row| row.state != AlarmState::Ended);
    if is_alive || ringing(case).is_none() {
        return Ok(false);
    }
    follow(tx, &CaseRow { updated_at: now, ..case.clone() }).await?;
    Ok(true)
}

/// The escalation that somebody must take within the hour and nobody has.
pub(crate) fn ringing(case: &CaseRow) -> Option<&Escalation> {
    let is_ringing = case.queue == Queue::Now && case.rank == Rank::ALARM && case.alarm_taken_by.is_none();
    case.decision.escalation.as_ref().filter(|one| is_ringing && one.is_alarm())
}

/// A danger was spoken of anew: what was acknowledged before says nothing of it, and everybody is called anew.
///
/// # Errors
/// The engine refuses.
pub async fn renew(tx: &mut Tx, case: &CaseRow) -> Result<(), StoreError> {
    tx.run(END_ANSWERED, args![case.id, case.updated_at]).await?;
    follow(tx, case).await
}

/// One alarm.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: AlarmId) -> Result<Option<AlarmRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The alarms for which somebody is to be called now, the longest waiting first.
///
/// # Errors
/// As [`by_id`].
pub async fn due(tx: &mut Tx, now: Timestamp, most: u32) -> Result<Vec<AlarmRow>, StoreError> {
    tx.rows(DUE, args![now, most]).await?.iter().map(read).collect()
}

/// The alarms of a kind that are not over.
///
/// # Errors
/// As [`by_id`].
pub async fn alive(tx: &mut Tx, kind: AlarmKind) -> Result<Vec<AlarmRow>, StoreError> {
    tx.rows(ALIVE, args![kind.as_str()]).await?.iter().map(read).collect()
}

/// The alarms of a case, the newest first.
///
/// # Errors
/// As [`by_id`].
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<AlarmRow>, StoreError> {
    tx.rows(OF_CASE, args![case]).await?.iter().map(read).collect()
}

/// The newest test at a house.
///
/// # Errors
/// As [`by_id`].
pub async fn newest_test(tx: &mut Tx, site: SiteId) -> Result<Option<AlarmRow>, StoreError> {
    tx.row(NEWEST_TEST, args![site]).await?.as_ref().map(read).transpose()
}

/// How many alarms call somebody now, tests apart.
///
/// # Errors
/// The engine refuses.
pub async fn open(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.row(OPEN, args![]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Stores a step of an alarm, once per reading of it. `false`: another process was faster, or it is no longer open.
///
/// # Errors
/// The engine refuses.
pub async fn step(tx: &mut Tx, before: &AlarmRow, after: &AlarmRow) -> Result<bool, StoreError> {
    let args = args![
        before.id,
        before.calls,
        after.calls,
        after.member.as_deref(),
        after.member_since,
        after.is_exhausted,
        after.next_at
    ];
    Ok(tx.run(STEP, args).await? > 0)
}

/// A member says that they know. `false`: it is not open any more.
///
/// # Errors
/// The engine refuses.
pub async fn acknowledge(
    tx: &mut Tx,
    id: AlarmId,
    member: &str,
    person: Option<PersonId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(ACKNOWLEDGE, args![id, member, person, now]).await? > 0)
}

/// Ends an alarm. `false`: it was over.
///
/// # Errors
/// The engine refuses.
pub async fn end(tx: &mut Tx, id: AlarmId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![id, now]).await? > 0)
}

/// Ends the tests of a house, before the next ones.
///
/// # Errors
/// The engine refuses.
pub async fn end_tests(tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<(), StoreError> {
    tx.run(END_TESTS, args![site, now]).await.map(drop)
}

fn read(row: &Row) -> Result<AlarmRow, StoreError> {
    Ok(AlarmRow {
        id: row.id(0)?,
        site: row.id(1)?,
        kind: row.word(2, AlarmKind::from_word)?,
        subject: row.text(3)?,
        case: row.opt_id(4)?,
        team: row.text(5)?,
        state: row.word(6, AlarmState::from_word)?,
        calls: row.int(7)?,
        member: row.opt_text(8)?,
        member_since: row.opt_time(9)?,
        is_exhausted: row.flag(10)?,
        due_at: row.opt_time(11)?,
        next_at: row.time(12)?,
        raised_at: row.time(13)?,
        acknowledged_by: row.opt_text(14)?,
        acknowledged_person: row.opt_id(15)?,
        acknowledged_at: row.opt_time(16)?,
        ended_at: row.opt_time(17)?,
    })
}
