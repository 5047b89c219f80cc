//! What people do with documents for the record: look at one, and mend, send again or drop one that could not be filed.
//! Consent and link are asked first: what a patient took back is shown to nobody here.

use bedside_core::{
    code,
    emr::Identifier,
    filing::{Document, FilingAct},
    id::{FilingId, PersonId, SiteId},
    log::{Actor, Commitment, Kind},
    policy::desk::{DeskAction, Seat},
    time::Timestamp,
};
use bedside_store::{
    DataKey, Phi, Tx,
    emr::{
        dead_letter::{self, VersionText},
        filing::{self, FilingRow, FilingState},
        link, patient, visit,
    },
    random,
};

use super::{ActError, LONGEST, given};
use crate::{FlowError, Road, audit::Audit};

/// What the log's commitments to a document are made in.
const DOMAIN: &str = "filing.document";
/// The longest title, in characters: what TXA and DocumentReference show in a list.
const TITLE_CHARS: usize = 200;
/// Attempts whose answers are opened at once.
const ATTEMPTS: u32 = 50;

/// A document as somebody looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedFiling {
    /// What it says. Without its lines where it only takes a document back.
    pub document: Document,
    /// What it said before it was mended, the first version first.
    pub before: Vec<Document>,
    /// What the receiver answered, the newest first.
    pub answers: Vec<(Timestamp, String)>,
    /// Every identifier that the record knows the patient by, and those that the document uses.
    pub ids: Vec<Identifier>,
    /// The numbers of the patient's visits, and that which the document names.
    pub visits: Vec<String>,
}

/// What a document is mended to. Whose it is can't be changed: identifiers and visit are chosen among the patient's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mending {
    /// Its title.
    pub title: String,
    /// Its text, line by line; `None`: as it was.
    pub lines: Option<Vec<String>>,
    /// The number of the visit it belongs to.
    pub visit: Option<String>,
    /// The identifiers that name the patient.
    pub ids: Vec<Identifier>,
}

impl Road {
    /// What a document says, and what its receiver answered. Logged before it is shown.
    ///
    /// # Errors
    /// The person may not, the consent was taken back, or the document's key was erased.
    pub async fn look_into_filing(&self, by: PersonId, id: FilingId) -> Result<Phi<OpenedFiling>, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = self.filing_for(&mut tx, by, id, DeskAction::ReadDocument).await?;
        let (mut document, _) = self.open_document(&mut tx, &row).await?;
        let (ids, visits) = self.choices(&mut tx, &row, &document).await?;
        let mut before = Vec::new();
        for version in dead_letter::versions(&mut tx, id).await? {
            before.extend(self.store.open_version(&version).await?.map(|text| text.0.document));
        }
        let mut answers = Vec::new();
        for attempt in dead_letter::attempts(&mut tx, id, ATTEMPTS).await? {
            answers.extend(self.store.open_attempt(&attempt).await?.map(|said| (attempt.at, said.0)));
        }
        if !row.act.needs_permission() {
            document.lines.clear();
            before.iter_mut().for_each(|version| version.lines.clear());
        }
        let mut audit = Audit::at(now);
        note(&mut audit, Kind::FilingShown, by, &row, |entry| entry)?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(Phi(OpenedFiling { document, before, answers, ids, visits }))
    }

    /// Mends a dead letter that stands as `revision`, and where `and_send` says so puts it in line again. Its id stays, so
    /// that a receiver that took it after all knows it; what it said before is kept.
    ///
    /// # Errors
    /// The person may not, something is missing or not the patient's, nothing is changed, the consent was taken back, or
    /// somebody else was quicker.
    pub async fn mend_filing(
        &self,
        by: PersonId,
        id: FilingId,
        revision: i64,
        mending: &Mending,
        and_send: bool,
    ) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut row = self.letter_for(&mut tx, by, id, revision).await?;
        let (document, key) = self.open_document(&mut tx, &row).await?;
        let choices = self.choices(&mut tx, &row, &document).await?;
        let mended = mended(row.act, &document, mending, &choices)?;
        if mended == document {
            return Err(ActError::Invalid("filing_unchanged"));
        }
        let before = VersionText { salt: random()?, mended_salt: random()?, document };
        if !dead_letter::mend(&mut tx, &row, &mended, &before, &key, (by, now)).await? {
            return Err(ActError::Changed("filing_changed"));
        }
        let mut audit = Audit::at(now);
        let was = Commitment::new(&before.salt, DOMAIN, &dead_letter::as_committed(&before.document)?);
        let is = Commitment::new(&before.mended_salt, DOMAIN, &dead_letter::as_committed(&mended)?);
        note(&mut audit, Kind::FilingMended, by, &row, |entry| {
            entry.committing(code!("before"), was).committing(code!("after"), is)
        })?;
        if and_send {
            row.revision += 1;
            self.send_letter_again(&mut tx, &mut audit, by, &row, now).await?;
        }
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Has a dead letter that stands as `revision` sent again.
    ///
    /// # Errors
    /// The person may not, or somebody else was quicker.
    pub async fn file_again(&self, by: PersonId, id: FilingId, revision: i64) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = self.letter_for(&mut tx, by, id, revision).await?;
        let mut audit = Audit::at(now);
        self.send_letter_again(&mut tx, &mut audit, by, &row, now).await?;
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn send_letter_again(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        by: PersonId,
        row: &FilingRow,
        now: Timestamp,
    ) -> Result<(), ActError> {
        if !dead_letter::again(tx, row.id, row.revision, now).await? {
            return Err(ActError::Changed("filing_changed"));
        }
        Ok(note(audit, Kind::FilingAgain, by, row, |entry| entry)?)
    }

    /// Drops a dead letter that stands as `revision`, for a reason that is kept. The next of the same patient goes on.
    ///
    /// # Errors
    /// The person may not, gives no reason, or somebody else was quicker.
    pub async fn drop_filing(&self, by: PersonId, id: FilingId, revision: i64, reason: &str) -> Result<(), ActError> {
        let now = self.now();
        let reason = given(reason, "reason_missing")?;
        let site_of = filing::by_id(&mut self.store.begin_read().await?, id).await?.ok_or(ActError::Gone)?.site;
        // Durable before the transaction begins, as every key; the document's own may be erased already.
        let key = self.store.keys().of(&reasons_owner(site_of), now).await?;
        let mut tx = self.store.begin().await?;
        let row = self.letter_for(&mut tx, by, id, revision).await?;
        if !dead_letter::drop_letter(&mut tx, &row, (&key, reason), (by, now)).await? {
            return Err(ActError::Changed("filing_changed"));
        }
        link::count(&mut tx, [(row.link, "dropped", 1)].into_iter(), now).await?;
        let mut audit = Audit::at(now);
        note(&mut audit, Kind::FilingDropped, by, &row, |entry| entry.code(code!("why"), code!("person")))?;
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// The document, for somebody who may do this to it.
    async fn filing_for(
        &self,
        tx: &mut Tx,
        by: PersonId,
        id: FilingId,
        action: DeskAction,
    ) -> Result<FilingRow, ActError> {
        let row = filing::by_id(tx, id).await?.ok_or(ActError::Gone)?;
        self.may(tx, by, row.site, action, Seat::default()).await?;
        Ok(row)
    }

    /// The dead letter that stands as `revision`, for somebody who may settle it.
    async fn letter_for(&self, tx: &mut Tx, by: PersonId, id: FilingId, revision: i64) -> Result<FilingRow, ActError> {
        let row = self.filing_for(tx, by, id, DeskAction::SettleDocument).await?;
        let stands = row.state == FilingState::Dead && row.revision == revision;
        if stands { Ok(row) } else { Err(ActError::Changed("filing_changed")) }
    }

    /// What it says, if that may still be known here. To take a document back there is no consent, and none is needed.
    async fn open_document(&self, tx: &mut Tx, row: &FilingRow) -> Result<(Document, DataKey), ActError> {
        if row.act.needs_permission() && !filing::is_permitted(tx, row).await? {
            return Err(ActError::Changed("filing_revoked"));
        }
        let (document, key) = self.store.open_filing(row).await?.ok_or(ActError::Changed("filing_erased"))?;
        Ok((document.0, key))
    }

    /// What a document may name its patient and their visit by: what the record says of them now, and what it uses.
    async fn choices(
        &self,
        tx: &mut Tx,
        row: &FilingRow,
        document: &Document,
    ) -> Result<(Vec<Identifier>, Vec<String>), FlowError> {
        let (mut ids, mut visits) = (document.ids.clone(), Vec::from_iter(document.visit.clone()));
        let Some(known) = patient::by_id(tx, row.patient).await? else { return Ok((ids, visits)) };
        let known = patient::survivor(tx, known).await?;
        if let Some(text) = self.store.open_patients(std::slice::from_ref(&known)).await?.remove(&known.id) {
            ids.extend(text.0.ids);
        }
        let family = patient::family(tx, known.id).await?;
        let mut stays = visit::of(tx, &family).await?;
        stays.retain(|stay| !stay.is_cancelled);
        stays.sort_by_key(|stay| std::cmp::Reverse(stay.told_at));
        for stay in stays {
            visits.extend(self.store.open_visit(&stay).await?.map(|text| text.0.number));
        }
        let mut seen = std::collections::HashSet::new();
        ids.retain(|id| seen.insert((id.authority.clone(), id.value.clone())));
        let mut seen = std::collections::HashSet::new();
        visits.retain(|number| !number.is_empty() && seen.insert(number.clone()));
        Ok((ids, visits))
    }
}

/// The owner of the key that seals why documents of a site were dropped.
fn reasons_owner(site: SiteId) -> String {
    format!("filing_reasons:{site}")
}

/// The document as it will be, if that can be.
fn mended(
    act: FilingAct,
    document: &Document,
    mending: &Mending,
    (ids, visits): &(Vec<Identifier>, Vec<String>),
) -> Result<Document, ActError> {
    let title = given(&mending.title, "title_missing")?;
    if title.chars().count() > TITLE_CHARS || title.chars().any(char::is_control) {
        return Err(ActError::Invalid("title_too_long"));
    }
    // What only ends something is shown without its lines, so that nobody can have meant to change them.
    let new = mending.lines.as_ref().filter(|_| act.needs_permission());
    let lines = new.unwrap_or(&document.lines);
    if new.is_some_and(|lines| lines.iter().all(|line| line.trim().is_empty())) {
        return Err(ActError::Invalid("lines_missing"));
    }
    if lines.iter().map(String::len).sum::<usize>() > LONGEST.max(document.lines.iter().map(String::len).sum()) {
        return Err(ActError::Invalid("text_too_long"));
    }
    if mending.ids.is_empty() || mending.ids.iter().any(|id| !ids.contains(id)) {
        return Err(ActError::Invalid("identifier_missing"));
    }
    if mending.visit.as_ref().is_some_and(|number| !visits.contains(number)) {
        return Err(ActError::Invalid("visit_unknown"));
    }
    // Words that a person has changed are no longer what was said, utterance by utterance.
    let said = if *lines == document.lines { document.said.clone() } else { Vec::new() };
    Ok(Document {
        title: title.to_owned(),
        lines: lines.clone(),
        said,
        ids: mending.ids.clone(),
        visit: mending.visit.clone(),
        ..document.clone()
    })
}

fn note(
    audit: &mut Audit,
    kind: Kind,
    by: PersonId,
    row: &FilingRow,
    more: impl FnOnce(bedside_core::log::Entry) -> bedside_core::log::Entry,
) -> Result<(), FlowError> {
    audit
        .add(kind, Actor::Person(by), Some(row.site), Some(row.case), |entry| more(entry.about(row.id).about(row.link)))
}
