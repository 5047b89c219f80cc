//! Clients that signed in: their tokens by hash, and the ids of the assertions they signed in with, each of which counts
//! once.

use bedside_core::time::Timestamp;

use crate::{StoreError, Tx, db::statements, value::args};

statements! {
    ADD_TOKEN = "INSERT INTO exchange_token (token_hash, client, scopes, expires_at) VALUES ($1, $2, $3, $4)";
    TOKEN = "SELECT client, scopes, expires_at FROM exchange_token WHERE token_hash = $1 AND expires_at > $2";
    REMEMBER = "INSERT INTO exchange_assertion (client, id_hash, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    SWEEP_TOKENS = "DELETE FROM exchange_token WHERE expires_at <= $1";
    SWEEP_ASSERTIONS = "DELETE FROM exchange_assertion WHERE expires_at <= $1";
}

/// Keeps a token by its hash.
///
/// # Errors
/// The engine refuses.
pub async fn add_token(
    tx: &mut Tx,
    hash: &[u8],
    client: &str,
    scopes: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.run(ADD_TOKEN, args![hash, client, scopes, expires_at]).await.map(drop)
}

/// Whose token that is, what it is good for and until when; `None`: nobody's, or not any more.
///
/// # Errors
/// The engine refuses.
pub async fn token(
    tx: &mut Tx,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<(String, String, Timestamp)>, StoreError> {
    let row = tx.row(TOKEN, args![hash, now]).await?;
    row.map(|row| Ok((row.text(0)?, row.text(1)?, row.time(2)?))).transpose()
}

/// Remembers the id of an assertion; `false`: it was used before.
///
/// # Errors
/// The engine refuses.
pub async fn remember_assertion(
    tx: &mut Tx,
    client: &str,
    id_hash: &[u8],
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(REMEMBER, args![client, id_hash, expires_at]).await? > 0)
}

/// Forgets tokens and assertions whose time is over.
///
/// # Errors
/// The engine refuses.
pub async fn sweep_clients(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.run(SWEEP_TOKENS, args![now]).await?;
    tx.run(SWEEP_ASSERTIONS, args![now]).await.map(drop)
}
