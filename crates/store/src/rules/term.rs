//! From when which version of a house's own rules decides.

use bedside_core::{
    id::{CaseId, PersonId, RulesReplayId, RulesTermId, RulesVersionId, SiteId},
    log::{Commitment, SALT_BYTES},
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// How a version came into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// It is the first one: what the configured files said.
    First,
    /// The configured files changed, and the configuration lets them go live by themselves.
    Files,
    /// A person put it in force after a replay.
    Live,
    /// A person went one step back.
    Back,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::First, Self::Files, Self::Live, Self::Back];
    /// The word in the store and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Files => "files",
            Self::Live => "live",
            Self::Back => "back",
        }
    }
    /// The way with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// A stretch of time as stored. It ends where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRow {
    /// Its id.
    pub id: RulesTermId,
    /// At which house.
    pub site: SiteId,
    /// Which version.
    pub version: RulesVersionId,
    /// How it came into force.
    pub way: Way,
    /// Why, in the words of whoever did it.
    pub why: String,
    /// The salt under which the log commits to the reason.
    pub salt: [u8; SALT_BYTES],
    /// Who did it; `None`: the configuration.
    pub by: Option<PersonId>,
    /// When.
    pub set_at: Timestamp,
    /// From when it holds.
    pub from: Timestamp,
    /// The replay that came before.
    pub replay: Option<RulesReplayId>,
    /// When a process noticed that its time had come.
    pub reached_at: Option<Timestamp>,
    /// When it was taken back before its time.
    pub withdrawn_at: Option<Timestamp>,
    /// Who did that.
    pub withdrawn_by: Option<PersonId>,
}

impl TermRow {
    /// What the log says of its reason.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment::new(&self.salt, "rules.term", &self.why)
    }
}

macro_rules! columns {
    () => {
        "t.id, t.site_id, t.version_id, t.way, t.why, t.set_by, t.set_at, t.from_at, t.replay_id, t.reached_at, \
         t.withdrawn_at, t.withdrawn_by, t.salt"
    };
}

statements! {
    INSERT = "INSERT INTO rules_term (id, site_id, version_id, way, why, set_by, set_at, from_at, replay_id, reached_at, salt, \
        anew_after, anew_done) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12)";
    // The later order wins where two begin at once.
    IN_FORCE = concat!("SELECT ", columns!(), " FROM rules_term t WHERE t.site_id = $1 AND t.from_at <= $2 \
        AND t.withdrawn_at IS NULL ORDER BY t.from_at DESC, t.set_at DESC, t.id DESC LIMIT 1");
    ALL = concat!("SELECT ", columns!(), " FROM rules_term t WHERE t.site_id = $1 ORDER BY t.from_at DESC, t.set_at DESC, t.id DESC \
        LIMIT $2");
    DUE = concat!("SELECT ", columns!(), " FROM rules_term t WHERE t.reached_at IS NULL AND t.withdrawn_at IS NULL \
        AND t.from_at <= $1 ORDER BY t.from_at, t.set_at LIMIT 20");
    REACHED = "UPDATE rules_term SET reached_at = $2 WHERE id = $1 AND reached_at IS NULL AND withdrawn_at IS NULL";
    WITHDRAW = "UPDATE rules_term SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1 AND reached_at IS NULL \
        AND withdrawn_at IS NULL AND from_at > $2";
    // Whoever changes what is in force does so one after the other.
    ALONE = "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1";
    ANEW = "SELECT id, site_id, anew_after FROM rules_term WHERE NOT anew_done AND reached_at IS NOT NULL ORDER BY from_at LIMIT 1";
    ANEW_ON = "UPDATE rules_term SET anew_after = $3, anew_done = $4 WHERE id = $1 AND anew_after = $2 AND NOT anew_done";
    CONCERNED = "SELECT id FROM cases WHERE site_id = $1 AND standing = 'live' AND id > $3 AND (queue IN ('now', 'waiting') \
        OR (queue = 'silent' AND posted_at >= $2)) ORDER BY id LIMIT $4";
}

/// Has everybody else who wants to change what is in force at a house wait until this transaction ends.
///
/// # Errors
/// The engine refuses.
pub async fn alone(tx: &mut Tx, site: SiteId) -> Result<(), StoreError> {
    tx.run(ALONE, args![format!("rules_term:{site}")]).await.map(drop)
}

/// Orders that a version holds from a time on.
///
/// # Errors
/// The engine refuses.
pub async fn add(tx: &mut Tx, new: &TermRow) -> Result<(), StoreError> {
    let args = args![
        new.id,
        new.site,
        new.version,
        new.way.as_str(),
        new.why.as_str(),
        new.by,
        new.set_at,
        new.from,
        new.replay,
        new.reached_at,
        new.salt,
        // A first term is what decided all along.
        new.way == Way::First
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// What is in force at a house; `None`: it never had rules of its own.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn in_force(tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<Option<TermRow>, StoreError> {
    tx.row(IN_FORCE, args![site, now]).await?.as_ref().map(read).transpose()
}

/// The terms of a house, the latest first, also those that were taken back.
///
/// # Errors
/// As [`in_force`].
pub async fn newest(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<TermRow>, StoreError> {
    tx.rows(ALL, args![site, most]).await?.iter().map(read).collect()
}

/// Terms of any house whose time has come and that no process has noticed yet.
///
/// # Errors
/// As [`in_force`].
pub async fn due(tx: &mut Tx, now: Timestamp) -> Result<Vec<TermRow>, StoreError> {
    tx.rows(DUE, args![now]).await?.iter().map(read).collect()
}

/// Notes that a term's time has come. Gives whether nobody had before.
///
/// # Errors
/// The engine refuses.
pub async fn reached(tx: &mut Tx, id: RulesTermId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(REACHED, args![id, now]).await? > 0)
}

/// Takes a term back before its time. Gives whether it still could be.
///
/// # Errors
/// The engine refuses.
pub async fn withdraw(tx: &mut Tx, id: RulesTermId, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(WITHDRAW, args![id, now, by]).await? > 0)
}

/// A term that has begun and whose cases are not all put in line to be decided anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anew {
    /// The term.
    pub term: RulesTermId,
    /// At which house.
    pub site: SiteId,
    after: String,
}

/// The oldest term whose cases wait to be put in line.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn anew(tx: &mut Tx) -> Result<Option<Anew>, StoreError> {
    let row = tx.row(ANEW, args![]).await?;
    row.map(|row| Ok(Anew { term: row.id(0)?, site: row.id(1)?, after: row.text(2)? })).transpose()
}

/// The next cases of such a term: what is open, and what lies silent and is not older than `silent_since`.
///
/// # Errors
/// The engine refuses.
pub async fn concerned(
    tx: &mut Tx,
    anew: &Anew,
    silent_since: Timestamp,
    most: u32,
) -> Result<Vec<CaseId>, StoreError> {
    let args = args![anew.site, silent_since, anew.after.as_str(), most];
    tx.rows(CONCERNED, args).await?.iter().map(|row| row.id(0)).collect()
}

/// Notes how far that came; `None`: there are no more. Gives whether no other process was faster.
///
/// # Errors
/// The engine refuses.
pub async fn anew_up_to(tx: &mut Tx, anew: &Anew, last: Option<CaseId>) -> Result<bool, StoreError> {
    let at = last.map_or_else(|| anew.after.clone(), |case| case.to_string());
    Ok(tx.run(ANEW_ON, args![anew.term, anew.after.as_str(), at, last.is_none()]).await? > 0)
}

fn read(row: &Row) -> Result<TermRow, StoreError> {
    Ok(TermRow {
        id: row.id(0)?,
        site: row.id(1)?,
        version: row.id(2)?,
        way: row.word(3, Way::from_word)?,
        why: row.text(4)?,
        by: row.opt_id(5)?,
        set_at: row.time(6)?,
        from: row.time(7)?,
        replay: row.opt_id(8)?,
        reached_at: row.opt_time(9)?,
        withdrawn_at: row.opt_time(10)?,
        withdrawn_by: row.opt_id(11)?,
        salt: super::salt(row, 12)?,
    })
}
