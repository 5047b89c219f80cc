//! Channel accounts: where each stands in reading, and how it is.

use bedside_core::{
    channel::ChannelKind,
    id::{ChannelId, SiteId},
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// How a channel is. The word is shown with a sign, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Not tried yet.
    New,
    /// Reads and answers.
    Live,
    /// No answer for a while; goes on trying.
    Slow,
    /// The server asks for patience.
    RateLimited,
    /// The account's credentials are refused: somebody must act.
    SignedOut,
    /// Switched off.
    Stopped,
}

impl Health {
    const ALL: [Self; 6] = [Self::New, Self::Live, Self::Slow, Self::RateLimited, Self::SignedOut, Self::Stopped];
    /// The word for the store and for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Live => "live",
            Self::Slow => "slow",
            Self::RateLimited => "rate_limited",
            Self::SignedOut => "signed_out",
            Self::Stopped => "stopped",
        }
    }
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|health| health.as_str() == word)
    }
}

/// A channel account as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// Its id.
    pub id: ChannelId,
    /// Whose it is.
    pub site: SiteId,
    /// Short name in configuration and import files.
    pub slug: String,
    /// What kind.
    pub kind: ChannelKind,
    /// The name people see.
    pub name: String,
    /// Who answers for the account.
    pub owner: String,
    /// Who stands in.
    pub deputy: String,
    /// Where reading goes on.
    pub cursor: Option<String>,
    /// How it is.
    pub health: Health,
    /// The platform's or our code for that, e.g. `timed_out`.
    pub health_code: String,
    /// Since when.
    pub health_since: Timestamp,
    /// When it last answered well.
    pub last_ok_at: Option<Timestamp>,
    /// When it is tried again, where it is waiting.
    pub retry_at: Option<Timestamp>,
}

statements! {
    UPSERT = "INSERT INTO channel (id, site_id, slug, kind, name, owner, deputy, health, health_code, health_since, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'new', '', $8, $8) ON CONFLICT (slug) DO UPDATE SET \
        name = excluded.name, owner = excluded.owner, deputy = excluded.deputy";
    ALL = "SELECT id, site_id, slug, kind, name, owner, deputy, cursor, health, health_code, health_since, last_ok_at, \
        retry_at FROM channel ORDER BY created_at, slug";
    BY_SLUG = "SELECT id, site_id, slug, kind, name, owner, deputy, cursor, health, health_code, health_since, last_ok_at, \
        retry_at FROM channel WHERE slug = $1";
    SET_CURSOR = "UPDATE channel SET cursor = $2 WHERE id = $1";
    CURSOR = "SELECT cursor FROM channel WHERE id = $1";
    SET_OK = "UPDATE channel SET last_ok_at = $2, retry_at = NULL, health = 'live', health_code = '', \
        health_since = CASE WHEN health = 'live' THEN health_since ELSE $2 END WHERE id = $1";
    SET_HEALTH = "UPDATE channel SET health_since = CASE WHEN health = $2 THEN health_since ELSE $4 END, \
        health = $2, health_code = $3, retry_at = $5 WHERE id = $1";
}

/// Stores a channel account as configured; the slug names it. Gives it as stored.
///
/// # Errors
/// The engine refuses.
pub async fn put(tx: &mut Tx, channel: &ChannelRow, now: Timestamp) -> Result<ChannelRow, StoreError> {
    let args = args![
        channel.id,
        channel.site,
        &channel.slug,
        channel.kind.as_str(),
        &channel.name,
        &channel.owner,
        &channel.deputy,
        now
    ];
    tx.run(UPSERT, args).await?;
    by_slug(tx, &channel.slug).await?.ok_or_else(|| StoreError::missing("channel", &channel.slug))
}

/// Every channel account.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn all(tx: &mut Tx) -> Result<Vec<ChannelRow>, StoreError> {
    tx.rows(ALL, args![]).await?.iter().map(read).collect()
}

/// The channel account with this slug.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_slug(tx: &mut Tx, slug: &str) -> Result<Option<ChannelRow>, StoreError> {
    tx.row(BY_SLUG, args![slug]).await?.as_ref().map(read).transpose()
}

/// Moves the cursor; in the transaction that stored what lies before it.
///
/// # Errors
/// The engine refuses.
pub async fn set_cursor(tx: &mut Tx, id: ChannelId, cursor: &str) -> Result<(), StoreError> {
    tx.run(SET_CURSOR, args![id, cursor]).await.map(drop)
}

/// Where reading goes on.
///
/// # Errors
/// The engine refuses.
pub async fn cursor(tx: &mut Tx, id: ChannelId) -> Result<Option<String>, StoreError> {
    Ok(tx.row(CURSOR, args![id]).await?.map(|row| row.opt_text(0)).transpose()?.flatten())
}

/// Notes that the channel answered well.
///
/// # Errors
/// The engine refuses.
pub async fn set_ok(tx: &mut Tx, id: ChannelId, now: Timestamp) -> Result<(), StoreError> {
    tx.run(SET_OK, args![id, now]).await.map(drop)
}

/// Notes that the channel is not well.
///
/// # Errors
/// The engine refuses.
pub async fn set_health(
    tx: &mut Tx,
    id: ChannelId,
    health: Health,
    code: &str,
    now: Timestamp,
    retry_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.run(SET_HEALTH, args![id, health.as_str(), code, now, retry_at]).await.map(drop)
}

fn read(row: &Row) -> Result<ChannelRow, StoreError> {
    Ok(ChannelRow {
        id: row.id(0)?,
        site: row.id(1)?,
        slug: row.text(2)?,
        kind: row.word(3, ChannelKind::from_word)?,
        name: row.text(4)?,
        owner: row.text(5)?,
        deputy: row.text(6)?,
        cursor: row.opt_text(7)?,
        health: row.word(8, Health::from_word)?,
        health_code: row.text(9)?,
        health_since: row.time(10)?,
        last_ok_at: row.opt_time(11)?,
        retry_at: row.opt_time(12)?,
    })
}
