//! Visits: who stands at the door, how far they have proven who they are, and one-time links that let somebody in.

use bedside_core::{
    id::{AuthorId, CaseId, ChannelId, PersonId, SiteId},
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A visit as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Hash of its token.
    pub token_hash: Vec<u8>,
    /// At which site.
    pub site: SiteId,
    /// The token every form carries.
    pub csrf: String,
    /// The language they read.
    pub lang: String,
    /// The channel of the account they say is theirs.
    pub channel: Option<ChannelId>,
    /// Keyed hash of the code they were given.
    pub code_hash: Option<Vec<u8>>,
    /// Until when the code holds.
    pub code_until: Option<Timestamp>,
    /// The account that has been proven.
    pub author: Option<AuthorId>,
    /// When it was proven.
    pub proven_at: Option<Timestamp>,
    /// When they came in.
    pub entered_at: Option<Timestamp>,
    /// Until when the visit holds.
    pub expires_at: Timestamp,
}

macro_rules! columns {
    () => {
        "token_hash, site_id, csrf, lang, channel_id, code_hash, code_until, author_id, proven_at, entered_at, expires_at \
         FROM door_visit"
    };
}

statements! {
    OPEN = "INSERT INTO door_visit (token_hash, site_id, csrf, lang, code_tries, author_id, proven_at, entered_at, expires_at, \
        created_at) VALUES ($1, $2, $3, $4, 0, $5, $6, $6, $7, $8)";
    VISIT = concat!("SELECT ", columns!(), " WHERE token_hash = $1 AND expires_at > $2");
    ASK = "UPDATE door_visit SET channel_id = $2, account_hash = $3, name_hash = $4, code_hash = $5, code_until = $6, \
        code_tries = 0 WHERE token_hash = $1 AND proven_at IS NULL";
    WAITING = concat!("SELECT ", columns!(), " WHERE channel_id = $1 AND code_until > $2 AND proven_at IS NULL \
        AND (account_hash = $3 OR name_hash = $4) AND code_tries < $5 AND expires_at > $2 LIMIT 50");
    TRIED = "UPDATE door_visit SET code_tries = code_tries + 1 WHERE token_hash = $1";
    PROVE = "UPDATE door_visit SET author_id = $2, proven_at = $3, code_hash = NULL WHERE token_hash = $1 AND proven_at IS NULL";
    ENTER = "UPDATE door_visit SET token_hash = $2, csrf = $3, entered_at = $4, expires_at = $5 \
        WHERE token_hash = $1 AND proven_at IS NOT NULL AND entered_at IS NULL";
    SET_LANG = "UPDATE door_visit SET lang = $2 WHERE token_hash = $1";
    CLOSE = "DELETE FROM door_visit WHERE token_hash = $1";
    SWEEP = "DELETE FROM door_visit WHERE expires_at <= $1";
    MAKE_PASS = "INSERT INTO door_pass (token_hash, site_id, author_id, case_id, made_by, made_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    END_PASSES = "UPDATE door_pass SET used_at = $2 WHERE case_id = $1 AND used_at IS NULL";
    PASS = "SELECT site_id, author_id, case_id FROM door_pass WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    SPEND = "UPDATE door_pass SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
}

/// A one-time link: whom it lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// At which site.
    pub site: SiteId,
    /// The account it was sent to.
    pub author: AuthorId,
    /// The case it was made in.
    pub case: CaseId,
}

/// Begins a visit; one with an author has come in by a one-time link.
///
/// # Errors
/// The engine refuses.
pub async fn open_visit(tx: &mut Tx, visit: &VisitRow, now: Timestamp) -> Result<(), StoreError> {
    let args = args![
        visit.token_hash.as_slice(),
        visit.site,
        &visit.csrf,
        &visit.lang,
        visit.author,
        visit.proven_at,
        visit.expires_at,
        now
    ];
    tx.run(OPEN, args).await.map(drop)
}

/// The visit with this token, if it holds.
///
/// # Errors
/// The engine refuses.
pub async fn visit(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<VisitRow>, StoreError> {
    tx.row(VISIT, args![token_hash, now]).await?.as_ref().map(read).transpose()
}

/// Notes which account shall send which code; an earlier code of the visit ends. `account` and `name` are keyed hashes of
/// the whole handle and of the name in it.
///
/// # Errors
/// The engine refuses.
pub async fn ask_code(
    tx: &mut Tx,
    token_hash: &[u8],
    channel: ChannelId,
    (account, name): (&[u8], &[u8]),
    code: &[u8],
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.run(ASK, args![token_hash, channel, account, name, code, until]).await.map(drop)
}

/// The visits that wait for a code from this account. `name`: the hash of its handle where that is a name without server.
///
/// # Errors
/// The engine refuses.
pub async fn waiting_for_code(
    tx: &mut Tx,
    channel: ChannelId,
    account: &[u8],
    name: Option<&[u8]>,
    most_tries: i64,
    now: Timestamp,
) -> Result<Vec<VisitRow>, StoreError> {
    tx.rows(WAITING, args![channel, now, account, name, most_tries]).await?.iter().map(read).collect()
}

/// Counts a wrong code against a visit.
///
/// # Errors
/// The engine refuses.
pub async fn count_code_try(tx: &mut Tx, token_hash: &[u8]) -> Result<(), StoreError> {
    tx.run(TRIED, args![token_hash]).await.map(drop)
}

/// Notes that the account is proven; the code is spent. `false`: it was proven already.
///
/// # Errors
/// The engine refuses.
pub async fn prove_visit(tx: &mut Tx, token_hash: &[u8], author: AuthorId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(PROVE, args![token_hash, author, now]).await? > 0)
}

/// Lets a proven visit in, under a new token. `false`: it is not proven, or has come in already.
///
/// # Errors
/// The engine refuses.
pub async fn enter_visit(
    tx: &mut Tx,
    token_hash: &[u8],
    (new_hash, csrf): (&[u8], &str),
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(ENTER, args![token_hash, new_hash, csrf, now, expires_at]).await? > 0)
}

/// Notes the language somebody reads.
///
/// # Errors
/// The engine refuses.
pub async fn set_visit_lang(tx: &mut Tx, token_hash: &[u8], lang: &str) -> Result<(), StoreError> {
    tx.run(SET_LANG, args![token_hash, lang]).await.map(drop)
}

/// Ends a visit.
///
/// # Errors
/// The engine refuses.
pub async fn close_visit(tx: &mut Tx, token_hash: &[u8]) -> Result<(), StoreError> {
    tx.run(CLOSE, args![token_hash]).await.map(drop)
}

/// Forgets visits that are over. Gives how many.
///
/// # Errors
/// The engine refuses.
pub async fn sweep_visits(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    tx.run(SWEEP, args![now]).await
}

/// Makes a one-time link known by the hash of its token; earlier ones of the case end.
///
/// # Errors
/// The engine refuses.
pub async fn make_pass(
    tx: &mut Tx,
    token_hash: &[u8],
    pass: Pass,
    by: PersonId,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(END_PASSES, args![pass.case, now]).await?;
    tx.run(MAKE_PASS, args![token_hash, pass.site, pass.author, pass.case, by, now, expires_at]).await.map(drop)
}

/// Whom a one-time link lets in, if it still holds. Looking spends nothing.
///
/// # Errors
/// The engine refuses.
pub async fn pass(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Pass>, StoreError> {
    let row = tx.row(PASS, args![token_hash, now]).await?;
    row.map(|row| Ok(Pass { site: row.id(0)?, author: row.id(1)?, case: row.id(2)? })).transpose()
}

/// Spends a one-time link; `false`: it was spent or is over.
///
/// # Errors
/// The engine refuses.
pub async fn spend_pass(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(SPEND, args![token_hash, now]).await? > 0)
}

fn read(row: &Row) -> Result<VisitRow, StoreError> {
    Ok(VisitRow {
        token_hash: row.bytes(0)?,
        site: row.id(1)?,
        csrf: row.text(2)?,
        lang: row.text(3)?,
        channel: row.opt_id(4)?,
        code_hash: row.opt_bytes(5)?,
        code_until: row.opt_time(6)?,
        author: row.opt_id(7)?,
        proven_at: row.opt_time(8)?,
        entered_at: row.opt_time(9)?,
        expires_at: row.time(10)?,
    })
}
