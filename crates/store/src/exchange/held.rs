//! What is kept of whom, and of whom there would be something to show: for who keeps it up to date.

use bedside_core::{
    door::SpeaksFor,
    exchange::ResourceKind,
    id::{AuthorId, CaseId, ConsentId, PatientId, SiteId},
};

use super::resource::{Place, permitted, place_of};
use crate::{
    StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// What is kept of a resource, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its type.
    pub kind: ResourceKind,
    /// Its id.
    pub id: String,
    /// Where it comes from.
    pub place: Place,
    /// Whether it may be shown only as long as the consents are in force.
    pub needs_consent: bool,
    /// Whether the consents that it needs are in force now.
    pub is_permitted: bool,
}

/// An account whose link is confirmed, and whose owner consents that the care team sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// The proven account.
    pub author: AuthorId,
    /// The patient the link was confirmed for; merges are not followed.
    pub patient: PatientId,
    /// For whom the person wrote when they claimed the link.
    pub speaks_for: SpeaksFor,
}

/// What is kept, without its content.
macro_rules! held {
    () => {
        concat!(
            "SELECT r.kind, r.id, r.site_id, r.author_id, r.patient_id, r.case_id, r.consent_id, r.needs_consent, ",
            permitted!(),
            " AS permitted FROM exchange_resource r"
        )
    };
}

statements! {
    HELD_OF_SITE = concat!(held!(), " WHERE r.site_id = $1 AND NOT r.is_gone ORDER BY r.kind, r.id LIMIT $2");
    HELD_OF_CASE = concat!(held!(), " WHERE r.case_id = $1 AND NOT r.is_gone ORDER BY r.kind, r.id");
    ENDED = concat!(held!(), " WHERE r.site_id = $1 AND r.kind = 'Consent' AND r.needs_consent AND NOT r.is_gone AND NOT ",
        permitted!(), " ORDER BY r.id LIMIT $2");
    LINKED_OF_SITE = "SELECT l.author_id, l.patient_id, l.speaks_for FROM link l \
        JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
        JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
        WHERE l.site_id = $1 AND l.level = 'confirmed' AND l.patient_id IS NOT NULL ORDER BY l.author_id LIMIT $2";
    LINKED_OF_AUTHOR = "SELECT l.author_id, l.patient_id, l.speaks_for FROM link l \
        JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
        JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
        WHERE l.author_id = $1 AND l.level = 'confirmed' AND l.patient_id IS NOT NULL";
    IS_OVER = "SELECT 1 FROM consent k WHERE k.id = $1 AND (k.revoked_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM link l \
        WHERE l.author_id = k.author_id AND l.level = 'confirmed'))";
}

many_statements! {
    HELD_OF_AUTHORS = "SELECT s.* FROM (", [1], concat!(") AS w JOIN (", held!(), " WHERE NOT r.is_gone) AS s \
        ON s.author_id = w.column1");
}

/// What is kept of a site.
///
/// # Errors
/// The engine refuses.
pub async fn held_of_site(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<Held>, StoreError> {
    tx.rows(HELD_OF_SITE, args![site, most]).await?.iter().map(read_held).collect()
}

/// What is kept of a conversation.
///
/// # Errors
/// The engine refuses.
pub async fn held_of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Held>, StoreError> {
    tx.rows(HELD_OF_CASE, args![case]).await?.iter().map(read_held).collect()
}

/// What is kept of these accounts.
///
/// # Errors
/// The engine refuses.
pub async fn held_of_authors(tx: &mut Tx, authors: &[AuthorId]) -> Result<Vec<Held>, StoreError> {
    let rows = HELD_OF_AUTHORS.rows(tx, authors.iter().map(|id| args![*id]).collect()).await?;
    rows.iter().map(read_held).collect()
}

/// The Consents of a site that are kept as active and may not be shown so any more.
///
/// # Errors
/// The engine refuses.
pub async fn ended_consents(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<Held>, StoreError> {
    tx.rows(ENDED, args![site, most]).await?.iter().map(read_held).collect()
}

/// Whether a consent was taken back, or the link it speaks of is confirmed no more.
///
/// # Errors
/// The engine refuses.
pub async fn is_over(tx: &mut Tx, consent: ConsentId) -> Result<bool, StoreError> {
    Ok(tx.row(IS_OVER, args![consent]).await?.is_some())
}

/// The accounts of a site whose consents may be shown.
///
/// # Errors
/// The engine refuses.
pub async fn linked_of_site(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<Linked>, StoreError> {
    tx.rows(LINKED_OF_SITE, args![site, most]).await?.iter().map(read_linked).collect()
}

/// The account, if its consents may be shown.
///
/// # Errors
/// The engine refuses.
pub async fn linked_of_author(tx: &mut Tx, author: AuthorId) -> Result<Vec<Linked>, StoreError> {
    tx.rows(LINKED_OF_AUTHOR, args![author]).await?.iter().map(read_linked).collect()
}

fn read_linked(row: &Row) -> Result<Linked, StoreError> {
    Ok(Linked { author: row.id(0)?, patient: row.id(1)?, speaks_for: row.word(2, SpeaksFor::from_word)? })
}

fn read_held(row: &Row) -> Result<Held, StoreError> {
    Ok(Held {
        kind: row.word(0, ResourceKind::from_word)?,
        id: row.text(1)?,
        place: place_of(row)?,
        needs_consent: row.flag(7)?,
        is_permitted: row.flag(8)?,
    })
}
