//! Links to the record's systems: how each is, and what came over it day by day.

use bedside_core::{
    id::{EmrLinkId, SiteId},
    time::{Span, Timestamp},
};

use crate::{
    StoreError, Tx,
    channels::Health,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// What a link speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// HL7 v2 over MLLP, into Bedside.
    Hl7In,
    /// HL7 v2 over MLLP, out of Bedside.
    Hl7Out,
    /// A FHIR server: patients out of it, documents, consents and work into it.
    Fhir,
}

impl LinkKind {
    const ALL: [Self; 3] = [Self::Hl7In, Self::Hl7Out, Self::Fhir];
    /// Whether Bedside brings something over it, instead of being told.
    #[must_use]
    pub const fn is_outgoing(self) -> bool {
        match self {
            Self::Hl7In => false,
            Self::Hl7Out | Self::Fhir => true,
        }
    }
    /// The word for configuration and store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hl7In => "hl7_in",
            Self::Hl7Out => "hl7_out",
            Self::Fhir => "fhir",
        }
    }
    /// The kind with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A link as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// Its id.
    pub id: EmrLinkId,
    /// Whose.
    pub site: SiteId,
    /// Short name in configuration.
    pub slug: String,
    /// What it speaks.
    pub kind: LinkKind,
    /// The name people see.
    pub name: String,
    /// How long raw messages are kept, in days.
    pub keep_days: u32,
    /// How it is.
    pub health: Health,
    /// Our code for that, e.g. `not_mllp`.
    pub health_code: String,
    /// Since when.
    pub health_since: Timestamp,
    /// When a message last went well.
    pub last_ok_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "SELECT id, site_id, slug, kind, name, keep_days, health, health_code, health_since, last_ok_at FROM emr_link"
    };
}

statements! {
    UPSERT = "INSERT INTO emr_link (id, site_id, slug, kind, name, keep_days, health, health_code, health_since, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 'new', '', $7, $7) ON CONFLICT (slug) DO UPDATE SET name = excluded.name, \
        keep_days = excluded.keep_days";
    ALL = concat!(columns!(), " ORDER BY created_at, slug");
    BY_SLUG = concat!(columns!(), " WHERE slug = $1");
    BY_ID = concat!(columns!(), " WHERE id = $1");
    SET_OK = "UPDATE emr_link SET last_ok_at = $2, health = 'live', health_code = '', \
        health_since = CASE WHEN health = 'live' THEN health_since ELSE $2 END WHERE id = $1";
    SET_HEALTH = "UPDATE emr_link SET health_since = CASE WHEN health = $2 THEN health_since ELSE $4 END, health = $2, \
        health_code = $3 WHERE id = $1";
    POLLED = "SELECT polled_at FROM emr_link WHERE id = $1";
    SET_POLLED = "UPDATE emr_link SET polled_at = $2 WHERE id = $1";
    COUNTS = "SELECT name, CAST(SUM(n) AS BIGINT) FROM emr_count WHERE link_id = $1 AND day >= $2 GROUP BY name ORDER BY name";
}

many_statements! {
    COUNT = "INSERT INTO emr_count (link_id, day, name, n)", [4],
        " ON CONFLICT (link_id, day, name) DO UPDATE SET n = emr_count.n + excluded.n";
}

/// Stores a link as configured; the slug names it. Gives it as stored.
///
/// # Errors
/// The engine refuses.
pub async fn put(tx: &mut Tx, link: &LinkRow, now: Timestamp) -> Result<LinkRow, StoreError> {
    let args = args![link.id, link.site, &link.slug, link.kind.as_str(), &link.name, link.keep_days, now];
    tx.run(UPSERT, args).await?;
    let row = tx.row(BY_SLUG, args![&link.slug]).await?;
    row.as_ref().map(read).transpose()?.ok_or_else(|| StoreError::missing("link", &link.slug))
}

/// Every link.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn all(tx: &mut Tx) -> Result<Vec<LinkRow>, StoreError> {
    tx.rows(ALL, args![]).await?.iter().map(read).collect()
}

/// The link with this id.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: EmrLinkId) -> Result<Option<LinkRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The link with this short name.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_slug(tx: &mut Tx, slug: &str) -> Result<Option<LinkRow>, StoreError> {
    tx.row(BY_SLUG, args![slug]).await?.as_ref().map(read).transpose()
}

/// Notes that a message went well.
///
/// # Errors
/// The engine refuses.
pub async fn set_ok(tx: &mut Tx, id: EmrLinkId, now: Timestamp) -> Result<(), StoreError> {
    tx.run(SET_OK, args![id, now]).await.map(drop)
}

/// Notes that the link is not well.
///
/// # Errors
/// The engine refuses.
pub async fn set_health(
    tx: &mut Tx,
    id: EmrLinkId,
    health: Health,
    code: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(SET_HEALTH, args![id, health.as_str(), code, now]).await.map(drop)
}

/// Until when a link's changed patients were read, as its server counts time; `None`: never.
///
/// # Errors
/// The engine refuses.
pub async fn polled(tx: &mut Tx, id: EmrLinkId) -> Result<Option<Timestamp>, StoreError> {
    tx.row(POLLED, args![id]).await?.map_or(Ok(None), |row| row.opt_time(0))
}

/// Notes until when they were read.
///
/// # Errors
/// The engine refuses.
pub async fn set_polled(tx: &mut Tx, id: EmrLinkId, until: Timestamp) -> Result<(), StoreError> {
    tx.run(SET_POLLED, args![id, until]).await.map(drop)
}

/// Adds to the day's counts of a link: names of what was counted, each with how often. A name may come once.
///
/// # Errors
/// The engine refuses.
pub async fn count(
    tx: &mut Tx,
    counts: impl Iterator<Item = (EmrLinkId, &str, i64)>,
    now: Timestamp,
) -> Result<(), StoreError> {
    COUNT.run(tx, counts.map(|(link, name, n)| args![link, day(now), name, n]).collect()).await.map(drop)
}

/// What was counted on a link in the last `days` days, today included.
///
/// # Errors
/// The engine refuses.
pub async fn counts(tx: &mut Tx, id: EmrLinkId, days: i64, now: Timestamp) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = tx.rows(COUNTS, args![id, day(now) - days + 1]).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// The day of a time, counted from 1970-01-01 UTC.
#[must_use]
pub const fn day(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(Span::days(1).as_micros())
}

fn read(row: &Row) -> Result<LinkRow, StoreError> {
    Ok(LinkRow {
        id: row.id(0)?,
        site: row.id(1)?,
        slug: row.text(2)?,
        kind: row.word(3, LinkKind::from_word)?,
        name: row.text(4)?,
        keep_days: u32::try_from(row.int(5)?).unwrap_or(0),
        health: row.word(6, Health::from_word)?,
        health_code: row.text(7)?,
        health_since: row.time(8)?,
        last_ok_at: row.opt_time(9)?,
    })
}
