//! The patient index under a message's hand: who is meant, what changes about them, merges, moves, visits.

use bedside_core::{
    code,
    emr::{Change, Identifier, Merge, PatientTold, VisitChange, VisitClass, VisitTold},
    id::{MergeId, PatientId, VisitId},
    log::{Actor, Kind},
    time::Timestamp,
};
use bedside_store::{
    DataKey, Tx,
    emr::{
        patient::{self, Belonging, Edge, PatientRow, PatientText},
        visit::{self, VisitRow, VisitText},
    },
    random,
};

use super::{ahead::number_hash, apply::Batch};
use crate::{FlowError, Road};

/// Why a change could not be made.
pub(super) enum Failed {
    /// The message doesn't fit what is known; a person must look. The word says why.
    Because(&'static str),
    /// The store refuses.
    Flow(FlowError),
}

impl<E: Into<FlowError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Flow(error.into())
    }
}

/// A patient with what is sealed of them.
struct Known {
    row: PatientRow,
    text: PatientText,
    key: DataKey,
}

impl Road {
    pub(super) async fn apply_change(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        change: &Change,
        recorded: Timestamp,
    ) -> Result<Option<PatientId>, Failed> {
        let patient = match change {
            Change::Nothing => return Ok(None),
            Change::Person { patient } => self.tell_patient(tx, batch, patient, recorded).await?,
            Change::Remove { patient } => self.remove(tx, batch, patient, recorded).await?,
            Change::Visit { patient, visit, change } => {
                let id = self.tell_patient(tx, batch, patient, recorded).await?;
                self.tell_visit(tx, batch, id, visit, *change, recorded).await?;
                id
            }
            Change::Merge { merges } => self.merge_all(tx, batch, merges, recorded).await?,
            Change::Record { patient, stands, merges, is_whole } => {
                return self.tell_record(tx, batch, patient, *stands, (merges, *is_whole), recorded).await;
            }
            Change::MoveVisits { into, number, before } => {
                let id = self.tell_patient(tx, batch, into, recorded).await?;
                self.move_visits(tx, batch, id, (number.as_ref(), before.as_ref())).await?;
                id
            }
            Change::Several { changes } => {
                let mut last = None;
                for one in changes {
                    last = Box::pin(self.apply_change(tx, batch, one, recorded)).await?.or(last);
                }
                return Ok(last);
            }
            Change::MoveIds { into, ids } => {
                let id = self.tell_patient(tx, batch, into, recorded).await?;
                patient::add_ids(&self.store, tx, (batch.site, id), ids, Belonging::Move).await?;
                batch.ahead.forget();
                id
            }
            Change::ChangeId { patient, before } => self.change_id(tx, batch, patient, before, recorded).await?,
            Change::Link { one, other, together } => self.link(tx, batch, (one, other), *together, recorded).await?,
        };
        Ok(Some(patient))
    }

    /// Finds or makes the patient that a message names, and puts what it tells over what was known.
    pub(super) async fn tell_patient(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        told: &PatientTold,
        recorded: Timestamp,
    ) -> Result<PatientId, Failed> {
        let found = self.find(tx, batch, &told.ids).await?;
        let is_new = found.is_none();
        let mut known = match found {
            Some(row) => self.open_known(row).await?,
            None => self.unknown(batch, &told.ids)?,
        };
        let before = (known.row.death, known.row.told_at, known.text.clone());
        learn(&mut known, told, recorded);
        self.note_death(batch, &known.row, before.0)?;
        let id = known.row.id;
        let is_other = is_new || before != (known.row.death, known.row.told_at, known.text.clone());
        if is_new {
            patient::insert(tx, &known.row, &known.text, &known.key, batch.now).await?;
        } else if is_other {
            patient::update(tx, &known.row, &known.text, &known.key, batch.now).await?;
        }
        if is_new || before.2.ids != known.text.ids {
            patient::add_ids(&self.store, tx, (batch.site, id), &told.ids, Belonging::Keep).await?;
        }
        if is_other {
            batch.ahead.patient_changed(&self.store, batch.site, id, &told.ids);
        }
        Ok(id)
    }

    fn note_death(
        &self,
        batch: &mut Batch,
        row: &PatientRow,
        before: Option<bedside_core::emr::Death>,
    ) -> Result<(), FlowError> {
        if row.death.is_some() == before.is_some() {
            return Ok(());
        }
        let kind = if row.death.is_some() { Kind::DeathTold } else { Kind::DeathTakenBack };
        batch.touched.insert(row.id);
        batch.audit.add(kind, Actor::System, Some(batch.site), None, |entry| entry.about(row.id).about(batch.message))
    }

    /// The first of the identifiers that is known tells who it is; merges are followed.
    async fn find(&self, tx: &mut Tx, batch: &Batch, ids: &[Identifier]) -> Result<Option<PatientRow>, Failed> {
        if ids.is_empty() {
            return Err(Failed::Because("no_identifier"));
        }
        for id in ids {
            if let Some(row) = batch.ahead.patient(&self.store, tx, batch.site, id).await? {
                return Ok(Some(patient::survivor(tx, row).await?));
            }
        }
        Ok(None)
    }

    async fn open_known(&self, row: PatientRow) -> Result<Known, Failed> {
        let Some(key) = self.store.keys().by_id(row.key()).await? else { return Err(Failed::Because("erased")) };
        let text = self.store.open_patients(std::slice::from_ref(&row)).await?.remove(&row.id);
        let text = text.ok_or(Failed::Because("erased"))?.0;
        Ok(Known { row, text, key })
    }

    fn unknown(&self, batch: &Batch, ids: &[Identifier]) -> Result<Known, Failed> {
        let first = ids.first().ok_or(Failed::Because("no_identifier"))?;
        let owner = patient::key_owner(&self.store, batch.site, first);
        let key = batch.keys.get(&owner).cloned().ok_or(Failed::Because("no_key"))?;
        let id = PatientId::new(batch.now, &random()?);
        Ok(Known { row: PatientRow::unstored(id, batch.site, &key), text: PatientText::default(), key })
    }

    async fn remove(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        told: &PatientTold,
        recorded: Timestamp,
    ) -> Result<PatientId, Failed> {
        let id = self.tell_patient(tx, batch, told, recorded).await?;
        let Some(row) = patient::by_id(tx, id).await? else { return Err(Failed::Because("no_identifier")) };
        let mut known = self.open_known(row).await?;
        known.row.removed_at = Some(batch.now);
        patient::update(tx, &known.row, &known.text, &known.key, batch.now).await?;
        batch.ahead.patient_changed(&self.store, batch.site, id, &told.ids);
        batch.touched.insert(id);
        Ok(id)
    }

    async fn merge_all(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        merges: &[Merge],
        recorded: Timestamp,
    ) -> Result<PatientId, Failed> {
        let mut last = None;
        for merge in merges {
            last = Some(self.merge_one(tx, batch, merge, recorded).await?);
        }
        last.ok_or(Failed::Because("no_identifier"))
    }

    /// Who stays is meant by their own identifier, not by whom they were kept under before: a merge the other way round is
    /// the record's newer word.
    async fn merge_one(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        merge: &Merge,
        recorded: Timestamp,
    ) -> Result<PatientId, Failed> {
        let (from, into) = self.both(tx, batch, merge, recorded).await?;
        self.join(tx, batch, &from, &into, None).await?;
        Ok(into.id)
    }

    /// The records of a merge: who goes, who stays.
    pub(super) async fn both(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        merge: &Merge,
        recorded: Timestamp,
    ) -> Result<(PatientRow, PatientRow), Failed> {
        let into = self.own_record(tx, batch, &merge.into, recorded).await?;
        let gone = PatientTold { ids: merge.from.clone(), ..PatientTold::default() };
        // A record that goes without ever having been told of is made, so that a late message about it finds its way.
        Ok((self.own_record(tx, batch, &gone, recorded).await?, into))
    }

    /// Keeps one record under another; `teller` is the record that says so, where no message of its own does.
    pub(super) async fn join(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        from: &PatientRow,
        into: &PatientRow,
        teller: Option<PatientId>,
    ) -> Result<(), Failed> {
        let told_by = teller.map(|teller| (batch.link, teller));
        let edge = Edge { id: MergeId::new(batch.now, &random()?), message: Some(batch.message), told_by };
        if patient::merge(tx, from, into, &edge, batch.now).await? {
            batch.ahead.forget();
            batch.touched.extend([from.id, into.id]);
            batch.audit.add(Kind::PatientsMerged, Actor::System, Some(batch.site), None, |entry| {
                entry.about(from.id).about(into.id).about(batch.message)
            })?;
        }
        Ok(())
    }

    /// The record under one of these identifiers itself, made if it isn't there; merges are not followed.
    pub(super) async fn own_record(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        told: &PatientTold,
        recorded: Timestamp,
    ) -> Result<PatientRow, Failed> {
        for id in &told.ids {
            if let Some(row) = batch.ahead.patient(&self.store, tx, batch.site, id).await? {
                return Ok(row);
            }
        }
        let id = self.tell_patient(tx, batch, told, recorded).await?;
        patient::by_id(tx, id).await?.ok_or(Failed::Because("no_identifier"))
    }

    async fn change_id(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        told: &PatientTold,
        before: &[Identifier],
        recorded: Timestamp,
    ) -> Result<PatientId, Failed> {
        let (new, old) = (self.find(tx, batch, &told.ids).await?, self.find(tx, batch, before).await?);
        match (new, old) {
            (Some(new), Some(old)) if new.id != old.id => {
                self.join(tx, batch, &old, &new, None).await?;
                self.tell_patient(tx, batch, told, recorded).await
            }
            (None, Some(old)) => {
                // Under the old identifiers it is found, and the new ones are added to it.
                let ids = before.iter().chain(&told.ids).cloned().collect();
                let told = PatientTold { ids, ..told.clone() };
                let id = self.tell_patient(tx, batch, &told, recorded).await?;
                debug_assert_eq!(id, old.id);
                Ok(id)
            }
            _ => self.tell_patient(tx, batch, told, recorded).await,
        }
    }

    async fn link(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        (one, other): (&PatientTold, &PatientTold),
        together: bool,
        recorded: Timestamp,
    ) -> Result<PatientId, Failed> {
        let (one, other) =
            (self.own_record(tx, batch, one, recorded).await?, self.own_record(tx, batch, other, recorded).await?);
        if together {
            self.join(tx, batch, &other, &one, None).await?;
            return Ok(one.id);
        }
        self.part(tx, batch, one.id, other.id).await?;
        self.part(tx, batch, other.id, one.id).await?;
        Ok(one.id)
    }

    /// Undoes a merge, if there is one.
    pub(super) async fn part(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        from: PatientId,
        into: PatientId,
    ) -> Result<(), Failed> {
        if patient::unmerge(tx, from, into, "record", batch.now).await? {
            batch.ahead.forget();
            batch.touched.extend([from, into]);
            batch.audit.add(Kind::MergeUndone, Actor::System, Some(batch.site), None, |entry| {
                entry.about(from).about(into).code(code!("by"), code!("record"))
            })?;
        }
        Ok(())
    }

    async fn move_visits(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        into: PatientId,
        (number, before): (Option<&Identifier>, Option<&Identifier>),
    ) -> Result<(), Failed> {
        let Some(was) = before.or(number) else { return Err(Failed::Because("no_visit_number")) };
        let Some(mut visit) = self.visit_by(tx, batch, was).await? else {
            // A move of a visit that nobody told of: the next message about it names its patient.
            return Ok(());
        };
        if visit.patient != into {
            batch.touched.extend([visit.patient, into]);
            visit::give(tx, visit.id, into).await?;
            batch.ahead.forget();
            visit.patient = into;
        }
        let (Some(number), Some(_)) = (number, before) else { return Ok(()) };
        let key = self.store.keys().by_id(visit.key()).await?.ok_or(Failed::Because("erased"))?;
        let mut text = self.store.open_visit(&visit).await?.ok_or(Failed::Because("erased"))?.0;
        if self.visit_by(tx, batch, number).await?.is_some() {
            // Two visits become one: the one that stays is there already.
            visit.is_cancelled = true;
        } else {
            text.number.clone_from(&number.value);
            visit.number_hash = self.hash_of(batch, number);
        }
        batch.touched.insert(into);
        visit::put(tx, &visit, &text, &key, batch.now).await?;
        batch.ahead.forget();
        Ok(())
    }

    fn hash_of(&self, batch: &Batch, number: &Identifier) -> Vec<u8> {
        number_hash(&self.store, batch.site, number)
    }

    async fn visit_by(&self, tx: &mut Tx, batch: &Batch, number: &Identifier) -> Result<Option<VisitRow>, Failed> {
        Ok(batch.ahead.visit(tx, batch.site, &self.hash_of(batch, number)).await?)
    }

    async fn tell_visit(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        patient: PatientId,
        told: &VisitTold,
        change: VisitChange,
        recorded: Timestamp,
    ) -> Result<(), Failed> {
        let class = told.class.unwrap_or(VisitClass::Other);
        let hash = match &told.number {
            Some(number) => self.hash_of(batch, number),
            None => {
                let parts = ["class", &patient.to_string(), class.as_str()];
                visit::number_hash(&self.store, batch.site, &parts)
            }
        };
        let found = batch.ahead.visit(tx, batch.site, &hash).await?;
        let (mut row, mut text, key) = match found {
            Some(row) => {
                let key = self.store.keys().by_id(row.key()).await?.ok_or(Failed::Because("erased"))?;
                let text = self.store.open_visit(&row).await?.ok_or(Failed::Because("erased"))?.0;
                (row, text, key)
            }
            None => {
                let owner = patient::by_id(tx, patient).await?.ok_or(Failed::Because("no_identifier"))?;
                let key = self.store.keys().by_id(owner.key()).await?.ok_or(Failed::Because("erased"))?;
                let id = VisitId::new(batch.now, &random()?);
                let number = told.number.as_ref().map(|number| number.value.clone()).unwrap_or_default();
                let row = VisitRow::unstored(id, batch.site, patient, hash, &key);
                (row, VisitText { number, ward: None }, key)
            }
        };
        let before = (row.clone(), text.clone());
        if recorded >= row.told_at {
            row.patient = patient;
            update_visit(&mut row, &mut text, told, change, recorded);
        }
        if before != (row.clone(), text.clone()) {
            batch.touched.insert(patient);
            visit::put(tx, &row, &text, &key, batch.now).await?;
            batch.ahead.visit_changed(&row.number_hash);
        }
        Ok(())
    }
}

/// Puts what a message tells over what was known, unless something newer was told already.
fn learn(known: &mut Known, told: &PatientTold, recorded: Timestamp) {
    for id in &told.ids {
        if !known.text.ids.contains(id) {
            known.text.ids.push(id.clone());
        }
    }
    if recorded >= known.row.told_at {
        known.row.told_at = recorded;
        known.row.removed_at = None;
        told.name.clone().over(&mut known.text.name);
        told.born.clone().over(&mut known.text.born);
        told.lang.clone().over(&mut known.text.lang);
        told.contacts.clone().over(&mut known.text.contacts);
    }
    if !told.death.is_unsaid() && recorded >= known.row.death_told_at {
        known.row.death_told_at = recorded;
        told.death.clone().over(&mut known.row.death);
    }
}

fn update_visit(row: &mut VisitRow, text: &mut VisitText, told: &VisitTold, change: VisitChange, recorded: Timestamp) {
    row.told_at = recorded;
    if let Some(class) = told.class {
        row.class = class;
    }
    told.ward.clone().over(&mut text.ward);
    told.admitted_at.clone().over(&mut row.admitted_at);
    told.discharged_at.clone().over(&mut row.discharged_at);
    match change {
        VisitChange::Begin => {
            row.is_cancelled = false;
            row.admitted_at = row.admitted_at.or(Some(recorded));
        }
        VisitChange::Update | VisitChange::Move => {}
        VisitChange::End => row.discharged_at = row.discharged_at.or(Some(recorded)),
        VisitChange::Reopen => row.discharged_at = None,
        VisitChange::Cancel => row.is_cancelled = true,
    }
}
