//! File: closed conversations of linked, consenting people become documents for their record and are brought there, one at a
//! time and in order per patient. Link and consent are looked at again before each attempt.

use std::sync::{Arc, PoisonError};

use bedside_core::{
    code,
    emr::VisitClass,
    filing::{Brought, Document, File, FilingAct, FilingFault},
    id::{AuthorId, FilingId, PatientId, SiteId},
    log::{Actor, Code, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    DataKey, Tx, cases, door,
    emr::{
        filing::{self, Fileable, FilingRow, FilingState},
        notice,
        patient::{self, PatientText},
        visit,
    },
    jobs::backoff,
    posts,
};

use super::{
    document::compose,
    holding::LEASE,
    tell::{case_told, consent_told},
};
use crate::{FlowError, Road, audit::Audit, clock::ordered_seed};

/// After this many attempts that only time could mend, a person must look.
const MOST_ATTEMPTS: i64 = 200;
/// Cases made into documents at once.
const MOST: u32 = 20;

impl Road {
    /// Connects a system of the record that takes documents.
    pub fn connect_record(&self, file: Arc<dyn File>) {
        self.records.write().unwrap_or_else(PoisonError::into_inner).push(file);
    }

    /// The systems that take documents.
    pub(crate) fn all_records(&self) -> Vec<Arc<dyn File>> {
        self.records.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes documents of what the record may be told now: closed conversations, consents and work. Gives how many.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn make_filings(&self) -> Result<usize, FlowError> {
        let mut made = 0;
        for record in self.all_records() {
            made += self.make_filings_for(&record).await?;
        }
        Ok(made)
    }

    /// The same for one link.
    pub(crate) async fn make_filings_for(&self, to: &Arc<dyn File>) -> Result<usize, FlowError> {
        let (now, link) = (self.now(), to.link());
        let mut tx = self.store.begin_read().await?;
        let found = filing::fileable(&mut tx, link, MOST).await?;
        drop(tx);
        let mut made = if to.is_told_of_consents() { self.make_notices(link).await? } else { 0 };
        for (place, one) in found.iter().enumerate() {
            made += usize::from(self.make_filing(one, FilingId::new(now, &ordered_seed(now, place)?), now).await?);
        }
        Ok(made)
    }

    async fn make_filing(&self, what: &Fileable, id: FilingId, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let Some(case) = cases::by_id(&mut tx, what.case).await? else { return Ok(false) };
        let Some((about, _)) = self.about(&mut tx, what.patient).await? else { return Ok(false) };
        // Under the key of who wrote it: an erasure reaches it, in backups too.
        let Some(author) = posts::author(&mut tx, what.author).await? else { return Ok(false) };
        let Some(key) = self.store.key_of_author(&author).await? else { return Ok(false) };
        let visit = self.open_visit_number(&mut tx, about.id, now).await?;
        let house = self.house_of(case.site)?;
        let said = self.said(&mut tx, &case).await?;
        let consents = notice::consents_for(&mut tx, what.author).await?;
        let document = Document {
            visit,
            case: Some(case_told(&mut tx, &case).await?),
            consents: consents.iter().map(|given| consent_told(given, None)).collect(),
            ..compose(house, id, about.text, said, (case.posted_at, case.updated_at))
        };
        let act = (case.site, FilingAct::File, "");
        let added = filing::add(&mut tx, id, what, act, (&document, &key), now).await?;
        if added {
            self.note_made(&mut tx, (id, case.site), what, now).await?;
        }
        tx.commit().await?;
        Ok(added)
    }

    pub(super) async fn note_made(
        &self,
        tx: &mut Tx,
        (id, site): (FilingId, SiteId),
        what: &Fileable,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let mut audit = Audit::at(now);
        audit.add(Kind::FilingMade, Actor::System, Some(site), Some(what.case), |entry| {
            entry.about(id).about(what.link).about(what.patient)
        })?;
        audit.write(tx).await
    }

    /// What is known of whose record it is, merges followed, with the key that seals it; `None`: it was erased.
    pub(super) async fn about(&self, tx: &mut Tx, id: PatientId) -> Result<Option<(About, DataKey)>, FlowError> {
        let Some(record) = patient::by_id(tx, id).await? else { return Ok(None) };
        let record = patient::survivor(tx, record).await?;
        let opened = self.store.open_patients(std::slice::from_ref(&record)).await?.remove(&record.id);
        let key = self.store.keys().by_id(record.key()).await?;
        Ok(opened.zip(key).map(|(text, key)| (About { id: record.id, text: text.0 }, key)))
    }

    /// The number of the visit the patient is in.
    pub(super) async fn open_visit_number(
        &self,
        tx: &mut Tx,
        id: PatientId,
        now: Timestamp,
    ) -> Result<Option<String>, FlowError> {
        let family = patient::family(tx, id).await?;
        let mut open = visit::of(tx, &family).await?;
        open.retain(|visit| !visit.is_cancelled && visit.discharged_at.is_none_or(|at| at > now));
        open.sort_by_key(|visit| (visit.class == VisitClass::Inpatient, visit.told_at));
        let Some(newest) = open.last() else { return Ok(None) };
        Ok(self.store.open_visit(newest).await?.map(|text| text.0.number).filter(|number| !number.is_empty()))
    }

    /// Brings the next document of a link into the record. Gives how many it tried.
    ///
    /// # Errors
    /// The store refuses; the document is tried again.
    pub async fn file_next(&self, to: &Arc<dyn File>) -> Result<usize, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = filing::due(&mut tx, to.link(), now).await? else { return Ok(0) };
        if row.act.needs_permission() && !filing::is_permitted(&mut tx, &row).await? {
            filing::settle(&mut tx, &row, (FilingState::Dropped, "not_permitted"), now, None, now).await?;
            self.note_filing(&mut tx, Kind::FilingDropped, &row, code!("not_permitted"), now).await?;
            tx.commit().await?;
            return Ok(1);
        }
        if !filing::lease(&mut tx, row.id, &self.node, LEASE, now).await? {
            return Ok(0);
        }
        tx.commit().await?;
        let Some((document, key)) = self.store.open_filing(&row).await? else {
            self.settle_filing(&row, Err(erased()), None).await?;
            return Ok(1);
        };
        let outcome = self.holding(row.id, to.file(&document.0, row.act)).await;
        self.settle_filing(&row, outcome, Some(&key)).await?;
        Ok(1)
    }

    async fn settle_filing(
        &self,
        row: &FilingRow,
        outcome: Result<Brought, FilingFault>,
        key: Option<&DataKey>,
    ) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        match outcome {
            Ok(Brought::Filed) => {
                filing::settle(&mut tx, row, (FilingState::Filed, ""), now, None, now).await?;
                self.note_filing(&mut tx, Kind::Filed, row, word_of(row.act), now).await?;
                self.take_back_what_came_late(&mut tx, row, now).await?;
            }
            Ok(Brought::NoPlace) => {
                filing::settle(&mut tx, row, (FilingState::Dropped, "no_place"), now, None, now).await?;
                self.note_filing(&mut tx, Kind::FilingDropped, row, code!("no_place"), now).await?;
            }
            // Dropped while it was on the way: what failed is not tried again, and holds up nothing behind it.
            Err(fault) if self.is_dropped(&mut tx, row).await? => {
                filing::settle(&mut tx, row, (FilingState::Dropped, fault.code), now, None, now).await?;
            }
            Err(fault) => {
                let said = key.zip(Some(fault.said.as_str())).filter(|(_, said)| !said.is_empty());
                let attempts = row.attempts + 1;
                let is_dead = !fault.is_passing || attempts >= MOST_ATTEMPTS;
                let state = if is_dead { FilingState::Dead } else { FilingState::Waiting };
                let wait = backoff(attempts).max(fault.after.unwrap_or(Span::ZERO));
                filing::settle(&mut tx, row, (state, fault.code), now.plus(wait), said, now).await?;
                if is_dead {
                    let code = Code::new(fault.code).unwrap_or(code!("failed"));
                    self.note_filing(&mut tx, Kind::FilingFailed, row, code, now).await?;
                }
            }
        }
        Ok(tx.commit().await?)
    }

    async fn is_dropped(&self, tx: &mut Tx, row: &FilingRow) -> Result<bool, FlowError> {
        Ok(filing::by_id(tx, row.id).await?.is_some_and(|row| row.state == FilingState::Dropped))
    }

    async fn note_filing(
        &self,
        tx: &mut Tx,
        kind: Kind,
        row: &FilingRow,
        why: Code,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let mut audit = Audit::at(now);
        audit.add(kind, Actor::System, Some(row.site), Some(row.case), |entry| {
            entry.about(row.id).about(row.link).code(code!("why"), why)
        })?;
        audit.write(tx).await
    }

    /// What follows from a consent taken back or a link undone: what waits is dropped, and what is in the record is taken
    /// back where the link does that. In the transaction that takes the consent back.
    pub(crate) async fn drop_filings(&self, tx: &mut Tx, author: AuthorId, now: Timestamp) -> Result<(), FlowError> {
        let account = door::by_door_author(tx, author).await?.map_or(author, |person| person.author);
        let dropped = filing::drop_of(tx, account, now).await?;
        let mut audit = Audit::at(now);
        if dropped > 0 {
            audit.add(Kind::FilingDropped, Actor::System, None, None, |entry| {
                let count = i64::try_from(dropped).unwrap_or(i64::MAX);
                entry.about(account).number(code!("documents"), count).code(code!("why"), code!("consent_revoked"))
            })?;
        }
        let filed = filing::filed_of(tx, account).await?;
        for (place, row) in filed.iter().enumerate() {
            self.make_cancel(tx, row, place, now).await?;
        }
        audit.write(tx).await?;
        self.record.notify_one();
        Ok(())
    }

    /// Has a filed document taken back, where its link does that. Nothing that was said goes along.
    async fn make_cancel(&self, tx: &mut Tx, row: &FilingRow, place: usize, now: Timestamp) -> Result<(), FlowError> {
        if !self.all_records().iter().any(|file| file.link() == row.link && file.cancels()) {
            return Ok(());
        }
        let Some((document, _)) = self.store.open_filing(row).await? else { return Ok(()) };
        // Nothing of the conversation is left in it, so that it can still leave when its author was erased.
        let Some((_, key)) = self.about(tx, row.patient).await? else { return Ok(()) };
        let what =
            Fileable { link: row.link, case: row.case, post: row.post, author: row.author, patient: row.patient };
        let id = FilingId::new(now, &ordered_seed(now, place)?);
        let document = document.0.without_content();
        filing::add(tx, id, &what, (row.site, FilingAct::Cancel, ""), (&document, &key), now).await?;
        Ok(())
    }

    /// A consent that was taken back while its document was on the way is as good as one taken back after.
    async fn take_back_what_came_late(&self, tx: &mut Tx, row: &FilingRow, now: Timestamp) -> Result<(), FlowError> {
        if row.act == FilingAct::File && !filing::is_permitted(tx, row).await? {
            self.make_cancel(tx, row, 0, now).await?;
        }
        Ok(())
    }
}

/// Whose record something is about.
pub(super) struct About {
    /// Under whom it is kept now.
    pub id: PatientId,
    /// What is known of them.
    pub text: PatientText,
}

/// The act as the log has it.
fn word_of(act: FilingAct) -> Code {
    Code::new(act.as_str()).unwrap_or(code!("file"))
}

fn erased() -> FilingFault {
    FilingFault { code: "erased", ..FilingFault::default() }
}
