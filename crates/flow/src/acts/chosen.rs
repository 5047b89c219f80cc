//! An incident's statement from the house's library: chosen by one person, approved for this incident by a second, and said word for
//! word, with nothing but what each house knows of itself filled in.

use bedside_core::{
    code,
    guard::Verdict,
    id::{NoteId, PersonId, SiteId, StatementId},
    log::{Actor, Kind},
    policy::desk::DeskAction,
    time::Timestamp,
};
use bedside_store::{
    Tx,
    incidents::{self, IncidentRow, NewStatement, StatementRow},
    random,
};

use super::{ActError, incident::Said};
use crate::{Change, FlowError, Road, audit::Audit, library::InForce};

impl Road {
    /// The approved, unexpired incident statements that may be chosen for an incident: those that every house it concerns may make
    /// now, as the house `at` says them.
    ///
    /// # Errors
    /// The store refuses, or a statement was tampered with.
    pub async fn incident_choices(
        &self,
        tx: &mut Tx,
        at: SiteId,
        incident: &IncidentRow,
    ) -> Result<Vec<InForce>, FlowError> {
        let mut all = self.incident_statements(tx, at, None).await?;
        for site in self.houses.keys().filter(|site| incident.site.is_none() && **site != at) {
            let there = self.incident_statements(tx, *site, None).await?;
            all.retain(|one| there.iter().any(|other| other.version() == one.version()));
        }
        Ok(all)
    }

    /// Chooses a statement of the library for an incident. A second person approves it, as one that was written for it.
    ///
    /// # Errors
    /// The person may not, the statement holds no longer or not at every house that the incident concerns, or the guard blocks it.
    pub async fn choose_incident_text(
        &self,
        by: PersonId,
        at: SiteId,
        incident: NoteId,
        statement: StatementId,
    ) -> Result<NoteId, ActError> {
        let now = self.now();
        let key = self.store.keys().of(&format!("site:{at}"), now).await?;
        let mut tx = self.store.begin().await?;
        let row = self.incident_for(&mut tx, by, at, incident, DeskAction::Draft).await?;
        let all = self.incident_choices(&mut tx, at, &row).await?;
        let chosen = all.into_iter().find(|one| one.row.id == statement);
        let chosen = chosen.ok_or(ActError::Invalid("statement_over"))?;
        let (lang, text) = (chosen.statement.lang.as_str(), chosen.statement.text.as_str());
        let said = Said { lang, text, is_own: true };
        if let Some(check) = self.statement_checks(at, &row, said, now).find(|one| one.verdict == Verdict::Block) {
            return Err(ActError::Blocked(Box::new(check)));
        }
        let id = NoteId::new(now, &random()?);
        let new = NewStatement { id, incident, lang, text, from: Some(chosen.version()), by };
        incidents::write(&mut tx, &new, &key, now).await?;
        self.note_chosen(&mut tx, (by, at), &new, now).await?;
        tx.commit().await?;
        self.tell_all(Change::Pause);
        Ok(id)
    }

    async fn note_chosen(
        &self,
        tx: &mut Tx,
        (by, at): (PersonId, SiteId),
        new: &NewStatement<'_>,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let mut audit = Audit::at(now);
        audit.add(Kind::IncidentTextWritten, Actor::Person(by), Some(at), None, |entry| {
            let entry = entry.about(new.id).about(new.incident);
            new.from.iter().fold(entry, |entry, (statement, version)| {
                entry.about(*statement).number(code!("version"), i64::from(*version))
            })
        })?;
        audit.write(tx).await
    }

    /// Refuses a statement that was chosen from the library and may not be made any more.
    pub(super) async fn is_still_chosen(
        &self,
        tx: &mut Tx,
        at: SiteId,
        incident: &IncidentRow,
        row: &StatementRow,
    ) -> Result<(), ActError> {
        let Some(from) = row.from else { return Ok(()) };
        let stands = self.incident_choices(tx, at, incident).await?.iter().any(|one| one.version() == from);
        if stands { Ok(()) } else { Err(ActError::Invalid("statement_over")) }
    }
}
