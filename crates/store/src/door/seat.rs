//! Whose conversations a record may show: the account's link is confirmed, and both the link and the care team are
//! consented to. Asked in SQL each time, so that a consent taken back ends it with its commit.

use bedside_core::{
    id::{AuthorId, CaseId, LinkId, PatientId, SiteId},
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// A case that the patient's record may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The case.
    pub case: CaseId,
    /// The confirmed link.
    pub link: LinkId,
    /// At which site.
    pub site: SiteId,
    /// The account that was proven at the door.
    pub author: AuthorId,
    /// The patient the link was confirmed for; merges are not followed.
    pub patient: PatientId,
    /// Since when the care team may see.
    pub since: Timestamp,
}

/// A conversation that ended before the consent was given is not what the consent spoke of.
macro_rules! seats {
    ($end:literal) => {
        concat!(
            "SELECT c.id, l.id AS link_id, l.site_id, l.author_id, l.patient_id, t.given_at FROM link l \
            JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
            JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
            LEFT JOIN door_person p ON p.author_id = l.author_id \
            JOIN cases c ON c.site_id = l.site_id AND (c.author_id = l.author_id OR c.author_id = p.door_author_id) \
            AND c.standing = 'live' AND c.posted_at >= t.given_at \
            WHERE l.level = 'confirmed' AND l.patient_id IS NOT NULL",
            $end
        )
    };
}

statements! {
    OF_SITE = seats!(" AND l.site_id = $1 ORDER BY c.updated_at DESC, c.id LIMIT $2");
    OF_CASE = seats!(" AND c.id = $1");
}

many_statements! {
    OF_PATIENTS = "SELECT s.* FROM (", [1], concat!(") AS v JOIN (", seats!(""), ") AS s ON s.patient_id = v.column1");
}

/// The cases of these patients that their record may show. The patients are one family of merged records.
///
/// # Errors
/// The engine refuses.
pub async fn seats_of_patients(tx: &mut Tx, patients: &[PatientId]) -> Result<Vec<Seat>, StoreError> {
    OF_PATIENTS.rows(tx, patients.iter().map(|id| args![*id]).collect()).await?.iter().map(read).collect()
}

/// The cases of a site that records may show, the last changed first.
///
/// # Errors
/// The engine refuses.
pub async fn seats_of_site(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<Seat>, StoreError> {
    tx.rows(OF_SITE, args![site, most]).await?.iter().map(read).collect()
}

/// The case, if its author's record may show it.
///
/// # Errors
/// The engine refuses.
pub async fn seat_of_case(tx: &mut Tx, case: CaseId) -> Result<Option<Seat>, StoreError> {
    tx.row(OF_CASE, args![case]).await?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Seat, StoreError> {
    Ok(Seat {
        case: row.id(0)?,
        link: row.id(1)?,
        site: row.id(2)?,
        author: row.id(3)?,
        patient: row.id(4)?,
        since: row.time(5)?,
    })
}
