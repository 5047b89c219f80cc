//! What is known of the ways to people: to each member of a rota, and of the mail server that letters go over.

use bedside_core::{alarm::Way, id::SiteId, time::Timestamp};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// The way to one member, as the last calls found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRow {
    /// At which house.
    pub site: SiteId,
    /// Who, by their name in the rota.
    pub member: String,
    /// How.
    pub way: Way,
    /// When a call was last handed over.
    pub delivered_at: Option<Timestamp>,
    /// When the member last acknowledged one.
    pub acknowledged_at: Option<Timestamp>,
    /// Since when nothing can be handed over.
    pub failing_since: Option<Timestamp>,
    /// Why not, in a word of ours.
    pub code: String,
}

/// The mail server, as the last letters and looks found it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailRow {
    /// When it last took a letter, or answered.
    pub ok_at: Option<Timestamp>,
    /// Since when it takes none.
    pub failing_since: Option<Timestamp>,
    /// When it last failed.
    pub failed_at: Option<Timestamp>,
    /// Why: `sending` a letter, or `looking` whether it is there.
    pub code: String,
}

statements! {
    DELIVERED = "INSERT INTO alarm_path (site_id, member, way, delivered_at, code) VALUES ($1, $2, $3, $4, '') \
        ON CONFLICT (site_id, member, way) DO UPDATE SET delivered_at = excluded.delivered_at, failing_since = NULL, code = ''";
    ACKNOWLEDGED = "UPDATE alarm_path SET acknowledged_at = $3 WHERE site_id = $1 AND member = $2";
    FAILING = "INSERT INTO alarm_path (site_id, member, way, failing_since, code) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (site_id, member, way) DO UPDATE SET failing_since = COALESCE(alarm_path.failing_since, excluded.failing_since), \
        code = excluded.code";
    PATHS = "SELECT site_id, member, way, delivered_at, acknowledged_at, failing_since, code FROM alarm_path \
        WHERE site_id = $1 ORDER BY member, way";
    MAIL = "SELECT ok_at, failing_since, failed_at, code FROM mail_server WHERE name = 'mail'";
    MAIL_OK = "INSERT INTO mail_server (name, ok_at, code) VALUES ('mail', $1, '') ON CONFLICT (name) \
        DO UPDATE SET ok_at = excluded.ok_at, failing_since = NULL, code = ''";
    MAIL_FAILED = "INSERT INTO mail_server (name, failing_since, failed_at, code) VALUES ('mail', $1, $1, $2) ON CONFLICT (name) \
        DO UPDATE SET failing_since = COALESCE(mail_server.failing_since, excluded.failing_since), failed_at = excluded.failed_at, \
        code = CASE WHEN mail_server.code = 'sending' THEN 'sending' ELSE excluded.code END";
}

/// A call was handed over.
///
/// # Errors
/// The engine refuses.
pub async fn note_delivered(
    tx: &mut Tx,
    site: SiteId,
    member: &str,
    way: Way,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(DELIVERED, args![site, member, way.as_str(), now]).await.map(drop)
}

/// A member acknowledged a call; which of several ways it came over can't be told.
///
/// # Errors
/// The engine refuses.
pub async fn note_acknowledged(tx: &mut Tx, site: SiteId, member: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.run(ACKNOWLEDGED, args![site, member, now]).await.map(drop)
}

/// A call could not be handed over.
///
/// # Errors
/// The engine refuses.
pub async fn note_failing(
    tx: &mut Tx,
    site: SiteId,
    member: &str,
    way: Way,
    code: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(FAILING, args![site, member, way.as_str(), now, code]).await.map(drop)
}

/// What is known of the ways to a house's members.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn paths(tx: &mut Tx, site: SiteId) -> Result<Vec<PathRow>, StoreError> {
    tx.rows(PATHS, args![site]).await?.iter().map(read).collect()
}

/// The mail server; nothing is known of it before the first letter or look.
///
/// # Errors
/// The engine refuses.
pub async fn mail_server(tx: &mut Tx) -> Result<MailRow, StoreError> {
    let Some(row) = tx.row(MAIL, args![]).await? else { return Ok(MailRow::default()) };
    Ok(MailRow {
        ok_at: row.opt_time(0)?,
        failing_since: row.opt_time(1)?,
        failed_at: row.opt_time(2)?,
        code: row.text(3)?,
    })
}

/// The mail server took a letter, or answered.
///
/// # Errors
/// The engine refuses.
pub async fn mail_answered(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.run(MAIL_OK, args![now]).await.map(drop)
}

/// The mail server took no letter, or did not answer; `code` says what was tried.
///
/// # Errors
/// The engine refuses.
pub async fn mail_failed(tx: &mut Tx, code: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.run(MAIL_FAILED, args![now, code]).await.map(drop)
}

fn read(row: &Row) -> Result<PathRow, StoreError> {
    Ok(PathRow {
        site: row.id(0)?,
        member: row.text(1)?,
        way: row.word(2, Way::from_word)?,
        delivered_at: row.opt_time(3)?,
        acknowledged_at: row.opt_time(4)?,
        failing_since: row.opt_time(5)?,
        code: row.text(6)?,
    })
}
