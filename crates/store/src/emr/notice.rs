//! What a record is told beside conversations: consents that are in force and that have ended, work that waits and that is
//! done. Asked of the tables as they are now, so that nothing has to be remembered between the act and its telling.

use bedside_core::{
    door::{LinkLevel, Purpose, SpeaksFor},
    id::{AuthorId, CaseId, ConsentId, EmrLinkId, LabelId, LinkId, PatientId, SiteId},
    time::Timestamp,
};

use super::filing::{Fileable, FilingRow, read as read_filing, select};
use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A consent of somebody whose link to a record is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenRow {
    /// The link of the account to the record.
    pub link: LinkId,
    /// At which site.
    pub site: SiteId,
    /// The account.
    pub author: AuthorId,
    /// Whose record.
    pub patient: PatientId,
    /// For whom the person wrote when they claimed the link.
    pub speaks_for: SpeaksFor,
    /// The consent.
    pub consent: ConsentId,
    /// To what.
    pub purpose: Purpose,
    /// The version of the words that were consented to.
    pub wording: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// How far the link is.
    pub level: LinkLevel,
    /// When the link was undone.
    pub undone_at: Option<Timestamp>,
}

impl GivenRow {
    /// What tells this consent for this link from all others, in a document's act.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("{}.{}", self.consent, self.link)
    }

    /// When it ended, as far as that is known; `None`: it is in force, or ended with another consent.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.revoked_at.into_iter().chain(self.undone_at).min()
    }
}

macro_rules! given {
    ($end:literal) => {
        concat!(
            "SELECT l.id, l.site_id, l.author_id, l.patient_id, l.speaks_for, k.id, k.purpose, k.wording, k.given_at, k.revoked_at, \
             l.level, l.undone_at FROM link l JOIN consent k ON k.author_id = l.author_id ",
            $end
        )
    };
}

statements! {
    // The record is told of either consent only where both hold: without the care team's it is no matter of the chart.
    GIVEN = given!("JOIN emr_link e ON e.site_id = l.site_id WHERE e.id = $1 AND k.purpose IN ('link', 'care_team') \
        AND k.revoked_at IS NULL AND l.level = 'confirmed' AND l.patient_id IS NOT NULL \
        AND EXISTS (SELECT 1 FROM consent a WHERE a.author_id = l.author_id AND a.purpose = 'link' AND a.revoked_at IS NULL) \
        AND EXISTS (SELECT 1 FROM consent b WHERE b.author_id = l.author_id AND b.purpose = 'care_team' AND b.revoked_at IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.link_id = $1 AND f.author_id = l.author_id \
        AND f.act = 'consent:' || k.id || '.' || l.id AND (f.state <> 'dropped' OR f.dropped_by IS NOT NULL \
        OR EXISTS (SELECT 1 FROM filing x WHERE x.link_id = f.link_id AND x.author_id = f.author_id \
        AND x.act = 'consent_end:' || k.id || '.' || l.id))) ORDER BY k.given_at, k.id LIMIT $2");
    // The other consent was taken back before this one was told, and given again since.
    REVIVE = "UPDATE filing SET state = 'waiting', code = '', due_at = $3, settled_at = NULL, revision = revision + 1 \
        WHERE link_id = $1 AND act = $2 AND state = 'dropped' AND dropped_by IS NULL";
    GIVEN_BY_ID = given!("WHERE k.id = $1 AND l.id = $2");
    BOTH_OF = given!("WHERE l.author_id = $1 AND l.level = 'confirmed' AND k.purpose IN ('link', 'care_team') \
        AND k.revoked_at IS NULL ORDER BY k.given_at, k.id");
    ENDED = select!("WHERE f.link_id = $1 AND substr(f.act, 1, 4) = 'cons' AND substr(f.act, 1, 8) = 'consent:' \
        AND (f.state <> 'dropped' OR f.attempts > 0) \
        AND NOT EXISTS (SELECT 1 FROM filing b WHERE b.link_id = f.link_id AND b.author_id = f.author_id \
        AND b.act = 'consent_end:' || substr(f.act, 9)) \
        AND NOT EXISTS (SELECT 1 FROM link l JOIN consent k ON k.author_id = l.author_id AND k.revoked_at IS NULL \
        JOIN consent a ON a.author_id = l.author_id AND a.purpose = 'link' AND a.revoked_at IS NULL \
        WHERE l.author_id = f.author_id AND l.level = 'confirmed' AND f.act = 'consent:' || k.id || '.' || l.id) \
        ORDER BY f.id LIMIT $2");
    WORK = "SELECT e.id, c.id, c.post_id, l.author_id, l.patient_id FROM link l \
        JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
        JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
        LEFT JOIN door_person p ON p.author_id = l.author_id \
        JOIN cases c ON c.author_id = l.author_id OR c.author_id = p.door_author_id JOIN emr_link e ON e.site_id = c.site_id \
        WHERE e.id = $1 AND l.level = 'confirmed' AND l.patient_id IS NOT NULL AND c.alarm_due_at IS NOT NULL AND c.queue <> 'done' \
        AND c.standing = 'live' AND c.posted_at >= t.given_at \
        AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.link_id = $1 AND f.case_id = c.id AND f.act = 'task' AND (f.post_id = c.post_id \
        OR NOT EXISTS (SELECT 1 FROM filing b WHERE b.link_id = f.link_id AND b.case_id = f.case_id AND b.post_id = f.post_id \
        AND b.act = 'task_end'))) ORDER BY c.updated_at LIMIT $2";
    WORK_ENDED = select!("WHERE f.link_id = $1 AND substr(f.act, 1, 4) = 'task' AND f.act = 'task' \
        AND (f.state <> 'dropped' OR f.attempts > 0) \
        AND NOT EXISTS (SELECT 1 FROM filing b WHERE b.link_id = f.link_id AND b.case_id = f.case_id AND b.post_id = f.post_id \
        AND b.act = 'task_end') \
        AND (NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = f.case_id AND c.alarm_due_at IS NOT NULL AND c.queue <> 'done') \
        OR NOT EXISTS (SELECT 1 FROM link l JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
        JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
        WHERE l.author_id = f.author_id AND l.level = 'confirmed' AND l.patient_id = f.patient_id)) ORDER BY f.id LIMIT $2");
    // Only what a person of the house set, after she consented, and in a case of hers.
    FLAGS = "SELECT e.id, c.id, c.post_id, l.author_id, l.patient_id, b.id FROM label b JOIN person s ON s.id = b.set_by \
        JOIN cases c ON c.id = b.case_id JOIN emr_link e ON e.site_id = c.site_id \
        JOIN link l ON c.author_id = l.author_id OR c.author_id = (SELECT p.door_author_id FROM door_person p WHERE p.author_id = l.author_id) \
        JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
        JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
        WHERE e.id = $1 AND b.kind = 'safety_flag' AND b.target IN ('author', 'thread') AND b.removed_at IS NULL \
        AND (b.expires_at IS NULL OR b.expires_at > $2) AND b.set_at >= t.given_at AND l.level = 'confirmed' \
        AND l.patient_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.link_id = $1 AND f.case_id = c.id \
        AND f.act = 'flag:' || b.id) ORDER BY b.set_at, b.id LIMIT $3";
    FLAGS_ENDED = select!("WHERE f.link_id = $1 AND substr(f.act, 1, 4) = 'flag' AND substr(f.act, 1, 5) = 'flag:' \
        AND (f.state <> 'dropped' OR f.attempts > 0) \
        AND NOT EXISTS (SELECT 1 FROM filing x WHERE x.link_id = f.link_id AND x.case_id = f.case_id \
        AND x.act = 'flag_end:' || substr(f.act, 6)) \
        AND (NOT EXISTS (SELECT 1 FROM label b WHERE b.id = substr(f.act, 6) AND b.removed_at IS NULL \
        AND (b.expires_at IS NULL OR b.expires_at > $2)) \
        OR NOT EXISTS (SELECT 1 FROM link l JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
        JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
        WHERE l.author_id = f.author_id AND l.level = 'confirmed' AND l.patient_id = f.patient_id)) ORDER BY f.id LIMIT $3");
    CASE_OF = "SELECT c.id, c.post_id FROM cases c WHERE c.author_id = $1 OR c.author_id = (SELECT p.door_author_id \
        FROM door_person p WHERE p.author_id = $1) ORDER BY c.created_at DESC, c.id DESC LIMIT 1";
}

/// Consents that are in force and of which a link's record was not told.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn given(tx: &mut Tx, link: EmrLinkId, most: u32) -> Result<Vec<GivenRow>, StoreError> {
    tx.rows(GIVEN, args![link, most]).await?.iter().map(read).collect()
}

/// Warnings that a person confirmed and of which a link's record was not told, each with its label.
///
/// # Errors
/// As [`given`].
pub async fn flags(
    tx: &mut Tx,
    link: EmrLinkId,
    now: Timestamp,
    most: u32,
) -> Result<Vec<(Fileable, LabelId)>, StoreError> {
    let rows = tx.rows(FLAGS, args![link, now, most]).await?;
    rows.iter().map(|row| Ok((fileable(row)?, row.id(5)?))).collect()
}

/// Warnings that a link's record was told of, or may have been, and that hold no longer or are its matter no longer.
///
/// # Errors
/// As [`given`].
pub async fn flags_ended(
    tx: &mut Tx,
    link: EmrLinkId,
    now: Timestamp,
    most: u32,
) -> Result<Vec<FilingRow>, StoreError> {
    tx.rows(FLAGS_ENDED, args![link, now, most]).await?.iter().map(read_filing).collect()
}

/// Has a consent told after all whose telling was dropped while the other one was missing. `false`: none was dropped.
///
/// # Errors
/// The engine refuses.
pub async fn revive(tx: &mut Tx, link: EmrLinkId, given: &GivenRow, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(REVIVE, args![link, format!("consent:{}", given.subject()), now]).await? > 0)
}

/// A consent together with a link of its giver, whether they hold or not.
///
/// # Errors
/// As [`given`].
pub async fn given_by_id(tx: &mut Tx, consent: ConsentId, link: LinkId) -> Result<Option<GivenRow>, StoreError> {
    tx.row(GIVEN_BY_ID, args![consent, link]).await?.as_ref().map(read).transpose()
}

/// The consents upon which it rests that an account's conversations are filed.
///
/// # Errors
/// As [`given`].
pub async fn consents_for(tx: &mut Tx, author: AuthorId) -> Result<Vec<GivenRow>, StoreError> {
    tx.rows(BOTH_OF, args![author]).await?.iter().map(read).collect()
}

/// What a link's record was told, or may have been told, of consents that no longer hold.
///
/// # Errors
/// As [`given`].
pub async fn ended(tx: &mut Tx, link: EmrLinkId, most: u32) -> Result<Vec<FilingRow>, StoreError> {
    tx.rows(ENDED, args![link, most]).await?.iter().map(read_filing).collect()
}

/// Cases with an open escalation of which a link's record may be told and was not.
///
/// # Errors
/// As [`given`].
pub async fn work(tx: &mut Tx, link: EmrLinkId, most: u32) -> Result<Vec<Fileable>, StoreError> {
    let rows = tx.rows(WORK, args![link, most]).await?;
    rows.iter().map(fileable).collect()
}

fn fileable(row: &Row) -> Result<Fileable, StoreError> {
    Ok(Fileable { link: row.id(0)?, case: row.id(1)?, post: row.id(2)?, author: row.id(3)?, patient: row.id(4)? })
}

/// What a link's record was told of work that is done, or that is no longer its matter.
///
/// # Errors
/// As [`given`].
pub async fn work_ended(tx: &mut Tx, link: EmrLinkId, most: u32) -> Result<Vec<FilingRow>, StoreError> {
    tx.rows(WORK_ENDED, args![link, most]).await?.iter().map(read_filing).collect()
}

/// The newest case of an account, in public or at the door, with its newest post; under it what is told of consents is found.
///
/// # Errors
/// As [`given`].
pub async fn case_of(tx: &mut Tx, author: AuthorId) -> Result<Option<(CaseId, bedside_core::id::PostId)>, StoreError> {
    let row = tx.row(CASE_OF, args![author]).await?;
    row.map(|row| Ok((row.id(0)?, row.id(1)?))).transpose()
}

fn read(row: &Row) -> Result<GivenRow, StoreError> {
    Ok(GivenRow {
        link: row.id(0)?,
        site: row.id(1)?,
        author: row.id(2)?,
        patient: row.id(3)?,
        speaks_for: row.word(4, SpeaksFor::from_word)?,
        consent: row.id(5)?,
        purpose: row.word(6, Purpose::from_word)?,
        wording: row.text(7)?,
        given_at: row.time(8)?,
        revoked_at: row.opt_time(9)?,
        level: row.word(10, LinkLevel::from_word)?,
        undone_at: row.opt_time(11)?,
    })
}
