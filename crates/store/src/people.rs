//! People at the desk: sign-in, roles per site, one-time links, sessions.

use bedside_core::{
    id::{PersonId, SiteId},
    site::Role,
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Their id.
    pub id: PersonId,
    /// What they type to sign in.
    pub login: String,
    /// The name others see.
    pub name: String,
    /// The argon2id hash (PHC string); `None`: no password is set yet.
    pub password: Option<String>,
    /// The language of the interface: `de` or `en`.
    pub lang: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// Whether single-key commands are on (WCAG 2.1.4).
    pub keys_on: bool,
    /// Whether distressing texts stay folded until they open them.
    pub softens: bool,
    /// Whether an alarm can be heard at the desk.
    pub sounds: bool,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
}

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Hash of its token.
    pub token_hash: Vec<u8>,
    /// Whose.
    pub person: PersonId,
    /// The token every form carries.
    pub csrf: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// How the desk looks and sounds to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look<'a> {
    /// The language of the interface: `de` or `en`.
    pub lang: &'a str,
    /// `system`, `light` or `dark`.
    pub theme: &'a str,
    /// Whether single-key commands are on.
    pub keys_on: bool,
    /// Whether distressing texts stay folded until they open them.
    pub softens: bool,
    /// Whether an alarm can be heard.
    pub sounds: bool,
}

macro_rules! columns {
    () => {
        "p.id, p.login, p.name, p.password, p.lang, p.theme, p.keys_on, p.disabled_at, p.softens, p.sounds FROM person p"
    };
}

statements! {
    INSERT = "INSERT INTO person (id, login, name, password, lang, theme, keys_on, created_at, softens, sounds) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SET_LOOK = "UPDATE person SET lang = $2, theme = $3, keys_on = $4, softens = $5, sounds = $6 WHERE id = $1";
    SET_PASSWORD = "UPDATE person SET password = $2 WHERE id = $1 AND disabled_at IS NULL";
    SET_UP = "UPDATE person SET name = $2, password = $3, lang = $4 WHERE id = $1 AND disabled_at IS NULL";
    SET_LOCKED = "UPDATE person SET disabled_at = $2 WHERE id = $1";
    SET_LOGIN = "UPDATE person SET login = $2 WHERE id = $1";
    BY_ID = concat!("SELECT ", columns!(), " WHERE p.id = $1");
    BY_LOGIN = concat!("SELECT ", columns!(), " WHERE p.login = $1");
    ALL = concat!("SELECT ", columns!(), " ORDER BY p.name");
    GRANT = "INSERT INTO person_role (person_id, site_id, role) VALUES ($1, $2, $3) ON CONFLICT (person_id, site_id, role) DO NOTHING";
    REVOKE = "DELETE FROM person_role WHERE person_id = $1 AND site_id = $2 AND role = $3";
    ROLES = "SELECT site_id, role FROM person_role WHERE person_id = $1 ORDER BY site_id, role";
    ROLES_ALL = "SELECT person_id, site_id, role FROM person_role ORDER BY person_id, site_id, role";
    INVITE = "INSERT INTO invite (token_hash, person_id, expires_at) VALUES ($1, $2, $3)";
    INVITED = "SELECT person_id FROM invite WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    USE_INVITE = "UPDATE invite SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    DROP_INVITES = "UPDATE invite SET used_at = $2 WHERE person_id = $1 AND used_at IS NULL";
    OPEN_SESSION = "INSERT INTO session (token_hash, person_id, csrf, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)";
    SESSION = "SELECT token_hash, person_id, csrf, created_at, seen_at, expires_at FROM session WHERE token_hash = $1 AND expires_at > $2";
    SESSIONS = "SELECT token_hash, person_id, csrf, created_at, seen_at, expires_at FROM session WHERE person_id = $1 AND expires_at > $2 \
        ORDER BY seen_at DESC";
    SIGNED_IN = "SELECT 1 FROM session WHERE person_id = $1 AND seen_at >= $2 AND expires_at > $3 LIMIT 1";
    TOUCH = "UPDATE session SET seen_at = $2, expires_at = $3 WHERE token_hash = $1";
    CLOSE = "DELETE FROM session WHERE token_hash = $1";
    CLOSE_ALL = "DELETE FROM session WHERE person_id = $1";
    ATTEMPTS = "SELECT failures, since FROM sign_in_attempt WHERE name = $1";
    FAILED = "INSERT INTO sign_in_attempt (name, failures, since) VALUES ($1, 1, $2) ON CONFLICT (name) DO UPDATE SET \
        failures = CASE WHEN sign_in_attempt.since < $3 THEN 1 ELSE sign_in_attempt.failures + 1 END, since = $2";
    UNCOUNT = "UPDATE sign_in_attempt SET failures = failures - 1 WHERE name = $1 AND failures > 0";
    FORGIVE = "DELETE FROM sign_in_attempt WHERE name = $1";
}

/// Adds a person.
///
/// # Errors
/// The engine refuses, e.g. because the login is taken.
pub async fn add(tx: &mut Tx, person: &PersonRow, now: Timestamp) -> Result<(), StoreError> {
    let args = args![
        person.id,
        &person.login,
        &person.name,
        person.password.as_deref(),
        &person.lang,
        &person.theme,
        person.keys_on,
        now,
        person.softens,
        person.sounds
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Stores how the desk looks to a person; of what others may have changed meanwhile it touches nothing.
///
/// # Errors
/// The engine refuses.
pub async fn set_look(tx: &mut Tx, person: PersonId, look: &Look<'_>) -> Result<(), StoreError> {
    tx.run(SET_LOOK, args![person, look.lang, look.theme, look.keys_on, look.softens, look.sounds]).await.map(drop)
}

/// Stores a new password; `false`: the person is locked out.
///
/// # Errors
/// The engine refuses.
pub async fn set_password(tx: &mut Tx, person: PersonId, password: &str) -> Result<bool, StoreError> {
    Ok(tx.run(SET_PASSWORD, args![person, password]).await? > 0)
}

/// Stores name, password and language as a person sets them by a one-time link; `false`: they are locked out.
///
/// # Errors
/// The engine refuses.
pub async fn set_up(tx: &mut Tx, person: PersonId, name: &str, password: &str, lang: &str) -> Result<bool, StoreError> {
    Ok(tx.run(SET_UP, args![person, name, password, lang]).await? > 0)
}

/// Locks a person out since a time, or lets them in again.
///
/// # Errors
/// The engine refuses.
pub async fn set_locked(tx: &mut Tx, person: PersonId, since: Option<Timestamp>) -> Result<(), StoreError> {
    tx.run(SET_LOCKED, args![person, since]).await.map(drop)
}

/// Gives a person another login, as the first admin chooses it.
///
/// # Errors
/// The engine refuses, e.g. because the login is taken.
pub async fn set_login(tx: &mut Tx, person: PersonId, login: &str) -> Result<(), StoreError> {
    tx.run(SET_LOGIN, args![person, login]).await.map(drop)
}

/// One person.
///
/// # Errors
/// The engine refuses.
pub async fn by_id(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The person with this login.
///
/// # Errors
/// The engine refuses.
pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<PersonRow>, StoreError> {
    tx.row(BY_LOGIN, args![login]).await?.as_ref().map(read).transpose()
}

/// Everybody, by name.
///
/// # Errors
/// The engine refuses.
pub async fn all(tx: &mut Tx) -> Result<Vec<PersonRow>, StoreError> {
    tx.rows(ALL, args![]).await?.iter().map(read).collect()
}

/// Gives a role at a site.
///
/// # Errors
/// The engine refuses.
pub async fn grant(tx: &mut Tx, person: PersonId, site: SiteId, role: Role) -> Result<(), StoreError> {
    tx.run(GRANT, args![person, site, role.as_str()]).await.map(drop)
}

/// Takes a role back.
///
/// # Errors
/// The engine refuses.
pub async fn revoke(tx: &mut Tx, person: PersonId, site: SiteId, role: Role) -> Result<(), StoreError> {
    tx.run(REVOKE, args![person, site, role.as_str()]).await.map(drop)
}

/// A person's roles per site.
///
/// # Errors
/// The engine refuses.
pub async fn roles(tx: &mut Tx, person: PersonId) -> Result<Vec<(SiteId, Role)>, StoreError> {
    let rows = tx.rows(ROLES, args![person]).await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.word(1, Role::from_word)?))).collect()
}

/// Everybody's roles.
///
/// # Errors
/// The engine refuses.
pub async fn all_roles(tx: &mut Tx) -> Result<Vec<(PersonId, SiteId, Role)>, StoreError> {
    let rows = tx.rows(ROLES_ALL, args![]).await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?, row.word(2, Role::from_word)?))).collect()
}

/// Makes a one-time link known by the hash of its token; earlier ones of the person end.
///
/// # Errors
/// The engine refuses.
pub async fn invite(
    tx: &mut Tx,
    token_hash: &[u8],
    person: PersonId,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(DROP_INVITES, args![person, now]).await?;
    tx.run(INVITE, args![token_hash, person, expires_at]).await.map(drop)
}

/// Whose one-time link this is, if it still holds. Looking spends nothing.
///
/// # Errors
/// The engine refuses.
pub async fn invited(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<PersonId>, StoreError> {
    tx.row(INVITED, args![token_hash, now]).await?.map(|row| row.id(0)).transpose()
}

/// Spends a one-time link; `false`: it was spent or is over.
///
/// # Errors
/// The engine refuses.
pub async fn use_invite(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(USE_INVITE, args![token_hash, now]).await? > 0)
}

/// Opens a session.
///
/// # Errors
/// The engine refuses.
pub async fn open_session(tx: &mut Tx, session: &SessionRow) -> Result<(), StoreError> {
    let args =
        args![session.token_hash.as_slice(), session.person, &session.csrf, session.created_at, session.expires_at];
    tx.run(OPEN_SESSION, args).await.map(drop)
}

/// The session with this token, if it holds.
///
/// # Errors
/// The engine refuses.
pub async fn session(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<SessionRow>, StoreError> {
    tx.row(SESSION, args![token_hash, now]).await?.as_ref().map(read_session).transpose()
}

/// A person's sessions, the last used first.
///
/// # Errors
/// The engine refuses.
pub async fn sessions(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
    tx.rows(SESSIONS, args![person, now]).await?.iter().map(read_session).collect()
}

/// Whether a person is signed in and has used the desk since then.
///
/// # Errors
/// The engine refuses.
pub async fn is_signed_in(tx: &mut Tx, person: PersonId, since: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.row(SIGNED_IN, args![person, since, now]).await?.is_some())
}

/// Notes that a session was used, and how long it holds now.
///
/// # Errors
/// The engine refuses.
pub async fn touch_session(
    tx: &mut Tx,
    token_hash: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.run(TOUCH, args![token_hash, now, expires_at]).await.map(drop)
}

/// Ends a session.
///
/// # Errors
/// The engine refuses.
pub async fn close_session(tx: &mut Tx, token_hash: &[u8]) -> Result<(), StoreError> {
    tx.run(CLOSE, args![token_hash]).await.map(drop)
}

/// Ends every session of a person.
///
/// # Errors
/// The engine refuses.
pub async fn close_sessions(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    tx.run(CLOSE_ALL, args![person]).await.map(drop)
}

/// Failed sign-ins under a keyed hash of the login or address: how many, and when the last was.
///
/// # Errors
/// The engine refuses.
pub async fn failures(tx: &mut Tx, name: &[u8]) -> Result<Option<(i64, Timestamp)>, StoreError> {
    tx.row(ATTEMPTS, args![name]).await?.map(|row| Ok((row.int(0)?, row.time(1)?))).transpose()
}

/// Counts a failed sign-in; failures before `forget` no longer count.
///
/// # Errors
/// The engine refuses.
pub async fn count_failure(tx: &mut Tx, name: &[u8], now: Timestamp, forget: Timestamp) -> Result<(), StoreError> {
    tx.run(FAILED, args![name, now, forget]).await.map(drop)
}

/// Takes one failure back: the try that was counted beforehand was a good one.
///
/// # Errors
/// The engine refuses.
pub async fn uncount_failure(tx: &mut Tx, name: &[u8]) -> Result<(), StoreError> {
    tx.run(UNCOUNT, args![name]).await.map(drop)
}

/// Forgets failed sign-ins after a good one.
///
/// # Errors
/// The engine refuses.
pub async fn forgive(tx: &mut Tx, name: &[u8]) -> Result<(), StoreError> {
    tx.run(FORGIVE, args![name]).await.map(drop)
}

fn read(row: &Row) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: row.id(0)?,
        login: row.text(1)?,
        name: row.text(2)?,
        password: row.opt_text(3)?,
        lang: row.text(4)?,
        theme: row.text(5)?,
        keys_on: row.flag(6)?,
        disabled_at: row.opt_time(7)?,
        softens: row.flag(8)?,
        sounds: row.flag(9)?,
    })
}

fn read_session(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        token_hash: row.bytes(0)?,
        person: row.id(1)?,
        csrf: row.text(2)?,
        created_at: row.time(3)?,
        seen_at: row.time(4)?,
        expires_at: row.time(5)?,
    })
}
