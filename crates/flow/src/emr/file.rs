//! File: closed conversations of linked, consenting people become documents for their record and are brought there, one at a
//! time and in order per patient. Link and consent are looked at again before each attempt.

use std::sync::{Arc, PoisonError};

use bedside_core::{
    code,
    emr::VisitClass,
    filing::{File, FilingAct, FilingFault},
    id::{AuthorId, FilingId},
    log::{Actor, Code, Kind},
    time::Timestamp,
};
use bedside_store::{
    Tx, cases, door,
    emr::{
        filing::{self, Fileable, FilingRow, FilingState},
        patient, visit,
    },
    jobs::backoff,
};

use super::{document::compose, holding::LEASE};
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

    /// Makes documents of closed conversations that may be filed. Gives how many.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn make_filings(&self) -> Result<usize, FlowError> {
        if self.all_records().is_empty() {
            return Ok(0);
        }
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let found = filing::fileable(&mut tx, MOST).await?;
        drop(tx);
        let mut made = 0;
        for (place, one) in found.iter().enumerate() {
            made += usize::from(self.make_filing(one, FilingId::new(now, &ordered_seed(now, place)?), now).await?);
        }
        Ok(made)
    }

    async fn make_filing(&self, what: &Fileable, id: FilingId, now: Timestamp) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        let Some(case) = cases::by_id(&mut tx, what.case).await? else { return Ok(false) };
        let Some(record) = patient::by_id(&mut tx, what.patient).await? else { return Ok(false) };
        let record = patient::survivor(&mut tx, record).await?;
        let Some(about) = self.store.open_patients(std::slice::from_ref(&record)).await?.remove(&record.id) else {
            return Ok(false);
        };
        let Some(key) = self.store.keys().by_id(record.key()).await? else { return Ok(false) };
        let said = self.said(&mut tx, &case).await?;
        let visit = self.open_visit_number(&mut tx, record.id, now).await?;
        let house = self.house_of(case.site)?;
        let document = compose(house, id, about.0, visit, &said, (case.posted_at, case.updated_at));
        let added = filing::add(&mut tx, id, what, (case.site, FilingAct::File), (&document, &key), now).await?;
        if added {
            let mut audit = Audit::at(now);
            audit.add(Kind::FilingMade, Actor::System, Some(case.site), Some(case.id), |entry| {
                entry.about(id).about(what.link).about(what.patient)
            })?;
            audit.write(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(added)
    }

    /// The number of the visit the patient is in.
    async fn open_visit_number(
        &self,
        tx: &mut Tx,
        id: bedside_core::id::PatientId,
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
        if row.act == FilingAct::File && !filing::is_permitted(&mut tx, &row).await? {
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
        outcome: Result<(), FilingFault>,
        key: Option<&bedside_store::DataKey>,
    ) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        match outcome {
            Ok(()) => {
                filing::settle(&mut tx, row, (FilingState::Filed, ""), now, None, now).await?;
                let code = if row.act == FilingAct::File { code!("file") } else { code!("cancel") };
                self.note_filing(&mut tx, Kind::Filed, row, code, now).await?;
            }
            Err(fault) => {
                let said = key.zip(Some(fault.said.as_str())).filter(|(_, said)| !said.is_empty());
                let attempts = row.attempts + 1;
                let is_dead = !fault.is_passing || attempts >= MOST_ATTEMPTS;
                let state = if is_dead { FilingState::Dead } else { FilingState::Waiting };
                filing::settle(&mut tx, row, (state, fault.code), now.plus(backoff(attempts)), said, now).await?;
                if is_dead {
                    let code = Code::new(fault.code).unwrap_or(code!("failed"));
                    self.note_filing(&mut tx, Kind::FilingFailed, row, code, now).await?;
                }
            }
        }
        Ok(tx.commit().await?)
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
        let cancelling: Vec<_> =
            self.all_records().iter().filter(|file| file.cancels()).map(|file| file.link()).collect();
        let filed = filing::filed_of(tx, account).await?;
        for (place, row) in filed.iter().filter(|row| cancelling.contains(&row.link)).enumerate() {
            let Some((document, key)) = self.store.open_filing(row).await? else { continue };
            let what =
                Fileable { link: row.link, case: row.case, post: row.post, author: row.author, patient: row.patient };
            let id = FilingId::new(now, &ordered_seed(now, place)?);
            filing::add(tx, id, &what, (row.site, FilingAct::Cancel), (&document.0, &key), now).await?;
        }
        audit.write(tx).await?;
        self.record.notify_one();
        Ok(())
    }
}

fn erased() -> FilingFault {
    FilingFault { code: "erased", is_passing: false, said: String::new() }
}
