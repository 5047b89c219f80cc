//! Consents: one row per purpose and giving. A revoked one stays, with the time it ended.

use bedside_core::{
    door::Purpose,
    id::{AuthorId, ConsentId, SiteId},
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A consent as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    /// Its id.
    pub id: ConsentId,
    /// At which site.
    pub site: SiteId,
    /// The proven account of who gave it.
    pub author: AuthorId,
    /// To what.
    pub purpose: Purpose,
    /// The version of the words that were consented to.
    pub wording: String,
    /// The language of those words.
    pub lang: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, site_id, author_id, purpose, wording, lang, given_at, revoked_at FROM consent"
    };
}

statements! {
    GIVE = "INSERT INTO consent (id, site_id, author_id, purpose, wording, lang, given_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT DO NOTHING";
    REVOKE = "UPDATE consent SET revoked_at = $3 WHERE author_id = $1 AND purpose = $2 AND revoked_at IS NULL RETURNING id";
    OPEN = concat!("SELECT ", columns!(), " WHERE author_id = $1 AND revoked_at IS NULL ORDER BY given_at, id");
    ALL = concat!("SELECT ", columns!(), " WHERE author_id = $1 ORDER BY given_at, id LIMIT 200");
}

/// Keeps a consent; `false`: the same purpose is consented to already.
///
/// # Errors
/// The engine refuses.
pub async fn give_consent(tx: &mut Tx, consent: &ConsentRow) -> Result<bool, StoreError> {
    let args = args![
        consent.id,
        consent.site,
        consent.author,
        consent.purpose.as_str(),
        &consent.wording,
        &consent.lang,
        consent.given_at
    ];
    Ok(tx.run(GIVE, args).await? > 0)
}

/// Takes the consent to a purpose back. Gives which it was; `None`: there was none.
///
/// # Errors
/// The engine refuses.
pub async fn revoke_consent(
    tx: &mut Tx,
    author: AuthorId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<ConsentId>, StoreError> {
    tx.row(REVOKE, args![author, purpose.as_str(), now]).await?.map(|row| row.id(0)).transpose()
}

/// The consents in force of an account.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn consents_open(tx: &mut Tx, author: AuthorId) -> Result<Vec<ConsentRow>, StoreError> {
    tx.rows(OPEN, args![author]).await?.iter().map(read).collect()
}

/// Every consent of an account, also those taken back, the oldest first.
///
/// # Errors
/// As [`consents_open`].
pub async fn consents(tx: &mut Tx, author: AuthorId) -> Result<Vec<ConsentRow>, StoreError> {
    tx.rows(ALL, args![author]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<ConsentRow, StoreError> {
    Ok(ConsentRow {
        id: row.id(0)?,
        site: row.id(1)?,
        author: row.id(2)?,
        purpose: row.word(3, Purpose::from_word)?,
        wording: row.text(4)?,
        lang: row.text(5)?,
        given_at: row.time(6)?,
        revoked_at: row.opt_time(7)?,
    })
}
